package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

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
			request, _ := http.NewRequestWithContext(held, http.MethodPut, fmt.Sprintf("%s/%sheld-%d", r.address(), r.prefix, i),
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

// A body that comes as a slow line would bring it: each byte not before its time.
type pacedBody struct {
	size, given int64
	perSecond   float64
	begin       time.Time
}

func (b *pacedBody) Read(into []byte) (int, error) {
	if b.given == b.size {
		return 0, io.EOF
	}
	count := min(int64(len(into)), b.size-b.given)
	b.given += count
	due := b.begin.Add(time.Duration(float64(b.given) / b.perSecond * float64(time.Second)))
	time.Sleep(time.Until(due))
	return int(count), nil
}

// One upload on each connection, all at once, each taking `seconds` at least.
func (r *run) trickle() result {
	r.kind = kinds["put"]
	latencies := make([][]float64, r.connections)
	begin := time.Now()
	var all sync.WaitGroup
	for i := range latencies {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			body := &pacedBody{size: r.size, perSecond: float64(r.size) / r.seconds, begin: begin}
			request, err := http.NewRequest(http.MethodPut, r.address()+"/"+keyName(r.prefix, int64(i)), body)
			if err == nil {
				request.ContentLength = r.size
				_, err = r.send(request, make([]byte, 4096))
			}
			if err != nil {
				r.fail(err.Error())
			}
			r.moved.Add(body.given)
			latencies[i] = []float64{float64(time.Since(begin).Microseconds()) / 1000}
		}(i)
	}
	all.Wait()
	return r.summary(latencies, time.Since(begin).Seconds())
}
