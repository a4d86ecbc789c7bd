"""Rules of expiration. Row: "lifecycle": "set, read, removed"."""

import pytest
from obs import Expiration, Lifecycle, Rule

from clients.client_table import judged_by

ROW = "lifecycle"
RULES = {"Rules": [{"ID": "old", "Filter": {"Prefix": "old/"}, "Status": "Enabled", "Expiration": {"Days": 3}}]}


@pytest.mark.referee(client="boto3", operation=ROW)
def test_boto3(s3, bucket):
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=RULES)
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == RULES["Rules"]
    s3.delete_bucket_lifecycle(Bucket=bucket)


@pytest.mark.referee(client="s3cmd", operation=ROW)
def test_s3cmd(cast, s3, bucket):
    s3cmd = cast["s3cmd"]
    s3cmd.s3cmd("expire", "--expiry-days=3", "--expiry-prefix=old/", f"s3://{bucket}")
    rule, = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    assert (rule["Expiration"]["Days"], rule["Status"]) == (3, "Enabled")
    assert "<Days>3</Days>" in s3cmd.s3cmd("getlifecycle", f"s3://{bucket}").replace(" ", "")
    s3cmd.s3cmd("dellifecycle", f"s3://{bucket}")


@judged_by(ROW, ["esdk V2", "esdk OBS", "esdk V2 host", "esdk V4"])
def test_esdk(cast, bucket, name):
    rule = Rule(id="old", prefix="old/", status="Enabled", expiration=Expiration(days=3))
    cast[name].call("setBucketLifecycle", bucket, Lifecycle(rule=[rule]))
    found, = cast[name].call("getBucketLifecycle", bucket).body.lifecycleConfig.rule
    assert (found.id, found.prefix, found.status, found.expiration.days) == ("old", "old/", "Enabled", 3)
    cast[name].call("deleteBucketLifecycle", bucket)
