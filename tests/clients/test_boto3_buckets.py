"""Buckets, as boto3 sees them."""

import pytest
from botocore.exceptions import ClientError


def code_of(call, *args, **kwargs):
    with pytest.raises(ClientError) as raised:
        call(*args, **kwargs)
    error = raised.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]


def test_life_of_a_bucket(s3, server):
    name = "life-of-a-bucket"
    made = s3.create_bucket(Bucket=name)
    assert made["Location"] == f"/{name}"
    assert name in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    head = s3.head_bucket(Bucket=name)
    assert head["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == server.region
    location = s3.get_bucket_location(Bucket=name)["LocationConstraint"]
    assert location == (None if server.region == "us-east-1" else server.region)
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    assert code_of(s3.delete_bucket, Bucket=name) == (409, "BucketNotEmpty")
    s3.delete_object(Bucket=name, Key="k")
    s3.delete_bucket(Bucket=name)
    assert code_of(s3.head_bucket, Bucket=name) == (404, "404")
    assert code_of(s3.delete_bucket, Bucket=name) == (404, "NoSuchBucket")


def test_creating_it_again(s3, bucket, server):
    if server.region == "us-east-1":
        s3.create_bucket(Bucket=bucket)
    else:
        assert code_of(s3.create_bucket, Bucket=bucket) == (409, "BucketAlreadyOwnedByYou")


def test_a_location_is_accepted(s3):
    s3.create_bucket(Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-de"})
    s3.delete_bucket(Bucket="far-away")


@pytest.mark.parametrize("name", ["Upper", "ab", "a_b", "192.168.0.1", "-ab", "ab-"])
def test_names_that_are_none(raw, name):
    signature = raw.sign("PUT", f"/{name}", "UNSIGNED-PAYLOAD")
    from clients.raw_http import read_answer

    with raw.connect() as connection:
        connection.sendall(raw.head("PUT", f"/{name}", {**signature.headers, "content-length": "0"}))
        answer = read_answer(connection)
    assert (answer.status, answer.code) == (400, "InvalidBucketName")


def test_pages_of_buckets(s3):
    names = [f"paged-{number}" for number in range(5)]
    for name in names:
        s3.create_bucket(Bucket=name)
    pages = list(s3.get_paginator("list_buckets").paginate(Prefix="paged-", PaginationConfig={"PageSize": 2}))
    assert [[bucket["Name"] for bucket in page["Buckets"]] for page in pages] == [names[:2], names[2:4], names[4:]]
    for name in names:
        s3.delete_bucket(Bucket=name)


@pytest.mark.referee(client="boto3", operation="settings")
def test_settings_that_were_never_set(s3, bucket):
    assert code_of(s3.get_bucket_policy, Bucket=bucket) == (404, "NoSuchBucketPolicy")
    assert code_of(s3.get_bucket_cors, Bucket=bucket) == (404, "NoSuchCORSConfiguration")
    assert code_of(s3.get_bucket_lifecycle_configuration, Bucket=bucket) == (404, "NoSuchLifecycleConfiguration")
    assert code_of(s3.get_bucket_tagging, Bucket=bucket) == (404, "NoSuchTagSet")
    assert code_of(s3.get_bucket_website, Bucket=bucket) == (404, "NoSuchWebsiteConfiguration")
    assert code_of(s3.get_bucket_encryption, Bucket=bucket) == (404, "ServerSideEncryptionConfigurationNotFoundError")
    assert code_of(s3.get_public_access_block, Bucket=bucket) == (404, "NoSuchPublicAccessBlockConfiguration")
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.delete_bucket_policy(Bucket=bucket)
    acl = s3.get_bucket_acl(Bucket=bucket)
    assert [grant["Permission"] for grant in acl["Grants"]] == ["FULL_CONTROL"]
    assert acl["Grants"][0]["Grantee"]["ID"] == acl["Owner"]["ID"]


def test_what_is_not_served_says_so(s3, bucket):
    status, code = code_of(s3.put_object, Bucket=bucket, Key="k", Body=b"", ServerSideEncryption="AES256")
    assert (status, code) == (501, "NotImplemented")
    status, code = code_of(s3.put_bucket_encryption, Bucket=bucket, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    assert (status, code) == (501, "NotImplemented")
    status, code = code_of(s3.put_bucket_website, Bucket=bucket, WebsiteConfiguration={
        "IndexDocument": {"Suffix": "index.html"}})
    assert (status, code) == (501, "NotImplemented")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_other_keys_are_refused(server, s3):
    import boto3

    stranger = boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1", aws_access_key_id="UNKNOWNKEY",
                            aws_secret_access_key=server.secret_key)
    assert code_of(stranger.list_buckets) == (403, "InvalidAccessKeyId")
    impostor = boto3.client("s3", endpoint_url=server.s3_url, region_name="us-east-1",
                            aws_access_key_id=server.access_key, aws_secret_access_key="not the secret")
    assert code_of(impostor.list_buckets) == (403, "SignatureDoesNotMatch")


def test_request_ids_come_once(s3, bucket):
    metadata = s3.head_bucket(Bucket=bucket)["ResponseMetadata"]
    assert metadata["RequestId"] == metadata["HTTPHeaders"]["x-amz-request-id"]
    assert "," not in metadata["RequestId"]
    assert metadata["HostId"]
