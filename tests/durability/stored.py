"""What the durability tests share: the command line, an S3 client that does not repeat, and objects of all kinds of blobs."""

import hashlib
import json
import os
import subprocess

import boto3
import requests
from botocore.config import Config

import conftest


def s3(server):
    return boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key, region_name=server.region,
                        config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=60))


def atelier(data_dir, *words):
    """One command; its exit status and output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATELIER_")}
    return subprocess.run([str(conftest.server_binary()), "--data-dir", str(data_dir), *map(str, words)],
                          capture_output=True, text=True, timeout=120, env=environment)


def atelier_json(data_dir, *words, status=0):
    outcome = atelier(data_dir, *words, "--json")
    assert outcome.returncode == status, outcome.stdout + outcome.stderr
    return json.loads(outcome.stdout)


def metric(server, name):
    text = requests.get(f"http://{server.platform}/metrics", timeout=10).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name + " "))


def pattern(size, seed):
    return (hashlib.sha256(str(seed).encode()).digest() * (size // 32 + 1))[:size]


class Objects:
    """Puts objects and remembers those that were acknowledged."""

    def __init__(self, server, bucket="kept"):
        self.bucket = bucket
        self.known = {}
        s3(server).create_bucket(Bucket=bucket)

    def put(self, server, key, size):
        body = pattern(size, key)
        s3(server).put_object(Bucket=self.bucket, Key=key, Body=body)
        self.known[key] = body

    def check(self, server):
        client = s3(server)
        listed = {entry["Key"] for entry in client.list_objects_v2(Bucket=self.bucket).get("Contents", [])}
        assert listed == set(self.known)
        for key, body in self.known.items():
            assert client.get_object(Bucket=self.bucket, Key=key)["Body"].read() == body, key


def damage(data_dir, body, at):
    """Flips one byte of what was stored as `body`, wherever it lies on the disk."""
    for path in sorted((data_dir / "blobs").rglob("*")):
        if not path.is_file() or (start := path.read_bytes().find(body)) < 0:
            continue
        path.chmod(0o600)
        with open(path, "r+b") as file:
            file.seek(start + at)
            file.write(bytes([body[at] ^ 0xFF]))
        return
    raise AssertionError("the bytes are nowhere")
