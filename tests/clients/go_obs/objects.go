package main

import (
	"bytes"
	"io"

	"github.com/huaweicloud/huaweicloud-sdk-go-obs/obs"
)

func put(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.PutObjectInput{Body: bytes.NewReader(asked.Body)}
	input.Bucket, input.Key, input.Metadata = asked.Bucket, asked.Key, asked.Metadata
	output, err := client.PutObject(input)
	if err != nil {
		return nil, err
	}
	return answer{"etag": output.ETag}, nil
}

func read(client *obs.ObsClient, input *obs.GetObjectInput) (answer, error) {
	output, err := client.GetObject(input)
	if err != nil {
		return nil, err
	}
	defer output.Body.Close()
	body, err := io.ReadAll(output.Body)
	if err != nil {
		return nil, err
	}
	return answer{"body": body, "metadata": output.Metadata, "etag": output.ETag}, nil
}

func get(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.GetObjectInput{}
	input.Bucket, input.Key = asked.Bucket, asked.Key
	return read(client, input)
}

func getRange(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.GetObjectInput{RangeStart: asked.First, RangeEnd: asked.Last}
	input.Bucket, input.Key = asked.Bucket, asked.Key
	return read(client, input)
}

func head(client *obs.ObsClient, asked request) (answer, error) {
	output, err := client.GetObjectMetadata(&obs.GetObjectMetadataInput{Bucket: asked.Bucket, Key: asked.Key})
	if err != nil {
		return nil, err
	}
	return answer{"size": output.ContentLength, "etag": output.ETag, "metadata": output.Metadata}, nil
}

func copyObject(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.CopyObjectInput{CopySourceBucket: asked.Bucket, CopySourceKey: asked.Key}
	input.Bucket, input.Key = asked.Bucket, asked.To
	_, err := client.CopyObject(input)
	return nil, err
}

func deleteObject(client *obs.ObsClient, asked request) (answer, error) {
	_, err := client.DeleteObject(&obs.DeleteObjectInput{Bucket: asked.Bucket, Key: asked.Key})
	return nil, err
}

func deleteMany(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.DeleteObjectsInput{Bucket: asked.Bucket, EncodingType: "url"}
	for _, key := range asked.Keys {
		input.Objects = append(input.Objects, obs.ObjectToDelete{Key: key})
	}
	output, err := client.DeleteObjects(input)
	if err != nil {
		return nil, err
	}
	deleted := []string{}
	for _, item := range output.Deleteds {
		deleted = append(deleted, item.Key)
	}
	return answer{"deleted": deleted, "errors": len(output.Errors)}, nil
}

func presign(client *obs.ObsClient, asked request) (answer, error) {
	output, err := client.CreateSignedUrl(&obs.CreateSignedUrlInput{
		Method: obs.HttpMethodType(asked.Method), Bucket: asked.Bucket, Key: asked.Key, Expires: asked.Expires})
	if err != nil {
		return nil, err
	}
	return answer{"url": output.SignedUrl}, nil
}
