"""What S3 tells of an object without its bytes: GetObjectAttributes."""

import hashlib

import pytest

from conformance.checksum import checksum

ALL = "ETag,Checksum,ObjectParts,StorageClass,ObjectSize"
PART = 5 * 1024 * 1024


def ask(store, bucket, key="k", wanted=ALL, query=None, **headers):
    named = {f"x-amz-{name.replace('_', '-')}": value for name, value in headers.items()}
    return store.get(bucket, key, {"attributes": None, **(query or {})}, {"x-amz-object-attributes": wanted, **named})


def in_parts(store, bucket, bodies):
    upload = store.begin_upload(bucket, "k")
    etags = [store.put_part(bucket, "k", upload, number, body).header("etag") for number, body in enumerate(bodies, 1)]
    assert store.complete(bucket, "k", upload, list(enumerate(etags, 1))).status == 200


def test_of_a_simple_object(store, filled):
    answer = ask(store, filled)
    assert (answer.status, answer.root.tag) == (200, "GetObjectAttributesResponse")
    assert answer.text("ETag") == hashlib.md5(b"0123456789").hexdigest()  # without quotes here
    assert (answer.text("StorageClass"), answer.text("ObjectSize"), answer.root.find("ObjectParts")) == ("STANDARD", "10", None)
    assert answer.header("last-modified") == store.head(filled, "k").header("last-modified")


def test_only_what_was_asked_for(store, filled):
    assert [item.tag for item in ask(store, filled, wanted="ObjectSize").root] == ["ObjectSize"]


def test_of_an_object_in_parts(store, bucket):
    in_parts(store, bucket, [b"a" * PART, b"b" * PART, b"c"])
    answer = ask(store, bucket)
    assert (answer.text("ObjectParts/PartsCount"), answer.text("ObjectSize")) == ("3", str(2 * PART + 1))
    assert answer.text("ETag").endswith("-3")


def test_parts_in_pages(store, bucket):
    in_parts(store, bucket, [b"a" * PART, b"b" * PART, b"c"])
    page = ask(store, bucket, max_parts="1", part_number_marker="1").root.find("ObjectParts")
    assert [page.findtext(name) for name in ("PartNumberMarker", "NextPartNumberMarker", "MaxParts", "IsTruncated")] == ["1", "2", "1", "true"]
    last = ask(store, bucket, max_parts="1", part_number_marker="2").root.find("ObjectParts")
    assert last.findtext("IsTruncated") == "false"


def test_checksums(store, bucket):
    store.put(bucket, "k", b"hello", {"x-amz-checksum-sha256": checksum("sha256", b"hello")})
    answer = ask(store, bucket, wanted="Checksum")
    assert (answer.text("Checksum/ChecksumSHA256"), answer.text("Checksum/ChecksumType")) == (checksum("sha256", b"hello"), "FULL_OBJECT")


def test_of_a_version(store, versioned):
    first = store.put(versioned, "k", b"1").header("x-amz-version-id")
    store.put(versioned, "k", b"22")
    answer = ask(store, versioned, query={"versionId": first})
    assert (answer.text("ObjectSize"), answer.header("x-amz-version-id")) == ("1", first)


@pytest.mark.parametrize("wanted, code", [("", "InvalidRequest"), ("Colour", "InvalidArgument")])
def test_nothing_or_nonsense(store, filled, wanted, code):
    assert ask(store, filled, wanted=wanted).refusal == (400, code)


def test_absent_objects(store, bucket):
    assert ask(store, bucket).refusal == (404, "NoSuchKey")


def test_of_others(store, other, filled):
    assert ask(other, filled).refusal == (403, "AccessDenied")
    store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
    assert ask(other, filled).status == 200
