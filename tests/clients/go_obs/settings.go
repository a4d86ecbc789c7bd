package main

import (
	"bytes"

	"github.com/huaweicloud/huaweicloud-sdk-go-obs/obs"
)

// Text settings come and go in the field `text`.

func setVersioning(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.SetBucketVersioningInput{Bucket: asked.Bucket}
	input.Status = obs.VersioningStatusType(asked.Text)
	_, err := client.SetBucketVersioning(input)
	return nil, err
}

func versioning(client *obs.ObsClient, asked request) (answer, error) {
	output, err := client.GetBucketVersioning(asked.Bucket)
	if err != nil {
		return nil, err
	}
	return answer{"text": string(output.Status)}, nil
}

func listVersions(client *obs.ObsClient, asked request) (answer, error) {
	output, err := client.ListVersions(&obs.ListVersionsInput{Bucket: asked.Bucket})
	if err != nil {
		return nil, err
	}
	versions, markers := [][2]string{}, [][2]string{}
	for _, version := range output.Versions {
		versions = append(versions, [2]string{version.Key, version.VersionId})
	}
	for _, marker := range output.DeleteMarkers {
		markers = append(markers, [2]string{marker.Key, marker.VersionId})
	}
	return answer{"versions": versions, "markers": markers}, nil
}

func setPolicy(client *obs.ObsClient, asked request) (answer, error) {
	_, err := client.SetBucketPolicy(&obs.SetBucketPolicyInput{Bucket: asked.Bucket, Policy: asked.Text})
	return nil, err
}

func policy(client *obs.ObsClient, asked request) (answer, error) {
	output, err := client.GetBucketPolicy(asked.Bucket)
	if err != nil {
		return nil, err
	}
	return answer{"text": output.Policy}, nil
}

func setACL(client *obs.ObsClient, asked request) (answer, error) {
	if asked.Key == "" {
		_, err := client.SetBucketAcl(&obs.SetBucketAclInput{Bucket: asked.Bucket, ACL: obs.AclType(asked.Text)})
		return nil, err
	}
	_, err := client.SetObjectAcl(&obs.SetObjectAclInput{Bucket: asked.Bucket, Key: asked.Key, ACL: obs.AclType(asked.Text)})
	return nil, err
}

func appendObject(client *obs.ObsClient, asked request) (answer, error) {
	input := &obs.AppendObjectInput{Position: asked.First, Body: bytes.NewReader(asked.Body)}
	input.Bucket, input.Key = asked.Bucket, asked.Key
	output, err := client.AppendObject(input)
	if err != nil {
		return nil, err
	}
	return answer{"next": output.NextAppendPosition, "etag": output.ETag}, nil
}
