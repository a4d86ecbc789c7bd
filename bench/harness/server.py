"""A server of the benchmark's own, and a client of its REST and S3 APIs."""

import contextlib
import time
from dataclasses import dataclass

import boto3
import botocore.config
import requests

from harness.context import ENGINE, read_json
from harness.load import Target, environment
from harness.process import Failed, running, wait_until

FLAVOR = "modelarts.vm.cpu.2u"
JOB_ENDED = {3, 5, 6, 10, 11, 12, 13, 14, 16, 17, 21, 22}  # training statuses that last
JOB_SUCCEEDED = 10


@dataclass
class Server:
    pid: int
    platform: str
    object_store: str
    credentials: dict
    start_seconds: float  # from the command to the addresses it listens on

    def __post_init__(self):
        self.session = requests.Session()
        self.session.trust_env = False
        self.token = self._sign_in()
        self.session.headers["X-Auth-Token"] = self.token
        self._s3 = None

    def _sign_in(self):
        user = {"name": self.credentials["user_name"], "password": self.credentials["password"],
                "domain": {"name": self.credentials["domain_name"]}}
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}},
                         "scope": {"project": {"id": self.credentials["project_id"]}}}}
        answer = self.session.post(f"http://{self.platform}/v3/auth/tokens", json=body)
        if answer.status_code != 201:
            raise Failed(f"sign in: {answer.status_code} {answer.text}")
        return answer.headers["X-Subject-Token"]

    def call(self, method, path, body=None):
        url = f"http://{self.platform}/v1/{self.credentials['project_id']}{path}"
        answer = self.session.request(method, url, json=body)
        if answer.status_code >= 400:
            raise Failed(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else {}

    @property
    def s3(self):
        if self._s3 is None:
            self._s3 = boto3.client(
                "s3", endpoint_url=f"http://{self.object_store}", aws_access_key_id=self.credentials["access_key"],
                aws_secret_access_key=self.credentials["secret_key"], region_name=self.credentials["region"],
                config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={}))
        return self._s3

    @property
    def target(self):
        """Its object store, for the load generator."""
        keys = environment(self.credentials["access_key"], self.credentials["secret_key"], self.credentials["region"])
        return Target(f"http://{self.object_store}", keys, self.pid)

    def upload(self, folder, bucket, prefix):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.s3.put_object(Bucket=bucket, Key=prefix + str(path.relative_to(folder)), Body=path.read_bytes())

    def import_model(self, name, source):
        """A model from a folder /bucket/dir/, published."""
        body = {"model_name": name, "model_version": "0.0.1", "model_type": "TensorFlow", "source_location": source}
        model_id = self.call("POST", "/models", body)["model_id"]

        def published():
            model = self.call("GET", f"/models/{model_id}")
            if model["model_status"] == "failed":
                raise Failed(f"the model was refused: {model.get('error_msg')}")
            return model["model_status"] == "published"

        wait_until(published, f"import of {name}", every=0.02)
        return model_id

    def deploy(self, name, model_id):
        """A running service: (service id, seconds from the call to Running)."""
        config = [{"model_id": model_id, "weight": 100, "specification": FLAVOR, "instance_count": 1}]
        before = time.monotonic()
        service = self.call("POST", "/services", {"service_name": name, "infer_type": "real-time", "config": config})["service_id"]

        def runs():
            now = self.call("GET", f"/services/{service}")
            if now["status"] == "failed":
                raise Failed(f"the service failed: {now.get('error_msg')}")
            return now["status"] == "running"

        wait_until(runs, f"deployment of {name}")
        return service, time.monotonic() - before

    def delete_service(self, service):
        self.call("DELETE", f"/services/{service}")

        def gone():
            listed = self.call("GET", "/services")["services"]
            return all(item["service_id"] != service for item in listed)

        wait_until(gone, "deletion of the service")

    def engine_id(self):
        for engine in self.call("GET", "/job/ai-engines")["engines"]:
            if engine["engine_version"] == ENGINE:
                return engine["engine_id"]
        raise Failed(f"the server has no engine {ENGINE}")

    def create_job(self, name, config):
        """(path of the version, time.monotonic() before the call)."""
        body = {"job_name": name, "config": {"worker_server_num": 1, "flavor": {"code": FLAVOR}, **config}}
        before = time.monotonic()
        job = self.call("POST", "/training-jobs", body)
        return f"/training-jobs/{job['job_id']}/versions/{job['version_id']}", before

    def wait_for_job(self, path):
        def ended():
            version = self.call("GET", path)
            return version if version["status"] in JOB_ENDED else None

        version = wait_until(ended, "the job", seconds=1800)
        if version["status"] != JOB_SUCCEEDED:
            raise Failed(f"the job ended with status {version['status']}: {version.get('status_reason')}")

    def infer_url(self, service):
        return f"http://{self.platform}/v1/infers/{service}"


@contextlib.contextmanager
def start_server(context, data_dir, log_name="server.log"):
    """A server on free ports while the block runs. On a data directory that was used before it finds what it had."""
    (data_dir / "server.json").unlink(missing_ok=True)
    command = [context.atelier, "serve", "--data-dir", data_dir, "--listen", "127.0.0.1:0", "--obs-listen", "127.0.0.1:0",
               "--engines-dir", context.engines, "--log-level", "warning"]
    begin = time.monotonic()
    with running(command, context.temporary / log_name) as process:

        def listens():
            addresses, credentials = read_json(data_dir / "server.json"), read_json(data_dir / "credentials.json")
            return (addresses, credentials) if addresses and credentials and addresses.get("pid") == process.pid else None

        addresses, credentials = wait_until(listens, "start of the server", process=process)
        yield Server(process.pid, addresses["platform"], addresses["object_store"], credentials, time.monotonic() - begin)
