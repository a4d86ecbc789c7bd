// The OBS Go SDK, driven line by line: each line of standard input is a request in JSON, each line of standard output its answer.
// The tests of ../test_journey_*.py are its only caller; ../referees/go_obs.py writes the lines.
//
//	go_obs -endpoint http://127.0.0.1:9000 -signature v2|v4|obs      keys: ACCESS_KEY and SECRET_KEY in the environment
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/huaweicloud/huaweicloud-sdk-go-obs/obs"
)

// What a test may say; each operation reads its own few fields.
type request struct {
	Operation string            `json:"operation"`
	Bucket    string            `json:"bucket"`
	Key       string            `json:"key"`
	To        string            `json:"to"`
	Body      []byte            `json:"body"`
	Metadata  map[string]string `json:"metadata"`
	First     int64             `json:"first"`
	Last      int64             `json:"last"`
	Prefix    string            `json:"prefix"`
	Delimiter string            `json:"delimiter"`
	Marker    string            `json:"marker"`
	Limit     int               `json:"limit"`
	Keys      []string          `json:"keys"`
	Upload    string            `json:"upload"`
	Part      int               `json:"part"`
	Path      string            `json:"path"`
	Method    string            `json:"method"`
	Expires   int               `json:"expires"`
	Text      string            `json:"text"`
}

type answer map[string]interface{}

type operation func(client *obs.ObsClient, asked request) (answer, error)

var operations = map[string]operation{
	"make bucket": makeBucket, "remove bucket": removeBucket, "buckets": buckets, "location": location,
	"put": put, "get": get, "get range": getRange, "head": head, "copy": copyObject, "delete": deleteObject,
	"delete many": deleteMany, "list": list, "presign": presign,
	"upload file": uploadFile, "download file": downloadFile, "begin upload": beginUpload, "put part": putPart,
	"list parts": listParts, "uploads": uploads, "abort": abort, "complete": complete,
	"set versioning": setVersioning, "versioning": versioning, "list versions": listVersions,
	"set policy": setPolicy, "policy": policy, "set acl": setACL, "append": appendObject,
}

// Host names lead to the endpoint's address, so that bucket.localhost need not be known to any resolver.
func dialer(endpoint string) (*http.Transport, error) {
	address, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	var plain net.Dialer
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return plain.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", address.Port()))
	}
	return &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 8}, nil
}

func newClient(endpoint, signature string) (*obs.ObsClient, error) {
	transport, err := dialer(endpoint)
	if err != nil {
		return nil, err
	}
	kinds := map[string]obs.SignatureType{"v2": obs.SignatureV2, "v4": obs.SignatureV4, "obs": obs.SignatureObs}
	kind, known := kinds[signature]
	if !known {
		return nil, fmt.Errorf("-signature is v2, v4 or obs, not %q", signature)
	}
	return obs.New(os.Getenv("ACCESS_KEY"), os.Getenv("SECRET_KEY"), endpoint, obs.WithSignature(kind),
		obs.WithRegion("region-of-a-script"), obs.WithHttpTransport(transport), obs.WithMaxRetryCount(0))
}

func describe(err error) answer {
	var refused obs.ObsError
	if errors.As(err, &refused) {
		return answer{"error": answer{"status": refused.StatusCode, "code": refused.Code, "message": refused.Message}}
	}
	return answer{"error": answer{"status": 0, "code": "", "message": err.Error()}}
}

func perform(client *obs.ObsClient, line []byte) answer {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return describe(err)
	}
	run, known := operations[asked.Operation]
	if !known {
		return describe(fmt.Errorf("there is no operation %q", asked.Operation))
	}
	result, err := run(client, asked)
	if err != nil {
		return describe(err)
	}
	if result == nil {
		result = answer{}
	}
	return result
}

func serve(client *obs.ObsClient) error {
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return nil // the tests have closed our input: they are done
		}
		if err := answers.Encode(perform(client, line)); err != nil {
			return err
		}
	}
}

func main() {
	endpoint := flag.String("endpoint", "", "address of the object store")
	signature := flag.String("signature", "v2", "v2, v4 or obs")
	flag.Parse()
	client, err := newClient(*endpoint, *signature)
	if err == nil {
		err = serve(client)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
