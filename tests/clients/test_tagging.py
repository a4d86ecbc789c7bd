"""Tags of buckets and objects. Row: "tagging": "set, read, removed"."""

import pytest
from obs import Tag, TagInfo

from clients.client_table import judged_by

ROW = "tagging"
TAGS = [{"Key": "colour", "Value": "blue"}, {"Key": "grösse", "Value": "ü"}]


@pytest.mark.referee(client="boto3", operation=ROW)
def test_boto3(s3, bucket):
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": TAGS})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == TAGS
    s3.delete_bucket_tagging(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1&b=2")
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 2
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": TAGS})
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == TAGS
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == []


@pytest.mark.referee(client="awscli", operation=ROW)
def test_awscli(cast, s3, bucket):
    aws = cast["awscli"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    aws.api("put-object-tagging", "--bucket", bucket, "--key", "k", "--tagging", "TagSet=[{Key=a,Value=1}]")
    assert aws.api("get-object-tagging", "--bucket", bucket, "--key", "k")["TagSet"] == [{"Key": "a", "Value": "1"}]


@pytest.mark.referee(client="s3cmd", operation=ROW)
def test_s3cmd(cast, s3, bucket):
    s3cmd = cast["s3cmd"]
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    for target in (f"s3://{bucket}", f"s3://{bucket}/k"):
        s3cmd.s3cmd("settagging", target, "a=1&b=2")
        shown = s3cmd.s3cmd("gettagging", target)
        assert "a:\t1" in shown and "b:\t2" in shown
        s3cmd.s3cmd("deltagging", target)


@judged_by(ROW, ["esdk V2", "esdk OBS", "esdk V2 host", "esdk V4"])
def test_esdk(cast, bucket, name):
    cast[name].call("setBucketTagging", bucket, TagInfo([Tag(key="colour", value="blue")]))
    found, = cast[name].call("getBucketTagging", bucket).body.tagSet
    assert (found.key, found.value) == ("colour", "blue")
    cast[name].call("deleteBucketTagging", bucket)
