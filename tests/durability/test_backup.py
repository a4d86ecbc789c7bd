"""`atelier backup` and `atelier restore` over a running and a stopped server."""

import json
import threading

import conftest
from durability.stored import Objects, atelier, atelier_json, damage, s3


def filled(server):
    objects = Objects(server)
    for key, size in {"empty": 0, "small": 1000, "large": 300_000}.items():
        objects.put(server, key, size)
    return objects


def start_restored(tmp_path, name):
    return conftest.start_server(tmp_path / name)


def test_a_running_server_is_backed_up_and_restored(tmp_path):
    server = conftest.start_server(tmp_path)
    objects = filled(server)
    stop = threading.Event()

    def keep_writing():
        client, count = s3(server), 0
        client.create_bucket(Bucket="moving")
        while not stop.is_set():
            body = f"{count}".encode() * (50_000 if count % 3 == 0 else 10)
            client.put_object(Bucket="moving", Key=f"k{count % 5}", Body=body)
            client.delete_object(Bucket="moving", Key=f"k{(count + 2) % 5}")
            count += 1

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        report = atelier_json(server.data_dir, "backup", "--to", tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    assert report["blobs"] >= 2 and report["damage"] == []
    # What happens afterwards does not reach the backup.
    for key in ["small", "large"]:
        s3(server).delete_object(Bucket="kept", Key=key)
    assert conftest.stop_server(server) == 0
    assert atelier_json(server.data_dir, "restore", "--from", tmp_path / "backup", "--check")["damage"] == []

    restored = atelier_json(tmp_path / "again" / "data", "restore", "--from", tmp_path / "backup")
    assert restored["blobs"] == report["blobs"]
    again = start_restored(tmp_path, "again")
    assert again.credentials == server.credentials
    objects.check(again)
    assert atelier_json(again.data_dir, "obs", "verify")["damage"] == []
    objects.put(again, "more", 5000)
    objects.check(again)
    assert conftest.stop_server(again) == 0


def test_a_stopped_server_is_backed_up(tmp_path):
    server = conftest.start_server(tmp_path)
    objects = filled(server)
    assert conftest.stop_server(server) == 0
    atelier_json(server.data_dir, "backup", "--to", tmp_path / "backup", "--copy", "--no-verify")
    atelier_json(tmp_path / "again" / "data", "restore", "--from", tmp_path / "backup", "--copy")
    again = start_restored(tmp_path, "again")
    objects.check(again)
    assert conftest.stop_server(again) == 0


def test_places_that_hold_something_are_refused(tmp_path):
    server = conftest.start_server(tmp_path)
    filled(server)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    for to in [tmp_path / "full", server.data_dir / "backup"]:
        refused = atelier(server.data_dir, "backup", "--to", to)
        assert refused.returncode == 1 and str(to) in refused.stderr, refused.stderr
    assert (tmp_path / "full" / "file").read_text() == "x"
    atelier_json(server.data_dir, "backup", "--to", tmp_path / "backup")
    onto_running = atelier(server.data_dir, "restore", "--from", tmp_path / "backup")
    assert onto_running.returncode == 1 and "already runs" in onto_running.stderr
    assert conftest.stop_server(server) == 0
    onto_data = atelier(server.data_dir, "restore", "--from", tmp_path / "backup")
    assert onto_data.returncode == 1 and "not empty" in onto_data.stderr
    no_backup = atelier(tmp_path / "new", "restore", "--from", tmp_path / "full")
    assert no_backup.returncode == 1 and "manifest.json" in no_backup.stderr


def test_a_damaged_backup_is_not_restored(tmp_path):
    server = conftest.start_server(tmp_path)
    objects = filled(server)
    atelier_json(server.data_dir, "backup", "--to", tmp_path / "backup", "--copy")
    assert conftest.stop_server(server) == 0
    damage(tmp_path / "backup", objects.known["large"], 5)
    found = atelier_json(server.data_dir, "restore", "--from", tmp_path / "backup", "--check", status=1)
    assert found["damage"][0]["users"] == [{"bucket": "kept", "key": "large"}]
    credentials = tmp_path / "backup" / "credentials.json"
    credentials.write_text(json.dumps({"access_key": "other"}))
    refused = atelier(tmp_path / "new", "restore", "--from", tmp_path / "backup")
    assert refused.returncode == 1 and "credentials.json" in refused.stderr
