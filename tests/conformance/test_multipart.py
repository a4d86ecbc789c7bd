"""Multipart uploads."""

import hashlib

import pytest

from conformance.store import path_of

PART = b"a" * (5 * 1024 * 1024)


def etag_of(*bodies):
    return f'"{hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()}-{len(bodies)}"'


@pytest.fixture
def upload(store, bucket):
    return store.begin_upload(bucket, "k", {"content-type": "text/x", "x-amz-meta-a": "1"})


def put(store, bucket, upload, **bodies):
    """Parts named n1=b"...", as (number, ETag)."""
    return [(int(name[1:]), store.put_part(bucket, "k", upload, int(name[1:]), body).header("etag")) for name, body in bodies.items()]


def test_the_way_of_an_upload(store, bucket, upload):
    parts = put(store, bucket, upload, n1=PART, n2=b"tail")
    assert store.get(bucket, "k").refusal == (404, "NoSuchKey")
    done = store.complete(bucket, "k", upload, parts)
    assert (done.status, done.root.tag) == (200, "CompleteMultipartUploadResult")
    assert (done.text("Bucket"), done.text("Key"), done.text("ETag")) == (bucket, "k", etag_of(PART, b"tail"))
    assert done.text("Location")
    got = store.get(bucket, "k")
    assert (got.body, got.header("content-type"), got.header("x-amz-meta-a")) == (PART + b"tail", "text/x", "1")
    assert got.header("etag") == etag_of(PART, b"tail")


def test_the_answer_of_a_beginning(store, bucket):
    begun = store.send("POST", path_of(bucket, "k ü"), {"uploads": None})
    assert (begun.root.tag, begun.text("Bucket"), begun.text("Key")) == ("InitiateMultipartUploadResult", bucket, "k ü")
    assert begun.text("UploadId")


def test_completing_twice(store, bucket, upload):
    parts = put(store, bucket, upload, n1=b"x")
    first, again = (store.complete(bucket, "k", upload, parts) for _ in range(2))
    assert (again.status, again.text("ETag")) == (first.status, first.text("ETag")) == (200, etag_of(b"x"))


def test_etags_without_quotes(store, bucket, upload):
    parts = [(number, etag.strip('"')) for number, etag in put(store, bucket, upload, n1=b"x")]
    assert store.complete(bucket, "k", upload, parts).status == 200


def test_parts_in_any_order_and_again(store, bucket, upload):
    put(store, bucket, upload, n7=b"old", n9=b"never used")
    parts = put(store, bucket, upload, n7=b"tail", n2=PART)
    assert store.complete(bucket, "k", upload, sorted(parts)).status == 200
    assert store.get(bucket, "k").body == PART + b"tail"


@pytest.mark.parametrize("numbers", [[2, 1], [1, 1], [2, 2, 1]])
def test_parts_must_ascend(store, bucket, upload, numbers):
    etags = dict(put(store, bucket, upload, n1=PART, n2=PART))
    assert store.complete(bucket, "k", upload, [(number, etags[number]) for number in numbers]).refusal == (400, "InvalidPartOrder")


def test_parts_that_are_not_there(store, bucket, upload):
    (number, etag), = put(store, bucket, upload, n1=b"x")
    for parts in ([(1, '"00000000000000000000000000000000"')], [(2, etag)]):
        assert store.complete(bucket, "k", upload, parts).refusal == (400, "InvalidPart"), parts
    assert store.complete(bucket, "k", upload, [(number, etag)]).status == 200


@pytest.mark.parametrize("body", [b"", b"<CompleteMultipartUpload/>", b"<CompleteMultipartUpload>", b"<Other/>", b"{}",
                                  b"<CompleteMultipartUpload><Part><ETag>x</ETag></Part></CompleteMultipartUpload>"])
def test_what_is_no_list_of_parts(store, bucket, upload, body):
    put(store, bucket, upload, n1=b"x")
    assert store.send("POST", path_of(bucket, "k"), {"uploadId": upload}, body=body).refusal == (400, "MalformedXML")


@pytest.mark.parametrize("size, answer", [(5 * 1024 * 1024, 200), (5 * 1024 * 1024 - 1, 400)])
def test_the_smallest_part_of_s3(store, bucket, upload, size, answer):
    done = store.complete(bucket, "k", upload, put(store, bucket, upload, n1=b"a" * size, n2=b"b"))
    assert done.refusal == (answer, "EntityTooSmall" if answer == 400 else None)


@pytest.mark.obs
@pytest.mark.parametrize("size, answer", [(100 * 1024, 200), (100 * 1024 - 1, 400)])
def test_the_smallest_part_of_obs(store, bucket, size, answer):
    upload = store.obs("POST", bucket, "k", {"uploads": None}).text("UploadId")
    etags = [store.obs("PUT", bucket, "k", {"partNumber": number, "uploadId": upload}, body=body).header("etag")
             for number, body in ((1, b"a" * size), (2, b"b"))]
    body = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>" for number, etag in enumerate(etags, start=1))
    done = store.obs("POST", bucket, "k", {"uploadId": upload}, body=f"<CompleteMultipartUpload>{body}</CompleteMultipartUpload>".encode())
    assert done.refusal == (answer, "EntityTooSmall" if answer == 400 else None)


@pytest.mark.parametrize("number", ["0", "10001", "-1", "x", ""])
def test_numbers_of_parts(store, bucket, upload, number):
    assert store.put_part(bucket, "k", upload, number, b"x").refusal == (400, "InvalidArgument")


def test_the_last_number(store, bucket, upload):
    assert store.complete(bucket, "k", upload, put(store, bucket, upload, n10000=b"x")).status == 200


def test_uploads_that_are_not_there(store, bucket, upload):
    for unknown in ("unknown", "0" * 32):
        assert store.put_part(bucket, "k", unknown, 1, b"x").refusal == (404, "NoSuchUpload")
        assert store.get(bucket, "k", {"uploadId": unknown}).refusal == (404, "NoSuchUpload")
        assert store.delete(bucket, "k", {"uploadId": unknown}).refusal == (404, "NoSuchUpload")
        assert store.complete(bucket, "k", unknown, [(1, "x")]).refusal == (404, "NoSuchUpload")
    assert store.put_part(bucket, "other", upload, 1, b"x").refusal == (404, "NoSuchUpload")


def test_aborting(store, bucket, upload):
    put(store, bucket, upload, n1=b"x")
    assert store.delete(bucket, "k", {"uploadId": upload}).status == 204
    assert store.delete(bucket, "k", {"uploadId": upload}).refusal == (404, "NoSuchUpload")
    assert store.get(bucket, query={"uploads": None}).texts("Upload/Key") == []


def test_listing_parts(store, bucket, upload):
    put(store, bucket, upload, n1=b"1", n3=b"333", n5=b"55555")
    page = store.get(bucket, "k", {"uploadId": upload, "max-parts": 2})
    assert (page.root.tag, page.text("UploadId"), page.text("MaxParts")) == ("ListPartsResult", upload, "2")
    assert (page.texts("Part/PartNumber"), page.texts("Part/Size")) == (["1", "3"], ["1", "3"])
    assert (page.text("IsTruncated"), page.text("NextPartNumberMarker")) == ("true", "3")
    assert page.texts("Part/ETag")[0] == f'"{hashlib.md5(b"1").hexdigest()}"'
    assert page.text("Initiator/ID") and page.text("Owner/ID") and page.text("StorageClass") == "STANDARD"
    rest = store.get(bucket, "k", {"uploadId": upload, "part-number-marker": 3})
    assert (rest.texts("Part/PartNumber"), rest.text("IsTruncated"), rest.text("PartNumberMarker")) == (["5"], "false", "3")


def test_listing_uploads(store, bucket):
    begun = [(key, store.begin_upload(bucket, key)) for key in ("a", "b/1", "b/2", "c")]
    page = store.get(bucket, query={"uploads": None, "max-uploads": 2})
    assert page.root.tag == "ListMultipartUploadsResult"
    assert list(zip(page.texts("Upload/Key"), page.texts("Upload/UploadId"))) == begun[:2]
    assert (page.text("IsTruncated"), page.text("NextKeyMarker"), page.text("NextUploadIdMarker")) == ("true", *begun[1])
    rest = store.get(bucket, query={"uploads": None, "key-marker": "b/1", "upload-id-marker": begun[1][1]})
    assert rest.texts("Upload/Key") == ["b/2", "c"]
    folders = store.get(bucket, query={"uploads": None, "delimiter": "/"})
    assert (folders.texts("Upload/Key"), folders.texts("CommonPrefixes/Prefix")) == (["a", "c"], ["b/"])
    assert store.get(bucket, query={"uploads": None, "prefix": "b"}).texts("Upload/Key") == ["b/1", "b/2"]


def test_two_uploads_of_one_key(store, bucket, upload):
    other = store.begin_upload(bucket, "k")
    assert sorted(store.get(bucket, query={"uploads": None}).texts("Upload/UploadId")) == sorted([upload, other])
    for name, body in ((other, b"other"), (upload, b"upload")):
        assert store.complete(bucket, "k", name, put(store, bucket, name, n1=body)).status == 200
        assert store.get(bucket, "k").body == body


@pytest.mark.parametrize("asked, status, body", [("bytes=2-4", 200, b"234"), (None, 200, b"0123456789"), ("bytes=0-10", 416, b""),
                                                 ("bytes=2-", 400, b""), ("bytes=-2", 400, b""), ("2-4", 400, b"")])
def test_copying_a_part(store, filled, asked, status, body):
    upload = store.begin_upload(filled, "target")
    headers = {"x-amz-copy-source": f"{filled}/k", **({"x-amz-copy-source-range": asked} if asked else {})}
    answer = store.put_part(filled, "target", upload, 1, b"", headers)
    assert answer.status == status
    if status == 200:
        assert answer.root.tag == "CopyPartResult"
        assert store.complete(filled, "target", upload, [(1, answer.text("ETag"))]).status == 200
        assert store.get(filled, "target").body == body


def test_reading_by_part(store, bucket, upload):
    store.complete(bucket, "k", upload, put(store, bucket, upload, n1=PART, n5=b"tail"))
    last = store.get(bucket, "k", {"partNumber": 2})
    assert (last.status, last.body, last.header("x-amz-mp-parts-count")) == (206, b"tail", "2")
    assert last.header("content-range") == f"bytes {len(PART)}-{len(PART) + 3}/{len(PART) + 4}"
    assert store.get(bucket, "k", {"partNumber": 3}).status == 416
