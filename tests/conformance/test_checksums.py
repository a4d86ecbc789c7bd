"""Checksums: sent, verified, stored, returned."""

import pytest

from conformance.checksum import DIGESTS, checksum, md5
from conformance.store import path_of

BODY = b"The quick brown fox"


@pytest.mark.parametrize("algorithm", DIGESTS)
class TestEachAlgorithm:
    def test_right(self, store, bucket, algorithm):
        name, value = f"x-amz-checksum-{algorithm}", checksum(algorithm, BODY)
        put = store.put(bucket, "k", BODY, {name: value, "x-amz-sdk-checksum-algorithm": algorithm.upper()})
        assert (put.status, put.header(name)) == (200, value)
        head = store.head(bucket, "k", headers={"x-amz-checksum-mode": "ENABLED"})
        assert (head.header(name), head.header("x-amz-checksum-type")) == (value, "FULL_OBJECT")
        assert store.get(bucket, "k", headers={"x-amz-checksum-mode": "ENABLED"}).header(name) == value

    def test_only_when_asked_and_never_for_a_range(self, store, bucket, algorithm):
        name = f"x-amz-checksum-{algorithm}"
        store.put(bucket, "k", BODY, {name: checksum(algorithm, BODY)})
        assert store.head(bucket, "k").header(name) is None
        part = store.get(bucket, "k", headers={"x-amz-checksum-mode": "ENABLED", "range": "bytes=1-2"})
        assert part.header(name) is None

    @pytest.mark.parametrize("size", [19, 300_000])
    def test_wrong(self, store, bucket, algorithm, size):
        answer = store.put(bucket, "k", b"x" * size, {f"x-amz-checksum-{algorithm}": checksum(algorithm, b"other")})
        assert answer.refusal == (400, "BadDigest")
        assert store.keys_of(bucket) == []

    @pytest.mark.parametrize("value", ["!", "AAAA", "", "A" * 60])
    def test_malformed(self, store, bucket, algorithm, value):
        assert store.put(bucket, "k", BODY, {f"x-amz-checksum-{algorithm}": value}).refusal == (400, "InvalidRequest")

    def test_listed(self, store, bucket, algorithm):
        store.put(bucket, "k", BODY, {f"x-amz-checksum-{algorithm}": checksum(algorithm, BODY)})
        assert store.get(bucket, query={"list-type": 2}).texts("Contents/ChecksumAlgorithm") in ([algorithm.upper()], [])


def test_two_at_once(store, bucket):
    headers = {f"x-amz-checksum-{algorithm}": checksum(algorithm, BODY) for algorithm in ("crc32", "sha1")}
    assert store.put(bucket, "k", BODY, headers).refusal == (400, "InvalidRequest")


def test_an_algorithm_without_a_value(store, bucket):
    assert store.put(bucket, "k", BODY, {"x-amz-sdk-checksum-algorithm": "CRC32"}).refusal == (400, "InvalidRequest")


@pytest.mark.parametrize("value, answer", [(md5(BODY), (200, None)), (md5(b"other"), (400, "BadDigest")), ("AAAA", (400, "InvalidDigest")),
                                           ("not base64!", (400, "InvalidDigest")), ("", (400, "InvalidDigest"))])
def test_content_md5(store, bucket, value, answer):
    assert store.put(bucket, "k", BODY, {"content-md5": value}).refusal == answer


def parts_with(store, bucket, algorithm, kind):
    headers = {"x-amz-checksum-algorithm": algorithm.upper(), **({"x-amz-checksum-type": kind} if kind else {})}
    begun = store.send("POST", path_of(bucket, "k"), {"uploads": None}, headers)
    assert begun.status == 200, begun.body
    upload, bodies = begun.text("UploadId"), [b"a" * 5 * 1024 * 1024, b"b"]
    parts = []
    for number, body in enumerate(bodies, start=1):
        value = checksum(algorithm, body)
        part = store.put_part(bucket, "k", upload, number, body, {f"x-amz-checksum-{algorithm}": value})
        assert part.header(f"x-amz-checksum-{algorithm}") == value
        parts.append((number, part.header("etag")))
    assert store.complete(bucket, "k", upload, parts).status == 200
    return bodies, store.head(bucket, "k", headers={"x-amz-checksum-mode": "ENABLED"})


@pytest.mark.parametrize("algorithm, kind", [("crc32", None), ("crc32", "COMPOSITE"), ("sha256", None), ("sha1", "COMPOSITE")])
def test_composite_checksums(store, bucket, algorithm, kind):
    bodies, head = parts_with(store, bucket, algorithm, kind)
    together = checksum(algorithm, b"".join(DIGESTS[algorithm](body) for body in bodies))
    assert head.header(f"x-amz-checksum-{algorithm}") == f"{together}-2"
    assert head.header("x-amz-checksum-type") == "COMPOSITE"


def test_a_checksum_of_the_whole_from_the_parts(store, bucket):
    bodies, head = parts_with(store, bucket, "crc32", "FULL_OBJECT")
    assert head.header("x-amz-checksum-crc32") == checksum("crc32", b"".join(bodies))
    assert head.header("x-amz-checksum-type") == "FULL_OBJECT"


@pytest.mark.parametrize("algorithm, kind", [("SHA256", "FULL_OBJECT"), ("SHA1", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE"), ("CRC33", "")])
def test_kinds_that_an_algorithm_has_not(store, bucket, algorithm, kind):
    headers = {"x-amz-checksum-algorithm": algorithm, **({"x-amz-checksum-type": kind} if kind else {})}
    assert store.send("POST", path_of(bucket, "k"), {"uploads": None}, headers).refusal == (400, "InvalidRequest")


def test_a_wrong_checksum_of_a_part(store, bucket):
    upload = store.begin_upload(bucket, "k", {"x-amz-checksum-algorithm": "CRC32"})
    wrong = {"x-amz-checksum-crc32": checksum("crc32", b"other")}
    assert store.put_part(bucket, "k", upload, 1, b"x", wrong).refusal == (400, "BadDigest")
    assert store.get(bucket, "k", {"uploadId": upload}).texts("Part/PartNumber") == []
