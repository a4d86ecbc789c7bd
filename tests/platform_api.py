"""The platform's REST API as a user's script would call it: with a token, or signed with an access key.

The signature is written from the API's description, independently of the server's code.
"""

import datetime
import hashlib
import hmac
import json
import time
import urllib.parse

import requests

DEADLINE_SECONDS = 120


class ApiError(AssertionError):
    def __init__(self, response):
        super().__init__(f"{response.request.method} {response.url}: {response.status_code} {response.text}")
        self.status = response.status_code
        self.text = response.text
        try:
            self.body = response.json()
        except ValueError:
            self.body = {}


def sign_sdk_hmac(method, url, headers, body, access_key, secret_key, now=None):
    """Headers of an SDK-HMAC-SHA256 signed request."""
    parts = urllib.parse.urlsplit(url)
    date = (now or datetime.datetime.now(datetime.timezone.utc)).strftime("%Y%m%dT%H%M%SZ")
    signed = dict(headers, Host=parts.netloc, **{"X-Sdk-Date": date})
    names = sorted(name.lower() for name in signed)
    values = {name.lower(): value.strip() for name, value in signed.items()}
    path = "/".join(urllib.parse.quote(urllib.parse.unquote(piece), safe="-_.~") for piece in parts.path.split("/"))
    query = "&".join(
        f"{urllib.parse.quote(name, safe='-_.~')}={urllib.parse.quote(value, safe='-_.~')}"
        for name, value in sorted(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
    )
    body_hash = values.get("x-sdk-content-sha256") if body and "x-sdk-content-sha256" in values else hashlib.sha256(body).hexdigest()
    canonical = "\n".join(
        [method, path if path.endswith("/") else path + "/", query, "".join(f"{n}:{values[n]}\n" for n in names), ";".join(names), body_hash]
    )
    text = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    signed["Authorization"] = f"SDK-HMAC-SHA256 Access={access_key}, SignedHeaders={';'.join(names)}, Signature={signature}"
    return signed


class Api:
    """Calls below /v1/{project_id}. `mode` is "token" or "aksk"."""

    def __init__(self, server, mode="token", session=None):
        self.base = f"http://{server.platform}"
        self.project = server.credentials["project_id"]
        self.credentials = server.credentials
        self.mode = mode
        self.session = session or requests.Session()
        self.token = self._sign_in() if mode == "token" else None

    def _sign_in(self):
        c = self.credentials
        body = {
            "auth": {
                "identity": {
                    "methods": ["password"],
                    "password": {"user": {"name": c["user_name"], "password": c["password"], "domain": {"name": c["domain_name"]}}},
                },
                "scope": {"project": {"name": c["project_name"]}},
            }
        }
        response = self.session.post(f"{self.base}/v3/auth/tokens", json=body)
        assert response.status_code == 201, response.text
        return response.headers["X-Subject-Token"]

    def headers(self, method, url, headers, body):
        if self.mode == "token":
            return dict(headers, **{"X-Auth-Token": self.token})
        if self.credentials.get("security_token"):
            headers = dict(headers, **{"X-Security-Token": self.credentials["security_token"]})
        return sign_sdk_hmac(method, url, headers, body, self.credentials["access_key"], self.credentials["secret_key"])

    def raw(self, method, path, body=None):
        url = f"{self.base}/v1/{self.project}{path}"
        data = b"" if body is None else json.dumps(body).encode()
        headers = self.headers(method, url, {"Content-Type": "application/json"}, data)
        return self.session.request(method, url, data=data, headers=headers)

    def call(self, method, path, body=None):
        response = self.raw(method, path, body)
        if response.status_code >= 400:
            raise ApiError(response)
        return response.json() if response.text else {}

    def wait(self, path, field, wanted, seen=None, timeout=DEADLINE_SECONDS):
        """Polls until `field` is one of `wanted`; collects the values seen on the way, in order."""
        end = time.monotonic() + timeout
        while True:
            answer = self.call("GET", path)
            value = answer[field]
            if seen is not None and (not seen or seen[-1] != value):
                seen.append(value)
            if value in wanted:
                return answer
            if time.monotonic() > end:
                raise AssertionError(f"{path}: {field} is still {value} after {timeout} s: {answer}")
            time.sleep(0.02)  # between two polls

    # What several tests do.
    def engine_id(self, name):
        for engine in self.call("GET", "/job/ai-engines")["engines"]:
            if engine["engine_version"] == name:
                return engine["engine_id"]
        raise AssertionError(f"no engine {name}")

    def job_config(self, code, boot, data, output, engine="TF-1.8.0-python2.7", **more):
        config = {
            "worker_server_num": 1,
            "app_url": code,
            "boot_file_url": boot,
            "engine_id": self.engine_id(engine),
            "data_url": data,
            "train_url": output,
            "spec_id": 7,
            "parameter": [],
        }
        config.update(more)
        return config

    def create_job(self, name, config):
        return self.call("POST", "/training-jobs", {"job_name": name, "job_desc": "", "config": config})

    def job_log(self, job, version, lines=500):
        names = self.call("GET", f"/training-jobs/{job}/versions/{version}/log/file-names")["log_file_list"]
        content, cursor = "", "0" * 19
        while True:
            page = self.call(
                "GET", f"/training-jobs/{job}/versions/{version}/aom-log?log_file={names[0]}&base_line={cursor}&lines={lines}&order=desc"
            )
            content += page["content"]
            if not page["content"] or page["end_line"] == cursor:
                return content
            cursor = page["end_line"]

    def finish_job(self, job, version, seen=None, timeout=300):
        return self.wait(f"/training-jobs/{job}/versions/{version}", "status", {3, 5, 10, 11, 12, 13, 14}, seen, timeout)

    def import_model(self, **body):
        body.setdefault("model_version", "1.0.0")
        body.setdefault("model_type", "TensorFlow")
        return self.call("POST", "/models", body)["model_id"]

    def deploy(self, name, model_id, flavor="modelarts.vm.cpu.2u"):
        config = [{"model_id": model_id, "weight": "100", "specification": flavor, "instance_count": 1}]
        return self.call("POST", "/services", {"service_name": name, "infer_type": "real-time", "config": config})["service_id"]

    def wait_gone(self, path, timeout=DEADLINE_SECONDS):
        end = time.monotonic() + timeout
        while self.raw("GET", path).status_code != 404:
            if time.monotonic() > end:
                raise AssertionError(f"{path} is still there after {timeout} s")
            time.sleep(0.05)  # between two polls
