"""Writes tests/formats/vN: a small data directory made by the program that ATELIER_BIN names, and what is in it."""

import gzip
import hashlib
import json
import pathlib
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402

import conftest  # noqa: E402

KEPT = ["control.db", "objects.db", "blobs", "credentials.json", "format.json"]
PART = 5 << 20


def pattern(size, seed):
    """Bytes that pack well: the fixture should stay small."""
    return (hashlib.sha256(str(seed).encode()).digest() * (size // 32 + 1))[:size]


def fill(client):
    """Every kind of row and blob that there is; returns what a reader must find."""
    expected = {}
    client.create_bucket(Bucket="first")
    client.create_bucket(Bucket="second")

    def put(bucket, key, body, **attributes):
        client.put_object(Bucket=bucket, Key=key, Body=body, **attributes)
        expected[f"{bucket}/{key}"] = hashlib.sha256(body).hexdigest()

    put("first", "empty", b"")
    put("first", "small.txt", pattern(1000, 1), ContentType="text/plain", Metadata={"made": "for the test"})
    put("first", "folder/", b"")
    put("first", "folder/größe \x01 +%41", pattern(4096, 2))
    put("first", "large", pattern(300_000, 3))
    put("first", "overwritten", pattern(500, 4))
    put("first", "overwritten", pattern(600, 5))
    put("first", "deleted", pattern(700, 6))
    client.delete_object(Bucket="first", Key="deleted")
    del expected["first/deleted"]
    client.copy_object(Bucket="second", Key="copy", CopySource={"Bucket": "first", "Key": "large"})
    expected["second/copy"] = expected["first/large"]

    upload = client.create_multipart_upload(Bucket="second", Key="parts")["UploadId"]
    bodies = [pattern(PART, 7), pattern(100, 8)]
    parts = [{"PartNumber": number, "ETag": client.upload_part(Bucket="second", Key="parts", UploadId=upload,
                                                              PartNumber=number, Body=body)["ETag"]}
             for number, body in enumerate(bodies, 1)]
    client.complete_multipart_upload(Bucket="second", Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    expected["second/parts"] = hashlib.sha256(b"".join(bodies)).hexdigest()

    open_upload = client.create_multipart_upload(Bucket="second", Key="open")["UploadId"]
    body = pattern(2000, 9)
    client.upload_part(Bucket="second", Key="open", UploadId=open_upload, PartNumber=3, Body=body)
    return {"objects": expected,
            "upload": {"bucket": "second", "key": "open", "id": open_upload, "part": 3,
                       "sha256": hashlib.sha256(body).hexdigest()}}


def pack(data_dir, to):
    def plain(info):
        info.uid = info.gid = info.mtime = 0
        info.uname = info.gname = ""
        return info

    with gzip.GzipFile(to, "wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name in KEPT:
            if (data_dir / name).exists():
                archive.add(data_dir / name, name, filter=plain)


def main(number):
    folder = pathlib.Path(__file__).resolve().parent / f"v{number}"
    if folder.exists():
        sys.exit(f"{folder} is there: a fixture is never made anew")
    with tempfile.TemporaryDirectory() as directory:
        server = conftest.start_server(pathlib.Path(directory))
        client = boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                              aws_secret_access_key=server.secret_key, region_name=server.region,
                              config=Config(s3={"addressing_style": "path"}))
        expected = fill(client)
        assert conftest.stop_server(server) == 0
        folder.mkdir()
        pack(server.data_dir, folder / "data.tar.gz")
    (folder / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
