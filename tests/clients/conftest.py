"""Clients of every kind, pointed at the server."""

import itertools
import os
import socket

import boto3
import pytest
from botocore.config import Config
from obs import ObsClient

from clients.raw_http import RawS3

_bucket_numbers = itertools.count(1)


@pytest.fixture(scope="session", autouse=True)
def names_below_localhost_resolve():
    """Virtual-host style needs bucket.localhost to be a name; not every resolver knows it."""
    original = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and (name == "localhost" or name.endswith(".localhost")):
            host = "127.0.0.1"
        return original(host, *args, **kwargs)

    socket.getaddrinfo = resolve
    yield
    socket.getaddrinfo = original


def make_boto3(server, signature="s3v4", **s3_options):
    return boto3.client(
        "s3",
        endpoint_url=server.s3_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name="us-east-1",
        config=Config(
            signature_version=signature,
            retries={"max_attempts": 1, "mode": "standard"},
            s3={"addressing_style": "path", **s3_options},
        ),
    )


# The four ways in which the OBS SDK talks to a server.
ESDK_MODES = ("ip_v2", "host_obs", "host_v2", "ip_v4")


def make_esdk(server, mode):
    keys = {"access_key_id": server.access_key, "secret_access_key": server.secret_key, "max_retry_count": 0}
    by_ip = f"http://127.0.0.1:{server.s3_port}"
    by_name = f"http://localhost:{server.s3_port}"
    if mode == "ip_v2":
        return ObsClient(server=by_ip, **keys)
    if mode == "host_obs":  # asks HEAD /?apiversion, then signs the OBS way, with the bucket in the host name
        return ObsClient(server=by_name, **keys)
    if mode == "host_v2":
        return ObsClient(server=by_name, path_style=True, **keys)
    if mode == "ip_v4":
        return ObsClient(server=by_ip, signature="v4", region="region-of-a-script", **keys)
    raise ValueError(mode)


@pytest.fixture(scope="session")
def s3(server):
    return make_boto3(server)


@pytest.fixture(params=ESDK_MODES)
def obs(request, server):
    client = make_esdk(server, request.param)
    client.mode = request.param
    yield client
    client.close()


@pytest.fixture
def raw(server):
    return RawS3(server)


def empty_and_delete(s3, bucket):
    for upload in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


@pytest.fixture
def bucket(s3):
    name = f"bucket-{os.getpid()}-{next(_bucket_numbers)}"
    s3.create_bucket(Bucket=name)
    yield name
    empty_and_delete(s3, name)
