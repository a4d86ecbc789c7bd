"""Documents: their roots, namespaces and times."""

import re

import pytest

from conformance.store import path_of

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ROOTS = [({}, "ListBucketResult"), ({"list-type": 2}, "ListBucketResult"), ({"versions": None}, "ListVersionsResult"),
         ({"uploads": None}, "ListMultipartUploadsResult"), ({"acl": None}, "AccessControlPolicy"),
         ({"versioning": None}, "VersioningConfiguration"), ({"requestPayment": None}, "RequestPaymentConfiguration")]


@pytest.mark.parametrize("query, root", ROOTS)
def test_roots_and_namespaces(store, filled, query, root):
    answer = store.get(filled, query=query)
    assert (answer.root.tag, answer.header("content-type")) == (root, "application/xml")
    assert answer.namespace == "http://s3.amazonaws.com/doc/2006-03-01/"
    assert answer.body.count(b'xmlns="') == 1


@pytest.mark.obs
@pytest.mark.parametrize("query, root", [row for row in ROOTS if "list-type" not in row[0]])
def test_roots_and_namespaces_of_obs(store, filled, query, root):
    answer = store.obs("GET", filled, query=query)
    assert answer.root.tag == root
    assert re.fullmatch(r"http://obs\..*myhuaweicloud\.com/doc/2015-06-30/", answer.namespace)
    assert answer.body.count(b'xmlns="') == 1


def test_the_list_of_buckets(store, bucket):
    answer = store.send("GET", "/")
    assert (answer.root.tag, answer.namespace) == ("ListAllMyBucketsResult", "http://s3.amazonaws.com/doc/2006-03-01/")
    assert bucket in answer.texts("Buckets/Bucket/Name")
    assert all(re.fullmatch(TIME, text) for text in answer.texts("Buckets/Bucket/CreationDate"))


def test_pages_of_the_list_of_buckets(store):
    names = [f"pages-of-buckets-{number}" for number in range(3)]
    for name in names:
        assert store.send("PUT", path_of(name)).status == 200
    first = store.send("GET", "/", {"max-buckets": 2, "prefix": "pages-of-buckets-"})
    rest = store.send("GET", "/", {"prefix": "pages-of-buckets-", "continuation-token": first.text("ContinuationToken") or ""})
    for name in names:
        assert store.delete(name).status == 204
    assert (first.texts("Buckets/Bucket/Name"), rest.texts("Buckets/Bucket/Name")) == (names[:2], names[2:])


def test_times(store, filled):
    assert re.fullmatch(TIME, store.get(filled).text("Contents/LastModified"))
    store.begin_upload(filled, "k")
    assert re.fullmatch(TIME, store.get(filled, query={"uploads": None}).text("Upload/Initiated"))


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"',
                                       ' xmlns="http://obs.example.com/doc/2015-06-30/"'])
def test_bodies_with_any_namespace(store, bucket, namespace):
    upload = store.begin_upload(bucket, "k")
    etag = store.put_part(bucket, "k", upload, 1, b"x").header("etag")
    part = f"<Part><ETag>{etag.replace(chr(34), '&quot;')}</ETag><PartNumber>1</PartNumber></Part>"
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
      <CompleteMultipartUpload{namespace}>{part}</CompleteMultipartUpload>"""
    assert store.send("POST", path_of(bucket, "k"), {"uploadId": upload}, body=body.encode()).status == 200


def test_an_entity_bomb_is_not_expanded(store, bucket):
    entities = b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;">]>'
    document = b"<CreateBucketConfiguration><Location>&d;</Location></CreateBucketConfiguration>"
    answer = store.send("PUT", path_of(bucket), body=entities + document)
    assert answer.status in (200, 400, 409)
    assert b"ccc" not in answer.body


def test_keys_are_escaped(store, bucket):
    key = "<&>\"'"
    store.put(bucket, key, b"x")
    assert store.keys_of(bucket) == [key]
