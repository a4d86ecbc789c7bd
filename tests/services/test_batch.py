"""Batch services: every file below a folder is predicted, every answer is a file below another, whatever happens meanwhile."""

import csv
import io
import json

import pytest

from small_model import BUCKET, _store, entry

INPUTS = 30
REFUSED = {7, 21}  # the code cannot use these: only they fail


@pytest.fixture
def store(seat):
    return _store(seat.server)


def put_inputs(store, folder, sleep=0.0):
    for i in range(INPUTS):
        body = {"y": i} if i in REFUSED else {"x": i, "sleep": sleep}
        store.put_object(Bucket=BUCKET, Key=f"{folder}/in/sub/{i:02}.json", Body=json.dumps(body))
    store.put_object(Bucket=BUCKET, Key=f"{folder}/in/sub/", Body=b"")  # a folder is no input


def batch(seat, model, folder, **more):
    item = entry(model, src_path=f"/{BUCKET}/{folder}/in/", dest_path=f"obs://{BUCKET}/{folder}/out", mapping_type="file", req_uri="/", **more)
    body = {"service_name": folder, "infer_type": "batch", "config": [item]}
    return seat.api.call("POST", "/services", body)["service_id"]


def results(store, folder):
    found = store.list_objects_v2(Bucket=BUCKET, Prefix=f"{folder}/out/").get("Contents", [])
    return {item["Key"].removeprefix(f"{folder}/out/"): item["LastModified"] for item in found}


def answer(store, folder, name):
    return json.loads(store.get_object(Bucket=BUCKET, Key=f"{folder}/out/{name}")["Body"].read())


def expect_complete(store, folder):
    assert set(results(store, folder)) == {f"sub/{i:02}.json_result.txt" for i in range(INPUTS)}
    for i in range(INPUTS):
        body = answer(store, folder, f"sub/{i:02}.json_result.txt")
        assert ("erno" in body or "error_code" in body) if i in REFUSED else body == {"y": [[2.0 * i]]}, (i, body)


def ended(seat, service, seen=None):
    return seat.api.wait(f"/services/{service}", "status", {"finished", "failed", "stopped"}, seen)


def remove(seat, service):
    seat.api.call("DELETE", f"/services/{service}")
    seat.api.wait_gone(f"/services/{service}")


def test_every_file_is_answered_and_the_bad_ones_fail_alone(seat, models, store):
    put_inputs(store, "batch-all")
    service = batch(seat, models[0], "batch-all")
    seen = []
    details = ended(seat, service, seen)
    assert details["status"] == "finished" and seen[0] == "deploying", (details, seen)
    assert set(seen) <= {"deploying", "running", "finished"}, seen
    assert (details["progress"], details["invocation_times"], details["failed_times"]) == (100, INPUTS, len(REFUSED)), details
    assert details["infer_type"] == "batch" and 0 < details["start_time"] <= details["finished_time"], details
    assert "access_address" not in details
    config = details["config"][0]
    assert (config["src_path"], config["mapping_type"], config["req_uri"]) == (f"/{BUCKET}/batch-all/in/", "file", "/"), config
    expect_complete(store, "batch-all")
    listed = seat.api.call("GET", "/services?infer_type=batch&status=finished")["services"]
    assert [item["service_id"] for item in listed] == [service]
    assert seat.api.call("GET", "/services?infer_type=real-time&service_name=batch-all")["total_count"] == 0

    tasks = seat.api.call("GET", f"/services/{service}/tasks")["tasks"]
    assert [(task["status"], task["progress"], task["failed_times"]) for task in tasks] == [("finished", 100, len(REFUSED))]
    path = f"/services/{service}/tasks/{tasks[0]['task_id']}"
    assert seat.api.call("GET", path) == tasks[0]
    assert seat.api.raw("GET", f"/services/{service}/tasks/other").status_code == 404
    assert [seat.api.raw("DELETE", path).status_code, seat.api.raw("POST", f"/services/{service}/tasks", {}).status_code] == [501, 501]

    # Once more: everything is answered anew.
    before = results(store, "batch-all")
    store.put_object(Bucket=BUCKET, Key="batch-all/in/sub/00.json", Body=json.dumps({"x": 50}))
    seat.api.call("PUT", f"/services/{service}", {"status": "running"})
    seat.api.wait(f"/services/{service}", "status", {"running", "finished", "failed"})
    assert ended(seat, service)["status"] == "finished"
    assert answer(store, "batch-all", "sub/00.json_result.txt") == {"y": [[100.0]]}
    assert set(results(store, "batch-all")) == set(before)
    remove(seat, service)
    assert set(results(store, "batch-all")) == set(before), "its results stay"


def some_are_written(seat, service):
    seen = seat.api.wait(f"/services/{service}", "progress", set(range(1, 100)))
    assert seen["status"] == "running", seen


def test_a_kill_in_the_middle_loses_nothing_and_repeats_nothing(seat, models, store):
    put_inputs(store, "batch-kill", sleep=0.3)
    service = batch(seat, models[0], "batch-kill")
    some_are_written(seat, service)
    before = results(store, "batch-kill")
    assert 0 < len(before) < INPUTS
    seat.kill()
    seat.start()
    details = ended(seat, service)
    assert details["status"] == "finished", details
    assert (details["invocation_times"], details["failed_times"]) == (INPUTS, len(REFUSED)), details
    store = _store(seat.server)
    expect_complete(store, "batch-kill")
    after = results(store, "batch-kill")
    assert {name: after[name] for name in before} == before, "what was written is not predicted again"
    remove(seat, service)


def test_stopping_keeps_what_was_written(seat, models, store):
    put_inputs(store, "batch-stop", sleep=0.5)
    service = batch(seat, models[0], "batch-stop")
    some_are_written(seat, service)
    seat.api.call("PUT", f"/services/{service}", {"status": "stopped"})
    details = ended(seat, service)
    assert details["status"] == "stopped" and 0 < details["progress"] < 100, details
    kept = results(store, "batch-stop")
    assert 0 < len(kept) < INPUTS
    bodies = [answer(store, "batch-stop", name) for name in kept]
    assert all("error_code" not in body for body in bodies), "a stop is no answer"
    remove(seat, service)
    assert set(results(store, "batch-stop")) == set(kept)


def test_every_row_of_a_csv_is_answered_by_a_line(seat, models, store):
    rows = [f"name {i},{'x' if i in REFUSED else i}" for i in range(INPUTS)]
    store.put_object(Bucket=BUCKET, Key="batch-csv/in/a/rows.csv", Body="\r\n".join(rows))
    store.put_object(Bucket=BUCKET, Key="batch-csv/in/broken.csv", Body='one,1\n"two,2')
    store.put_object(Bucket=BUCKET, Key="batch-csv/in/readme.txt", Body="no rows")
    rule = {"type": "object", "properties": {"x": {"type": "number", "index": 1}}}
    item = entry(models[0], src_path=f"/{BUCKET}/batch-csv/in/", dest_path=f"/{BUCKET}/batch-csv/out/", mapping_type="csv", mapping_rule=rule)
    service = seat.api.call("POST", "/services", {"service_name": "batch-csv", "infer_type": "batch", "config": [item]})["service_id"]
    details = ended(seat, service)
    assert details["status"] == "finished", details
    assert details["config"][0]["mapping_rule"] == rule
    assert (details["invocation_times"], details["failed_times"]) == (INPUTS + 2, len(REFUSED) + 1), details
    assert set(results(store, "batch-csv")) == {"a/rows.csv_result.csv", "broken.csv_result.csv"}
    lines = list(csv.reader(io.StringIO(store.get_object(Bucket=BUCKET, Key="batch-csv/out/a/rows.csv_result.csv")["Body"].read().decode())))
    assert len(lines) == INPUTS
    for i, (outcome, body) in enumerate(lines):
        assert outcome == ("failed" if i in REFUSED else "ok"), (i, body)
        assert i in REFUSED or json.loads(body) == {"y": [[2.0 * i]]}, (i, body)
    remove(seat, service)


def test_a_bucket_that_goes_away_fails_the_task(seat, models, store):
    put_inputs(store, "batch-gone", sleep=0.5)
    store.create_bucket(Bucket="batch-away")
    service = batch(seat, models[0], "batch-gone")
    remove(seat, service)
    item = entry(models[0], src_path=f"/{BUCKET}/batch-gone/in/", dest_path="/batch-away/out/")
    service = seat.api.call("POST", "/services", {"service_name": "away", "infer_type": "batch", "config": [item]})["service_id"]
    store.delete_bucket(Bucket="batch-away")
    details = ended(seat, service)
    assert details["status"] == "failed" and "batch" in details["error_msg"], details
    remove(seat, service)


@pytest.mark.parametrize(
    "change, status, code",
    [
        ({"src_path": "nowhere"}, 400, "ModelArts.0104"),
        ({"src_path": "/no-such-bucket/in/"}, 400, "ModelArts.0104"),
        ({"dest_path": f"/{BUCKET}/refused/in/out/"}, 400, "ModelArts.0104"),
        ({"dest_path": None}, 400, "ModelArts.3610"),
        ({"src_path": None, "dest_path": None}, 400, "ModelArts.3610"),
        ({"mapping_type": "xml"}, 400, "ModelArts.0104"),
        ({"mapping_type": "csv"}, 400, "ModelArts.0104"),
        ({"mapping_type": "csv", "mapping_rule": {"type": "object"}}, 400, "ModelArts.0104"),
        ({"src_type": "ManifestFile"}, 501, "ModelArts.0104"),
    ],
)
def test_what_cannot_be_done_is_refused(seat, models, change, status, code):
    item = entry(models[0], src_path=f"/{BUCKET}/refused/in/", dest_path=f"/{BUCKET}/refused/out/") | change
    item = {name: value for name, value in item.items() if value is not None}
    response = seat.api.raw("POST", "/services", {"service_name": "refused", "infer_type": "batch", "config": [item]})
    assert (response.status_code, response.json()["error_code"]) == (status, code), response.text
