"""The v1 training API with curl, step by step as the vendor's tutorial writes it: a token, a job with a flavor's code, polling the version,
its log, a second version, the comparison, stop and delete. Then what lists and parameter sets answer."""

import json
import os
import shutil
import subprocess
import time

import pytest

from conftest import server_binary

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

DEADLINE_SECONDS = 300
ENGINE = "TF-2.15.1-python3.11"
ENDED = {3, 5, 10, 11, 12, 13, 14}
COMPLETED, KILLED = 10, 12

# Says what it was given, writes what an evaluation writes, and the size of its output depends on a parameter.
SCRIPT = """
import argparse, json, os
parser = argparse.ArgumentParser()
parser.add_argument("--train_url")
parser.add_argument("--max_steps", type=int)
known, rest = parser.parse_known_args()
print("steps", known.max_steps)
values = {"recall": 0.9, "precision": 0.8, "accuracy": known.max_steps / 1000}
document = {"metric": [{"metric_values": values, "reserved_data": {}, "metric_meta": {"class_name": "seven", "class_id": 7}}],
            "total_metric": {"total_metric_meta": {}, "total_reserved_data": {}, "total_metric_values": dict(values, f1_score=0.85)}}
with open(os.path.join(known.train_url, "metric.json"), "w") as file:
    json.dump(document, file)
with open(os.path.join(known.train_url, "model.bin"), "wb") as file:
    file.write(b"x" * (known.max_steps * 10))
"""

# Begins, says so, and goes on for as long as a test may take.
ENDLESS = """
import time
print("begun")
for _ in range(600):
    time.sleep(1)
"""


class Curl:
    """What a shell script would do: one curl for each call, the token in a header."""

    def __init__(self, server):
        self.credentials = server.credentials
        self.base = f"http://{server.platform}"
        self.token = self._sign_in()

    def _run(self, *arguments):
        return subprocess.run(["curl", "-sS", *arguments], capture_output=True, check=True, timeout=60).stdout.decode()

    def _sign_in(self):
        c = self.credentials
        user = {"name": c["user_name"], "password": c["password"], "domain": {"name": c["domain_name"]}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": {"name": c["project_name"]}}}}
        answer = self._run("-i", "-X", "POST", f"{self.base}/v3/auth/tokens", "-H", "Content-Type: application/json", "-d", json.dumps(body))
        (token,) = [line.split(": ", 1)[1].strip() for line in answer.splitlines() if line.lower().startswith("x-subject-token:")]
        return token

    def answer(self, method, path, body=None):
        """(status, body)"""
        data = ["-H", "Content-Type: application/json", "-d", json.dumps(body)] if body is not None else []
        url = f"{self.base}/v1/{self.credentials['project_id']}{path}"
        text, status = self._run("-X", method, url, "-H", f"X-Auth-Token: {self.token}", *data, "-w", "\n%{http_code}").rsplit("\n", 1)
        return int(status), json.loads(text)

    def call(self, method, path, body=None):
        status, answer = self.answer(method, path, body)
        assert status == 200, answer
        assert answer["is_success"] is True
        return answer

    def engine_id(self):
        engines = self.call("GET", "/job/ai-engines?job_type=train")["engines"]
        (number,) = [engine["engine_id"] for engine in engines if engine["engine_version"] == ENGINE]
        return number

    def wait(self, path, reached):
        end = time.monotonic() + DEADLINE_SECONDS
        while True:
            details = self.call("GET", path)
            if reached(details):
                return details
            assert time.monotonic() < end, f"{path} did not get there in {DEADLINE_SECONDS} s: {details}"
            time.sleep(0.1)  # between two polls


@pytest.fixture(scope="module")
def curl(server):
    return Curl(server)


@pytest.fixture(scope="module")
def engine(curl):
    return curl.engine_id()


@pytest.fixture
def folder(s3, bucket):
    """A bucket with the scripts and data."""
    s3.put_object(Bucket=bucket, Key="code/train.py", Body=SCRIPT)
    s3.put_object(Bucket=bucket, Key="code/endless.py", Body=ENDLESS)
    s3.put_object(Bucket=bucket, Key="data/a.txt", Body=b"data")
    return f"/{bucket}"


def create_body(name, folder, engine, script="train.py", **config):
    """As the tutorial sends it: a flavor by its code, an empty notification, no spec_id."""
    return {
        "job_name": name,
        "job_desc": "made with curl",
        "notification": {"topic_urn": "", "events": []},
        "workspace_id": "0",
        "config": {
            "worker_server_num": 1,
            "app_url": f"{folder}/code/",
            "boot_file_url": f"{folder}/code/{script}",
            "engine_id": engine,
            "flavor": {"code": "modelarts.vm.cpu.2u"},
            "data_source": [{"type": "obs", "data_url": f"{folder}/data/"}],
            "train_url": f"{folder}/output/",
            "parameter": [{"label": "max_steps", "value": "100"}],
            **config,
        },
    }


def cli(server, *arguments):
    environment = {**os.environ, "ATELIER_DATA_DIR": str(server.data_dir)}
    command = [str(server_binary()), *arguments, "--data-dir", str(server.data_dir)]
    return subprocess.run(command, capture_output=True, check=True, timeout=60, env=environment).stdout.decode()


def test_the_tutorial(server, curl, folder, engine):
    flavors = curl.call("GET", f"/job/resource-specs?job_type=train&engine_id={engine}")["specs"]
    assert "modelarts.vm.cpu.2u" in [flavor["spec_code"] for flavor in flavors]

    job = curl.call("POST", "/training-jobs", create_body("tutorial", folder, engine))
    assert job["version_name"] == "V0001"
    path = f"/training-jobs/{job['job_id']}/versions"
    first = curl.wait(f"{path}/{job['version_id']}", lambda details: details["status"] in ENDED)
    assert first["status"] == COMPLETED, first["status_reason"]
    assert first["flavor_code"] == first["spec_code"] == "modelarts.vm.cpu.2u"
    assert first["data_url"] == f"{folder}/data/"
    assert json.loads(first["model_metric_list"])["total_metric"]["total_metric_values"]["accuracy"] == 0.1
    assert isinstance(first["system_metric_list"], dict)

    (log,) = curl.call("GET", f"{path}/{job['version_id']}/log/file-names")["log_file_list"]
    assert log == "job-tutorial.0"
    newest = curl.call("GET", f"{path}/{job['version_id']}/aom-log?log_file={log}&lines=500&order=desc")
    assert "\nsteps 100\n" in newest["content"]
    assert newest["content"].endswith("[Modelarts Service Log]Training completed.\n")
    last = curl.call("GET", f"{path}/{job['version_id']}/aom-log?log_file={log}&lines=1&order=asc&base_line={newest['end_line']}")
    assert last["content"] == "[Modelarts Service Log]Training completed.\n"

    config = {**create_body("", folder, engine)["config"], "pre_version_id": job["version_id"], "parameter": [{"label": "max_steps", "value": 700}]}
    second = curl.call("POST", path, {"job_desc": "again", "config": config})
    assert second["version_name"] == "V0002"
    assert curl.wait(f"{path}/{second['version_id']}", lambda details: details["status"] in ENDED)["status"] == COMPLETED
    listed = curl.call("GET", f"{path}?page=1&per_page=10")
    assert [version["version_name"] for version in listed["versions"]] == ["V0002", "V0001"]
    assert isinstance(json.loads(listed["versions"][0]["system_metric_list"]), dict)
    accuracies = [json.loads(version["model_metric_list"])["total_metric"]["total_metric_values"]["accuracy"] for version in listed["versions"]]
    assert accuracies == [0.7, 0.1]

    compare_with_the_command_line(server)

    assert curl.call("DELETE", f"{path}/{second['version_id']}") == {"is_success": True}
    assert curl.call("GET", path)["version_count"] == 1
    assert curl.call("DELETE", f"/training-jobs/{job['job_id']}") == {"is_success": True}
    status, gone = curl.answer("GET", path)
    assert (status, gone["is_success"], gone["error_code"]) == (404, False, "ModelArts.0101")


def compare_with_the_command_line(server):
    lines = [line.split() for line in cli(server, "job", "compare", "tutorial").splitlines()]
    assert lines[0] == ["tutorial", "V0002", "V0001"]
    assert ["max_steps", "700", "100"] in lines
    assert ["accuracy", "0.7", "0.1"] in lines
    assert lines[-1][0] == "outputs"
    versions = json.loads(cli(server, "job", "compare", "tutorial", "--json"))
    assert [version["version_name"] for version in versions] == ["V0002", "V0001"]
    metric = versions[1]["output_bytes"] - 1000
    assert metric > 100, "the model and metric.json of version 1, and nothing of version 2"
    assert versions[0]["output_bytes"] == 7000 + metric
    assert json.loads(cli(server, "job", "compare", "tutorial", "--json", "--newest", "1"))[0]["parameters"] == {"max_steps": "700"}


def test_a_stopped_version(curl, folder, engine):
    job = curl.call("POST", "/training-jobs", create_body("endless", folder, engine, "endless.py"))
    path = f"/training-jobs/{job['job_id']}/versions/{job['version_id']}"
    log = f"{path}/aom-log?log_file=job-endless.0&lines=500"
    curl.wait(log, lambda page: "\nbegun\n" in page["content"])
    assert curl.call("POST", f"{path}/stop") == {"is_success": True}
    assert curl.wait(path, lambda details: details["status"] in ENDED)["status"] == KILLED
    status, refused = curl.answer("POST", f"{path}/stop")
    assert (status, refused["error_code"]) == (400, "ModelArts.0105")
    assert refused["error_message"] == f"This job can't be stop. job status: {KILLED}"
    curl.call("DELETE", f"/training-jobs/{job['job_id']}")


def test_lists_page_sort_and_filter(curl):
    names = [f"listed-{number:02}" for number in range(25)]
    ids = [curl.call("POST", "/training-jobs", {"job_name": name, "config": {"create_version": False}})["job_id"] for name in names]

    def listed(query):
        answer = curl.call("GET", f"/training-jobs?search_content=LISTED-&{query}")
        return [job["job_name"] for job in answer["jobs"]], answer["job_total_count"]

    assert listed("") == (names[:10], 25)
    assert listed("page=3&per_page=10") == (names[20:], 25)
    assert listed("page=4&per_page=10") == ([], 25)
    assert listed("order=desc&per_page=1000") == (names[::-1], 25)
    for key in ("job_name", "job_desc", "status", "duration", "version_count", "create_time"):
        assert listed(f"sortBy={key}&per_page=25") == (names, 25), "ties are in the order of creation"
    assert listed("status=0&per_page=3") == (names[:3], 25)
    assert listed("status=8,10&status=11") == ([], 0)
    for query in ("page=x", "per_page=0", "per_page=1001", "order=up", "sortBy=size", "status=23", f"search_content={'x' * 101}"):
        status, refused = curl.answer("GET", f"/training-jobs?{query}")
        assert (status, refused["is_success"], refused["error_code"]) == (400, False, "ModelArts.0104"), query
    for job in ids:
        curl.call("DELETE", f"/training-jobs/{job}")


def test_parameter_sets(curl, folder, engine):
    fields = create_body("", folder, engine)["config"]
    assert curl.call("POST", "/training-job-configs", {"config_name": "kept", "config_desc": "d", **fields}) == {"is_success": True}
    status, taken = curl.answer("POST", "/training-job-configs", {"config_name": "kept"})
    assert (status, taken["error_code"], taken["error_message"]) == (400, "ModelArts.0103", "Config name:kept is existed")
    (shown,) = curl.call("GET", "/training-job-configs?search_content=kept")["configs"]
    assert (shown["engine_id"], shown["engine_version"]) == (engine, ENGINE)
    details = curl.call("GET", "/training-job-configs/kept?config_type=custom")
    for name, value in fields.items():
        assert details[name] == value, name
    assert curl.call("GET", "/training-job-configs?config_type=sample")["configs"] == []

    # The client makes a job of it: it sends the fields.
    config = {name: details[name] for name in fields}
    job = curl.call("POST", "/training-jobs", {"job_name": "of-a-set", "config": config})
    path = f"/training-jobs/{job['job_id']}"
    assert curl.wait(f"{path}/versions/{job['version_id']}", lambda now: now["status"] in ENDED)["status"] == COMPLETED
    curl.call("DELETE", path)

    curl.call("PUT", "/training-job-configs/kept", {"config_desc": "changed"})
    changed = curl.call("GET", "/training-job-configs/kept")
    assert (changed["config_desc"], changed["app_url"], changed["create_time"]) == ("changed", "", details["create_time"])
    curl.call("DELETE", "/training-job-configs/kept")
    assert curl.answer("GET", "/training-job-configs/kept")[0] == 404


def test_what_is_not_served_says_so(curl, folder, engine):
    for config in ({"user_image_url": "hub/image:1"}, {"volumes": [{"nfs": {"id": "n", "src_path": "a", "dest_path": "b"}}]},
                   {"data_source": [{"type": "dataset", "dataset_id": "d", "dataset_version": "v"}]}):
        status, refused = curl.answer("POST", "/training-jobs", create_body("refused", folder, engine, **config))
        assert (status, refused["is_success"]) == (501, False)
        assert "not served here" in refused["error_message"]
    assert curl.answer("GET", "/visualization-jobs")[0] in (200, 501)
