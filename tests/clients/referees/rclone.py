"""rclone with its S3 backend."""

import json
import os
import re

from clients.referees.base import Head, Refused, Referee, run

CONFIGURATION = """[store]
type = s3
provider = Other
endpoint = {url}
access_key_id = {access_key}
secret_access_key = {secret_key}
region = us-east-1
upload_cutoff = 5M
chunk_size = 5M
"""


class Rclone(Referee):
    name = "rclone"
    package = "rclone"
    slow = True
    how = ("`type = s3`, `provider = Other`, `endpoint = http://HOST:9000`, `region = us-east-1`; unset `AWS_CA_BUNDLE`, with which "
           "rclone 1.60 does not start")
    cannot_name = {"a//b": "rclone joins slashes", "dir/": "rclone has no objects whose names end with a slash"}

    def __init__(self, server, folder):
        super().__init__(server, folder)
        (folder / "rclone.conf").write_text(
            CONFIGURATION.format(url=server.s3_url, access_key=server.access_key, secret_key=server.secret_key))
        self.environment = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}

    def rclone(self, *arguments, stdin=None):
        command = ["rclone", "--config", str(self.folder / "rclone.conf"), "--retries", "1", "--low-level-retries", "1", *arguments]
        try:
            return run(command, self.environment, stdin)
        except Refused as refused:
            code = re.search(r"\b([A-Z][a-z]+[A-Z]\w+): ", refused.text)
            raise Refused(refused.text, code and code.group(1)) from refused

    def make_bucket(self, bucket):
        self.rclone("mkdir", f"store:{bucket}")

    def remove_bucket(self, bucket):
        self.rclone("rmdir", f"store:{bucket}")

    def buckets(self):
        return [line.split()[-1] for line in self.rclone("lsd", "store:").decode().splitlines()]

    def put(self, bucket, key, body, metadata=None):
        described = [option for name, value in (metadata or {}).items() for option in ("--metadata-set", f"{name}={value}")]
        self.rclone("copyto", *(["--metadata", *described] if described else []), self.file_with(body), f"store:{bucket}/{key}")

    def get(self, bucket, key):
        return self.rclone("cat", f"store:{bucket}/{key}")

    def get_range(self, bucket, key, first, last):
        return self.rclone("cat", "--offset", str(first), "--count", str(last - first + 1), f"store:{bucket}/{key}")

    def head(self, bucket, key):
        found = json.loads(self.rclone("lsjson", "--stat", "--metadata", "--hash", f"store:{bucket}/{key}"))
        if found["IsDir"]:
            raise Refused("rclone takes what it does not find for a folder")
        return Head(found["Size"], found["Hashes"]["md5"], self.own_metadata(found["Metadata"]))

    def keys(self, bucket, prefix=""):
        return sorted(self.rclone("lsf", "-R", "--files-only", f"store:{bucket}/{prefix}").decode().splitlines(), key=str.encode)

    def folder_of(self, bucket, prefix=""):
        names = self.rclone("lsf", f"store:{bucket}/{prefix}").decode().splitlines()
        return sorted(name for name in names if name[-1] != "/"), sorted(name for name in names if name[-1] == "/")

    def copy(self, bucket, key, to):
        self.rclone("copyto", f"store:{bucket}/{key}", f"store:{bucket}/{to}")

    def delete(self, bucket, key):
        self.rclone("deletefile", f"store:{bucket}/{key}")

    def put_file(self, bucket, key, path):
        self.rclone("copyto", str(path), f"store:{bucket}/{key}")

    def get_file(self, bucket, key, path):
        self.rclone("copyto", f"store:{bucket}/{key}", str(path))

    def uploads(self, bucket):
        found = json.loads(self.rclone("backend", "list-multipart-uploads", f"store:{bucket}"))
        return [upload["UploadId"] for upload in found[bucket]]

    def abort_upload(self, bucket, key, upload):
        self.rclone("backend", "cleanup", "-o", "max-age=0s", f"store:{bucket}")

    def sync_up(self, folder, bucket, prefix):
        self.rclone("sync", str(folder), f"store:{bucket}/{prefix}")

    def sync_down(self, bucket, prefix, folder):
        self.rclone("sync", f"store:{bucket}/{prefix}", str(folder))

    def check(self, folder, bucket, prefix):
        self.rclone("check", str(folder), f"store:{bucket}/{prefix}")

    def presign_get(self, bucket, key):
        return self.rclone("link", "--expire", "300s", f"store:{bucket}/{key}").decode().strip()
