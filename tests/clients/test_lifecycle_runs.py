"""Lifecycle rules are carried out: a server whose days are short, and whose worker runs all the time."""

import itertools
import time

import pytest
import requests
from botocore.exceptions import ClientError

from clients.referees.boto3_sdk import make_boto3
from conftest import start_server, stop_server

DAY_SECONDS = 2
DEADLINE_SECONDS = 60
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A server for which a day is short."""
    running = start_server(tmp_path_factory.mktemp("hasty"), "--lifecycle-day", str(DAY_SECONDS), "--lifecycle-interval", "1")
    yield running
    assert stop_server(running) == 0


@pytest.fixture(scope="module")
def s3(hasty):
    return make_boto3(hasty)


@pytest.fixture
def bucket(s3):
    name = f"bucket-{next(_numbers)}"
    s3.create_bucket(Bucket=name)
    return name


def set_rule(s3, bucket, prefix="", **actions):
    rule = {"ID": "rule", "Filter": {"Prefix": prefix}, "Status": "Enabled", **actions}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})


def enable_versioning(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def put(s3, bucket, key, body=b"x"):
    return s3.put_object(Bucket=bucket, Key=key, Body=body).get("VersionId")


def keys(s3, bucket):
    return [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def version_ids(s3, bucket):
    """Of objects and of delete markers, newest first."""
    listed = s3.list_object_versions(Bucket=bucket)
    return tuple([item["VersionId"] for item in listed.get(kind, [])] for kind in ("Versions", "DeleteMarkers"))


def becomes(read, wanted):
    """Polls until `read` gives what is wanted."""
    end = time.monotonic() + DEADLINE_SECONDS
    while (seen := read()) != wanted:
        assert time.monotonic() < end, f"still {seen} and not {wanted} after {DEADLINE_SECONDS} s"
        time.sleep(0.05)  # between two polls


def metric(server, name):
    lines = requests.get(f"http://{server.platform}/metrics", timeout=10).text.splitlines()
    value, = (line.split()[1] for line in lines if line.startswith(f"atelier_lifecycle_{name} "))
    return float(value)


def test_objects_expire(hasty, s3, bucket):
    before = metric(hasty, "expired_objects_total")
    for key in ("old/1", "old/2", "kept/1"):
        put(s3, bucket, key)
    set_rule(s3, bucket, "old/", Expiration={"Days": 1})
    becomes(lambda: keys(s3, bucket), ["kept/1"])
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="old/1")
    becomes(lambda: metric(hasty, "expired_objects_total"), before + 2)


def test_only_tagged_objects_expire(s3, bucket):
    for key, tagging in (("a", "keep=no"), ("b", "keep=yes")):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x", Tagging=tagging)
    rule = {"ID": "tagged", "Filter": {"Tag": {"Key": "keep", "Value": "no"}}, "Status": "Enabled", "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    becomes(lambda: keys(s3, bucket), ["b"])


def test_a_past_date_expires_objects(s3, bucket):
    put(s3, bucket, "a")
    set_rule(s3, bucket, Expiration={"Date": "2020-01-01T00:00:00Z"})
    becomes(lambda: keys(s3, bucket), [])


def test_an_expired_object_of_a_versioned_bucket_lies_below_a_marker(s3, bucket):
    enable_versioning(s3, bucket)
    version = put(s3, bucket, "k", b"bytes")
    set_rule(s3, bucket, Expiration={"Days": 1})
    becomes(lambda: keys(s3, bucket), [])
    versions, markers = version_ids(s3, bucket)
    assert versions == [version] and len(markers) == 1
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=version)["Body"].read() == b"bytes"


def test_noncurrent_versions_go_but_for_the_newest(s3, bucket):
    enable_versioning(s3, bucket)
    ids = [put(s3, bucket, "k", body) for body in (b"1", b"2", b"3", b"4")]
    set_rule(s3, bucket, NoncurrentVersionExpiration={"NoncurrentDays": 1, "NewerNoncurrentVersions": 1})
    becomes(lambda: version_ids(s3, bucket), ([ids[3], ids[2]], []))
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"4"


def test_a_versioned_bucket_is_emptied_whole(hasty, s3, bucket):
    before = metric(hasty, "removed_versions_total")
    enable_versioning(s3, bucket)
    for body in (b"1", b"2"):
        put(s3, bucket, "k", body)
    set_rule(s3, bucket, Expiration={"Days": 1}, NoncurrentVersionExpiration={"NoncurrentDays": 1})
    becomes(lambda: version_ids(s3, bucket), ([], []))
    becomes(lambda: metric(hasty, "removed_versions_total"), before + 3)  # two versions and the marker
    s3.delete_bucket(Bucket=bucket)


def test_lone_delete_markers_go(s3, bucket):
    enable_versioning(s3, bucket)
    version = put(s3, bucket, "both")
    for key in ("both", "alone"):
        s3.delete_object(Bucket=bucket, Key=key)
    set_rule(s3, bucket, Expiration={"ExpiredObjectDeleteMarker": True})
    becomes(lambda: [len(ids) for ids in version_ids(s3, bucket)], [1, 1])
    assert version_ids(s3, bucket)[0] == [version]


def test_uploads_are_aborted(hasty, s3, bucket):
    before = metric(hasty, "aborted_uploads_total")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="tmp/a")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="tmp/a", UploadId=upload, PartNumber=1, Body=b"x")
    other = s3.create_multipart_upload(Bucket=bucket, Key="other")["UploadId"]
    set_rule(s3, bucket, "tmp/", AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1})
    becomes(lambda: [item["UploadId"] for item in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])], [other])
    becomes(lambda: metric(hasty, "aborted_uploads_total"), before + 1)


def test_passes_are_counted_and_timed(hasty):
    seen = metric(hasty, "passes_total")
    becomes(lambda: metric(hasty, "passes_total") > seen, True)
    assert metric(hasty, "last_pass_timestamp_seconds") > 0
    assert metric(hasty, "failed_buckets_total") == 0
