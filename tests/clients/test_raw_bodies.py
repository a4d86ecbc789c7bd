"""Bodies in every form, right and wrong, sent by hand."""

import base64
import hashlib
import zlib

import pytest

from clients.raw_http import (EMPTY_SHA256, STREAMING_SIGNED, STREAMING_SIGNED_TRAILER, STREAMING_UNSIGNED_TRAILER, UNSIGNED,
                              http_chunks, path_of, read_answer, signed_chunks, unsigned_chunks)

SIZES = [0, 1, 100, 70_000, 300_000, 1_500_000]


def body_of(size):
    return (b"The quick brown fox. " * (size // 21 + 1))[:size]


def crc32_of(data):
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


@pytest.fixture
def target(bucket):
    return path_of(bucket, "k")


@pytest.fixture
def stored(s3, bucket):
    def read():
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return s3.get_object(Bucket=bucket, Key="k")["Body"].read() if "k" in keys else None

    return read


@pytest.mark.parametrize("size", SIZES)
def test_content_length(raw, target, stored, size):
    data = body_of(size)
    answer = raw.put(target, [data], hashlib.sha256(data).hexdigest(), unsigned={"content-length": size})
    assert answer.status == 200, answer.body
    assert answer.headers["etag"] == f'"{hashlib.md5(data).hexdigest()}"'
    assert stored() == data


@pytest.mark.parametrize("size", SIZES)
def test_http_chunked(raw, target, stored, size):
    data = body_of(size)
    answer = raw.put(target, list(http_chunks(data)), UNSIGNED, unsigned={"transfer-encoding": "chunked"})
    assert answer.status == 200, answer.body
    assert stored() == data


@pytest.mark.parametrize("size", SIZES)
def test_signed_chunks(raw, target, stored, s3, bucket, size):
    data = body_of(size)
    length = len(raw_length(raw, data))
    answer = raw.put(target, lambda signature: [signed_chunks(signature, data)], STREAMING_SIGNED,
                     signed={"x-amz-decoded-content-length": str(size), "content-encoding": "aws-chunked,gzip"},
                     unsigned={"content-length": length})
    assert answer.status == 200, answer.body
    assert stored() == data
    assert s3.head_object(Bucket=bucket, Key="k")["ContentEncoding"] == "gzip"


def raw_length(raw, data, **options):
    """The wire form with another signature, which is as long."""
    return signed_chunks(raw.sign("PUT", "/", STREAMING_SIGNED), data, **options)


@pytest.mark.parametrize("size", SIZES)
def test_signed_chunks_with_a_trailer(raw, target, stored, size):
    data = body_of(size)
    trailer = {"x-amz-checksum-crc32": crc32_of(data)}
    answer = raw.put(target, lambda signature: [signed_chunks(signature, data, trailer=trailer)], STREAMING_SIGNED_TRAILER,
                     signed={"x-amz-decoded-content-length": str(size), "x-amz-trailer": "x-amz-checksum-crc32"},
                     unsigned={"content-length": len(raw_length(raw, data, trailer=trailer))})
    assert answer.status == 200, answer.body
    assert answer.headers["x-amz-checksum-crc32"] == trailer["x-amz-checksum-crc32"]
    assert stored() == data


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_unsigned_chunks_with_a_trailer(raw, target, stored, size, nested):
    data = body_of(size)
    wire = unsigned_chunks(data, {"x-amz-checksum-crc32": crc32_of(data)})
    framing = {"transfer-encoding": "chunked"} if nested else {"content-length": len(wire)}
    answer = raw.put(target, list(http_chunks(wire, 777)) if nested else [wire], STREAMING_UNSIGNED_TRAILER,
                     signed={"x-amz-decoded-content-length": str(size), "x-amz-trailer": "x-amz-checksum-crc32"},
                     unsigned=framing)
    assert answer.status == 200, answer.body
    assert stored() == data


def refusal(answer):
    return answer.status, answer.code


@pytest.mark.parametrize("size", [100, 1_500_000])
def test_wrong_digests_leave_nothing(raw, target, stored, size):
    data = body_of(size)
    length = {"content-length": size}
    assert refusal(raw.put(target, [data], EMPTY_SHA256, unsigned=length)) == (400, "XAmzContentSHA256Mismatch")
    md5 = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    assert refusal(raw.put(target, [data], UNSIGNED, {"content-md5": md5}, length)) == (400, "BadDigest")
    other = {"x-amz-checksum-crc32": crc32_of(b"other")}
    assert refusal(raw.put(target, [data], UNSIGNED, other, length)) == (400, "BadDigest")
    wire = unsigned_chunks(data, other)
    answer = raw.put(target, [wire], STREAMING_UNSIGNED_TRAILER,
                     {"x-amz-decoded-content-length": str(size), "x-amz-trailer": "x-amz-checksum-crc32"},
                     {"content-length": len(wire)})
    assert refusal(answer) == (400, "BadDigest")
    assert stored() is None


@pytest.mark.parametrize("size", [100, 1_500_000])
def test_a_forged_chunk_leaves_nothing(raw, target, stored, size):
    data = body_of(size)
    answer = raw.put(target, lambda signature: [signed_chunks(signature, data, corrupt=True)], STREAMING_SIGNED,
                     signed={"x-amz-decoded-content-length": str(size)},
                     unsigned={"content-length": len(raw_length(raw, data))})
    assert refusal(answer) == (403, "SignatureDoesNotMatch")
    assert stored() is None


def test_headers_that_contradict_themselves(raw, target, stored):
    two = {"x-amz-checksum-crc32": crc32_of(b"x"), "x-amz-checksum-sha1": base64.b64encode(hashlib.sha1(b"x").digest()).decode()}
    length = {"content-length": 1}
    assert refusal(raw.put(target, [b"x"], UNSIGNED, two, length)) == (400, "InvalidRequest")
    assert refusal(raw.put(target, [b"x"], UNSIGNED, {"x-amz-checksum-crc32": "!"}, length)) == (400, "InvalidRequest")
    assert refusal(raw.put(target, [b"x"], UNSIGNED, {"x-amz-sdk-checksum-algorithm": "CRC32"}, length)) == (400, "InvalidRequest")
    assert refusal(raw.put(target, [], UNSIGNED)) == (411, "MissingContentLength")
    too_large = {"content-length": 5 * 1024**3 + 1, "expect": "100-continue"}
    assert refusal(raw.put(target, [], UNSIGNED, unsigned=too_large)) == (400, "EntityTooLarge")
    assert stored() is None


def test_trailers_that_do_not_come(raw, target, stored):
    data = body_of(100)
    wire = unsigned_chunks(data, {})
    announced = {"x-amz-decoded-content-length": "100", "x-amz-trailer": "x-amz-checksum-crc32"}
    answer = raw.put(target, [wire], STREAMING_UNSIGNED_TRAILER, announced, {"content-length": len(wire)})
    assert refusal(answer) == (400, "MalformedTrailerError")
    wire = unsigned_chunks(data, {"x-amz-checksum-crc32": crc32_of(data)})
    short = {**announced, "x-amz-decoded-content-length": "101"}
    answer = raw.put(target, [wire], STREAMING_UNSIGNED_TRAILER, short, {"content-length": len(wire)})
    assert refusal(answer) == (400, "IncompleteBody")
    assert stored() is None


@pytest.mark.parametrize("size", [1000, 2_000_000])
def test_a_client_that_goes_away_leaves_nothing(raw, target, stored, size):
    signature = raw.sign("PUT", target, UNSIGNED)
    with raw.connect() as connection:
        connection.sendall(raw.head("PUT", target, {**signature.headers, "content-length": size}))
        connection.sendall(b"x" * (size // 2))
    assert stored() is None
    good = raw.put(target, [b"after"], UNSIGNED, unsigned={"content-length": 5})
    assert good.status == 200
    assert stored() == b"after"


@pytest.mark.parametrize("size", [1000, 2_000_000])
def test_continue_is_sent_when_the_header_is_fine(raw, target, stored, size):
    signature = raw.sign("PUT", target, UNSIGNED)
    head = {**signature.headers, "content-length": size, "expect": "100-continue"}
    with raw.connect() as connection:
        connection.sendall(raw.head("PUT", target, head))
        interim = connection.recv(1000)
        assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"y" * size)
        assert read_answer(connection).status == 200
    assert stored() == b"y" * size


def test_no_continue_when_it_is_not(raw, bucket):
    path = path_of("no-such-bucket", "k")
    signature = raw.sign("PUT", path, UNSIGNED)
    with raw.connect() as connection:
        connection.sendall(raw.head("PUT", path, {**signature.headers, "content-length": 1_000_000, "expect": "100-continue"}))
        answer = read_answer(connection)
    assert (answer.status, answer.code, answer.interim) == (404, "NoSuchBucket", [])


def test_errors_of_head_are_in_headers(raw, bucket):
    path = path_of(bucket, "absent")
    signature = raw.sign("HEAD", path, UNSIGNED)
    with raw.connect() as connection:
        connection.sendall(raw.head("HEAD", path, signature.headers))
        answer = read_answer(connection, to_head=True)
    assert (answer.status, answer.headers["x-amz-error-code"]) == (404, "NoSuchKey")
    assert answer.headers["x-amz-error-message"]


def test_a_sub_resource_is_never_the_object_itself(raw, s3, bucket, stored):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    path = path_of(bucket, "k")
    for query in ("acl", "retention", "something-new"):
        signature = raw.sign("DELETE", path, UNSIGNED, query=f"{query}=")
        with raw.connect() as connection:
            connection.sendall(raw.head("DELETE", f"{path}?{query}", signature.headers))
            answer = read_answer(connection)
        assert answer.status == 405, query
    assert stored() == b"x"


def test_the_probe_needs_no_signature(raw):
    with raw.connect() as connection:
        connection.sendall(raw.head("HEAD", "/?apiversion", {"host": raw.authority}))
        answer = read_answer(connection, to_head=True)
    assert (answer.status, answer.headers["x-obs-api"]) == (200, "3.0")
