package main

import (
	"bytes"
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
	"sort"
	"strings"
)

// One kind of request: how the one with a number is made, and what its answer must be.
type kind struct {
	request func(o *options, number int64, body []byte) (*http.Request, error)
	sends   bool                   // a body of -size bytes
	status  int                    // 0: 200
	gets    func(o *options) int64 // length of the answer's body; nil: any
	element string                 // of a listing: what is counted in the answer ...
	count   int                    // ... and how often it must be there
}

var kinds = map[string]kind{
	"put":  {request: putNumbered, sends: true},
	"get":  {request: getNumbered, gets: func(o *options) int64 { return o.size }},
	"list": {request: listOrdered},
	"fill": {request: putOrdered, sends: true},

	"filled-page":      {request: filledPage, element: "<Contents>", count: pageKeys},
	"filled-versions":  {request: filledVersions, element: "<Version>", count: pageKeys},
	"filled-prefix":    {request: filledPrefix, element: "<Contents>", count: 10},
	"filled-delimiter": {request: filledDelimiter, element: "<CommonPrefixes>", count: prefixes},
	"filled-get":       {request: filledGet, gets: func(*options) int64 { return filledBytes }},
	"filled-put":       {request: filledPut, sends: true},
	"filled-delete":    {request: filledDelete, status: http.StatusNoContent},
}

func kindNames() string {
	var names []string
	for name := range kinds {
		names = append(names, name)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

func (o *options) address() string { return o.endpoint + "/" + o.bucket }

func keyName(prefix string, number int64) string {
	return fmt.Sprintf("%s%03d/%09d", prefix, number%64, number)
}

func put(address string, body []byte) (*http.Request, error) {
	return http.NewRequest(http.MethodPut, address, bytes.NewReader(body))
}

func get(address string) (*http.Request, error) { return http.NewRequest(http.MethodGet, address, nil) }

func putNumbered(o *options, number int64, body []byte) (*http.Request, error) {
	if o.reuse > 0 {
		number %= o.reuse
	}
	return put(o.address()+"/"+keyName(o.prefix, number), body)
}

func getNumbered(o *options, number int64, _ []byte) (*http.Request, error) {
	return get(o.address() + "/" + keyName(o.prefix, number%o.keys))
}

// Keys in one order, for list.
func putOrdered(o *options, number int64, body []byte) (*http.Request, error) {
	return put(fmt.Sprintf("%s/%s%012d", o.address(), o.prefix, number), body)
}

func listOrdered(o *options, _ int64, _ []byte) (*http.Request, error) {
	query := url.Values{"list-type": {"2"}, "max-keys": {"1000"}}
	if last := o.keys - 1000; last > 0 { // any page but the last ones, so that each is full
		query.Set("start-after", fmt.Sprintf("%s%012d", o.prefix, rand.Int63n(last)))
	}
	return get(o.address() + "?" + query.Encode())
}
