"""Parts of an object, and reads and writes that depend on what is there."""

import itertools

import pytest

BODY = b"0123456789"


@pytest.mark.parametrize("asked, content_range, body", [
    ("bytes=0-0", "bytes 0-0/10", b"0"), ("bytes=2-4", "bytes 2-4/10", b"234"), ("bytes=7-", "bytes 7-9/10", b"789"),
    ("bytes=-3", "bytes 7-9/10", b"789"), ("bytes=8-100", "bytes 8-9/10", b"89"), ("bytes=-100", "bytes 0-9/10", BODY),
    ("bytes=0-9", "bytes 0-9/10", BODY)])
def test_one_range(store, filled, asked, content_range, body):
    answer = store.get(filled, "k", headers={"range": asked})
    assert (answer.status, answer.header("content-range"), answer.body) == (206, content_range, body)
    head = store.head(filled, "k", headers={"range": asked})
    assert (head.status, head.header("content-range"), head.header("content-length")) == (206, content_range, str(len(body)))


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99-100"])
def test_a_range_behind_the_end(store, filled, asked):
    answer = store.get(filled, "k", headers={"range": asked})
    assert (answer.refusal, answer.header("content-range")) == ((416, "InvalidRange"), "bytes */10")
    assert (answer.text("ActualObjectSize"), answer.text("RangeRequested")) == ("10", asked)


@pytest.mark.parametrize("asked", ["bytes=4-2", "bytes=", "bytes=a-b", "lines=1-2", "bytes", "bytes=0-1,4-5", "bytes=--1"])
def test_what_is_no_range_or_more_than_one(store, filled, asked):
    answer = store.get(filled, "k", headers={"range": asked})
    assert (answer.status, answer.header("content-range"), answer.body) == (200, None, BODY)


def test_a_range_of_nothing(store, bucket):
    store.put(bucket, "empty")
    assert store.get(bucket, "empty", headers={"range": "bytes=0-"}).refusal == (416, "InvalidRange")


def test_the_part_number_of_a_simple_object(store, filled):
    answer = store.get(filled, "k", {"partNumber": 1})
    assert (answer.status, answer.body) == (206, BODY)
    assert store.get(filled, "k", {"partNumber": 2}).status == 416


PAST, FUTURE = "Sat, 01 Jan 2000 00:00:00 GMT", "Sat, 01 Jan 2050 00:00:00 GMT"
SAME, OTHER = "781e5e245d69b566979b86e28d23f2c7", "00000000000000000000000000000000"
READS = [
    ({"if-match": SAME}, 200), ({"if-match": f'"{SAME}"'}, 200), ({"if-match": f'W/"{SAME}"'}, 200), ({"if-match": "*"}, 200),
    ({"if-match": f'"{OTHER}", "{SAME}"'}, 200), ({"if-match": OTHER}, 412),
    ({"if-none-match": SAME}, 304), ({"if-none-match": f'"{SAME}"'}, 304), ({"if-none-match": "*"}, 304), ({"if-none-match": OTHER}, 200),
    ({"if-modified-since": PAST}, 200), ({"if-unmodified-since": PAST}, 412), ({"if-unmodified-since": FUTURE}, 200),
    ({"if-modified-since": "yesterday"}, 200), ({"if-unmodified-since": "yesterday"}, 200),
    # What ETags say counts more than what dates say.
    ({"if-match": SAME, "if-unmodified-since": PAST}, 200), ({"if-none-match": OTHER, "if-modified-since": FUTURE}, 200),
    ({"if-match": OTHER, "if-unmodified-since": FUTURE}, 412), ({"if-none-match": SAME, "if-modified-since": PAST}, 304)]


@pytest.mark.parametrize("headers, status", READS)
def test_conditions_of_reads(store, filled, headers, status):
    for answer in (store.get(filled, "k", headers=headers), store.head(filled, "k", headers=headers)):
        assert answer.status == status
    if status == 304:
        assert answer.header("etag") == f'"{SAME}"' and answer.header("last-modified")
    if status == 412:
        refused = store.get(filled, "k", headers=headers)
        assert (refused.code, refused.text("Condition").lower()) == ("PreconditionFailed", next(iter(headers)))


def test_not_modified_since_it_was_written(store, filled):
    written = store.head(filled, "k").header("last-modified")
    assert store.get(filled, "k", headers={"if-modified-since": written}).status == 304
    assert store.get(filled, "k", headers={"if-unmodified-since": written}).status == 200


@pytest.mark.parametrize("headers, present, absent", [
    ({"if-none-match": "*"}, (412, "PreconditionFailed"), (200, None)),
    ({"if-match": SAME}, (200, None), (404, "NoSuchKey")),
    ({"if-match": OTHER}, (412, "PreconditionFailed"), (404, "NoSuchKey"))])
@pytest.mark.parametrize("size", [1, 300_000])
def test_conditions_of_writes(store, filled, headers, present, absent, size):
    body = b"n" * size
    assert store.put(filled, "k", body, headers).refusal == present
    assert store.get(filled, "k").body == (body if present[0] == 200 else BODY)
    assert store.put(filled, "absent", body, headers).refusal == absent


def test_one_of_many_writers_wins(store, bucket):
    answers = [store.put(bucket, "k", b"%d" % number, {"if-none-match": "*"}).status for number in range(4)]
    assert (answers.count(200), answers.count(412)) == (1, 3)
    assert store.get(bucket, "k").body == b"%d" % answers.index(200)


def test_conditions_of_completions(store, filled):
    for key, status in (("k", 412), ("new", 200)):
        upload = store.begin_upload(filled, key)
        etag = store.put_part(filled, key, upload, 1, b"x").header("etag")
        assert store.complete(filled, key, upload, [(1, etag)], {"if-none-match": "*"}).status == status


def test_every_pair_of_prefix_and_size_is_cut_right(store, bucket):
    body = bytes(range(256)) * 1200  # several blocks of the store
    store.put(bucket, "k", body)
    edges = [0, 1, 131_071, 131_072, 262_143, 262_144, len(body) - 1]
    for first, last in itertools.combinations(edges, 2):
        assert store.get(bucket, "k", headers={"range": f"bytes={first}-{last}"}).body == body[first:last + 1], (first, last)
