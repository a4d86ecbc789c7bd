"""Listings, as boto3 sees them."""

import pytest

from clients.test_boto3_buckets import code_of

KEYS = ["a", "a/1", "a/2", "b b/1", "b+", "b/ü/1", "b/ü/2", "c"]


@pytest.fixture
def filled(s3, bucket):
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    return bucket


def names(page):
    return [item["Key"] for item in page.get("Contents", [])], [item["Prefix"] for item in page.get("CommonPrefixes", [])]


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages(s3, filled, operation, size):
    pages = list(s3.get_paginator(operation).paginate(Bucket=filled, PaginationConfig={"PageSize": size}))
    assert [key for page in pages for key in names(page)[0]] == sorted(KEYS, key=str.encode)
    assert [page["IsTruncated"] for page in pages[:-1]] == [True] * (len(pages) - 1)
    assert pages[-1]["IsTruncated"] is False


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("size", [1, 2, 1000])
def test_folders(s3, filled, operation, size):
    pages = list(s3.get_paginator(operation).paginate(Bucket=filled, Delimiter="/", PaginationConfig={"PageSize": size}))
    assert [key for page in pages for key in names(page)[0]] == ["a", "b+", "c"]
    assert [prefix for page in pages for prefix in names(page)[1]] == ["a/", "b b/", "b/"]
    inside = s3.list_objects_v2(Bucket=filled, Delimiter="/", Prefix="b/")
    assert names(inside) == ([], ["b/ü/"])
    assert inside["KeyCount"] == 1


def test_echoes(s3, filled):
    v1 = s3.list_objects(Bucket=filled, Prefix="a/", Marker="a/1", Delimiter="|", MaxKeys=5)
    assert (v1["Prefix"], v1["Marker"], v1["Delimiter"], v1["MaxKeys"]) == ("a/", "a/1", "|", 5)
    assert names(v1)[0] == ["a/2"]
    assert v1["Contents"][0]["Owner"]["ID"]
    v2 = s3.list_objects_v2(Bucket=filled, StartAfter="b+", FetchOwner=True)
    assert v2["StartAfter"] == "b+"
    assert names(v2)[0] == ["b/ü/1", "b/ü/2", "c"]
    assert v2["Contents"][0]["Owner"]["ID"]
    assert "Owner" not in s3.list_objects_v2(Bucket=filled)["Contents"][0]
    assert s3.list_objects(Bucket=filled)["Prefix"] == ""


def test_limits(s3, filled):
    empty = s3.list_objects_v2(Bucket=filled, MaxKeys=0)
    assert (empty["KeyCount"], empty["IsTruncated"]) == (0, False)
    assert s3.list_objects_v2(Bucket=filled, MaxKeys=5000)["MaxKeys"] == 1000
    assert code_of(s3.list_objects_v2, Bucket=filled, MaxKeys=-1) == (400, "InvalidArgument")
    assert code_of(s3.list_objects_v2, Bucket=filled, ContinuationToken="~~") == (400, "InvalidArgument")
    assert code_of(s3.list_objects_v2, Bucket="no-such-bucket") == (404, "NoSuchBucket")


def test_versions_of_an_unversioned_bucket(s3, filled):
    pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=filled, PaginationConfig={"PageSize": 3}))
    versions = [version for page in pages for version in page.get("Versions", [])]
    assert [version["Key"] for version in versions] == sorted(KEYS, key=str.encode)
    assert {version["VersionId"] for version in versions} == {"null"}
    assert all(version["IsLatest"] for version in versions)
