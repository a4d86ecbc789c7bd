"""Multipart uploads, as boto3 sees them."""

import hashlib
import io

import pytest
from boto3.s3.transfer import TransferConfig

from clients.test_boto3_buckets import code_of

MIB = 1024 * 1024
PARTS = [b"a" * (5 * MIB), b"b" * (5 * MIB), b"c" * 1000]


def etag_of(parts):
    return f'"{hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()}-{len(parts)}"'


@pytest.fixture
def upload(s3, bucket):
    def begin(key="k", parts=PARTS, **arguments):
        upload_id = s3.create_multipart_upload(Bucket=bucket, Key=key, **arguments)["UploadId"]
        done = []
        for number, body in enumerate(parts, start=1):
            part = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=body)
            done.append({"PartNumber": number, "ETag": part["ETag"]})
        return upload_id, done

    return begin


def test_an_upload(s3, bucket, upload):
    upload_id, parts = upload(Metadata={"a": "1"}, ContentType="text/x")
    assert code_of(s3.get_object, Bucket=bucket, Key="k") == (404, "NoSuchKey")
    first = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id, MultipartUpload={"Parts": parts})
    assert first["ETag"] == etag_of(PARTS)
    again = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id, MultipartUpload={"Parts": parts})
    assert again["ETag"] == first["ETag"]
    got = s3.get_object(Bucket=bucket, Key="k")
    assert (got["Metadata"], got["ContentType"], got["ETag"]) == ({"a": "1"}, "text/x", etag_of(PARTS))
    assert got["Body"].read() == b"".join(PARTS)
    across = s3.get_object(Bucket=bucket, Key="k", Range=f"bytes={5 * MIB - 2}-{5 * MIB + 1}")
    assert across["Body"].read() == b"aabb"


def test_reading_by_part(s3, bucket, upload):
    upload_id, parts = upload()
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id, MultipartUpload={"Parts": parts})
    third = s3.get_object(Bucket=bucket, Key="k", PartNumber=3)
    assert (third["PartsCount"], third["Body"].read()) == (3, PARTS[2])
    assert s3.head_object(Bucket=bucket, Key="k", PartNumber=2)["ContentLength"] == 5 * MIB
    assert code_of(s3.get_object, Bucket=bucket, Key="k", PartNumber=4) == (416, "InvalidPartNumber")
    s3.put_object(Bucket=bucket, Key="simple", Body=b"x")
    assert s3.get_object(Bucket=bucket, Key="simple", PartNumber=1)["Body"].read() == b"x"


def test_listing_parts_and_uploads(s3, bucket, upload):
    upload_id, _ = upload(key="some/k")
    listed = s3.list_parts(Bucket=bucket, Key="some/k", UploadId=upload_id, MaxParts=2)
    assert [(part["PartNumber"], part["Size"]) for part in listed["Parts"]] == [(1, 5 * MIB), (2, 5 * MIB)]
    assert (listed["IsTruncated"], listed["NextPartNumberMarker"]) == (True, 2)
    rest = s3.list_parts(Bucket=bucket, Key="some/k", UploadId=upload_id, PartNumberMarker=2)
    assert ([part["PartNumber"] for part in rest["Parts"]], rest["IsTruncated"]) == ([3], False)
    other = s3.create_multipart_upload(Bucket=bucket, Key="top")["UploadId"]
    uploads = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [(item["Key"], item["UploadId"]) for item in uploads] == [("some/k", upload_id), ("top", other)]
    page = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=1)
    assert (page["IsTruncated"], page["NextKeyMarker"], page["NextUploadIdMarker"]) == (True, "some/k", upload_id)
    folders = s3.list_multipart_uploads(Bucket=bucket, Delimiter="/")
    assert [item["Prefix"] for item in folders["CommonPrefixes"]] == ["some/"]
    assert [item["Key"] for item in folders["Uploads"]] == ["top"]


def test_refusals(s3, bucket, upload):
    upload_id, parts = upload()

    def complete(parts, upload_id=upload_id):
        return code_of(s3.complete_multipart_upload, Bucket=bucket, Key="k", UploadId=upload_id, MultipartUpload={"Parts": parts})

    assert complete([parts[1], parts[0]]) == (400, "InvalidPartOrder")
    assert complete([parts[0], {"PartNumber": 2, "ETag": '"00000000000000000000000000000000"'}]) == (400, "InvalidPart")
    assert complete([parts[0], {"PartNumber": 9, "ETag": parts[0]["ETag"]}]) == (400, "InvalidPart")
    assert complete([]) == (400, "MalformedXML")
    assert complete(parts, "no-such-upload") == (404, "NoSuchUpload")
    small_id, small = upload(parts=[b"x" * 1000, b"y"])
    assert complete(small, small_id) == (400, "EntityTooSmall")
    assert code_of(s3.upload_part, Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=10001, Body=b"") == (400, "InvalidArgument")
    assert code_of(s3.upload_part, Bucket=bucket, Key="k", UploadId="none", PartNumber=1, Body=b"") == (404, "NoSuchUpload")
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id)
    assert code_of(s3.list_parts, Bucket=bucket, Key="k", UploadId=upload_id) == (404, "NoSuchUpload")
    assert code_of(s3.abort_multipart_upload, Bucket=bucket, Key="k", UploadId=upload_id) == (404, "NoSuchUpload")


def test_a_part_sent_again_replaces_the_first(s3, bucket, upload):
    upload_id, _ = upload(parts=[b"first"])
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=1, Body=b"second")
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id,
                                 MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"second"


def test_parts_copied_from_objects(s3, bucket):
    s3.put_object(Bucket=bucket, Key="source", Body=b"x" * (5 * MIB) + b"tail")
    source = {"Bucket": bucket, "Key": "source"}
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    whole = s3.upload_part_copy(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=1, CopySource=source)
    tail = s3.upload_part_copy(Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=2, CopySource=source,
                               CopySourceRange=f"bytes={5 * MIB}-{5 * MIB + 3}")
    assert tail["CopyPartResult"]["ETag"] == f'"{hashlib.md5(b"tail").hexdigest()}"'
    for bad, answer in (("bytes=0-99999999", (416, "InvalidRange")), ("bytes=0-", (400, "InvalidArgument"))):
        assert code_of(s3.upload_part_copy, Bucket=bucket, Key="k", UploadId=upload_id, PartNumber=3, CopySource=source,
                       CopySourceRange=bad) == answer
    parts = [{"PartNumber": 1, "ETag": whole["CopyPartResult"]["ETag"]},
             {"PartNumber": 2, "ETag": tail["CopyPartResult"]["ETag"]}]
    s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload_id, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x" * (5 * MIB) + b"tailtail"


@pytest.mark.referee(client="boto3", operation="checksums")
@pytest.mark.parametrize("kind", [None, "COMPOSITE", "FULL_OBJECT"])
def test_checksums_of_uploads(s3, bucket, kind):
    options = {"ChecksumType": kind} if kind else {}
    begun = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="CRC32", **options)
    assert begun["ChecksumAlgorithm"] == "CRC32"
    parts = []
    for number, body in enumerate(PARTS, start=1):
        part = s3.upload_part(Bucket=bucket, Key="k", UploadId=begun["UploadId"], PartNumber=number, Body=body,
                              ChecksumAlgorithm="CRC32")
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]})
    done = s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=begun["UploadId"], MultipartUpload={"Parts": parts})
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert head["ChecksumCRC32"] == done["ChecksumCRC32"]
    assert head["ChecksumType"] == (kind or "COMPOSITE")
    assert head["ChecksumCRC32"].endswith("-3") == (kind != "FULL_OBJECT")
    assert s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["Body"].read() == b"".join(PARTS)


def test_upload_file_like_a_user(s3, bucket):
    body = bytes(range(256)) * (9 * MIB // 256)
    s3.upload_fileobj(io.BytesIO(body), bucket, "k", Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
    into = io.BytesIO()
    s3.download_fileobj(bucket, "k", into, Config=TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB))
    assert into.getvalue() == body
