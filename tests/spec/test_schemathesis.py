"""Every operation of the specification, asked by schemathesis in ways that follow it and in ways that do not."""

import json
import os
import pathlib
import re
import subprocess

import pytest
import requests

from conftest import ROOT, start_server, stop_server
from platform_api import Api

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SEED = "20260105"
# A backup goes wherever its body says, on the machine of the test: test_backups_are_refused asks for the wrong ones.
NOT_ASKED = ["StartBackup"]
MODULE = ROOT / "build" / "spec-venv" / "bin" / "schemathesis"


def schemathesis():
    program = pathlib.Path(os.environ.get("ATELIER_SCHEMATHESIS", MODULE))
    if not program.exists():
        pytest.fail(f"no schemathesis at {program}: ./dev test makes it from tests/spec/requirements.txt")
    return str(program)


@pytest.fixture
def fuzzed(tmp_path):
    """A server of its own: what is asked of it changes users, roles and keys."""
    running = start_server(tmp_path)
    yield running
    assert stop_server(running) == 0


def operations_of(server):
    document = requests.get(f"http://{server.platform}/openapi.json", timeout=30).json()
    found = [(method.upper(), path, operation) for path, methods in document["paths"].items() for method, operation in methods.items()
             if isinstance(operation, dict)]
    assert len(found) > 50
    return found


def configuration(server, token, partly_served):
    """The project is the caller's, or every answer would be 403; 501 is right where it is said."""
    lines = ["[parameters]", f'"path.project_id" = "{server.credentials["project_id"]}"', "", "[headers]", f'X-Auth-Token = "{token}"']
    for operation in partly_served:
        lines += ["", "[[operations]]", f'include-operation-id = "{operation}"', "[operations.checks]",
                  "not_a_server_error.expected-statuses = [200, 400, 401, 403, 404, 405, 409, 429, 501]"]
    return "\n".join(lines) + "\n"


def run(server, folder, examples, timeout):
    operations = [operation for _, _, operation in operations_of(server)]
    not_served = [operation["operationId"] for operation in operations if "x-not-served" in operation]
    partly_served = [operation["operationId"] for operation in operations if "501" in operation["responses"]]
    config = folder / "schemathesis.toml"
    config.write_text(configuration(server, Api(server).token, partly_served))
    report = folder / "report.json"
    command = [schemathesis(), "--config-file", str(config), "run", f"http://{server.platform}/openapi.json", "--checks", CHECKS,
               "--max-examples", str(examples), "--seed", SEED, "--generation-database", "none", "--phases", "examples,coverage,fuzzing",
               "--no-shrink", "--continue-on-failure", "--no-color", "--warnings", "off", "--request-timeout", "30", "--suppress-health-check", "all",
               "--report-json-path", str(report)]
    for operation in NOT_ASKED + not_served:
        command += ["--exclude-operation-id", operation]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    assert requests.get(f"http://{server.platform}/healthz", timeout=30).status_code == 200


def test_the_server_keeps_to_its_specification(fuzzed, tmp_path):
    run(fuzzed, tmp_path, examples=6, timeout=900)


@pytest.mark.slow
def test_the_server_keeps_to_its_specification_for_long(fuzzed, tmp_path):
    run(fuzzed, tmp_path, examples=60, timeout=7200)


def test_what_is_not_served_says_so(server):
    """Each once: there is nothing to be found out by asking in other ways."""
    api = Api(server)
    asked = 0
    for method, path, operation in operations_of(server):
        if "x-not-served" not in operation:
            continue
        url = f"http://{server.platform}" + re.sub(r"{[^}]*}", "1", path.replace("{project_id}", api.project))
        answer = api.session.request(method, url, json={}, headers={"X-Auth-Token": api.token}, timeout=30)
        assert answer.status_code == 501, f"{method} {path}: {answer.status_code} {answer.text}"
        error = answer.json()
        assert error.get("error_msg") or error["error"]["message"], answer.text
        asked += 1
    assert asked > 0


def test_backups_are_refused_where_they_cannot_be(server):
    api = Api(server)
    url = f"http://{server.platform}/v1/atelier/backup"
    headers = {"X-Auth-Token": api.token}
    for body, said in (({}, "to: expected the folder of the backup, got nothing"), ({"to": 7}, "to: expected the folder of the backup, got 7"),
                       ({"to": "x", "link": [1]}, "link: expected")):
        answer = requests.post(url, json=body, headers=headers, timeout=30)
        assert answer.status_code == 400 and said in answer.json()["error_msg"], answer.text


def test_the_specification_is_open_to_everybody(server):
    document = requests.get(f"http://{server.platform}/openapi.json", timeout=30)
    assert document.headers["Content-Type"].startswith("application/json")
    assert document.json()["openapi"].startswith("3.0.")


@pytest.mark.parametrize(
    "path, body, said",
    [
        ("/training-jobs", {"job_name": "a", "config": {"parameter": [{"label": "a"}, {"label": 7}]}}, "config.parameter[1].label: expected"),
        ("/training-jobs", {"job_name": 5, "config": {}}, "job_name: expected 1-64 letters, digits, '_' or '-', got 5"),
        ("/models", {"model_name": "a", "model_version": 1}, "model_version: expected a text, got 1"),
        ("/services", {"service_name": "a", "infer_type": "real-time", "config": [{"specification": "s", "envs": {"A": 1}}]},
         "config[0].envs.A: expected a text, got 1"),
    ],
)
def test_a_wrong_field_is_named_by_its_path(server, path, body, said):
    answer = Api(server).raw("POST", path, body)
    assert answer.status_code == 400, answer.text
    assert said in json.loads(answer.text)["error_msg"]
