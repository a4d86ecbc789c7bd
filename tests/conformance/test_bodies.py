"""Bodies in every form that clients send, and what happens when they are wrong."""

import pytest

from conformance import signing
from conformance.checksum import checksum
from conformance.store import Answer, path_of
from conformance.wire import (SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER, Wire, head_of, http_chunks, put, signed_chunks, unsigned_chunks)

SIZES = [0, 1, 8192, 300_000]
CHUNKED = {"transfer-encoding": "chunked"}


def body_of(size):
    return (b"The quick brown fox. " * (size // 21 + 1))[:size]


def trailer_of(data):
    return {"x-amz-checksum-crc32": checksum("crc32", data)}


def announced(size):
    return {"x-amz-decoded-content-length": str(size), "x-amz-trailer": "x-amz-checksum-crc32"}


@pytest.fixture
def path(bucket):
    return path_of(bucket, "k")


@pytest.fixture
def stored(store, bucket):
    return lambda: store.get(bucket, "k").body if store.keys_of(bucket) else None


@pytest.mark.parametrize("size", SIZES)
class TestForms:
    def test_chunked_by_http(self, store, path, stored, size):
        assert put(store, path, "UNSIGNED-PAYLOAD", http_chunks(body_of(size)), framing=CHUNKED).status == 200
        assert stored() == body_of(size)

    def test_signed_chunks(self, store, path, stored, size):
        answer = put(store, path, SIGNED, lambda signer: signed_chunks(signer, body_of(size)), {"x-amz-decoded-content-length": str(size)})
        assert (answer.status, stored()) == (200, body_of(size))

    def test_signed_chunks_inside_chunks(self, store, path, stored, size):
        answer = put(store, path, SIGNED, lambda signer: http_chunks(signed_chunks(signer, body_of(size)), 777),
                     {"x-amz-decoded-content-length": str(size)}, CHUNKED)
        assert (answer.status, stored()) == (200, body_of(size))

    def test_signed_chunks_with_a_trailer(self, store, path, stored, size):
        data = body_of(size)
        answer = put(store, path, SIGNED_TRAILER, lambda signer: signed_chunks(signer, data, trailer=trailer_of(data)), announced(size))
        assert (answer.status, stored()) == (200, data)
        assert answer.header("x-amz-checksum-crc32") == trailer_of(data)["x-amz-checksum-crc32"]

    def test_unsigned_chunks_with_a_trailer(self, store, path, stored, size):
        data = body_of(size)
        wire = unsigned_chunks(data, trailer_of(data))
        assert put(store, path, UNSIGNED_TRAILER, wire, announced(size)).status == 200
        assert put(store, path, UNSIGNED_TRAILER, http_chunks(wire, 777), announced(size), CHUNKED).status == 200
        assert stored() == data


class TestLeniency:
    @pytest.mark.parametrize("form", [{"end": "\n"}, {"last": ""}, {"end": "\n", "last": "\n"}, {"hexadecimal": "{:X}"},
                                      {"hexadecimal": "{:08x}"}, {"size": 1}, {"size": 17}, {"size": 1_000_000}])
    def test_unsigned_chunks(self, store, path, stored, form):
        data = body_of(3000)
        answer = put(store, path, UNSIGNED_TRAILER, unsigned_chunks(data, trailer_of(data), **form), announced(3000))
        assert (answer.status, stored()) == (200, data)

    @pytest.mark.parametrize("form", [{"size": 1}, {"size": 100_000}, {"hexadecimal": "{:X}"}])
    def test_signed_chunks(self, store, path, stored, form):
        data = body_of(3000)
        answer = put(store, path, SIGNED, lambda signer: signed_chunks(signer, data, **form), {"x-amz-decoded-content-length": "3000"})
        assert (answer.status, stored()) == (200, data)


@pytest.mark.parametrize("sent, kept", [("aws-chunked", None), ("aws-chunked,gzip", "gzip"), ("gzip, aws-chunked", "gzip"),
                                        ("gzip", "gzip")])
def test_the_coding_of_chunks_is_not_kept(store, bucket, path, sent, kept):
    signed = {"x-amz-decoded-content-length": "5", "content-encoding": sent}
    assert put(store, path, SIGNED, lambda signer: signed_chunks(signer, b"hello"), signed).status == 200
    assert store.head(bucket, "k").header("content-encoding") == kept


class TestWrongBodies:
    @pytest.mark.parametrize("forged", [0, 1, 2])
    def test_a_forged_chunk(self, store, path, stored, forged):
        answer = put(store, path, SIGNED, lambda signer: signed_chunks(signer, body_of(16_000), forged=forged),
                     {"x-amz-decoded-content-length": "16000"})
        assert (answer.refusal, stored()) == ((403, "SignatureDoesNotMatch"), None)

    @pytest.mark.parametrize("size", [100, 300_000])
    def test_a_wrong_trailer(self, store, path, stored, size):
        wire = unsigned_chunks(body_of(size), trailer_of(b"other"))
        assert put(store, path, UNSIGNED_TRAILER, wire, announced(size)).refusal == (400, "BadDigest")
        assert stored() is None

    def test_a_trailer_that_does_not_come(self, store, path, stored):
        assert put(store, path, UNSIGNED_TRAILER, unsigned_chunks(b"hello", {}), announced(5)).refusal == (400, "MalformedTrailerError")
        assert stored() is None

    def test_a_trailer_that_was_not_announced(self, store, path, stored):
        wire = unsigned_chunks(b"hello", {"x-amz-checksum-sha1": checksum("sha1", b"hello")})
        assert put(store, path, UNSIGNED_TRAILER, wire, announced(5)).refusal == (400, "MalformedTrailerError")
        assert stored() is None

    @pytest.mark.parametrize("said", [99, 101])
    def test_another_length_than_said(self, store, path, stored, said):
        data = body_of(100)
        assert put(store, path, UNSIGNED_TRAILER, unsigned_chunks(data, trailer_of(data)), announced(said)).status == 400
        assert stored() is None

    @pytest.mark.parametrize("word", [SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER])
    def test_a_decoded_length_that_is_not_said(self, store, path, stored, word):
        answer = put(store, path, word, unsigned_chunks(b"hello", trailer_of(b"hello")), {"x-amz-trailer": "x-amz-checksum-crc32"})
        assert (answer.refusal, stored()) == ((411, "MissingContentLength"), None)

    def test_a_short_decoded_body(self, store, path):
        data = body_of(100)
        answer = put(store, path, UNSIGNED_TRAILER, unsigned_chunks(data, trailer_of(data)), announced(101))
        assert answer.refusal == (400, "IncompleteBody")

    @pytest.mark.parametrize("wire", [b"xyz\r\nhello\r\n0\r\n\r\n", b"5\r\nhello0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n",
                                      b"ffffffffffffffff\r\nhello\r\n0\r\n\r\n", b"\r\n"])
    def test_what_are_no_chunks(self, store, path, stored, wire):
        answer = put(store, path, UNSIGNED_TRAILER, wire, announced(5))
        assert (answer.status // 100, stored()) == (4, None)

    def test_a_short_body(self, store, path, stored):
        answer = put(store, path, "UNSIGNED-PAYLOAD", b"hello", framing={"content-length": 10}, ends=True)
        assert (answer.refusal, stored()) == ((400, "IncompleteBody"), None)

    @pytest.mark.parametrize("length", ["-1", "x", "1, 2"])
    def test_a_length_that_is_none(self, store, path, stored, length):
        answer = put(store, path, "UNSIGNED-PAYLOAD", b"hello", framing={"content-length": length})
        assert (answer.status, stored()) == (400, None)

    @pytest.mark.parametrize("word", ["STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"])
    def test_elliptic_curves(self, store, path, word):
        assert put(store, path, word, b"", {"x-amz-decoded-content-length": "0"}).refusal == (501, "NotImplemented")


class TestContinue:
    """Expect: 100-continue is answered once the header is known to be fine, and not before."""

    SIZES = [5, 300_000]

    def ask(self, store, path, size, **headers):
        signed = signing.sign_v4(store.keys, "PUT", path, {}, {"host": store.address, **headers})
        return head_of("PUT", path, {**signed, "content-length": size, "expect": "100-continue"})

    @pytest.mark.parametrize("size", SIZES)
    def test_go_on(self, store, path, stored, size):
        with Wire(store) as wire:
            wire.send(self.ask(store, path, size))
            assert wire.status() == (100, [])
            wire.send(body_of(size))
            assert wire.answer().status == 200
        assert stored() == body_of(size)

    def refused_at_once(self, store, request):
        """The refusal, and that nothing came before it."""
        with Wire(store) as wire:
            wire.send(request)
            status, pairs = wire.status()
            assert status != 100
            return status, Answer(status, pairs, wire.stream.read(int(dict(pairs)["content-length"]))).code

    @pytest.mark.parametrize("size", SIZES)
    def test_an_absent_bucket(self, store, size):
        assert self.refused_at_once(store, self.ask(store, "/no-such-bucket/k", size)) == (404, "NoSuchBucket")

    @pytest.mark.parametrize("size", SIZES)
    def test_a_condition(self, store, bucket, path, size):
        store.put(bucket, "k", b"x")
        assert self.refused_at_once(store, self.ask(store, path, size, **{"if-none-match": "*"})) == (412, "PreconditionFailed")

    @pytest.mark.parametrize("size", SIZES)
    def test_a_wrong_signature(self, store, path, size):
        request = self.ask(store, path, size).replace(b"Signature=", b"Signature=0")
        assert self.refused_at_once(store, request)[0] in (400, 403)

    @pytest.mark.parametrize("size", SIZES)
    def test_an_absent_upload(self, store, bucket, size):
        query = {"partNumber": 1, "uploadId": "unknown"}
        signed = signing.sign_v4(store.keys, "PUT", path_of(bucket, "k"), query, {"host": store.address})
        request = head_of("PUT", store.target(path_of(bucket, "k"), query), {**signed, "content-length": size, "expect": "100-continue"})
        assert self.refused_at_once(store, request) == (404, "NoSuchUpload")

    def test_a_client_that_does_not_wait_hears_the_refusal(self, store):
        data = bytes(2_000_000)
        with Wire(store) as wire:
            wire.send(self.ask(store, "/no-such-bucket/k", len(data)).replace(b"expect: 100-continue\r\n", b""))
            wire.send(data)
            assert wire.answer().refusal == (404, "NoSuchBucket")


def test_one_connection_for_many_requests(store, bucket, path):
    with Wire(store) as wire:
        for number in range(3):
            signed = signing.sign_v4(store.keys, "PUT", path, {}, {"host": store.address})
            wire.send(head_of("PUT", path, {**signed, "content-length": 1}) + b"%d" % number)
            assert wire.answer().status == 200
    assert store.get(bucket, "k").body == b"2"
