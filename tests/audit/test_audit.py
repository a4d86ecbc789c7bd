"""The audit log over a running server: who did what, and that an acknowledged change is never missing from it."""

import json
import subprocess
import time

import requests

from conftest import server_binary, start_server, stop_server
from platform_api import Api
from tenants import Tenants, run_atelier, unique

DEADLINE_SECONDS = 30


def entries(api, query=""):
    return api.call("GET", f"/audit-log{query}")["entries"]


def wait_for_entry(api, query, wanted):
    """Refused requests are written soon, not at once."""
    end = time.monotonic() + DEADLINE_SECONDS
    while True:
        found = [entry for entry in entries(api, query) if wanted(entry)]
        if found:
            return found[0]
        assert time.monotonic() < end, f"no such entry after {DEADLINE_SECONDS} s"
        time.sleep(0.05)  # between two polls


def make_change(api):
    """A project of the administrator's; its name. The surface does not care which change it is."""
    name = unique("audited")
    answer = requests.post(f"{api.base}/v3/projects", json={"project": {"name": name}}, headers={"X-Auth-Token": api.token}, timeout=30)
    assert answer.status_code == 201, answer.text
    return answer.json()["project"]["id"], answer.headers["X-Request-Id"]


def test_a_change_is_there_as_soon_as_it_is_answered(server):
    api = Api(server)
    _, request_id = make_change(api)
    newest = entries(api, "?action=CreateProject&limit=1")[0]
    assert newest["request_id"] == request_id
    assert newest["user_name"] == server.credentials["user_name"] and newest["signed_in_by"] == "token"
    assert newest["status"] == 201 and newest["remote_address"] == "127.0.0.1" and newest["method"] == "POST"


def test_an_access_key_is_named_and_its_secret_is_not(server):
    signed = Api(server, "aksk")
    assert signed.raw("PUT", "/training-jobs/999999", {"job_desc": "nothing to see"}).status_code == 404
    entry = wait_for_entry(Api(server), "?action=UpdateTrainingJob", lambda entry: entry["access_key"] == server.access_key)
    assert entry["status"] == 404 and "job_id=999999" in entry["resource"]
    log = json.dumps(entries(Api(server), "?limit=1000"))
    assert server.secret_key not in log and server.credentials["password"] not in log and "nothing to see" not in log


def test_refused_requests_are_there(server, tmp_path):
    api = Api(server)
    project = server.credentials["project_id"]
    refused = requests.get(f"{api.base}/v1/{project}/models", headers={"X-Auth-Token": "no such token"}, timeout=30)
    assert refused.status_code == 401
    entry = wait_for_entry(api, "?status=401", lambda entry: entry["request_id"] == refused.headers["X-Request-Id"])
    assert entry["action"] == "ListModels" and entry["user_name"] == "" and entry["signed_in_by"] == "nothing"

    reader = Tenants(server, tmp_path).make("user", "create", unique("reader"), "--role", "read-only", "--project", server.credentials["project_name"])
    reading = Api(reader)
    assert reading.raw("POST", "/models", {}).status_code == 403
    wait_for_entry(api, "?status=403&action=ImportModel", lambda entry: entry["user_name"] == reader.credentials["user_name"])
    assert reading.raw("GET", "/audit-log").status_code == 403, "for administrators of the project"


def test_a_failed_sign_in_is_shown_to_the_first_starts_administrators(server):
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": unique("ghost"), "password": "wrong", "domain": {"name": "atelier"}}}}}}
    answer = requests.post(f"http://{server.platform}/v3/auth/tokens", json=body, timeout=30)
    assert answer.status_code == 401
    entry = wait_for_entry(Api(server), "?action=CreateToken&status=401", lambda entry: entry["request_id"] == answer.headers["X-Request-Id"])
    assert entry["project_id"] == ""


def test_filters_and_pages(server):
    api = Api(server)
    for _ in range(3):
        make_change(api)
    name = server.credentials["user_name"]
    query = f"?action=CreateProject&user={name}&limit=2"
    first = api.call("GET", "/audit-log" + query)
    second = api.call("GET", f"/audit-log{query}&marker={first['next_marker']}")
    ids = [entry["id"] for entry in first["entries"] + second["entries"]]
    assert ids == sorted(ids, reverse=True) and len(ids) >= 3
    newest = first["entries"][0]["time"]
    assert not entries(api, f"?start_time={newest + 1}&action=CreateProject")
    assert entries(api, f"?start_time={newest}&end_time={newest + 1}&action=CreateProject")
    for wrong in ("limit=0", "limit=1001", "status=x", "marker=-1", "start_time=yesterday"):
        assert api.raw("GET", f"/audit-log?{wrong}").status_code == 400, wrong


def test_the_command_line_shows_it(server):
    api = Api(server)
    _, request_id = make_change(api)
    shown = run_atelier(server, "audit", "--action", "CreateProject", "--since", "1h", "--json")
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)[-1]["request_id"] == request_id
    table = run_atelier(server, "audit", "--user", server.credentials["user_name"])
    assert "CreateProject" in table.stdout and table.stdout.startswith("TIME (UTC)")
    wrong = run_atelier(server, "audit", "--since", "yesterday")
    assert wrong.returncode != 0 and "--since: expected a span" in wrong.stderr


def test_what_was_acknowledged_outlives_a_kill(tmp_path):
    server = start_server(tmp_path)
    api = Api(server)
    acknowledged = [make_change(api)[1] for _ in range(8)]
    server.process.kill()
    server.process.wait(DEADLINE_SECONDS)
    again = start_server(tmp_path)
    try:
        known = {entry["request_id"] for entry in entries(Api(again), "?action=CreateProject&limit=1000")}
        assert set(acknowledged) <= known
    finally:
        assert stop_server(again) == 0


def test_following_prints_what_comes(server):
    command = [str(server_binary()), "--data-dir", str(server.data_dir), "audit", "--follow", "--json", "--action", "CreateProject"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as following:
        try:
            _, request_id = make_change(Api(server))
            end = time.monotonic() + DEADLINE_SECONDS
            for line in following.stdout:
                if json.loads(line)["request_id"] == request_id:
                    break
                assert time.monotonic() < end
        finally:
            following.kill()
