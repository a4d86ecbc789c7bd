"""Records how real SDKs sign: every request of the scenarios below, byte for byte, as src/auth/testdata/<name>.http.

Run it with the Python of the client tests when a client is upgraded; auth_test replays the files:

    build/test-venv/bin/python tests/clients/record_signatures.py

The keys are demo keys of no account. recorded_at.txt holds the time at which the test's clock stands.
"""

import argparse
import contextlib
import datetime
import http.client
import pathlib
import socket
import threading
import urllib.parse

import boto3
from botocore.config import Config
from obs import CompletePart, CompleteMultipartUploadRequest, DeleteObjectsRequest, Object, ObsClient

ACCESS_KEY = "DEMOACCESSKEY0000001"
SECRET_KEY = "demo/secret+key=0123456789abcdefABCDEF01"
BUCKET = "demo-bucket"
KEY = "a b/ü+é~*.txt"
BODY = b"hello, signatures\n"
HOST_NAME = "obs.local"
EXPIRES = 3600

ANSWERS = {
    "uploads": b"<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId>"
    b"</InitiateMultipartUploadResult>",
    "delete": b"<DeleteResult/>",
    "uploadId": b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>",
}


class Recorder:
    """A socket server that answers everything with success and keeps what it read."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.requests = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            with connection:
                self.answer_one(connection)

    def answer_one(self, connection):
        stream = connection.makefile("rb")
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return
            head += line
        lines = head.decode("latin-1").split("\r\n")
        fields = (line.partition(":") for line in lines[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        if headers.get("expect", "").lower() == "100-continue":
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        raw = head + stream.read(int(headers.get("content-length", 0)))
        method, target, _ = lines[0].split(" ", 2)
        if "apiversion" not in target:
            self.requests.append(raw)
        body = self.body_for(method, target, headers)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nx-obs-api: 3.0\r\nETag: \"e\"\r\nContent-Type: application/xml\r\n"
            + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
            + (b"" if method == "HEAD" else body)
        )

    @staticmethod
    def body_for(method, target, headers):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query, keep_blank_values=True)
        for name, answer in ANSWERS.items():
            if name in query and method == "POST":
                return answer
        if any(name.endswith("copy-source") for name in headers):
            modified = b"<LastModified>2026-01-02T03:04:05.000Z</LastModified>"
            return b"<CopyObjectResult><ETag>e</ETag>" + modified + b"</CopyObjectResult>"
        if method == "GET" and ("list-type" in query or "prefix" in query):
            return b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        return b""


class Scenarios:
    def __init__(self, recorder, folder):
        self.recorder = recorder
        self.folder = folder

    @contextlib.contextmanager
    def record(self, name):
        """The last request sent within is the one that is kept."""
        before = len(self.recorder.requests)
        yield
        sent = self.recorder.requests[before:]
        if not sent:
            raise SystemExit(f"{name}: nothing was sent")
        (self.folder / f"{name}.http").write_bytes(sent[-1])

    def follow(self, name, method, url, body=None, headers=None):
        parts = urllib.parse.urlsplit(url)
        with self.record(name):
            connection = http.client.HTTPConnection("127.0.0.1", self.recorder.port)
            all_headers = {"Host": parts.netloc, **(headers or {})}
            connection.request(method, f"{parts.path}?{parts.query}", body=body, headers=all_headers)
            connection.getresponse().read()
            connection.close()

    def boto3_client(self, signature, **s3_options):
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.recorder.port}",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            region_name="us-east-1",
            config=Config(
                signature_version=signature,
                user_agent="Boto3",  # the usual one names the machine
                retries={"max_attempts": 1, "mode": "standard"},
                s3={"addressing_style": "path", **s3_options},
            ),
        )

    def boto3(self, label, signature):
        client = self.boto3_client(signature)
        with self.record(f"boto3_{label}_create_bucket"):
            client.create_bucket(Bucket=BUCKET)
        with self.record(f"boto3_{label}_list"):
            client.list_objects_v2(Bucket=BUCKET, Prefix="", Delimiter="/", StartAfter="a b/ü", MaxKeys=7)
        with self.record(f"boto3_{label}_put"):
            metadata = {"note": "two  spaces"}
            client.put_object(Bucket=BUCKET, Key=KEY, Body=BODY, ContentType="text/plain", Metadata=metadata)
        with self.record(f"boto3_{label}_get"):
            overrides = {"ResponseContentType": "text/x; a=b", "VersionId": "null"}
            client.get_object(Bucket=BUCKET, Key=KEY, Range="bytes=0-4", **overrides)
        with self.record(f"boto3_{label}_delete_many"):
            client.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": KEY}, {"Key": "b&c"}]})
        with self.record(f"boto3_{label}_copy"):
            client.copy_object(Bucket=BUCKET, Key="copy//of", CopySource={"Bucket": BUCKET, "Key": KEY})
        with self.record(f"boto3_{label}_create_upload"):
            client.create_multipart_upload(Bucket=BUCKET, Key=KEY)
        with self.record(f"boto3_{label}_upload_part"):
            client.upload_part(Bucket=BUCKET, Key=KEY, UploadId="u/+=", PartNumber=3, Body=BODY)
        with self.record(f"boto3_{label}_encryption"):
            client.get_bucket_encryption(Bucket=BUCKET)
        get = {"Bucket": BUCKET, "Key": KEY, "ResponseContentDisposition": 'attachment; filename="ü.txt"'}
        self.follow(f"boto3_{label}_presigned_get", "GET", client.generate_presigned_url("get_object", get, EXPIRES))
        put = {"Bucket": BUCKET, "Key": KEY, "ContentType": "text/plain"}
        url = client.generate_presigned_url("put_object", put, EXPIRES)
        self.follow(f"boto3_{label}_presigned_put", "PUT", url, BODY, {"Content-Type": "text/plain"})

    def boto3_unsigned_payload(self):
        client = self.boto3_client("s3v4", payload_signing_enabled=False)
        with self.record("boto3_v4_put_unsigned"):
            client.put_object(Bucket=BUCKET, Key=KEY, Body=BODY)

    def esdk(self, label, **options):
        client = ObsClient(access_key_id=ACCESS_KEY, secret_access_key=SECRET_KEY, max_retry_count=0, **options)
        with self.record(f"esdk_{label}_list_buckets"):
            client.listBuckets()
        with self.record(f"esdk_{label}_create_bucket"):
            client.createBucket(BUCKET, location="local-1")
        with self.record(f"esdk_{label}_list"):
            client.listObjects(BUCKET, prefix="a b/", marker="ü+", delimiter="/", max_keys=7)
        with self.record(f"esdk_{label}_put"):
            client.putContent(BUCKET, KEY, BODY.decode(), metadata={"中": "文 x"})
        with self.record(f"esdk_{label}_get"):
            client.getObject(BUCKET, KEY, loadStreamInMemory=True)
        with self.record(f"esdk_{label}_storage_class"):
            client.getBucketStoragePolicy(BUCKET)
        with self.record(f"esdk_{label}_delete_many"):
            client.deleteObjects(BUCKET, DeleteObjectsRequest(quiet=True, objects=[Object(key=KEY)]))
        with self.record(f"esdk_{label}_copy"):
            client.copyObject(BUCKET, KEY, BUCKET, "copy//of")
        with self.record(f"esdk_{label}_append"):
            client.appendObject(BUCKET, KEY, {"content": BODY.decode(), "position": 0})
        with self.record(f"esdk_{label}_create_upload"):
            client.initiateMultipartUpload(BUCKET, KEY)
        with self.record(f"esdk_{label}_complete_upload"):
            parts = CompleteMultipartUploadRequest(parts=[CompletePart(partNum=1, etag="e")])
            client.completeMultipartUpload(BUCKET, KEY, "u/+=", parts)
        query = {"response-content-type": "text/x"}
        signed = client.createSignedUrl("GET", BUCKET, KEY, expires=EXPIRES, queryParams=query)
        self.follow(f"esdk_{label}_presigned_get", "GET", signed.signedUrl, headers=signed.actualSignedRequestHeaders)
        signed = client.createSignedUrl("PUT", BUCKET, KEY, expires=EXPIRES, headers={"Content-Type": "text/plain"})
        self.follow(f"esdk_{label}_presigned_put", "PUT", signed.signedUrl, BODY, signed.actualSignedRequestHeaders)
        client.close()


def resolve_host_names():
    """OBS signatures need the bucket in the host name; those names are made to resolve here."""
    original = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        return original("127.0.0.1" if name and name.endswith(HOST_NAME) else host, *args, **kwargs)

    socket.getaddrinfo = resolve


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--output", type=pathlib.Path, default=root / "src/auth/testdata")
    parser.add_argument("--port", type=int, default=19000, help="part of the signed Host header")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for old in options.output.glob("*.http"):
        old.unlink()
    resolve_host_names()
    recorder = Recorder(options.port)
    scenarios = Scenarios(recorder, options.output)
    now = datetime.datetime.now(datetime.timezone.utc)
    (options.output / "recorded_at.txt").write_text(now.strftime("%Y%m%dT%H%M%SZ\n"))
    by_ip = f"http://127.0.0.1:{recorder.port}"
    scenarios.boto3("v4", "s3v4")
    scenarios.boto3("v2", "s3")
    scenarios.boto3_unsigned_payload()
    scenarios.esdk("v2", server=by_ip)
    scenarios.esdk("v4", server=by_ip, signature="v4", region="local-1")
    scenarios.esdk("obs", server=f"http://{HOST_NAME}:{recorder.port}")
    print(f"{len(list(options.output.glob('*.http')))} requests in {options.output}")


if __name__ == "__main__":
    main()
