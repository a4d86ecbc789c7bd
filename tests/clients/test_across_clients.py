"""The same objects through every client: put by one, read by all others."""

import shutil
import subprocess
from urllib.parse import quote

import pytest

from clients.conftest import ESDK_MODES, make_boto3, make_esdk
from clients.raw_http import path_of

KEYS = ["a b", "ü+é", "中/文", "a//b", "dir/", "dir", "dir/x", "%41", "~*'()"]


class Boto3:
    def __init__(self, server, signature):
        self.client = make_boto3(server, signature)

    def put(self, bucket, key, body, colour):
        self.client.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"colour": colour})

    def get(self, bucket, key):
        answer = self.client.get_object(Bucket=bucket, Key=key)
        return answer["Body"].read(), answer["Metadata"]["colour"], answer["ETag"]


class Esdk:
    def __init__(self, server, mode):
        self.client = make_esdk(server, mode)

    def put(self, bucket, key, body, colour):
        answer = self.client.putContent(bucket, key, body, metadata={"colour": colour})
        assert answer.status == 200, answer.errorMessage

    def get(self, bucket, key):
        answer = self.client.getObject(bucket, key, loadStreamInMemory=True)
        assert answer.status == 200, answer.errorMessage
        headers = dict(answer.header)
        return answer.body.buffer, headers.get("colour") or headers.get("meta-colour"), answer.body.etag


class Curl:
    def __init__(self, server):
        self.server = server

    def run(self, *arguments):
        keys = f"{self.server.access_key}:{self.server.secret_key}"
        command = ["curl", "-sS", "--path-as-is", "--fail-with-body", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", keys]
        return subprocess.run([*command, *arguments], capture_output=True, check=True, timeout=60).stdout

    def url(self, bucket, key):
        return self.server.s3_url + path_of(bucket, key)

    def put(self, bucket, key, body, colour):
        self.run("-X", "PUT", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD", "-H", f"x-amz-meta-colour: {colour}",
                 "--data-binary", body.decode(), self.url(bucket, key))

    def get(self, bucket, key):
        shown = self.run("-i", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD", self.url(bucket, key))
        head, body = shown.split(b"\r\n\r\n", 1)
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        headers = {name.lower(): value for name, value in headers.items()}
        return body, headers["x-amz-meta-colour"], headers["etag"]


@pytest.fixture(scope="module")
def clients(server):
    made = {f"boto3-{signature}": Boto3(server, signature) for signature in ("s3v4", "s3")}
    made.update({f"esdk-{mode}": Esdk(server, mode) for mode in ESDK_MODES})
    if shutil.which("curl"):
        made["curl"] = Curl(server)
    return made


WRITERS = ["boto3-s3v4", "boto3-s3", *(f"esdk-{mode}" for mode in ESDK_MODES), "curl"]


@pytest.mark.parametrize("writer", WRITERS)
def test_put_by_one_read_by_all(clients, bucket, writer):
    if writer not in clients:
        pytest.skip("curl is not installed")
    etags = {}
    for key in KEYS:
        clients[writer].put(bucket, key, f"{writer}: {quote(key)}".encode(), "blue")
    for name, client in clients.items():
        for key in KEYS:
            body, colour, etag = client.get(bucket, key)
            assert body == f"{writer}: {quote(key)}".encode(), (name, key)
            assert colour == "blue"
            assert etags.setdefault(key, etag) == etag
