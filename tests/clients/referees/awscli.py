"""The AWS command line: `aws s3` for files and folders, `aws s3api` for single requests."""

import json
import os
import pathlib
import re
import sys

from clients.referees.base import Head, Refused, Referee, run

AWS = pathlib.Path(sys.executable).parent / "aws"


class AwsCli(Referee):
    name = "awscli"
    package = "awscli"
    slow = True
    how = ("`aws --endpoint-url http://HOST:9000 s3 ...`, keys in `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, "
           "`AWS_DEFAULT_REGION=us-east-1`")

    def __init__(self, server, folder):
        super().__init__(server, folder)
        (folder / "config").write_text("[default]\ns3 =\n  addressing_style = path\n")
        hidden = ("AWS_CA_BUNDLE", "AWS_PROFILE", "AWS_SESSION_TOKEN")
        self.environment = {name: value for name, value in os.environ.items() if name not in hidden}
        self.environment.update(AWS_ACCESS_KEY_ID=server.access_key, AWS_SECRET_ACCESS_KEY=server.secret_key,
                                AWS_DEFAULT_REGION="us-east-1", AWS_CONFIG_FILE=str(folder / "config"),
                                AWS_SHARED_CREDENTIALS_FILE=str(folder / "none"), AWS_MAX_ATTEMPTS="1", LC_ALL="C.UTF-8")

    def aws(self, *arguments, stdin=None):
        command = [str(AWS), "--endpoint-url", self.server.s3_url, *arguments]
        try:
            return run(command, self.environment, stdin).decode()
        except Refused as refused:
            code = re.search(r"An error occurred \((\w+)\)", refused.text)
            raise Refused(refused.text, code and code.group(1)) from refused

    def api(self, operation, *arguments):
        printed = self.aws("s3api", operation, *arguments, "--output", "json")
        return json.loads(printed) if printed.strip() else {}

    def make_bucket(self, bucket):
        self.aws("s3", "mb", f"s3://{bucket}")

    def remove_bucket(self, bucket):
        self.aws("s3", "rb", f"s3://{bucket}")

    def buckets(self):
        return [line.split()[-1] for line in self.aws("s3", "ls").splitlines()]

    def put(self, bucket, key, body, metadata=None):
        described = ["--metadata", json.dumps(metadata)] if metadata else []
        self.api("put-object", "--bucket", bucket, "--key", key, "--body", self.file_with(body), *described)

    def get(self, bucket, key, *options):
        target = self.folder / "read"
        self.api("get-object", "--bucket", bucket, "--key", key, *options, str(target))
        return target.read_bytes()

    def get_range(self, bucket, key, first, last):
        return self.get(bucket, key, "--range", f"bytes={first}-{last}")

    def head(self, bucket, key):
        found = self.api("head-object", "--bucket", bucket, "--key", key)
        return Head(found["ContentLength"], found["ETag"].strip('"'), self.own_metadata(found["Metadata"]))

    def keys(self, bucket, prefix=""):
        return [item["Key"] for item in self.api("list-objects", "--bucket", bucket, "--prefix", prefix).get("Contents", [])]

    def keys_v2(self, bucket, prefix=""):
        return [item["Key"] for item in self.api("list-objects-v2", "--bucket", bucket, "--prefix", prefix).get("Contents", [])]

    def folder_of(self, bucket, prefix=""):
        page = self.api("list-objects-v2", "--bucket", bucket, "--prefix", prefix, "--delimiter", "/")
        return [item["Key"] for item in page.get("Contents", [])], [item["Prefix"] for item in page.get("CommonPrefixes", [])]

    def pages(self, bucket, size):
        pages, token = [], []
        while True:
            page = self.api("list-objects-v2", "--bucket", bucket, "--no-paginate", "--max-keys", str(size), *token)
            pages.append([item["Key"] for item in page["Contents"]])
            if not page["IsTruncated"]:
                return pages
            token = ["--continuation-token", page["NextContinuationToken"]]

    def copy(self, bucket, key, to):
        self.aws("s3", "cp", f"s3://{bucket}/{key}", f"s3://{bucket}/{to}")

    def delete(self, bucket, key):
        self.aws("s3", "rm", f"s3://{bucket}/{key}")

    def delete_many(self, bucket, keys):
        self.api("delete-objects", "--bucket", bucket, "--delete", json.dumps({"Objects": [{"Key": key} for key in keys]}))

    def put_file(self, bucket, key, path):
        self.aws("s3", "cp", "--only-show-errors", str(path), f"s3://{bucket}/{key}")

    def get_file(self, bucket, key, path):
        self.aws("s3", "cp", "--only-show-errors", f"s3://{bucket}/{key}", str(path))

    def begin_upload(self, bucket, key):
        return self.api("create-multipart-upload", "--bucket", bucket, "--key", key)["UploadId"]

    def put_part(self, bucket, key, upload, number, body):
        return self.api("upload-part", "--bucket", bucket, "--key", key, "--upload-id", upload, "--part-number", str(number),
                        "--body", self.file_with(body))["ETag"]

    def complete_upload(self, bucket, key, upload, etags):
        parts = {"Parts": [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, start=1)]}
        self.api("complete-multipart-upload", "--bucket", bucket, "--key", key, "--upload-id", upload,
                 "--multipart-upload", json.dumps(parts))

    def uploads(self, bucket):
        return [item["UploadId"] for item in self.api("list-multipart-uploads", "--bucket", bucket).get("Uploads", [])]

    def parts(self, bucket, key, upload):
        listed = self.api("list-parts", "--bucket", bucket, "--key", key, "--upload-id", upload).get("Parts", [])
        return [(part["PartNumber"], part["Size"]) for part in listed]

    def abort_upload(self, bucket, key, upload):
        self.api("abort-multipart-upload", "--bucket", bucket, "--key", key, "--upload-id", upload)

    def sync_up(self, folder, bucket, prefix):
        self.aws("s3", "sync", "--delete", str(folder), f"s3://{bucket}/{prefix}")

    def sync_down(self, bucket, prefix, folder):
        self.aws("s3", "sync", "--delete", f"s3://{bucket}/{prefix}", str(folder))

    def presign_get(self, bucket, key):
        return self.aws("s3", "presign", f"s3://{bucket}/{key}", "--expires-in", "300").strip()
