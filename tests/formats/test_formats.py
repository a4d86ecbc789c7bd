"""Today's program opens the data of every format that there was, and refuses data of a format that is yet to come."""

import hashlib
import json
import pathlib
import subprocess
import tarfile

import boto3
import pytest

import conftest

FIXTURES = sorted(path for path in pathlib.Path(__file__).parent.glob("v*") if path.is_dir())


def s3(server):
    return boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                        aws_secret_access_key=server.secret_key, region_name=server.region)


def unpack(fixture, data_dir):
    data_dir.mkdir(parents=True)
    with tarfile.open(fixture / "data.tar.gz") as archive:
        archive.extractall(data_dir)


def check(client, expected):
    found = {}
    for bucket in client.list_buckets()["Buckets"]:
        for entry in client.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            body = client.get_object(Bucket=bucket["Name"], Key=entry["Key"])["Body"].read()
            found[f"{bucket['Name']}/{entry['Key']}"] = hashlib.sha256(body).hexdigest()
    assert found == expected["objects"]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_data_of_a_former_format_is_brought_up_to_date(fixture, tmp_path):
    expected = json.loads((fixture / "expected.json").read_text())
    unpack(fixture, tmp_path / "data")
    for _ in range(2):  # the second start finds what the first one made of it
        server = conftest.start_server(tmp_path)
        check(s3(server), expected)
        assert conftest.stop_server(server) == 0
    assert json.loads((tmp_path / "data" / "format.json").read_text())["format"] >= 2

    server = conftest.start_server(tmp_path)
    client, upload = s3(server), expected["upload"]
    attributes = client.head_object(Bucket="first", Key="small.txt")
    assert attributes["ContentType"] == "text/plain"
    assert attributes["Metadata"] == {"made": "for the test"}
    parts = client.list_parts(Bucket=upload["bucket"], Key=upload["key"], UploadId=upload["id"])["Parts"]
    client.complete_multipart_upload(
        Bucket=upload["bucket"], Key=upload["key"], UploadId=upload["id"],
        MultipartUpload={"Parts": [{"PartNumber": upload["part"], "ETag": parts[0]["ETag"]}]})
    body = client.get_object(Bucket=upload["bucket"], Key=upload["key"])["Body"].read()
    assert hashlib.sha256(body).hexdigest() == upload["sha256"]
    assert conftest.stop_server(server) == 0


def test_there_is_a_fixture():
    assert FIXTURES, "tests/formats has no fixture: the test above tested nothing"


def test_data_of_a_newer_format_is_refused(tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "format.json").write_text('{"format": 99, "program": "9.9.9"}')
    outcome = subprocess.run([str(conftest.server_binary()), "serve", "--data-dir", str(data_dir)], capture_output=True,
                             text=True, timeout=60)
    assert outcome.returncode == 1
    assert "9.9.9" in outcome.stderr and "newer version" in outcome.stderr
    assert not (data_dir / "control.db").exists()
