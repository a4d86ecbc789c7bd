package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

type result struct {
	Operations int     `json:"operations"`
	Errors     int64   `json:"errors"`
	FirstError string  `json:"first_error,omitempty"`
	Rate       float64 `json:"rate"`
	P50        float64 `json:"p50"`
	P99        float64 `json:"p99"`
	Megabytes  float64 `json:"megabytes"`
	Together   int64   `json:"together"` // requests under way at once, at most
}

type run struct {
	options
	kind   kind
	client *http.Client
	signer *signer
	next   atomic.Int64
	errors atomic.Int64
	moved  atomic.Int64
	closed atomic.Bool  // nothing more is begun
	end    atomic.Int64 // nor after this time, in ns since 1970; 0: not known yet
	first  sync.Once
	reason string

	underWay, together atomic.Int64
}

func (r *run) fail(reason string) {
	r.errors.Add(1)
	r.first.Do(func() { r.reason = reason })
}

// Counts requests that are under way; call what it returns when the request has ended.
func (r *run) begin() func() {
	now := r.underWay.Add(1)
	for most := r.together.Load(); now > most && !r.together.CompareAndSwap(most, now); most = r.together.Load() {
	}
	return func() { r.underWay.Add(-1) }
}

// How many bytes the answer to a request had, all of them read; an error when it is not the answer that was asked for.
func (r *run) send(request *http.Request, buffer []byte) (int64, error) {
	defer r.begin()()
	r.signer.sign(request)
	response, err := r.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	wanted := r.kind.status
	if wanted == 0 {
		wanted = http.StatusOK
	}
	if response.StatusCode != wanted {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		return 0, fmt.Errorf("%s %s", response.Status, text)
	}
	if r.kind.element != "" {
		return r.listed(response.Body)
	}
	got, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, response.Body, buffer)
	if err == nil && r.kind.gets != nil && got != r.kind.gets(&r.options) {
		err = fmt.Errorf("%d bytes came, %d were expected", got, r.kind.gets(&r.options))
	}
	return got, err
}

func (r *run) listed(body io.Reader) (int64, error) {
	text, err := io.ReadAll(body)
	if count := bytes.Count(text, []byte(r.kind.element)); err == nil && count != r.kind.count {
		err = fmt.Errorf("%d %s came, %d were expected", count, r.kind.element, r.kind.count)
	}
	return int64(len(text)), err
}

func (r *run) once(number int64, body, buffer []byte) {
	request, err := r.kind.request(&r.options, number, body)
	if err != nil {
		r.fail(err.Error())
		return
	}
	got, err := r.send(request, buffer)
	if err != nil {
		r.fail(err.Error())
		return
	}
	r.moved.Add(got + int64(len(body)))
}

func (r *run) over() bool {
	end := r.end.Load()
	return r.closed.Load() || end != 0 && time.Now().UnixNano() >= end
}

func (r *run) endAfterSeconds() {
	if r.seconds > 0 {
		r.end.Store(time.Now().Add(time.Duration(r.seconds * float64(time.Second))).UnixNano())
	}
}

// One connection: a request after the other. `answered` is called after the first.
func (r *run) connection(body []byte, answered func(), latencies *[]float64) {
	buffer := make([]byte, r.bufferSize())
	var once sync.Once
	defer once.Do(answered)
	for !r.over() {
		number := r.next.Add(1) - 1
		if number >= r.most {
			return
		}
		before := time.Now()
		r.once(number, body, buffer)
		*latencies = append(*latencies, float64(time.Since(before).Microseconds())/1000)
		once.Do(answered)
	}
}

// Somebody waits for the load: it prints "under way" when each connection has had an answer, counts its seconds from then on, and
// ends when standard input does.
func (r *run) attend(answered *sync.WaitGroup) {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		r.closed.Store(true)
	}()
	answered.Wait()
	fmt.Println("under way")
	r.endAfterSeconds()
}

func (r *run) measure() result {
	body := make([]byte, 0)
	if r.kind.sends {
		body = make([]byte, r.size)
		rand.New(rand.NewSource(1)).Read(body)
	}
	latencies := make([][]float64, r.connections)
	var all, answered sync.WaitGroup
	answered.Add(r.connections)
	begin := time.Now()
	if !r.attended {
		r.endAfterSeconds()
	}
	for i := range latencies {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			r.connection(body, answered.Done, &latencies[i])
		}(i)
	}
	if r.attended {
		r.attend(&answered)
	}
	all.Wait()
	return r.summary(latencies, time.Since(begin).Seconds())
}

func (r *run) summary(latencies [][]float64, took float64) result {
	var times []float64
	for _, some := range latencies {
		times = append(times, some...)
	}
	sort.Float64s(times)
	count := len(times)
	if count == 0 {
		return result{Errors: r.errors.Load() + 1, FirstError: "no operation ended in time"}
	}
	return result{count, r.errors.Load(), r.reason, float64(count) / took, times[count/2], times[count*99/100],
		float64(r.moved.Load()) / took / 1e6, r.together.Load()}
}
