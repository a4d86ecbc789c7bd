package main

import (
	"bytes"

	"github.com/huaweicloud/huaweicloud-sdk-go-obs/obs"
)

const partSize = 5 * 1024 * 1024

func uploadFile(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.UploadFileInput{UploadFile: asked.Path, PartSize: partSize, TaskNum: 2}
	input.Bucket, input.Key = asked.Bucket, asked.Key
	output, err := client.UploadFile(input)
	if err != nil {
		return nil, err
	}
	return answer{"etag": output.ETag}, nil
}

func downloadFile(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.DownloadFileInput{DownloadFile: asked.Path, PartSize: partSize, TaskNum: 2}
	input.Bucket, input.Key = asked.Bucket, asked.Key
	_, err := client.DownloadFile(input)
	return nil, err
}

func beginUpload(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.InitiateMultipartUploadInput{}
	input.Bucket, input.Key, input.Metadata = asked.Bucket, asked.Key, asked.Metadata
	output, err := client.InitiateMultipartUpload(input)
	if err != nil {
		return nil, err
	}
	return answer{"upload": output.UploadId}, nil
}

func putPart(client *obs.ObsClient, asked request) (answer, error) {
	output, err := client.UploadPart(&obs.UploadPartInput{Bucket: asked.Bucket, Key: asked.Key, UploadId: asked.Upload,
		PartNumber: asked.Part, Body: bytes.NewReader(asked.Body)})
	if err != nil {
		return nil, err
	}
	return answer{"etag": output.ETag}, nil
}

func partsOf(client *obs.ObsClient, asked request) ([]obs.Part, error) {
	output, err := client.ListParts(&obs.ListPartsInput{Bucket: asked.Bucket, Key: asked.Key, UploadId: asked.Upload})
	if err != nil {
		return nil, err
	}
	return output.Parts, nil
}

func listParts(client *obs.ObsClient, asked request) (answer, error) {
	parts, err := partsOf(client, asked)
	if err != nil {
		return nil, err
	}
	shown := [][2]int64{}
	for _, part := range parts {
		shown = append(shown, [2]int64{int64(part.PartNumber), part.Size})
	}
	return answer{"parts": shown}, nil
}

func uploads(client *obs.ObsClient, asked request) (answer, error) {
	output, err := client.ListMultipartUploads(&obs.ListMultipartUploadsInput{Bucket: asked.Bucket})
	if err != nil {
		return nil, err
	}
	found := []string{}
	for _, upload := range output.Uploads {
		found = append(found, upload.UploadId)
	}
	return answer{"uploads": found}, nil
}

func abort(client *obs.ObsClient, asked request) (answer, error) {
	_, err := client.AbortMultipartUpload(
		&obs.AbortMultipartUploadInput{Bucket: asked.Bucket, Key: asked.Key, UploadId: asked.Upload})
	return nil, err
}

func complete(client *obs.ObsClient, asked request) (answer, error) {
	parts, err := partsOf(client, asked)
	if err != nil {
		return nil, err
	}
	output, err := client.CompleteMultipartUpload(&obs.CompleteMultipartUploadInput{
		Bucket: asked.Bucket, Key: asked.Key, UploadId: asked.Upload, Parts: parts})
	if err != nil {
		return nil, err
	}
	return answer{"etag": output.ETag}, nil
}
