"""boto3, signing V4 and V2."""

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

from clients.referees.base import Head, Refused, Referee

PART = 5 * 1024 * 1024
TRANSFER = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=2)


def make_boto3(server, signature="s3v4", **s3_options):
    return boto3.client(
        "s3",
        endpoint_url=server.s3_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        aws_session_token=server.security_token,
        region_name="us-east-1",
        config=Config(
            signature_version=signature,
            retries={"max_attempts": 1, "mode": "standard"},
            s3={"addressing_style": "path", **s3_options},
        ),
    )


class _Boto3(Referee):
    package = "boto3"
    signature = ""

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.client = make_boto3(server, self.signature)

    def call(self, operation, **arguments):
        try:
            return getattr(self.client, operation)(**arguments)
        except ClientError as error:
            raise Refused(str(error), error.response["Error"]["Code"]) from error

    def make_bucket(self, bucket):
        self.call("create_bucket", Bucket=bucket)

    def remove_bucket(self, bucket):
        self.call("delete_bucket", Bucket=bucket)

    def buckets(self):
        return [item["Name"] for item in self.call("list_buckets")["Buckets"]]

    def put(self, bucket, key, body, metadata=None):
        self.call("put_object", Bucket=bucket, Key=key, Body=body, Metadata=metadata or {})

    def get(self, bucket, key):
        return self.call("get_object", Bucket=bucket, Key=key)["Body"].read()

    def get_range(self, bucket, key, first, last):
        return self.call("get_object", Bucket=bucket, Key=key, Range=f"bytes={first}-{last}")["Body"].read()

    def head(self, bucket, key):
        found = self.call("head_object", Bucket=bucket, Key=key)
        return Head(found["ContentLength"], found["ETag"].strip('"'), self.own_metadata(found["Metadata"]))

    def keys(self, bucket, prefix=""):
        return [item["Key"] for item in self.call("list_objects", Bucket=bucket, Prefix=prefix).get("Contents", [])]

    def keys_v2(self, bucket, prefix=""):
        return [item["Key"] for item in self.call("list_objects_v2", Bucket=bucket, Prefix=prefix).get("Contents", [])]

    def folder_of(self, bucket, prefix=""):
        page = self.call("list_objects_v2", Bucket=bucket, Prefix=prefix, Delimiter="/")
        return [item["Key"] for item in page.get("Contents", [])], [item["Prefix"] for item in page.get("CommonPrefixes", [])]

    def pages(self, bucket, size):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": size})
        return [[item["Key"] for item in page["Contents"]] for page in pages]

    def copy(self, bucket, key, to):
        self.call("copy_object", Bucket=bucket, Key=to, CopySource={"Bucket": bucket, "Key": key})

    def delete(self, bucket, key):
        self.call("delete_object", Bucket=bucket, Key=key)

    def delete_many(self, bucket, keys):
        self.call("delete_objects", Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})

    def put_file(self, bucket, key, path):
        self.call("upload_file", Filename=str(path), Bucket=bucket, Key=key, Config=TRANSFER)

    def get_file(self, bucket, key, path):
        self.call("download_file", Filename=str(path), Bucket=bucket, Key=key, Config=TRANSFER)

    def begin_upload(self, bucket, key):
        return self.call("create_multipart_upload", Bucket=bucket, Key=key)["UploadId"]

    def put_part(self, bucket, key, upload, number, body):
        return self.call("upload_part", Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body)["ETag"]

    def complete_upload(self, bucket, key, upload, etags):
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, start=1)]
        self.call("complete_multipart_upload", Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})

    def uploads(self, bucket):
        return [item["UploadId"] for item in self.call("list_multipart_uploads", Bucket=bucket).get("Uploads", [])]

    def parts(self, bucket, key, upload):
        listed = self.call("list_parts", Bucket=bucket, Key=key, UploadId=upload).get("Parts", [])
        return [(part["PartNumber"], part["Size"]) for part in listed]

    def abort_upload(self, bucket, key, upload):
        self.call("abort_multipart_upload", Bucket=bucket, Key=key, UploadId=upload)

    def presign(self, operation, bucket, key, expires=300):
        return self.client.generate_presigned_url(operation, Params={"Bucket": bucket, "Key": key}, ExpiresIn=expires)

    def presign_get(self, bucket, key):
        return self.presign("get_object", bucket, key)

    def presign_put(self, bucket, key):
        return self.presign("put_object", bucket, key)

    def presign_expired(self, bucket, key):
        return self.presign("get_object", bucket, key, expires=-10)


class Boto3V4(_Boto3):
    name = "boto3"
    signature = "s3v4"
    how = ('`boto3.client("s3", endpoint_url="http://HOST:9000", region_name="us-east-1", '
           'config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))`')


class Boto3V2(_Boto3):
    name = "boto3 V2"
    signature = "s3"
    how = 'the same with `signature_version="s3"`; presigned links are V2 unless the configuration says `s3v4`'
