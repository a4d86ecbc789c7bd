"""Signed links, of every client that makes them; expired and tampered ones are refused."""

import pytest
import requests

KEY = "a b/ü+é~*.txt"
BODY = b"signed"


@pytest.fixture
def filled(s3, bucket):
    s3.put_object(Bucket=bucket, Key=KEY, Body=BODY)
    s3.put_object(Bucket=bucket, Key="other", Body=b"secret")
    return bucket


def send(method, url, **options):
    return requests.request(method, url, timeout=30, **options)


@pytest.mark.referee(operation="presigned GET", needs=("presign_get",))
def test_get(referee, s3, filled):
    url = referee.presign_get(filled, KEY)
    got = send("GET", url)
    assert (got.status_code, got.content) == (200, BODY), got.text
    path, query = url.split("?", 1)
    elsewhere = path.rsplit("/a", 1)[0] + "/other?" + query
    answer = send("GET", elsewhere)
    assert (answer.status_code, "<Code>SignatureDoesNotMatch</Code>" in answer.text) == (403, True), answer.text
    assert send("PUT", url, data=b"changed").status_code == 403
    assert s3.get_object(Bucket=filled, Key=KEY)["Body"].read() == BODY


@pytest.mark.referee(operation="presigned GET, expired", needs=("presign_expired",))
def test_expired_ones(referee, filled):
    answer = send("GET", referee.presign_expired(filled, KEY))
    assert answer.status_code in (400, 403), answer.text
    assert "<Code>AccessDenied</Code>" in answer.text or "<Code>AuthorizationQueryParametersError</Code>" in answer.text


@pytest.mark.referee(operation="presigned PUT", needs=("presign_put",))
def test_put(referee, s3, bucket):
    put = send("PUT", referee.presign_put(bucket, KEY), data=BODY)
    assert put.status_code == 200, put.text
    assert s3.get_object(Bucket=bucket, Key=KEY)["Body"].read() == BODY
