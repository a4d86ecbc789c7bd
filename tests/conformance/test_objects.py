"""Putting, reading and deleting one object, and many."""

import hashlib
import re

import pytest

from conformance.checksum import checksum, crc64_ecma, md5
from conformance.conftest import delete_document
from conformance.store import path_of


def test_the_etag_is_the_md5(store, bucket):
    answer = store.put(bucket, "k", b"hello")
    assert (answer.status, answer.header("etag"), answer.body) == (200, f'"{hashlib.md5(b"hello").hexdigest()}"', b"")


def test_headers_of_an_object(store, filled):
    answer = store.get(filled, "k")
    assert answer.header("accept-ranges") == "bytes"
    assert answer.header("content-type") == "text/x"
    assert answer.header("content-length") == "10"
    assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", answer.header("last-modified"))
    for name in ("x-amz-request-id", "x-amz-id-2", "date", "server", "etag"):
        assert answer.header(name), name


def test_head_is_get_without_a_body(store, filled):
    get, head = store.get(filled, "k"), store.head(filled, "k")
    changing = {"x-amz-request-id", "x-amz-id-2", "x-request-id", "date"}
    assert head.body == b""
    assert {pair for pair in head.pairs if pair[0] not in changing} == {pair for pair in get.pairs if pair[0] not in changing}


def test_no_content_type(store, bucket):
    store.put(bucket, "k", b"x")
    assert store.head(bucket, "k").header("content-type") == "binary/octet-stream"


@pytest.mark.parametrize("name, value", [("cache-control", "no-cache"), ("content-disposition", 'attachment; filename="x"'),
                                         ("content-language", "de"), ("content-encoding", "gzip"),
                                         ("expires", "Thu, 01 Dec 2094 16:00:00 GMT"), ("x-amz-meta-a-b_c", " with  spaces ")])
def test_what_is_stored_with_an_object(store, bucket, name, value):
    assert store.put(bucket, "k", b"x", {name: value}).status == 200
    assert store.head(bucket, "k").header(name) == value.strip()


def test_metadata_names_are_not_sensitive_to_case(store, bucket):
    store.put(bucket, "k", b"x", {"X-Amz-Meta-Colour": "Blue"})
    assert store.head(bucket, "k").header("x-amz-meta-colour") == "Blue"


@pytest.mark.parametrize("size, answer", [(2000, (200, None)), (2100, (400, "MetadataTooLarge"))])
def test_metadata_up_to_2_kb(store, bucket, size, answer):
    assert store.put(bucket, "k", b"x", {"x-amz-meta-a": "x" * size}).refusal == answer


@pytest.mark.obs
@pytest.mark.parametrize("size, answer", [(8000, (200, None)), (8400, (400, "MetadataTooLarge"))])
def test_metadata_up_to_8_kb_in_obs(store, bucket, size, answer):
    headers = {f"x-obs-meta-a{part}": "x" * (size // 4) for part in range(4)}
    assert store.obs("PUT", bucket, "k", headers=headers, body=b"x").refusal == answer


@pytest.mark.parametrize("parameter, header, value", [
    ("response-content-type", "content-type", "text/y"), ("response-cache-control", "cache-control", "max-age=1"),
    ("response-content-disposition", "content-disposition", 'attachment; filename="x y.txt"'),
    ("response-content-language", "content-language", "fr"), ("response-content-encoding", "content-encoding", "identity"),
    ("response-expires", "expires", "Thu, 01 Dec 2094 16:00:00 GMT")])
def test_overrides(store, filled, parameter, header, value):
    answer = store.get(filled, "k", {parameter: value})
    assert (answer.status, answer.header(header)) == (200, value)


def test_absent_objects_and_buckets(store, bucket):
    assert store.get(bucket, "absent").refusal == (404, "NoSuchKey")
    assert store.get("no-such-bucket", "k").refusal == (404, "NoSuchBucket")
    assert store.put("no-such-bucket", "k", b"x").refusal == (404, "NoSuchBucket")
    assert store.delete("no-such-bucket", "k").refusal == (404, "NoSuchBucket")
    assert store.delete("no-such-bucket").refusal == (404, "NoSuchBucket")
    assert store.head("no-such-bucket").status == 404


def test_deleting_what_is_not_there(store, filled):
    for _ in range(2):
        answer = store.delete(filled, "k")
        assert (answer.status, answer.body) == (204, b"")


def test_versions_other_than_null(store, filled):
    assert store.get(filled, "k", {"versionId": "null"}).status == 200
    assert store.get(filled, "k", {"versionId": "0123456789abcdef"}).status in (400, 404)


def test_a_bucket_with_objects_stays(store, filled):
    assert store.delete(filled).refusal == (409, "BucketNotEmpty")


def test_an_open_upload_does_not_keep_a_bucket(store):
    assert store.send("PUT", "/with-an-open-upload").status == 200
    store.begin_upload("with-an-open-upload", "k")
    assert store.delete("with-an-open-upload").status == 204


def test_creating_a_bucket(store):
    answer = store.send("PUT", "/created-once")
    assert (answer.status, answer.header("location")) == (200, "/created-once")
    assert store.send("PUT", "/created-once").refusal in ((200, None), (409, "BucketAlreadyOwnedByYou"))
    assert store.delete("created-once").status == 204


class TestManyDeletes:
    BODY = delete_document(["k", "absent"])

    def send(self, store, bucket, body=BODY, **headers):
        return store.send("POST", path_of(bucket), {"delete": None}, headers, body)

    @pytest.mark.parametrize("headers", [{"content-md5": md5(BODY)}, {"x-amz-checksum-crc32": checksum("crc32", BODY)},
                                         {"x-amz-checksum-sha256": checksum("sha256", BODY)}])
    def test_by_md5_or_by_checksum(self, store, filled, headers):
        answer = self.send(store, filled, **headers)
        assert (answer.status, answer.root.tag, answer.texts("Deleted/Key")) == (200, "DeleteResult", ["k", "absent"])
        assert store.keys_of(filled) == []

    def test_a_wrong_digest(self, store, filled):
        assert self.send(store, filled, **{"content-md5": md5(b"other")}).refusal == (400, "BadDigest")
        assert self.send(store, filled, **{"x-amz-checksum-crc32": checksum("crc32", b"other")}).refusal == (400, "BadDigest")
        assert store.keys_of(filled) == ["k"]

    def test_quiet(self, store, filled):
        body = delete_document(["k", "x" * 1025], quiet=True)
        answer = self.send(store, filled, body, **{"content-md5": md5(body)})
        assert (answer.texts("Deleted/Key"), answer.texts("Error/Code")) == ([], ["KeyTooLongError"])

    @pytest.mark.parametrize("count, answer", [(1000, 200), (1001, 400)])
    def test_up_to_a_thousand(self, store, bucket, count, answer):
        body = delete_document([f"k{number}" for number in range(count)])
        assert self.send(store, bucket, body, **{"content-md5": md5(body)}).status == answer

    @pytest.mark.parametrize("body", [b"", b"<Delete>", b"<Other/>", b"<Delete></Delete>", b"<Delete><Object/></Delete>", b"not XML"])
    def test_what_is_no_list(self, store, bucket, body):
        assert self.send(store, bucket, body, **{"content-md5": md5(body)}).refusal == (400, "MalformedXML")

    def test_any_namespace_or_none(self, store, filled):
        body = self.BODY.replace(b"<Delete>", b'<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
        assert self.send(store, filled, body, **{"content-md5": md5(body)}).status == 200

    @pytest.mark.obs
    def test_encoded_keys_of_obs(self, store, bucket):
        store.put(bucket, "a b+", b"x")
        body = b"<Delete><EncodingType>url</EncodingType><Object><Key>a+b%2B</Key></Object></Delete>"
        answer = store.obs("POST", bucket, query={"delete": None}, headers={"content-md5": md5(body)}, body=body)
        assert (answer.status, answer.text("EncodingType")) == (200, "url")
        assert store.keys_of(bucket) == []


class TestCopies:
    def copy(self, store, bucket, key, source, **headers):
        named = {f"x-amz-{name.replace('_', '-')}": value for name, value in headers.items()}
        return store.put(bucket, key, headers={"x-amz-copy-source": source, **named})

    @pytest.mark.parametrize("form", ["/{}/k", "{}/k", "{}/%6B", "{}/k?versionId=null", "%2F{}%2Fk"])
    def test_forms_of_a_source(self, store, filled, form):
        answer = self.copy(store, filled, "copied", form.format(filled))
        assert (answer.status, answer.root.tag) == (200, "CopyObjectResult")
        assert answer.text("ETag").strip('"') == hashlib.md5(b"0123456789").hexdigest()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", answer.text("LastModified"))

    def test_a_plus_is_a_space(self, store, bucket):
        for key, sent in (("a b", "a+b"), ("a b", "a%20b"), ("a+b", "a%2Bb")):
            store.put(bucket, key, key.encode())
            assert self.copy(store, bucket, "copied", f"/{bucket}/{sent}").status == 200, sent
            assert store.get(bucket, "copied").body == key.encode(), sent

    @pytest.mark.parametrize("source", ["", "k", "/", "{}/", "//k"])
    def test_what_is_no_source(self, store, filled, source):
        assert self.copy(store, filled, "copied", source.format(filled) or "/").status == 400

    def test_absent_sources(self, store, filled):
        assert self.copy(store, filled, "copied", f"{filled}/absent").refusal == (404, "NoSuchKey")
        assert self.copy(store, filled, "copied", "no-such-bucket/k").refusal == (404, "NoSuchBucket")

    def test_metadata(self, store, bucket):
        store.put(bucket, "k", b"x", {"x-amz-meta-a": "1", "content-type": "text/x"})
        assert self.copy(store, bucket, "kept", f"{bucket}/k", meta_b="2").status == 200
        kept = store.head(bucket, "kept")
        assert (kept.header("x-amz-meta-a"), kept.header("x-amz-meta-b"), kept.header("content-type")) == ("1", None, "text/x")
        assert self.copy(store, bucket, "new", f"{bucket}/k", metadata_directive="REPLACE", meta_b="2").status == 200
        new = store.head(bucket, "new")
        assert (new.header("x-amz-meta-a"), new.header("x-amz-meta-b"), new.header("content-type")) == (None, "2", "binary/octet-stream")
        assert self.copy(store, bucket, "x", f"{bucket}/k", metadata_directive="OTHER").refusal == (400, "InvalidArgument")

    def test_onto_itself(self, store, filled):
        assert self.copy(store, filled, "k", f"{filled}/k").refusal == (400, "InvalidRequest")
        assert self.copy(store, filled, "k", f"{filled}/k", metadata_directive="REPLACE").status == 200

    def test_conditions(self, store, filled):
        etag, source = store.head(filled, "k").header("etag"), f"{filled}/k"
        past, future = "Sat, 01 Jan 2000 00:00:00 GMT", "Sat, 01 Jan 2050 00:00:00 GMT"
        for headers, status in (({"copy_source_if_match": etag}, 200), ({"copy_source_if_match": '"x"'}, 412),
                                ({"copy_source_if_none_match": etag}, 412), ({"copy_source_if_none_match": '"x"'}, 200),
                                ({"copy_source_if_modified_since": past}, 200), ({"copy_source_if_unmodified_since": past}, 412),
                                ({"copy_source_if_unmodified_since": future}, 200)):
            assert self.copy(store, filled, "copied", source, **headers).status == status, headers

    def test_of_an_object_in_parts(self, store, bucket):
        upload = store.begin_upload(bucket, "k")
        etag = store.put_part(bucket, "k", upload, 1, b"part").header("etag")
        assert store.complete(bucket, "k", upload, [(1, etag)]).status == 200
        assert store.head(bucket, "k").header("etag").endswith('-1"')
        copied = self.copy(store, bucket, "copied", f"{bucket}/k").text("ETag").strip('"')
        assert copied == hashlib.md5(b"part").hexdigest()


@pytest.mark.obs
def test_the_checksum_of_huaweis_clients(store, bucket):
    for value, answer in ((crc64_ecma(b"hello"), (200, None)), ("1", (400, "BadDigest"))):
        assert store.obs("PUT", bucket, "k", headers={"x-obs-checksum-crc64ecma": value}, body=b"hello").refusal == answer
