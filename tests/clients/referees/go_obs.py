"""The OBS SDK for Go, through the small program of ../go_obs."""

import base64
import json
import os
import pathlib
import subprocess

from clients.referees.base import Head, Refused, Referee

SOURCES = pathlib.Path(__file__).resolve().parent.parent / "go_obs"
PROGRAM = pathlib.Path(os.environ.get("ATELIER_GO_OBS", SOURCES.parents[2] / "build" / "test-tools" / "go_obs"))


class _GoObs(Referee):
    package = "huaweicloud-sdk-go-obs"
    signature = ""
    host = "127.0.0.1"

    def __init__(self, server, folder):
        super().__init__(server, folder)
        keys = {"ACCESS_KEY": server.access_key, "SECRET_KEY": server.secret_key}
        endpoint = f"http://{self.host}:{server.s3_port}"
        self.process = subprocess.Popen([str(PROGRAM), "-endpoint", endpoint, "-signature", self.signature],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **keys})

    def close(self):
        self.process.stdin.close()
        status = self.process.wait(30)
        self.process.stdout.close()
        assert status == 0, f"{PROGRAM} ended with {status}"

    def call(self, operation, **fields):
        line = json.dumps({"operation": operation, **fields})
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise Refused(f"{operation}: {answer['error']}", answer["error"]["code"])
        return answer

    def make_bucket(self, bucket):
        self.call("make bucket", bucket=bucket)

    def remove_bucket(self, bucket):
        self.call("remove bucket", bucket=bucket)

    def buckets(self):
        return self.call("buckets")["names"]

    def put(self, bucket, key, body, metadata=None):
        self.call("put", bucket=bucket, key=key, body=base64.b64encode(body).decode(), metadata=metadata or {})

    def get(self, bucket, key):
        return base64.b64decode(self.call("get", bucket=bucket, key=key)["body"])

    def get_range(self, bucket, key, first, last):
        return base64.b64decode(self.call("get range", bucket=bucket, key=key, first=first, last=last)["body"])

    def head(self, bucket, key):
        found = self.call("head", bucket=bucket, key=key)
        return Head(found["size"], found["etag"].strip('"'), self.own_metadata(found["metadata"] or {}))

    def keys(self, bucket, prefix=""):
        return self.call("list", bucket=bucket, prefix=prefix)["keys"]

    def folder_of(self, bucket, prefix=""):
        page = self.call("list", bucket=bucket, prefix=prefix, delimiter="/")
        return page["keys"], page["prefixes"]

    def pages(self, bucket, size):
        pages, marker = [], ""
        while True:
            page = self.call("list", bucket=bucket, limit=size, marker=marker)
            pages.append(page["keys"])
            if not page["truncated"]:
                return pages
            marker = page["next"]

    def copy(self, bucket, key, to):
        self.call("copy", bucket=bucket, key=key, to=to)

    def delete(self, bucket, key):
        self.call("delete", bucket=bucket, key=key)

    def delete_many(self, bucket, keys):
        self.call("delete many", bucket=bucket, keys=list(keys))

    def put_file(self, bucket, key, path):
        self.call("upload file", bucket=bucket, key=key, path=str(path))

    def get_file(self, bucket, key, path):
        self.call("download file", bucket=bucket, key=key, path=str(path))

    def begin_upload(self, bucket, key):
        return self.call("begin upload", bucket=bucket, key=key)["upload"]

    def put_part(self, bucket, key, upload, number, body):
        encoded = base64.b64encode(body).decode()
        return self.call("put part", bucket=bucket, key=key, upload=upload, part=number, body=encoded)["etag"]

    def complete_upload(self, bucket, key, upload, etags):
        self.call("complete", bucket=bucket, key=key, upload=upload)

    def uploads(self, bucket):
        return self.call("uploads", bucket=bucket)["uploads"]

    def parts(self, bucket, key, upload):
        return [tuple(part) for part in self.call("list parts", bucket=bucket, key=key, upload=upload)["parts"]]

    def abort_upload(self, bucket, key, upload):
        self.call("abort", bucket=bucket, key=key, upload=upload)

    def presign_get(self, bucket, key):
        return self.call("presign", method="GET", bucket=bucket, key=key, expires=300)["url"]

    def presign_put(self, bucket, key):
        return self.call("presign", method="PUT", bucket=bucket, key=key, expires=300)["url"]


class GoV2(_GoObs):
    name = "Go V2"
    signature = "v2"
    how = '`obs.New(AK, SK, "http://127.0.0.1:9000")`: signs V2 unless told otherwise'


class GoObs(_GoObs):
    name = "Go OBS"
    signature = "obs"
    host = "localhost"
    how = ('`obs.New(AK, SK, "http://obs.local:9000", obs.WithSignature(obs.SignatureObs))`, with the bucket as `BUCKET.obs.local`: '
           "names of buckets must resolve, or `obs.WithHttpTransport` dials the address")


class GoV4(_GoObs):
    name = "Go V4"
    signature = "v4"
    how = "the same with `obs.WithSignature(obs.SignatureV4), obs.WithRegion(\"any\")`"
