"""Objects, as boto3 sees them."""

import datetime
import hashlib
import io

import pytest

from clients.test_boto3_buckets import code_of

KEYS = ["a b", "ü+é", "中/文", "a//b", "dir/", "dir", "dir/x", "%41", "~*'()", "/lead", "a/../b", ".", "..", "a\tb", "& <x>", "=?#"]


def read(s3, bucket, key, **arguments):
    return s3.get_object(Bucket=bucket, Key=key, **arguments)["Body"].read()


def test_every_key_is_itself(s3, bucket):
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert listed == sorted(KEYS, key=lambda key: key.encode())
    for key in KEYS:
        assert read(s3, bucket, key) == key.encode()


@pytest.mark.parametrize("size", [0, 1, 4096, 128 * 1024, 128 * 1024 + 1, 256 * 1024, 512 * 1024, 3_000_000])
def test_sizes(s3, bucket, size):
    body = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    put = s3.put_object(Bucket=bucket, Key="k", Body=io.BytesIO(body))
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="k")
    assert got["ContentLength"] == size
    assert got["Body"].read() == body
    assert s3.head_object(Bucket=bucket, Key="k")["ContentLength"] == size


def test_attributes_come_back(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentType="text/plain; charset=utf-8", CacheControl="no-cache",
                  ContentDisposition='attachment; filename="x"', ContentEncoding="identity", ContentLanguage="de",
                  Metadata={"Colour": "blue", "empty": ""}, StorageClass="STANDARD_IA")
    for got in (s3.head_object(Bucket=bucket, Key="k"), s3.get_object(Bucket=bucket, Key="k")):
        assert got["ContentType"] == "text/plain; charset=utf-8"
        assert got["CacheControl"] == "no-cache"
        assert got["ContentDisposition"] == 'attachment; filename="x"'
        assert got["ContentLanguage"] == "de"
        assert got["Metadata"] == {"colour": "blue", "empty": ""}
        assert got["StorageClass"] == "STANDARD_IA"
        assert got["AcceptRanges"] == "bytes"
    assert s3.list_objects(Bucket=bucket)["Contents"][0]["StorageClass"] == "STANDARD_IA"


def test_too_much_metadata(s3, bucket):
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"", Metadata={"big": "x" * 2048}) == (400, "MetadataTooLarge")


def test_ranges(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-4")
    assert (got["ResponseMetadata"]["HTTPStatusCode"], got["ContentRange"], got["Body"].read()) == (206, "bytes 2-4/10", b"234")
    assert read(s3, bucket, "k", Range="bytes=-3") == b"789"
    assert read(s3, bucket, "k", Range="bytes=8-100") == b"89"
    assert read(s3, bucket, "k", Range="bytes=0-1,4-5") == b"0123456789"
    assert code_of(s3.get_object, Bucket=bucket, Key="k", Range="bytes=10-") == (416, "InvalidRange")
    assert s3.head_object(Bucket=bucket, Key="k", Range="bytes=1-2")["ContentLength"] == 2


@pytest.mark.referee(client="boto3", operation="conditional requests")
def test_conditions_of_reads(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    day = datetime.timedelta(days=1)
    assert read(s3, bucket, "k", IfMatch=etag) == b"x"
    assert code_of(s3.get_object, Bucket=bucket, Key="k", IfMatch='"other"') == (412, "PreconditionFailed")
    assert code_of(s3.get_object, Bucket=bucket, Key="k", IfNoneMatch=etag)[0] == 304
    assert code_of(s3.get_object, Bucket=bucket, Key="k", IfModifiedSince=modified)[0] == 304
    assert read(s3, bucket, "k", IfModifiedSince=modified - day) == b"x"
    assert code_of(s3.get_object, Bucket=bucket, Key="k", IfUnmodifiedSince=modified - day)[0] == 412
    assert code_of(s3.head_object, Bucket=bucket, Key="k", IfMatch='"other"')[0] == 412


@pytest.mark.referee(client="boto3", operation="conditional requests")
def test_conditions_of_writes(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*") == (412, "PreconditionFailed")
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"2", IfMatch='"other"') == (412, "PreconditionFailed")
    assert code_of(s3.put_object, Bucket=bucket, Key="absent", Body=b"2", IfMatch=etag) == (404, "NoSuchKey")
    large = b"x" * 1_000_000
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=large, IfNoneMatch="*") == (412, "PreconditionFailed")
    s3.put_object(Bucket=bucket, Key="k", Body=large, IfMatch=etag)
    assert read(s3, bucket, "k") == large


def test_overrides(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    got = s3.get_object(Bucket=bucket, Key="k", ResponseContentType="text/x", ResponseCacheControl="max-age=1",
                        ResponseContentDisposition="inline", ResponseContentLanguage="fr")
    assert (got["ContentType"], got["CacheControl"]) == ("text/x", "max-age=1")
    assert (got["ContentDisposition"], got["ContentLanguage"]) == ("inline", "fr")


def test_absent_things(s3, bucket):
    assert code_of(s3.get_object, Bucket=bucket, Key="absent") == (404, "NoSuchKey")
    assert code_of(s3.head_object, Bucket=bucket, Key="absent") == (404, "404")
    assert code_of(s3.get_object, Bucket="no-such-bucket", Key="k") == (404, "NoSuchBucket")
    assert code_of(s3.put_object, Bucket="no-such-bucket", Key="k", Body=b"x") == (404, "NoSuchBucket")
    assert code_of(s3.put_object, Bucket="no-such-bucket", Key="k", Body=b"x" * 1_000_000) == (404, "NoSuchBucket")
    assert s3.delete_object(Bucket=bucket, Key="absent")["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert code_of(s3.get_object, Bucket=bucket, Key="absent", VersionId="7") == (404, "NoSuchVersion")
    assert code_of(s3.put_object, Bucket=bucket, Key="k" * 1025, Body=b"") == (400, "KeyTooLongError")


@pytest.mark.referee(client="boto3", operation="checksums")
@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
@pytest.mark.parametrize("size", [5, 1_000_000])
def test_checksums(s3, bucket, algorithm, size):
    put = s3.put_object(Bucket=bucket, Key="k", Body=b"x" * size, ChecksumAlgorithm=algorithm)
    field = f"Checksum{algorithm}"
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert put[field] == head[field]
    assert head["ChecksumType"] == "FULL_OBJECT"
    assert field not in s3.head_object(Bucket=bucket, Key="k")
    assert len(read(s3, bucket, "k", ChecksumMode="ENABLED")) == size  # the SDK checks what it reads
    part = s3.get_object(Bucket=bucket, Key="k", Range="bytes=0-1", ChecksumMode="ENABLED")
    assert field not in part


@pytest.mark.parametrize("size", [5, 1_000_000])
def test_a_wrong_checksum_leaves_nothing(s3, bucket, size):
    wrong = {"ChecksumSHA256": "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="}
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x" * size, **wrong) == (400, "BadDigest")
    assert code_of(s3.get_object, Bucket=bucket, Key="k") == (404, "NoSuchKey")
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"x" * size, ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==") == (
        400, "BadDigest")
    assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"", ContentMD5="AAAA") == (400, "InvalidDigest")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_many_deletes(s3, bucket):
    for key in KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in KEYS[:3]] + [{"Key": "absent"}]})
    assert sorted(item["Key"] for item in answer["Deleted"]) == sorted(KEYS[:3] + ["absent"])
    quiet = s3.delete_objects(Bucket=bucket, Delete={"Quiet": True, "Objects": [
        {"Key": KEYS[3]}, {"Key": "k" * 1025}, {"Key": KEYS[4], "VersionId": "7"}]})
    assert "Deleted" not in quiet
    assert sorted(item["Code"] for item in quiet["Errors"]) == ["InvalidArgument", "KeyTooLongError"]
    left = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert left == sorted(KEYS[4:], key=lambda key: key.encode())


def test_copies(s3, bucket):
    s3.put_object(Bucket=bucket, Key="source ü", Body=b"x" * 300_000, Metadata={"a": "1"}, ContentType="text/x")
    source = {"Bucket": bucket, "Key": "source ü"}
    copied = s3.copy_object(Bucket=bucket, Key="kept", CopySource=source)
    assert copied["CopyObjectResult"]["ETag"] == s3.head_object(Bucket=bucket, Key="source ü")["ETag"]
    kept = s3.head_object(Bucket=bucket, Key="kept")
    assert (kept["Metadata"], kept["ContentType"]) == ({"a": "1"}, "text/x")
    s3.copy_object(Bucket=bucket, Key="replaced", CopySource=source, MetadataDirective="REPLACE", Metadata={"b": "2"})
    assert s3.head_object(Bucket=bucket, Key="replaced")["Metadata"] == {"b": "2"}
    assert read(s3, bucket, "replaced") == b"x" * 300_000
    assert code_of(s3.copy_object, Bucket=bucket, Key="source ü", CopySource=source) == (400, "InvalidRequest")
    s3.copy_object(Bucket=bucket, Key="source ü", CopySource=source, MetadataDirective="REPLACE", Metadata={"c": "3"})
    assert s3.head_object(Bucket=bucket, Key="source ü")["Metadata"] == {"c": "3"}
    s3.copy_object(Bucket=bucket, Key="source ü", CopySource=source, StorageClass="STANDARD_IA")
    changed = s3.head_object(Bucket=bucket, Key="source ü")
    assert (changed["StorageClass"], changed["Metadata"]) == ("STANDARD_IA", {"c": "3"})
    absent = {"Bucket": bucket, "Key": "absent"}
    assert code_of(s3.copy_object, Bucket=bucket, Key="k", CopySource=absent) == (404, "NoSuchKey")
    assert code_of(s3.copy_object, Bucket=bucket, Key="k", CopySource=source, CopySourceIfMatch='"other"') == (
        412, "PreconditionFailed")
    etag = changed["ETag"]
    assert code_of(s3.copy_object, Bucket=bucket, Key="k", CopySource=source, CopySourceIfNoneMatch=etag)[0] == 412
    s3.copy_object(Bucket=bucket, Key="k", CopySource=source, CopySourceIfMatch=etag)


def test_tags_and_acl_of_an_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []
    assert s3.get_object_acl(Bucket=bucket, Key="k")["Grants"][0]["Permission"] == "FULL_CONTROL"
    assert code_of(s3.get_object_acl, Bucket=bucket, Key="absent") == (404, "NoSuchKey")
