"""A training job of API v2 as a shell script would run it: curl and a token."""

import json
import shutil
import subprocess
import time

import boto3
import pytest
from botocore.config import Config

import conftest
from platform_api import Api

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

BUCKET = "rest-training-v2"
ENGINE = "TF-2.15.1-python3.11"
DEADLINE_SECONDS = 120
ENDED = {"Completed", "Failed", "Terminated", "Abnormal"}


def fill(server):
    """A bucket with the script and its data."""
    client = boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key,
                          aws_secret_access_key=server.secret_key, region_name=server.region, config=Config(signature_version="s3v4"))
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key="code/train.sh", Body=b'cp "$data/word" "$model/copy"; echo "args: $*"; echo "in $MA_JOB_DIR"; exit "$code"')
    client.put_object(Bucket=BUCKET, Key="data/word", Body=b"a word")
    return client


def make_curl(server):
    """curl -X method url with a token: the status and the decoded body."""
    api = Api(server)

    def call(method, path, body=None, *more):
        command = ["curl", "-sS", "-X", method, "-H", f"X-Auth-Token: {api.token}", "-w", "\n%{http_code}", *more]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
        url = path if path.startswith("http") else f"{api.base}/v2/{api.project}{path}"
        done = subprocess.run([*command, url], capture_output=True, text=True, timeout=60, check=True)
        text, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(text) if text[:1] in '{["n' else text

    return call


@pytest.fixture(scope="module")
def store(server):
    return fill(server)


@pytest.fixture(scope="module")
def curl(server):
    return make_curl(server)


def job(name, exit_code="0"):
    return {
        "kind": "job",
        "metadata": {"name": name, "description": "", "workspace_id": "0"},
        "algorithm": {
            "code_dir": f"/{BUCKET}/code/",
            "command": 'sh train.sh "$@"',
            "engine": {"engine_id": ENGINE},
            "parameters": [{"name": "steps", "value": "3"}, {"name": "code", "value": exit_code}],
            "inputs": [{"name": "data", "remote": {"obs": {"obs_url": f"obs://{BUCKET}/data/"}}}],
            "outputs": [{"name": "model", "remote": {"obs": {"obs_url": f"/{BUCKET}/{name}/"}}}],
        },
        "spec": {"resource": {"flavor_id": "modelarts.vm.cpu.2u", "node_count": 1}},
    }


def wait(curl, job_id, phases):
    end = time.monotonic() + DEADLINE_SECONDS
    while True:
        status, shown = curl("GET", f"/training-jobs/{job_id}")
        assert status == 200
        if shown["status"]["phase"] in phases:
            return shown
        assert time.monotonic() < end, shown
        time.sleep(0.1)  # between two polls


def test_the_journey(curl, store):
    status, flavors = curl("GET", "/training-job-flavors?flavor_type=CPU")
    assert status == 200 and flavors["flavors"][0]["flavor_info"]["cpu"]["core_num"] >= 1
    status, engines = curl("GET", "/training-job-engines")
    assert status == 200 and ENGINE in [item["engine_id"] for item in engines["items"]]
    assert curl("GET", "/training-job-names?job_name=rest-job") == (200, {"is_duplicate": False})

    status, created = curl("POST", "/training-jobs", job("rest-job"))
    assert status == 201, created
    job_id = created["metadata"]["id"]
    path = f"/training-jobs/{job_id}"
    assert curl("GET", "/training-job-names?job_name=rest-job") == (200, {"is_duplicate": True})
    status, refused = curl("POST", "/training-jobs", job("rest-job"))
    assert status == 400 and refused["error_code"] == "ModelArts.2751" and refused["error_solution"]
    ended = wait(curl, job_id, ENDED)
    status, preview = curl("GET", f"{path}/tasks/worker-0/logs/preview")
    assert ended["status"]["phase"] == "Completed", preview
    assert store.get_object(Bucket=BUCKET, Key="rest-job/copy")["Body"].read() == b"a word"
    data, model = ended["algorithm"]["inputs"][0]["local_dir"], ended["algorithm"]["outputs"][0]["local_dir"]
    assert f"args: --data={data} --model={model} --steps=3 --code=0" in preview["content"]
    if ended["status"]["sandbox_level"] != "none":
        assert data == "/home/ma-user/modelarts/inputs/data_0"
        assert "in /home/ma-user/modelarts/user-job-dir" in preview["content"]

    status, link = curl("GET", f"{path}/tasks/worker-0/logs/url?Content-Type=application/octet-stream")
    assert status == 200
    unsigned = subprocess.run(["curl", "-sS", "--fail-with-body", link["obs_url"]], capture_output=True, text=True, timeout=60, check=True)
    assert unsigned.stdout == preview["content"], "the link needs no token"
    status, by_header = curl("GET", f"{path}/tasks/worker-0/logs/url", None, "-H", "Content-Type: text/plain")
    assert status == 200 and "text%2Fplain" in by_header["obs_url"]
    forged = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", link["obs_url"][:-1] + "x"],
                            capture_output=True, text=True, timeout=60, check=True)
    assert forged.stdout == "403"

    status, found = curl("POST", "/training-job-searches", {"filters": [{"key": "name", "operator": "like", "value": ["REST-"]}]})
    assert status == 200 and job_id in [item["metadata"]["id"] for item in found["items"]]
    assert curl("PUT", path, {"description": "new"}) == (200, None)
    status, events = curl("GET", f"{path}/events?order=asc&limit=1")
    assert events["total"] > 1 and events["events"][0]["message"] == "Training job created."
    assert curl("DELETE", path) == (202, "")
    status, gone = curl("GET", path)
    assert status == 400 and gone["error_code"] == "ModelArts.2775" and job_id in gone["error_msg"]


def test_outputs_of_a_failed_run_are_stored(curl, store):
    status, created = curl("POST", "/training-jobs", job("rest-failed", exit_code="5"))
    assert status == 201, created
    ended = wait(curl, created["metadata"]["id"], ENDED)
    assert ended["status"]["phase"] == "Failed" and ended["status"]["task_statuses"][0]["exit_code"] == 5
    assert store.get_object(Bucket=BUCKET, Key="rest-failed/copy")["Body"].read() == b"a word"


def test_without_a_sandbox_the_folders_are_the_hosts(tmp_path):
    server = conftest.start_server(tmp_path, "--sandbox", "none")
    try:
        store, curl = fill(server), make_curl(server)
        status, created = curl("POST", "/training-jobs", job("rest-bare"))
        assert status == 201, created
        ended = wait(curl, created["metadata"]["id"], ENDED)
        assert ended["status"]["phase"] == "Completed" and ended["status"]["sandbox_level"] == "none", ended
        assert ended["algorithm"]["inputs"][0]["local_dir"].startswith(str(server.data_dir / "jobs"))
        assert store.get_object(Bucket=BUCKET, Key="rest-bare/copy")["Body"].read() == b"a word"
    finally:
        assert conftest.stop_server(server) == 0


def test_one_set_of_jobs_through_both_interfaces(curl, store, server):
    endless = job("rest-both")
    endless["algorithm"]["command"] = "exec sleep 3600"
    status, created = curl("POST", "/training-jobs", endless)
    assert status == 201, created
    api = Api(server)
    number = created["metadata"]["job_id"]
    version = api.call("GET", f"/training-jobs/{number}/versions")["versions"][0]
    assert version["version_name"] == "V0001" and version["app_url"] == f"/{BUCKET}/code/"
    api.call("POST", f"/training-jobs/{number}/versions/{version['version_id']}/stop")
    assert wait(curl, created["metadata"]["id"], ENDED)["status"]["phase"] == "Terminated"
    api.call("DELETE", f"/training-jobs/{number}")
    assert curl("GET", f"/training-jobs/{created['metadata']['id']}")[0] == 400


def test_what_is_not_served_says_so(curl, store):
    for change in ({"engine": {"image_url": "repo/image:1"}}, {"inputs": [{"name": "data", "remote": {"dataset": {"id": "1", "version_id": "2"}}}]}):
        body = job("rest-unserved")
        body["algorithm"].update(change)
        status, answer = curl("POST", "/training-jobs", body)
        assert status == 501 and "not served" in answer["error_msg"], answer
