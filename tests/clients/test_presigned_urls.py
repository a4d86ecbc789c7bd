"""Signed links, of every client that makes them; expired and tampered ones are refused."""

import pytest
import requests

from clients.conftest import make_boto3, make_esdk

KEY = "a b/ü+é~*.txt"
BODY = b"signed"


class Boto3Links:
    def __init__(self, server, signature):
        self.client = make_boto3(server, signature)

    def url(self, method, bucket, expires):
        operation = {"GET": "get_object", "PUT": "put_object"}[method]
        return self.client.generate_presigned_url(operation, Params={"Bucket": bucket, "Key": KEY}, ExpiresIn=expires)


class EsdkLinks:
    def __init__(self, server, mode):
        self.client = make_esdk(server, mode)

    def url(self, method, bucket, expires):
        return self.client.createSignedUrl(method, bucket, KEY, expires=expires).signedUrl


MAKERS = {
    "boto3_v2": lambda server: Boto3Links(server, "s3"),
    "boto3_v4": lambda server: Boto3Links(server, "s3v4"),
    "esdk_v2": lambda server: EsdkLinks(server, "ip_v2"),
    "esdk_obs": lambda server: EsdkLinks(server, "host_obs"),
    "esdk_v4": lambda server: EsdkLinks(server, "ip_v4"),
}


@pytest.fixture(params=MAKERS)
def links(request, server):
    return MAKERS[request.param](server)


def send(method, url, **options):
    return requests.request(method, url, timeout=30, **options)


def test_put_and_get(links, s3, bucket):
    put = send("PUT", links.url("PUT", bucket, 300), data=BODY)
    assert put.status_code == 200, put.text
    got = send("GET", links.url("GET", bucket, 300))
    assert (got.status_code, got.content) == (200, BODY), got.text
    assert s3.get_object(Bucket=bucket, Key=KEY)["Body"].read() == BODY


def test_expired_ones(links, s3, bucket, server):
    s3.put_object(Bucket=bucket, Key=KEY, Body=BODY)
    url = links.url("GET", bucket, -10)
    answer = send("GET", url)
    assert answer.status_code in (400, 403), answer.text
    assert "<Code>AccessDenied</Code>" in answer.text or "<Code>AuthorizationQueryParametersError</Code>" in answer.text


def test_tampered_ones(links, s3, bucket):
    s3.put_object(Bucket=bucket, Key=KEY, Body=BODY)
    s3.put_object(Bucket=bucket, Key="other", Body=b"secret")
    url = links.url("GET", bucket, 300)
    path, query = url.split("?", 1)
    elsewhere = path.rsplit("/a", 1)[0] + "/other?" + query
    answer = send("GET", elsewhere)
    assert (answer.status_code, "<Code>SignatureDoesNotMatch</Code>" in answer.text) == (403, True), answer.text
    assert send("PUT", url, data=b"changed").status_code == 403
    assert s3.get_object(Bucket=bucket, Key=KEY)["Body"].read() == BODY
