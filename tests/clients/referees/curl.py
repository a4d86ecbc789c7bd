"""curl, which signs V4 by itself."""

import os

from clients.raw_http import path_of
from clients.referees.base import Head, Referee, run


class Curl(Referee):
    name = "curl"
    package = "curl"
    how = ('`curl --aws-sigv4 aws:amz:us-east-1:s3 --user AK:SK -H "x-amz-content-sha256: UNSIGNED-PAYLOAD" '
           "http://HOST:9000/BUCKET/KEY`, the key percent-encoded, and `--path-as-is`")

    def curl(self, *arguments, stdin=None):
        keys = f"{self.server.access_key}:{self.server.secret_key}"
        command = ["curl", "-sS", "--path-as-is", "--fail-with-body", "--aws-sigv4", "aws:amz:us-east-1:s3", "--user", keys,
                   "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]
        return run([*command, *arguments], dict(os.environ), stdin)

    def url(self, bucket, key):
        return self.server.s3_url + path_of(bucket, key)

    def make_bucket(self, bucket):
        self.curl("-X", "PUT", f"{self.server.s3_url}/{bucket}")

    def remove_bucket(self, bucket):
        self.curl("-X", "DELETE", f"{self.server.s3_url}/{bucket}")

    def put(self, bucket, key, body, metadata=None):
        headers = [option for name, value in (metadata or {}).items() for option in ("-H", f"x-amz-meta-{name}: {value}")]
        # Not -T, which adds the file's name to a URL that ends with a slash.
        self.curl("-X", "PUT", "--data-binary", f"@{self.file_with(body)}", "-H", "Content-Type: binary/octet-stream", *headers,
                  self.url(bucket, key))

    def get(self, bucket, key):
        return self.curl(self.url(bucket, key))

    def get_range(self, bucket, key, first, last):
        return self.curl("-r", f"{first}-{last}", self.url(bucket, key))

    def head(self, bucket, key):
        lines = self.curl("-I", self.url(bucket, key)).decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines if line)}
        metadata = {name.removeprefix("x-amz-meta-"): value for name, value in headers.items() if name.startswith("x-amz-meta-")}
        return Head(int(headers["content-length"]), headers["etag"].strip('"'), self.own_metadata(metadata))

    def copy(self, bucket, key, to):
        self.curl("-X", "PUT", "-H", f"x-amz-copy-source: {path_of(bucket, key)}", self.url(bucket, to))

    def delete(self, bucket, key):
        self.curl("-X", "DELETE", self.url(bucket, key))

    def put_file(self, bucket, key, path):
        self.curl("-T", str(path), self.url(bucket, key))

    def get_file(self, bucket, key, path):
        self.curl("-o", str(path), self.url(bucket, key))
