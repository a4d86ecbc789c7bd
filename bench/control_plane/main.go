// An open loop of GET requests: they begin at a fixed rate whatever the server does, and a request's time counts from when it
// should have begun. Prints one line of JSON.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"sync"
	"time"
)

type result struct {
	Operations int     `json:"operations"`
	Errors     int     `json:"errors"`
	FirstError string  `json:"first_error,omitempty"`
	Rate       float64 `json:"rate"`
	P50        float64 `json:"p50"` // milliseconds
	P99        float64 `json:"p99"`
	Most       float64 `json:"most"`
}

type tally struct {
	sync.Mutex
	took   []time.Duration
	errors int
	first  string
}

func (t *tally) add(took time.Duration, problem error) {
	t.Lock()
	defer t.Unlock()
	t.took = append(t.took, took)
	if problem != nil {
		t.errors++
		if t.first == "" {
			t.first = problem.Error()
		}
	}
}

func ask(client *http.Client, url, token string) error {
	request, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("X-Auth-Token", token)
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err = io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != 200 {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	return nil
}

// run begins rate requests a second, the URLs in turn. At most 512 are under way: beyond that they queue, and their time goes on.
func run(urls []string, token string, rate float64, length time.Duration) *tally {
	const most = 512
	transport := &http.Transport{MaxIdleConnsPerHost: most, MaxConnsPerHost: most}
	client := &http.Client{Transport: transport, Timeout: 30 * time.Second}
	tally, slots, pending := &tally{}, make(chan struct{}, most), sync.WaitGroup{}
	begin := time.Now()
	for i := 0; ; i++ {
		due := begin.Add(time.Duration(float64(i) / rate * float64(time.Second)))
		if due.Sub(begin) >= length {
			break
		}
		time.Sleep(time.Until(due))
		slots <- struct{}{}
		pending.Add(1)
		go func(url string) {
			defer pending.Done()
			problem := ask(client, url, token)
			tally.add(time.Since(due), problem)
			<-slots
		}(urls[i%len(urls)])
	}
	pending.Wait()
	return tally
}

func main() {
	rate := flag.Float64("rate", 500, "requests a second")
	seconds := flag.Float64("seconds", 5, "how long")
	flag.Parse()
	if flag.NArg() == 0 || *rate <= 0 {
		fmt.Fprintln(os.Stderr, "usage: control -rate N -seconds N URL...; the token is TOKEN of the environment")
		os.Exit(2)
	}
	run(flag.Args(), os.Getenv("TOKEN"), *rate, time.Second/2) // connections, caches
	length := time.Duration(*seconds * float64(time.Second))
	done := run(flag.Args(), os.Getenv("TOKEN"), *rate, length)
	sort.Slice(done.took, func(a, b int) bool { return done.took[a] < done.took[b] })
	at := func(share float64) float64 {
		return float64(done.took[int(share*float64(len(done.took)-1))].Microseconds()) / 1000
	}
	out := result{len(done.took), done.errors, done.first, float64(len(done.took)) / length.Seconds(), at(0.5), at(0.99), at(1)}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
