"""`atelier obs verify` and the scrubber: damage is found, named by bucket and key, told in metrics, and never served."""

import threading

import botocore.exceptions
import pytest
import requests

import conftest
import tenants
from durability.stored import Objects, atelier, atelier_json, damage, metric, pattern, s3

DAMAGED = "atelier_object_store_damaged_blobs"


def refusal(server, bucket, key):
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        s3(server).get_object(Bucket=bucket, Key=key)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    return refused.value.response["Error"]


def damaged_keys(report):
    return sorted((user["bucket"], user["key"]) for blob in report["damage"] for user in blob["users"])


def test_damage_is_named_and_not_served(own_server):
    server = own_server
    objects = Objects(server)
    for key, size in {"small": 1000, "other": 1000, "large": 300_000, "good": 300_001}.items():
        objects.put(server, key, size)
    s3(server).copy_object(Bucket="kept", Key="a copy", CopySource={"Bucket": "kept", "Key": "large"})
    report = atelier_json(server.data_dir, "obs", "verify")
    assert (report["blobs"], report["bytes"], report["damage"]) == (4, 602_001, [])

    damage(server.data_dir, objects.known["small"], 999)
    damage(server.data_dir, objects.known["large"], 150_000)
    error = refusal(server, "kept", "small")
    assert error["Code"] == "InternalError" and "damaged" in error["Message"]
    assert metric(server, DAMAGED) == 1, "what a reader meets is remembered"

    report = atelier_json(server.data_dir, "obs", "verify", status=1)
    assert damaged_keys(report) == [("kept", "a copy"), ("kept", "large"), ("kept", "small")]
    assert metric(server, DAMAGED) == 2
    assert metric(server, "atelier_object_store_verified_bytes") >= 2 * 602_001
    for key in ["large", "a copy", "small"]:
        assert "damaged" in refusal(server, "kept", key)["Message"]
    shown = atelier(server.data_dir, "obs", "verify", "--status")
    assert shown.returncode == 1 and "a copy" in shown.stdout and "DAMAGED" in shown.stdout
    for key in ["other", "good"]:
        assert s3(server).get_object(Bucket="kept", Key=key)["Body"].read() == objects.known[key]

    s3(server).delete_object(Bucket="kept", Key="a copy")
    for key, size in {"small": 1000, "large": 300_000}.items():
        objects.put(server, key, size)
    objects.check(server)
    assert atelier_json(server.data_dir, "obs", "verify")["damage"] == []
    assert metric(server, DAMAGED) == 0


def test_one_bucket(own_server):
    objects = Objects(own_server, "first-bucket")
    objects.put(own_server, "k", 200_000)
    Objects(own_server, "second-bucket").put(own_server, "k", 1000)
    damage(own_server.data_dir, objects.known["k"][:200_000], 7)
    assert atelier_json(own_server.data_dir, "obs", "verify", "--bucket", "second-bucket")["damage"] == []
    report = atelier_json(own_server.data_dir, "obs", "verify", "--bucket", "first-bucket", status=1)
    assert damaged_keys(report) == [("first-bucket", "k")]
    absent = atelier(own_server.data_dir, "obs", "verify", "--bucket", "absent")
    assert absent.returncode == 1 and "absent" in absent.stderr


def test_a_stopped_servers_data(tmp_path):
    server = conftest.start_server(tmp_path)
    objects = Objects(server)
    objects.put(server, "k", 200_000)
    assert conftest.stop_server(server) == 0
    assert atelier_json(server.data_dir, "obs", "verify")["blobs"] == 1
    damage(server.data_dir, objects.known["k"], 0)
    assert damaged_keys(atelier_json(server.data_dir, "obs", "verify", status=1)) == [("kept", "k")]
    server = conftest.start_server(tmp_path)
    assert "damaged" in refusal(server, "kept", "k")["Message"], "the server knows what was found without it"
    assert conftest.stop_server(server) == 0
    nothing = atelier(tmp_path / "nowhere", "obs", "verify")
    assert nothing.returncode == 1 and "no data" in nothing.stderr
    assert not (tmp_path / "nowhere").exists()


def test_the_scrubber_finds_damage_by_itself(tmp_path):
    server = conftest.start_server(tmp_path, "--scrub-interval", "1", "--scrub-bytes-per-second", "100MiB")
    objects = Objects(server)
    objects.put(server, "k", 200_000)
    damage(server.data_dir, objects.known["k"], 100)
    for _ in range(600):
        if metric(server, DAMAGED) == 1:
            break
        threading.Event().wait(0.1)  # between two looks
    assert "damaged" in refusal(server, "kept", "k")["Message"]
    assert conftest.stop_server(server) == 0
    assert "stored bytes are damaged" in (tmp_path / "server.log").read_text()


def test_strangers_are_refused(server):
    for path in ["object-store/verification", "backup"]:
        for method in ["GET", "POST", "DELETE"]:
            answer = requests.request(method, f"http://{server.platform}/v1/atelier/{path}", timeout=10)
            assert answer.status_code == 401, (method, path)


def test_administrators_of_other_domains_are_refused(server, tmp_path):
    credentials = tmp_path / "guest.json"
    made = tenants.run_atelier(server, "domain", "create", tenants.unique("guest"), "--credentials", str(credentials))
    assert made.returncode == 0, made.stderr
    refused = tenants.run_atelier(server, "backup", "--to", str(tmp_path / "theirs"), credentials=credentials)
    assert refused.returncode != 0 and "first start" in refused.stderr
    assert not (tmp_path / "theirs").exists()
