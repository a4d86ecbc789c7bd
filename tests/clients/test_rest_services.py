"""The journey of a real-time service as the vendor's tutorials write it, with curl: deploy, predict, update, stop, start, look, let an
app in, delete."""

import json
import subprocess
import time

import pytest

import small_model
from platform_api import Api, sign_sdk_hmac
from small_model import entry

WAIT_SECONDS = 240


class Curl:
    """curl with a token; an answer that is no 2xx is an AssertionError."""

    def __init__(self, api):
        self.base = f"{api.base}/v1/{api.project}"
        self.headers = {"X-Auth-Token": api.token, "Content-Type": "application/json"}

    def run(self, method, url, body=None, headers=None):
        command = ["curl", "-s", "-w", "\n%{http_code}", "-X", method, url]
        for name, value in (self.headers if headers is None else headers).items():
            command += ["-H", f"{name}: {value}"]
        if body is not None:
            command += ["--data", body if isinstance(body, str) else json.dumps(body)]
        answer, _, status = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.rpartition("\n")
        return int(status), json.loads(answer) if answer else {}

    def __call__(self, method, path, body=None):
        status, answer = self.run(method, self.base + path, body)
        assert status < 300, (method, path, status, answer)
        return answer

    def wait(self, path, field, wanted):
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            answer = self("GET", path)
            if answer[field] in wanted:
                return answer
            time.sleep(0.05)  # between two polls
        raise AssertionError(f"{path}: {answer}")


@pytest.fixture(scope="module")
def curl(server):
    return Curl(Api(server))


@pytest.fixture(scope="module")
def model(server, tmp_path_factory):
    return small_model.publish(Api(server), small_model.upload(server, tmp_path_factory.mktemp("model"), 2), "rest-times", "1.0.0")


def test_a_service_from_deploy_to_deletion(curl, model):
    created = curl("POST", "/services", {"service_name": "rest", "infer_type": "real-time", "description": "d",
                                         "config": [entry(model)], "schedule": [{"type": "stop", "time_unit": "HOURS", "duration": "5"}],
                                         "additional_properties": {"smn_notification": {"topic_urn": "t", "events": [3]}}})
    path = f"/services/{created['service_id']}"
    details = curl.wait(path, "status", {"running", "failed"})
    assert details["status"] == "running", details
    assert details["schedule"] == [{"type": "stop", "time_unit": "HOURS", "duration": 5}] and details["due_time"] > details["publish_at"]
    assert details["additional_properties"]["smn_notification"]["events"] == [3]
    address = details["access_address"]
    assert curl.run("POST", address, {"x": 4}) == (200, {"y": [[8.0]]})

    assert curl("PUT", path, {"config": [entry(model, envs={"A": "b"})], "description": "updated", "schedule": []}) == {}
    details = curl.wait(path, "status", {"running", "concerning", "failed"})
    assert (details["status"], details["description"], details["schedule"]) == ("running", "updated", [])
    assert details["config"][0]["envs"] == {"A": "b"}
    logs = curl("GET", f"{path}/logs")["logs"]
    assert [log["result"] for log in logs] == ["SUCCESS", "SUCCESS"]
    assert curl("GET", f"{path}/logs?update_time={logs[1]['update_time']}")["logs"] == [logs[1]]

    curl("PUT", path, {"status": "stopped"})
    curl.wait(path, "status", {"stopped"})
    curl("PUT", path, {"status": "running"})
    assert curl.wait(path, "status", {"running", "failed"})["status"] == "running"
    look_at_events(curl, path)
    assert curl("GET", "/services?service_name=RES&status=running&sort_by=service_name&order=asc&limit=10&offset=0")["total_count"] == 1
    assert curl("GET", f"/services?model_id={model}&workspace_id=0&infer_type=real-time")["services"][0]["service_name"] == "rest"
    assert curl("GET", "/services?cluster_id=none")["services"] == []

    curl("DELETE", path)
    end = time.monotonic() + WAIT_SECONDS
    while curl.run("GET", curl.base + path)[0] != 404:
        assert time.monotonic() < end, "the service does not go"
        time.sleep(0.05)  # between two polls


def look_at_events(curl, path):
    events = curl("GET", f"{path}/events?limit=1000&sort_by=occur_time&order=asc")
    texts = [event["event_info"] for event in events["events"]]
    assert events["total_count"] == events["count"] == len(texts)
    way = ["start to deploy service", "preparing environment", "[rest-times 1.0.0] prepare environment success",
           "[rest-times 1.0.0] schedule resource success", "[rest-times 1.0.0] pull image success", "[rest-times 1.0.0] starting model"]
    assert texts[: len(way)] == way, texts
    times = [event["occur_time"] for event in events["events"]]
    assert times == sorted(times)
    assert curl("GET", f"{path}/events?event_type=abnormal")["total_count"] == 0, texts
    assert curl("GET", f"{path}/events?start_time={times[-1]}&end_time={times[-1]}")["total_count"] >= 1
    second = curl("GET", f"{path}/events?limit=1&offset=1&order=asc")["events"]
    assert [event["event_info"] for event in second] == ["preparing environment"]
    status, refused = curl.run("GET", f"{curl.base}{path}/events?event_type=odd")
    assert status == 400 and refused["error_code"] == "ModelArts.0104"


def test_an_app_predicts_without_an_account(curl, model):
    service = curl("POST", "/services", {"service_name": "for-apps", "infer_type": "real-time", "config": [entry(model)]})["service_id"]
    address = curl.wait(f"/services/{service}", "status", {"running", "failed"})["access_address"]
    app = curl("POST", "/app-auth/apps", {"app_name": "partner", "app_remark": "r"})["app"]
    code, key, secret = app["app_codes"][0], app["app_key"], app["app_secret"]

    def ask(code):
        return curl.run("POST", address, {"x": 2}, {"X-Apig-AppCode": code, "Content-Type": "application/json"})

    def signed(secret):
        body = json.dumps({"x": 2})
        return curl.run("POST", address, body, sign_sdk_hmac("POST", address, {"Content-Type": "application/json"}, body.encode(), key, secret))

    assert ask(code)[0] == 403 and ask(code)[1]["error_code"] == "APIG.0304", "not bound yet"
    bound = curl("POST", f"/services/{service}/app-auth-api", {"apps": [{"app_id": app["app_id"]}, {"app_id": "nobody"}]})
    assert [result["success"] for result in bound["auth_result"]] == [True, False] and bound["api"]["predict_url"] == address
    assert ask(code) == (200, {"y": [[4.0]]}) and signed(secret) == (200, {"y": [[4.0]]})
    assert signed("wrong")[1]["error_code"] == "APIG.0303"

    # Secrets are told once.
    again = curl("GET", f"/app-auth/apps/{app['app_id']}")["app"]
    assert again["app_secret"] == "******" and code not in json.dumps(again) and again["bounded_api_count"] == 1
    assert curl("GET", f"/app-auth/apps?app_name=part")["total_count"] == 1

    # What is reset or revoked is refused from the next request on.
    fresh = curl("PUT", f"/app-auth/apps/{app['app_id']}/app-code/{code}")["app"]["app_codes"][0]
    assert ask(code)[0] == 401 and ask(fresh)[0] == 200
    assert curl("PUT", f"/app-auth/apps/{app['app_id']}/app-secret", {})["app"]["app_secret"] not in ("******", secret)
    assert signed(secret)[0] == 401
    refused = curl.run("DELETE", f"{curl.base}/app-auth/apps/{app['app_id']}")
    assert refused[0] == 409, refused
    grants = f"/services/{service}/app-auth-apis/{bound['api']['api_id']}"
    assert [one["app_id"] for one in curl("GET", f"{grants}/api-auths")["auths"]] == [app["app_id"]]
    assert curl("DELETE", f"{grants}/app-auth-api", {"apps": [{"app_id": app["app_id"]}]})["unauth_result"][0]["success"]
    assert ask(fresh)[1]["error_code"] == "APIG.0304"
    curl("DELETE", f"/app-auth/apps/{app['app_id']}")
    assert ask(fresh)[1]["error_code"] == "APIG.0303"
    curl("DELETE", f"/services/{service}")
