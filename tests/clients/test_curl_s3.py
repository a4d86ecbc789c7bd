"""curl, which signs V4 by itself: large bodies, 100-continue, streams, ranges."""

import hashlib
import os
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture
def curl(server):
    def run(*arguments, check=True, **options):
        command = ["curl", "-sS", "--fail-with-body", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user",
                   f"{server.access_key}:{server.secret_key}", "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]
        return subprocess.run([*command, *arguments], capture_output=True, check=check, timeout=120, **options)

    return run


def test_a_large_file(curl, server, bucket, tmp_path):
    path = tmp_path / "large"
    path.write_bytes(os.urandom(40 * 1024 * 1024 + 17))
    url = f"{server.s3_url}/{bucket}/large"
    curl("-T", str(path), "-H", "Expect: 100-continue", url)
    curl("-o", str(tmp_path / "back"), url)
    assert (tmp_path / "back").read_bytes() == path.read_bytes()
    head = curl("-I", url).stdout.decode().lower()
    assert f"content-length: {40 * 1024 * 1024 + 17}" in head
    assert hashlib.md5(path.read_bytes()).hexdigest() in head
    assert curl("-r", "41943040-", url).stdout == path.read_bytes()[41943040:]


def test_a_stream_from_a_pipe(curl, server, bucket):
    body = os.urandom(3_000_000)
    url = f"{server.s3_url}/{bucket}/piped"
    curl("-T", "-", "-H", "Transfer-Encoding: chunked", url, input=body)
    assert curl(url).stdout == body


def test_a_refusal_comes_before_the_body(curl, server, tmp_path):
    path = tmp_path / "large"
    path.write_bytes(bytes(20 * 1024 * 1024))
    answer = curl("-T", str(path), "-H", "Expect: 100-continue", "-w", "\n%{size_upload}",
                  f"{server.s3_url}/no-such-bucket/k", check=False)
    text, uploaded = answer.stdout.decode().rsplit("\n", 1)
    assert "<Code>NoSuchBucket</Code>" in text
    assert int(uploaded) == 0


def test_without_a_signature(server, bucket):
    answer = subprocess.run(["curl", "-sS", "-i", f"{server.s3_url}/{bucket}/k"], capture_output=True, check=True, timeout=60)
    assert b" 403 " in answer.stdout.splitlines()[0]
    assert b"<Code>AccessDenied</Code>" in answer.stdout
