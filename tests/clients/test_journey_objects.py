"""Buckets and objects, through every client."""

import hashlib

import pytest

from clients.referees.base import Refused

ODD_KEYS = ["a b", "ü+é", "中/文", "a//b", "dir/", "dir", "dir/x", "%41", "~*'()"]


@pytest.mark.referee(operation="buckets", needs=("make_bucket", "remove_bucket"))
def test_life_of_a_bucket(referee, s3):
    name = f"of-{referee.name.lower().replace(' ', '-')}"
    referee.make_bucket(name)
    assert name in [item["Name"] for item in s3.list_buckets()["Buckets"]]
    if referee.can("buckets"):
        assert name in referee.buckets()
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    with pytest.raises(Refused, match="BucketNotEmpty|not empty"):
        referee.remove_bucket(name)
    s3.delete_object(Bucket=name, Key="k")
    referee.remove_bucket(name)
    assert name not in [item["Name"] for item in s3.list_buckets()["Buckets"]]


@pytest.mark.referee(operation="put and get", needs=("put", "get"))
def test_small_and_empty(referee, s3, bucket):
    for key, body in (("small", b"The quick brown fox"), ("empty", b"")):
        referee.put(bucket, key, body)
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body
        assert referee.get(bucket, key) == body


@pytest.mark.referee(operation="head", needs=("head",))
def test_an_absent_object(referee, bucket):
    with pytest.raises(Refused):
        referee.head(bucket, "absent")


@pytest.mark.referee(operation="ranged get", needs=("get_range",))
def test_a_range(referee, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=bytes(range(256)) * 1024)
    assert referee.get_range(bucket, "k", 254, 257) == bytes([254, 255, 0, 1])


@pytest.mark.referee(operation="head", needs=("head",))
def test_head(referee, s3, bucket):
    body = b"x" * 300_000
    s3.put_object(Bucket=bucket, Key="k", Body=body)
    head = referee.head(bucket, "k")
    assert (head.size, head.etag) == (len(body), hashlib.md5(body).hexdigest())


@pytest.mark.referee(operation="metadata", needs=("put", "head"))
def test_metadata(referee, s3, bucket):
    referee.put(bucket, "k", b"x", {"test-colour": "blue and white"})
    assert s3.head_object(Bucket=bucket, Key="k")["Metadata"]["test-colour"] == "blue and white"
    assert referee.head(bucket, "k").metadata == {"test-colour": "blue and white"}


@pytest.mark.referee(operation="copy", needs=("copy",))
def test_copy(referee, s3, bucket):
    s3.put_object(Bucket=bucket, Key="source/ü+", Body=b"x" * 200_000, Metadata={"a": "1"})
    referee.copy(bucket, "source/ü+", "target")
    copied = s3.get_object(Bucket=bucket, Key="target")
    assert (copied["Body"].read(), copied["Metadata"]["a"]) == (b"x" * 200_000, "1")


@pytest.mark.referee(operation="copy, key with a space", needs=("copy",))
def test_copy_of_a_key_with_a_space(referee, s3, bucket):
    s3.put_object(Bucket=bucket, Key="source a b", Body=b"x")
    referee.copy(bucket, "source a b", "target")
    assert s3.get_object(Bucket=bucket, Key="target")["Body"].read() == b"x"


@pytest.mark.referee(operation="delete", needs=("delete",))
def test_delete(referee, s3, bucket):
    for key in ("gone ü", "stays"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    referee.delete(bucket, "gone ü")
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["stays"]


@pytest.mark.referee(operation="delete several", needs=("delete_many",))
def test_delete_several(referee, s3, bucket):
    for key in ODD_KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    named = [key for key in ODD_KEYS if key not in referee.cannot_name]
    referee.delete_many(bucket, named[:-1])
    left = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert left == sorted([*referee.cannot_name, named[-1]], key=str.encode)


@pytest.mark.referee(operation="odd keys", needs=("put", "get"))
def test_odd_keys(referee, s3, bucket):
    named = [key for key in ODD_KEYS if key not in referee.cannot_name]
    for key in named:
        referee.put(bucket, key, key.encode())
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == sorted(named, key=str.encode)
    for key in named if not referee.slow else []:  # a slow one reads them in test_across_clients.py
        assert referee.get(bucket, key) == key.encode(), key
    if referee.can("keys"):
        assert referee.keys(bucket) == sorted(named, key=str.encode)
