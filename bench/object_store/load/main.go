// A load generator for S3 servers: N connections, each sending one request after the other. Standard library only.
// Prints one JSON object: operations per second, latencies in milliseconds, MB per second. See ../../README.md.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"
)

type options struct {
	endpoint, bucket, operation, prefix string
	size, declared, reuse, keys, seed   int64
	connections                         int
	first, most                         int64
	seconds                             float64
	attended                            bool
}

// Of a connection; small for a crowd, whose buffers would need the memory that the server is measured in.
func (o *options) bufferSize() int {
	if o.connections > 64 {
		return 16 << 10
	}
	return 256 << 10
}

func parse() options {
	var o options
	flag.StringVar(&o.endpoint, "endpoint", "", "http://host:port")
	flag.StringVar(&o.bucket, "bucket", "", "an existing bucket")
	flag.StringVar(&o.operation, "operation", "put", kindNames()+"; hold: uploads that stay open; trickle: slow ones")
	flag.StringVar(&o.prefix, "prefix", "o", "start of every key; of filled-put and filled-delete: what follows the key beside theirs")
	flag.Int64Var(&o.size, "size", 4096, "bytes of an object; of hold: bytes sent")
	flag.Int64Var(&o.declared, "declared", 1<<30, "hold: the length that an upload declares")
	flag.Int64Var(&o.reuse, "reuse", 0, "put: so many keys, written again and again; 0: a new key each time")
	flag.IntVar(&o.connections, "connections", 1, "connections")
	flag.Int64Var(&o.keys, "keys", 1, "get, list and filled-*: how many keys there are")
	flag.Int64Var(&o.seed, "seed", 0, "filled-*: which keys are taken")
	flag.Int64Var(&o.first, "first", 0, "number of the first request")
	flag.Int64Var(&o.most, "most", 1<<40, "number after the last request: operations at most, where first is 0")
	flag.Float64Var(&o.seconds, "seconds", 0, "how long, 0: until -most; trickle: how long each upload takes at least")
	flag.BoolVar(&o.attended, "attended", false, "print 'under way' when each connection has had an answer, end when standard input does")
	flag.Parse()
	return o
}

func main() {
	o := parse()
	known, found := kinds[o.operation]
	r := run{options: o, kind: known, signer: newSigner(time.Now()), client: &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: o.connections, MaxConnsPerHost: o.connections, DisableCompression: true,
		WriteBufferSize: o.bufferSize(), ReadBufferSize: o.bufferSize()}}}
	r.next.Store(o.first)
	switch {
	case found:
		json.NewEncoder(os.Stdout).Encode(r.measure())
	case o.operation == "trickle":
		json.NewEncoder(os.Stdout).Encode(r.trickle())
	case o.operation == "hold":
		if err := r.hold(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		fmt.Fprintf(os.Stderr, "unknown operation %q: %s, hold or trickle\n", o.operation, kindNames())
		os.Exit(2)
	}
}
