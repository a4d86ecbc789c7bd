"""Versioned buckets. Row: "versioning": "switched on and off; old versions, delete markers"."""

import pytest

from clients.client_table import judged_by
from clients.referees.base import Refused
from obs import Versions

ROW = "versioning"
ESDK = ["esdk V2", "esdk OBS", "esdk V2 host", "esdk V4"]
GO = ["Go V2", "Go OBS", "Go V4"]


@pytest.fixture
def versioned(s3, bucket):
    """Emptied of every version afterwards, so that the bucket can go."""
    yield bucket
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for item in page.get("Versions", []) + page.get("DeleteMarkers", []):
            s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])


def history(s3, bucket):
    listed = s3.list_object_versions(Bucket=bucket)
    return len(listed.get("Versions", [])), len(listed.get("DeleteMarkers", []))


@pytest.mark.referee(client="boto3", operation=ROW)
def test_boto3(s3, versioned):
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=versioned)["Status"] == "Enabled"
    first, second = (s3.put_object(Bucket=versioned, Key="k", Body=body)["VersionId"] for body in (b"1", b"2"))
    assert s3.get_object(Bucket=versioned, Key="k", VersionId=first)["Body"].read() == b"1"
    marker = s3.delete_object(Bucket=versioned, Key="k")
    assert marker["DeleteMarker"] and history(s3, versioned) == (2, 1)
    s3.delete_object(Bucket=versioned, Key="k", VersionId=marker["VersionId"])
    assert s3.get_object(Bucket=versioned, Key="k")["VersionId"] == second
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration={"Status": "Suspended"})
    assert s3.put_object(Bucket=versioned, Key="k", Body=b"3").get("VersionId", "null") == "null"


@pytest.mark.referee(client="awscli", operation=ROW)
def test_awscli(cast, s3, versioned):
    aws = cast["awscli"]
    aws.api("put-bucket-versioning", "--bucket", versioned, "--versioning-configuration", "Status=Enabled")
    assert aws.api("get-bucket-versioning", "--bucket", versioned)["Status"] == "Enabled"
    for body in (b"1", b"2"):
        aws.put(versioned, "k", body)
    aws.delete(versioned, "k")
    assert history(s3, versioned) == (2, 1)
    oldest = aws.api("list-object-versions", "--bucket", versioned)["Versions"][-1]
    assert aws.get(versioned, "k", "--version-id", oldest["VersionId"]) == b"1"


@pytest.mark.referee(client="rclone", operation=ROW)
def test_rclone(cast, s3, versioned):
    rclone = cast["rclone"]
    rclone.rclone("backend", "versioning", f"store:{versioned}", "Enabled")
    assert s3.get_bucket_versioning(Bucket=versioned)["Status"] == "Enabled"
    for body in (b"1", b"two"):
        rclone.put(versioned, "k", body)
    rclone.delete(versioned, "k")
    assert rclone.keys(versioned) == []
    old = rclone.rclone("--s3-versions", "lsf", f"store:{versioned}").decode().split()
    assert len(old) == 2 and all(name.startswith("k-v") for name in old)
    rclone.rclone("backend", "cleanup-hidden", f"store:{versioned}")
    assert history(s3, versioned)[0] == 0


@judged_by(ROW, ESDK)
def test_esdk(cast, versioned, name):
    esdk = cast[name]
    esdk.call("setBucketVersioning", versioned, "Enabled")
    assert esdk.call("getBucketVersioning", versioned).body == "Enabled"
    first, _ = (esdk.call("putContent", versioned, "k", body).body.versionId for body in ("1", "2"))
    esdk.delete(versioned, "k")
    listed = esdk.call("listVersions", versioned, Versions(prefix="k")).body
    assert (len(listed.versions), len(listed.markers)) == (2, 1)
    assert esdk.get(versioned, "k", getObjectRequest={"versionId": first}) == b"1"


@judged_by(ROW, GO)
def test_go(cast, versioned, name):
    go = cast[name]
    go.call("set versioning", bucket=versioned, text="Enabled")
    assert go.call("versioning", bucket=versioned)["text"] == "Enabled"
    for body in (b"1", b"2"):
        go.put(versioned, "k", body)
    go.delete(versioned, "k")
    listed = go.call("list versions", bucket=versioned)
    assert (len(listed["versions"]), len(listed["markers"])) == (2, 1)
    with pytest.raises(Refused):
        go.get(versioned, "k")
