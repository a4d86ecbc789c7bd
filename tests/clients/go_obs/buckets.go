package main

import "github.com/huaweicloud/huaweicloud-sdk-go-obs/obs"

func makeBucket(client *obs.ObsClient, asked request) (answer, error) {
	_, err := client.CreateBucket(&obs.CreateBucketInput{Bucket: asked.Bucket})
	return nil, err
}

func removeBucket(client *obs.ObsClient, asked request) (answer, error) {
	_, err := client.DeleteBucket(asked.Bucket)
	return nil, err
}

func buckets(client *obs.ObsClient, _ request) (answer, error) {
	output, err := client.ListBuckets(&obs.ListBucketsInput{QueryLocation: true})
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, bucket := range output.Buckets {
		names = append(names, bucket.Name)
	}
	return answer{"names": names}, nil
}

func location(client *obs.ObsClient, asked request) (answer, error) {
	output, err := client.GetBucketLocation(asked.Bucket)
	if err != nil {
		return nil, err
	}
	return answer{"location": output.Location}, nil
}

func list(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.ListObjectsInput{Bucket: asked.Bucket, Marker: asked.Marker}
	input.Prefix, input.Delimiter, input.MaxKeys = asked.Prefix, asked.Delimiter, asked.Limit
	input.EncodingType = "url"
	output, err := client.ListObjects(input)
	if err != nil {
		return nil, err
	}
	keys := []string{}
	for _, item := range output.Contents {
		keys = append(keys, item.Key)
	}
	return answer{"keys": keys, "prefixes": append([]string{}, output.CommonPrefixes...),
		"truncated": output.IsTruncated, "next": output.NextMarker}, nil
}
