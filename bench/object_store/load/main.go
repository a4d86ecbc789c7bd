// A closed-loop load generator for S3 servers: N connections, each sending one request after the other. Standard library only.
// Prints one JSON object: operations per second, latencies in milliseconds, MB per second. See ../../README.md.
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"net/url"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type options struct {
	endpoint, bucket, operation, prefix string
	size, declared                      int64
	connections, keys                   int
	first, most                         int64
	seconds                             float64
}

type result struct {
	Operations int     `json:"operations"`
	Errors     int64   `json:"errors"`
	FirstError string  `json:"first_error,omitempty"`
	Rate       float64 `json:"rate"`
	P50        float64 `json:"p50"`
	P99        float64 `json:"p99"`
	Megabytes  float64 `json:"megabytes"`
}

func mac(key []byte, text string) []byte {
	digest := hmac.New(sha256.New, key)
	digest.Write([]byte(text))
	return digest.Sum(nil)
}

// The key of a day, made once.
type signer struct {
	accessKey, region, day string
	key                    []byte
}

func newSigner(now time.Time) *signer {
	region := os.Getenv("REGION")
	if region == "" {
		region = "us-east-1"
	}
	day := now.UTC().Format("20060102")
	key := mac([]byte("AWS4"+os.Getenv("SECRET_KEY")), day)
	for _, part := range []string{region, "s3", "aws4_request"} {
		key = mac(key, part)
	}
	return &signer{os.Getenv("ACCESS_KEY"), region, day, key}
}

// AWS Signature Version 4 with UNSIGNED-PAYLOAD, so that the client's own hashing does not count.
func (s *signer) sign(request *http.Request) {
	stamp := time.Now().UTC().Format("20060102T150405Z")
	scope := strings.Join([]string{s.day, s.region, "s3", "aws4_request"}, "/")
	request.Header.Set("X-Amz-Date", stamp)
	request.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
	query := strings.ReplaceAll(request.URL.Query().Encode(), "+", "%20")
	canonical := strings.Join([]string{request.Method, request.URL.EscapedPath(), query,
		"host:" + request.URL.Host, "x-amz-content-sha256:UNSIGNED-PAYLOAD", "x-amz-date:" + stamp, "",
		"host;x-amz-content-sha256;x-amz-date", "UNSIGNED-PAYLOAD"}, "\n")
	hashed := sha256.Sum256([]byte(canonical))
	signature := hex.EncodeToString(mac(s.key, strings.Join([]string{"AWS4-HMAC-SHA256", stamp, scope, hex.EncodeToString(hashed[:])}, "\n")))
	request.Header.Set("Authorization", fmt.Sprintf(
		"AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=%s", s.accessKey, scope, signature))
}

func keyName(prefix string, number int64) string {
	return fmt.Sprintf("%s%03d/%09d", prefix, number%64, number)
}

// One request of the kind that was asked for.
func (o *options) request(number int64, body []byte) (*http.Request, error) {
	address := o.endpoint + "/" + o.bucket
	switch o.operation {
	case "put":
		return http.NewRequest(http.MethodPut, address+"/"+keyName(o.prefix, number), bytes.NewReader(body))
	case "get":
		return http.NewRequest(http.MethodGet, address+"/"+keyName(o.prefix, number%int64(o.keys)), nil)
	case "list":
		query := url.Values{"list-type": {"2"}, "max-keys": {"1000"}}
		last := int64(o.keys) - 1000
		if last > 0 { // any page but the last ones, so that each is full
			start := rand.Int63n(last)
			query.Set("start-after", fmt.Sprintf("%s%012d", o.prefix, start))
		}
		return http.NewRequest(http.MethodGet, address+"?"+query.Encode(), nil)
	case "fill": // keys in one order, for list
		return http.NewRequest(http.MethodPut, fmt.Sprintf("%s/%s%012d", address, o.prefix, number), bytes.NewReader(body))
	}
	return nil, fmt.Errorf("unknown operation %q: put, get, list, fill or hold", o.operation)
}

type run struct {
	options
	client *http.Client
	signer *signer
	next   atomic.Int64
	errors atomic.Int64
	moved  atomic.Int64
	first  sync.Once
	reason string
}

func (r *run) fail(reason string) {
	r.errors.Add(1)
	r.first.Do(func() { r.reason = reason })
}

func (r *run) once(number int64, body, buffer []byte) {
	request, err := r.request(number, body)
	if err != nil {
		r.fail(err.Error())
		return
	}
	r.signer.sign(request)
	response, err := r.client.Do(request)
	if err != nil {
		r.fail(err.Error())
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		r.fail(response.Status + " " + string(text))
		return
	}
	got, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, response.Body, buffer)
	if err != nil {
		r.fail(err.Error())
		return
	}
	if r.operation == "get" && got != r.size {
		r.fail(fmt.Sprintf("%d bytes came, %d were expected", got, r.size))
	}
	r.moved.Add(got + int64(len(body)))
}

func (r *run) connection(end time.Time, body []byte, latencies *[]float64) {
	buffer := make([]byte, 256<<10)
	for r.seconds == 0 || time.Now().Before(end) {
		number := r.next.Add(1) - 1
		if number >= r.most {
			return
		}
		before := time.Now()
		r.once(number, body, buffer)
		*latencies = append(*latencies, float64(time.Since(before).Microseconds())/1000)
	}
}

func (r *run) measure() result {
	body := make([]byte, 0)
	if r.operation == "put" || r.operation == "fill" {
		body = make([]byte, r.size)
		rand.New(rand.NewSource(1)).Read(body)
	}
	latencies := make([][]float64, r.connections)
	begin := time.Now()
	end := begin.Add(time.Duration(r.seconds * float64(time.Second)))
	var all sync.WaitGroup
	for i := range latencies {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			r.connection(end, body, &latencies[i])
		}(i)
	}
	all.Wait()
	took := time.Since(begin).Seconds()
	var times []float64
	for _, some := range latencies {
		times = append(times, some...)
	}
	sort.Float64s(times)
	count := len(times)
	if count == 0 {
		return result{Errors: r.errors.Load(), FirstError: "no operation ended in time"}
	}
	return result{count, r.errors.Load(), r.reason, float64(count) / took, times[count/2], times[count*99/100], float64(r.moved.Load()) / took / 1e6}
}

// Sends `size` bytes of a body that is declared longer, tells that they are sent, and then holds the upload open.
type heldBody struct {
	left int64
	sent func()
	gone context.Context
}

func (b *heldBody) Read(into []byte) (int, error) {
	if b.left == 0 {
		b.sent()
		<-b.gone.Done()
		return 0, b.gone.Err()
	}
	count := min(int64(len(into)), b.left)
	b.left -= count
	return int(count), nil
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// All uploads under way at once, "held" printed when each has sent its part, aborted when standard input ends.
func (r *run) hold() error {
	held, release := context.WithCancel(context.Background())
	defer release()
	var ready, ended sync.WaitGroup
	for i := 0; i < r.connections; i++ {
		ready.Add(1)
		ended.Add(1)
		go func(i int) {
			var tell sync.Once
			defer ended.Done()
			defer tell.Do(ready.Done)
			request, _ := http.NewRequestWithContext(held, http.MethodPut, fmt.Sprintf("%s/%s/%sheld-%d", r.endpoint, r.bucket, r.prefix, i),
				&heldBody{r.size, func() { tell.Do(ready.Done) }, held})
			request.ContentLength = r.declared
			r.signer.sign(request)
			response, err := r.client.Do(request)
			if err == nil {
				response.Body.Close()
				r.fail("answered before the body's end: " + response.Status)
			} else if !errors.Is(err, context.Canceled) {
				r.fail(err.Error())
			}
		}(i)
	}
	ready.Wait()
	if r.errors.Load() > 0 {
		return errors.New(r.reason)
	}
	fmt.Println("held")
	io.Copy(io.Discard, os.Stdin)
	release()
	ended.Wait()
	return nil
}

func main() {
	var o options
	flag.StringVar(&o.endpoint, "endpoint", "", "http://host:port")
	flag.StringVar(&o.bucket, "bucket", "", "an existing bucket")
	flag.StringVar(&o.operation, "operation", "put", "put, get, list, fill (keys for list) or hold (uploads that stay open)")
	flag.StringVar(&o.prefix, "prefix", "o", "start of every key")
	flag.Int64Var(&o.size, "size", 4096, "bytes of an object; of hold: bytes sent")
	flag.Int64Var(&o.declared, "declared", 1<<30, "hold: the length that an upload declares")
	flag.IntVar(&o.connections, "connections", 1, "connections")
	flag.IntVar(&o.keys, "keys", 1, "get and list: how many keys there are")
	flag.Int64Var(&o.first, "first", 0, "number of the first key")
	flag.Int64Var(&o.most, "most", 1<<40, "number after the last key: operations at most, where first is 0")
	flag.Float64Var(&o.seconds, "seconds", 0, "how long; 0: until -most")
	flag.Parse()
	r := run{options: o, signer: newSigner(time.Now()), client: &http.Client{Transport: &http.Transport{
		MaxIdleConnsPerHost: o.connections, MaxConnsPerHost: o.connections, DisableCompression: true,
		WriteBufferSize: 256 << 10, ReadBufferSize: 256 << 10}}}
	r.next.Store(o.first)
	if o.operation == "hold" {
		if err := r.hold(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	json.NewEncoder(os.Stdout).Encode(r.measure())
}
