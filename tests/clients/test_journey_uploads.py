"""Large files and multipart uploads, through every client."""

import os

import pytest

PART = 5 * 1024 * 1024
SIZE = 9 * 1024 * 1024 + 17


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "file"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.mark.referee(operation="large file", needs=("put_file", "get_file"))
def test_a_large_file(referee, s3, bucket, large, tmp_path):
    referee.put_file(bucket, "large ü", large)
    assert s3.get_object(Bucket=bucket, Key="large ü")["Body"].read() == large.read_bytes()
    in_parts = s3.head_object(Bucket=bucket, Key="large ü")["ETag"].strip('"').endswith("-2")
    assert in_parts == (referee.name != "curl"), "this test is about files in parts; curl has none"
    referee.get_file(bucket, "large ü", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == large.read_bytes()


@pytest.mark.referee(operation="upload by hand", needs=("begin_upload", "put_part", "complete_upload"))
def test_an_upload_by_hand(referee, s3, bucket):
    upload = referee.begin_upload(bucket, "k")
    second = referee.put_part(bucket, "k", upload, 2, b"tail")
    referee.put_part(bucket, "k", upload, 1, b"replaced")
    first = referee.put_part(bucket, "k", upload, 1, b"a" * PART)
    referee.complete_upload(bucket, "k", upload, [first, second])
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"a" * PART + b"tail"


@pytest.fixture
def begun(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="begun/k")["UploadId"]
    for number in (1, 2):
        s3.upload_part(Bucket=bucket, Key="begun/k", UploadId=upload, PartNumber=number, Body=b"x" * 1000 * number)
    return upload


@pytest.mark.referee(operation="unfinished uploads", needs=("uploads", "abort_upload"))
def test_an_unfinished_upload(referee, s3, bucket, begun):
    assert referee.uploads(bucket) == [begun]
    referee.abort_upload(bucket, "begun/k", begun)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    assert referee.uploads(bucket) == []


@pytest.mark.referee(operation="list parts", needs=("parts",))
def test_the_parts_of_an_upload(referee, bucket, begun):
    assert referee.parts(bucket, "begun/k", begun) == [(1, 1000), (2, 2000)]
