"""Listings, through every client."""

import pytest

KEYS = ["a", "a/1", "a/2", "b b/1", "b+", "b/ü/1", "b/ü/2", "c"]


@pytest.fixture
def filled(s3, bucket):
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    return bucket


@pytest.mark.referee(operation="list", needs=("keys",))
def test_all_keys(referee, filled):
    assert referee.keys(filled) == sorted(KEYS, key=str.encode)


@pytest.mark.referee(operation="list v2", needs=("keys_v2",))
def test_all_keys_v2(referee, filled):
    assert referee.keys_v2(filled) == sorted(KEYS, key=str.encode)
    assert referee.keys_v2(filled, "b/") == ["b/ü/1", "b/ü/2"]


@pytest.mark.referee(operation="folders", needs=("folder_of",))
def test_folders(referee, filled):
    assert referee.folder_of(filled) == (["a", "b+", "c"], ["a/", "b b/", "b/"])


@pytest.mark.referee(operation="pages", needs=("pages",))
def test_pages(referee, s3, bucket):
    keys = [f"k/{number}" for number in range(5)]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert referee.pages(bucket, 2) == [keys[:2], keys[2:4], keys[4:]]


@pytest.mark.referee(operation="pages, keys with spaces", needs=("pages",))
def test_pages_that_end_at_odd_keys(referee, filled):
    ordered = sorted(KEYS, key=str.encode)
    assert referee.pages(filled, 2) == [ordered[start:start + 2] for start in range(0, len(ordered), 2)]
