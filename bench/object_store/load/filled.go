package main

import (
	"fmt"
	"net/http"
	"net/url"
)

// A bucket of `keys` keys, a multiple of 1000, as bench_object_store_fill makes it: 100 prefixes with equally many keys, p00/00000000
// and so on. Every request of these kinds has an answer of the same size, however many keys there are.
const (
	prefixes    = 100
	pageKeys    = 500
	filledBytes = 64
)

// A number that looks random but is the same in every run: below `most`, made of the request's number and the run's seed.
func (o *options) scattered(number, most int64) int64 {
	x := uint64(number) + uint64(o.seed)<<40
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return int64((x ^ x>>31) % uint64(most))
}

// The key at a place in the bucket's order.
func (o *options) keyAt(place int64) string {
	each := o.keys / prefixes
	return fmt.Sprintf("p%02d/%08d", place/each, place%each)
}

// Begins anywhere where a whole page follows.
func (o *options) pageStart(number int64) string {
	return o.keyAt(o.scattered(number, o.keys-pageKeys))
}

func filledPage(o *options, number int64, _ []byte) (*http.Request, error) {
	query := url.Values{"list-type": {"2"}, "max-keys": {fmt.Sprint(pageKeys)}, "start-after": {o.pageStart(number)}}
	return get(o.address() + "?" + query.Encode())
}

func filledVersions(o *options, number int64, _ []byte) (*http.Request, error) {
	query := url.Values{"versions": {""}, "max-keys": {fmt.Sprint(pageKeys)}, "key-marker": {o.pageStart(number)}}
	return get(o.address() + "?" + query.Encode())
}

// All but the last digit of a key: ten keys have it.
func filledPrefix(o *options, number int64, _ []byte) (*http.Request, error) {
	key := o.keyAt(o.scattered(number, o.keys))
	return get(o.address() + "?" + url.Values{"list-type": {"2"}, "prefix": {key[:len(key)-1]}}.Encode())
}

func filledDelimiter(o *options, _ int64, _ []byte) (*http.Request, error) {
	return get(o.address() + "?" + url.Values{"list-type": {"2"}, "delimiter": {"/"}}.Encode())
}

func filledGet(o *options, number int64, _ []byte) (*http.Request, error) {
	return get(o.address() + "/" + o.keyAt(o.scattered(number, o.keys)))
}

// Beside a key that is there, so that new keys come anywhere in the order; filledDelete removes those of the same numbers.
func (o *options) newKey(number int64) string {
	return fmt.Sprintf("%s/%s.%s%d", o.address(), o.keyAt(o.scattered(number, o.keys)), o.prefix, number)
}

func filledPut(o *options, number int64, body []byte) (*http.Request, error) {
	return put(o.newKey(number), body)
}

func filledDelete(o *options, number int64, _ []byte) (*http.Request, error) {
	return http.NewRequest(http.MethodDelete, o.newKey(number), nil)
}
