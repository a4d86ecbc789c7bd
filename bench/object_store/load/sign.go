package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

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
