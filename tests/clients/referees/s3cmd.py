"""s3cmd, with the configuration file that its users write."""

import os
import pathlib
import re
import sys

from clients.referees.base import Head, Refused, Referee, run

S3CMD = pathlib.Path(sys.executable).parent / "s3cmd"
CONFIGURATION = """[default]
access_key = {access_key}
secret_key = {secret_key}
host_base = {address}
host_bucket = {address}
use_https = False
multipart_chunk_size_mb = 5
"""


class S3cmd(Referee):
    name = "s3cmd"
    package = "s3cmd"
    slow = True
    how = "`host_base` and `host_bucket` both `HOST:9000` (so buckets stand in the path), `use_https = False`"
    cannot_name = {"dir/": "a target that ends with a slash means a folder"}

    def __init__(self, server, folder):
        super().__init__(server, folder)
        (folder / "s3cfg").write_text(
            CONFIGURATION.format(access_key=server.access_key, secret_key=server.secret_key, address=server.object_store))
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8"}

    def s3cmd(self, *arguments):
        try:
            printed = run([sys.executable, str(S3CMD), "-c", str(self.folder / "s3cfg"), "--no-progress", *arguments], self.environment)
        except Refused as refused:
            code = re.search(r"\((\w+)\)", refused.text)
            raise Refused(refused.text, code and code.group(1)) from refused
        return printed.decode()

    def make_bucket(self, bucket):
        self.s3cmd("mb", f"s3://{bucket}")

    def remove_bucket(self, bucket):
        self.s3cmd("rb", f"s3://{bucket}")

    def buckets(self):
        return [line.rsplit("s3://", 1)[1] for line in self.s3cmd("ls").splitlines()]

    def put(self, bucket, key, body, metadata=None):
        headers = [f"--add-header=x-amz-meta-{name}:{value}" for name, value in (metadata or {}).items()]
        self.s3cmd("put", *headers, self.file_with(body), f"s3://{bucket}/{key}")

    def get(self, bucket, key):
        target = self.folder / "read"
        self.get_file(bucket, key, target)
        return target.read_bytes()

    def head(self, bucket, key):
        shown = dict(re.findall(r"^\s+([^:]+):\s+(.*)$", self.s3cmd("info", f"s3://{bucket}/{key}"), re.MULTILINE))
        # s3cmd shows the bytes of a header as Latin-1.
        metadata = {name.removeprefix("x-amz-meta-"): value.encode("latin-1").decode()
                    for name, value in shown.items() if name.startswith("x-amz-meta-")}
        return Head(int(shown["File size"]), shown["MD5 sum"], self.own_metadata(metadata))

    def keys(self, bucket, prefix=""):
        return self.folder_of(bucket, prefix, "--recursive")[0]

    def folder_of(self, bucket, prefix="", *options):
        keys, prefixes = [], []
        for line in self.s3cmd("ls", *options, f"s3://{bucket}/{prefix}").splitlines():
            about, key = line.split(f"s3://{bucket}/", 1)
            (prefixes if about.strip() == "DIR" else keys).append(key)
        return keys, prefixes

    def copy(self, bucket, key, to):
        self.s3cmd("cp", f"s3://{bucket}/{key}", f"s3://{bucket}/{to}")

    def delete(self, bucket, key):
        self.s3cmd("del", f"s3://{bucket}/{key}")

    def delete_many(self, bucket, keys):
        self.s3cmd("del", *(f"s3://{bucket}/{key}" for key in keys))

    def put_file(self, bucket, key, path):
        self.s3cmd("put", str(path), f"s3://{bucket}/{key}")

    def get_file(self, bucket, key, path):
        self.s3cmd("get", "--force", f"s3://{bucket}/{key}", str(path))

    def uploads(self, bucket):
        lines = self.s3cmd("multipart", f"s3://{bucket}").splitlines()
        return [line.split("\t")[-1] for line in lines if f"s3://{bucket}/" in line and "\t" in line]

    def parts(self, bucket, key, upload):
        rows = [line.split("\t") for line in self.s3cmd("listmp", f"s3://{bucket}/{key}", upload).splitlines()]
        return [(int(row[1]), int(row[3])) for row in rows if len(row) == 4 and row[1].isdigit()]

    def abort_upload(self, bucket, key, upload):
        self.s3cmd("abortmp", f"s3://{bucket}/{key}", upload)

    def sync_up(self, folder, bucket, prefix):
        self.s3cmd("sync", "--delete-removed", f"{folder}/", f"s3://{bucket}/{prefix}")

    def sync_down(self, bucket, prefix, folder):
        self.s3cmd("sync", "--delete-removed", f"s3://{bucket}/{prefix}", f"{folder}/")

    def presign_get(self, bucket, key):
        return self.s3cmd("signurl", f"s3://{bucket}/{key}", "+300").strip()

    def presign_expired(self, bucket, key):
        return self.s3cmd("signurl", f"s3://{bucket}/{key}", "1000000000").strip()
