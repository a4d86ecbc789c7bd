"""Who may read. Row: "ACL": "canned ACLs of buckets and objects; a stranger reads what is public"."""

import pytest
import requests
from obs import HeadPermission

from clients.client_table import judged_by
from clients.raw_http import path_of

ROW = "ACL"
ESDK = ["esdk V2", "esdk OBS", "esdk V2 host", "esdk V4"]


@pytest.fixture
def stranger(server, s3, bucket):
    """The status that somebody without a key gets for the object `k`."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")

    def get():
        return requests.get(server.s3_url + path_of(bucket, "k"), timeout=30).status_code

    assert get() == 403
    return get


@pytest.mark.referee(client="boto3", operation=ROW)
def test_boto3(s3, bucket, stranger):
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    assert stranger() == 200
    acl = s3.get_object_acl(Bucket=bucket, Key="k")
    assert sorted(grant["Permission"] for grant in acl["Grants"]) == ["FULL_CONTROL", "READ"]
    s3.put_object_acl(Bucket=bucket, Key="k", AccessControlPolicy={"Owner": acl["Owner"], "Grants": acl["Grants"][:1]})
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="private")
    assert stranger() == 403


@pytest.mark.referee(client="awscli", operation=ROW)
def test_awscli(cast, bucket, stranger):
    aws = cast["awscli"]
    aws.api("put-object-acl", "--bucket", bucket, "--key", "k", "--acl", "public-read")
    assert stranger() == 200
    aws.api("put-object-acl", "--bucket", bucket, "--key", "k", "--acl", "private")
    assert stranger() == 403


@pytest.mark.referee(client="s3cmd", operation=ROW)
def test_s3cmd(cast, bucket, stranger):
    s3cmd = cast["s3cmd"]
    s3cmd.s3cmd("setacl", "--acl-public", f"s3://{bucket}/k")
    assert stranger() == 200
    assert "*anon*: READ" in s3cmd.s3cmd("info", f"s3://{bucket}/k")
    s3cmd.s3cmd("setacl", "--acl-private", f"s3://{bucket}/k")
    assert stranger() == 403


@judged_by(ROW, ESDK)
def test_esdk(cast, bucket, stranger, name):
    esdk = cast[name]
    esdk.call("setObjectAcl", bucket, "k", aclControl=HeadPermission.PUBLIC_READ)
    assert stranger() == 200
    assert len(esdk.call("getObjectAcl", bucket, "k").body.grants) == 2
    esdk.call("setBucketAcl", bucket, aclControl=HeadPermission.PUBLIC_READ)
    esdk.call("setBucketAcl", bucket, aclControl=HeadPermission.PRIVATE)
    esdk.call("setObjectAcl", bucket, "k", aclControl=HeadPermission.PRIVATE)
    assert stranger() == 403


@judged_by(ROW, ["Go V2", "Go OBS", "Go V4"])
def test_go(cast, bucket, stranger, name):
    cast[name].call("set acl", bucket=bucket, key="k", text="public-read")
    assert stranger() == 200
    cast[name].call("set acl", bucket=bucket, key="k", text="private")
    assert stranger() == 403
