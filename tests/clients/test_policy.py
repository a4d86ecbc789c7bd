"""Bucket policies. Row: "bucket policy": "set, read, removed; a stranger reads what it allows"."""

import json

import pytest
import requests

from clients.client_table import judged_by
from clients.raw_http import path_of

ROW = "bucket policy"


@pytest.fixture
def policy(bucket):
    statement = {"Sid": "all", "Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"],
                 "Resource": [f"arn:aws:s3:::{bucket}/public/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def policy_of_obs(bucket):
    statement = {"Sid": "all", "Effect": "Allow", "Principal": {"ID": ["*"]}, "Action": ["GetObject"], "Resource": [f"{bucket}/public/*"]}
    return json.dumps({"Statement": [statement]})


@pytest.fixture
def allowed(server, s3, bucket):
    """What a stranger gets of a public and of another object."""
    for key in ("public/k", "k"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")

    def ask():
        return [requests.get(server.s3_url + path_of(bucket, key), timeout=30).status_code for key in ("public/k", "k")]

    assert ask() == [403, 403]
    return ask


@pytest.mark.referee(client="boto3", operation=ROW)
def test_boto3(s3, bucket, policy, allowed):
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"][0]["Sid"] == "all"
    assert allowed() == [200, 403]
    s3.delete_bucket_policy(Bucket=bucket)
    assert allowed() == [403, 403]


@pytest.mark.referee(client="awscli", operation=ROW)
def test_awscli(cast, bucket, policy, allowed):
    aws = cast["awscli"]
    aws.api("put-bucket-policy", "--bucket", bucket, "--policy", policy)
    assert "public" in aws.api("get-bucket-policy", "--bucket", bucket)["Policy"]
    assert allowed() == [200, 403]
    aws.api("delete-bucket-policy", "--bucket", bucket)
    assert allowed() == [403, 403]


@pytest.mark.referee(client="s3cmd", operation=ROW)
def test_s3cmd(cast, bucket, policy, allowed, tmp_path):
    (tmp_path / "policy").write_text(policy)
    cast["s3cmd"].s3cmd("setpolicy", str(tmp_path / "policy"), f"s3://{bucket}")
    assert allowed() == [200, 403]
    cast["s3cmd"].s3cmd("delpolicy", f"s3://{bucket}")
    assert allowed() == [403, 403]


@judged_by(ROW, ["esdk OBS"])
def test_esdk_in_the_words_of_obs(cast, bucket, policy_of_obs, allowed, name):
    esdk = cast[name]
    esdk.call("setBucketPolicy", bucket, policy_of_obs)
    assert json.loads(esdk.call("getBucketPolicy", bucket).body.policyJSON)["Statement"][0]["Sid"] == "all"
    assert allowed() == [200, 403]
    esdk.call("deleteBucketPolicy", bucket)
    assert allowed() == [403, 403]


@judged_by(ROW, ["Go OBS"])
def test_go_in_the_words_of_obs(cast, s3, bucket, policy_of_obs, allowed, name):
    cast[name].call("set policy", bucket=bucket, text=policy_of_obs)
    assert "public" in cast[name].call("policy", bucket=bucket)["text"]
    assert allowed() == [200, 403]
    s3.delete_bucket_policy(Bucket=bucket)
