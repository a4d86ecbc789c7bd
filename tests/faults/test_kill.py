"""kill -9 of the server at random moments: what was acknowledged stays, jobs finish, services answer again, nothing is left behind."""

import hashlib
import os
import pathlib
import random
import signal
import subprocess
import threading
import time

import boto3
import pytest
import requests
from botocore.config import Config

import conftest
import digits
from platform_api import Api, ApiError

BUCKET = "faults"
TRANSIENT = (requests.ConnectionError, requests.Timeout, AssertionError)


def s3(server):
    return boto3.client(
        "s3",
        endpoint_url=server.s3_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name=server.region,
        config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=20),
    )


class Uploader(threading.Thread):
    """Puts objects of all sizes; remembers those that the server acknowledged, with their digest. Keys are written once."""

    def __init__(self, seat):
        super().__init__(daemon=True)
        self.seat = seat  # the present server, exchanged at each restart
        self.acknowledged = {}
        self.stopping = threading.Event()

    def run(self):
        number, source = 0, random.Random(4711)
        while not self.stopping.is_set():
            body = source.randbytes(source.choice([0, 100, 4096, 200_000, 3_000_000]))
            key = f"objects/{number:06}"
            number += 1
            try:
                s3(self.seat["server"]).put_object(Bucket=BUCKET, Key=key, Body=body)
            except Exception:  # noqa: BLE001 the server was killed: not acknowledged, so nothing is promised
                self.stopping.wait(0.02)
                continue
            self.acknowledged[key] = hashlib.sha256(body).hexdigest()


class Seat(dict):
    """The one server on one data directory, killed and started again."""

    def __init__(self, directory):
        super().__init__()
        self.directory = directory
        self["server"] = conftest.start_server(directory)

    def kill(self):
        server = self["server"]
        server.process.send_signal(signal.SIGKILL)
        server.process.wait(30)
        self["server"] = conftest.start_server(self.directory)

    @property
    def server(self):
        return self["server"]


def persistent(call, timeout=60):
    """Repeats a call that a killed server did not answer."""
    end = time.monotonic() + timeout
    while True:
        try:
            return call()
        except ApiError:
            raise
        except TRANSIENT:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)  # between two tries


def prepare(seat):
    client = s3(seat.server)
    client.create_bucket(Bucket=BUCKET)
    example = digits.ROOT / "examples" / "handwritten-digits"
    for name in digits.MNIST_FILES:
        client.upload_file(str(digits.mnist_folder() / name), BUCKET, f"data/{name}")
    client.upload_file(str(example / "train.py"), BUCKET, "code/train.py")


def start_job(seat, name):
    api = Api(seat.server)
    config = api.job_config(f"/{BUCKET}/code/", f"/{BUCKET}/code/train.py", f"/{BUCKET}/data/", f"/{BUCKET}/{name}/",
                            engine="TF-2.15.1-python3.11", parameter=[{"label": "max_steps", "value": "200"}])
    created = api.create_job(name, config)
    return created["job_id"], created["version_id"]


def status(seat, path, field):
    return persistent(lambda: Api(seat.server).call("GET", path)[field])


def kill_until(seat, source, kills, path, field, final):
    """Kills at random moments until the state is final; then the rest of the kills beside the finished thing."""
    done = 0
    while status(seat, path, field) not in final:
        time.sleep(source.uniform(0.0, 0.6))  # the random moment
        if done < kills:
            seat.kill()
            done += 1
    return done


def check_objects(seat, acknowledged):
    client = s3(seat.server)
    assert acknowledged, "nothing was uploaded: the test tested nothing"
    for key, digest in acknowledged.items():
        body = client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        assert hashlib.sha256(body).hexdigest() == digest, key


def processes_of(directory):
    """Processes whose command line names the data directory."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(directory) in line and int(folder.name) != os.getpid():
            found.append(f"{folder.name}: {line}")
    return found


def no_process_left(directory, timeout=30):
    end = time.monotonic() + timeout
    while left := processes_of(directory):
        assert time.monotonic() < end, left
        time.sleep(0.05)  # between two looks


def clear(seat, service, model, job):
    api = Api(seat.server)
    api.call("DELETE", f"/services/{service}")
    api.wait_gone(f"/services/{service}")
    api.call("DELETE", f"/models/{model}")
    api.wait_gone(f"/models/{model}")
    api.call("DELETE", f"/training-jobs/{job}")


@pytest.mark.parametrize("kills", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_killed_at_random_moments(tmp_path, kills):
    seed = int(os.environ.get("ATELIER_FAULT_SEED", time.time()))
    print(f"ATELIER_FAULT_SEED={seed}")
    source = random.Random(seed)
    seat = Seat(tmp_path)
    try:
        prepare(seat)
        uploader = Uploader(seat)
        uploader.start()
        left = kills
        job, version = start_job(seat, "job-a")
        left -= kill_until(seat, source, left // 2, f"/training-jobs/{job}/versions/{version}", "status", {5, 10, 11, 12, 14})
        assert status(seat, f"/training-jobs/{job}/versions/{version}", "status") == 10, Api(seat.server).job_log(job, version)

        client = s3(seat.server)
        example = digits.ROOT / "examples" / "handwritten-digits"
        for name in ["config.json", "customize_service.py"]:
            client.upload_file(str(example / name), BUCKET, f"job-a/model/{name}")
        model = persistent(lambda: Api(seat.server).import_model(model_name="faults", source_location=f"/{BUCKET}/job-a/"))
        left -= kill_until(seat, source, max(1, left // 3), f"/models/{model}", "model_status", {"published", "failed"})
        assert status(seat, f"/models/{model}", "model_status") == "published"

        service = Api(seat.server).deploy("faults", model)
        left -= kill_until(seat, source, max(1, left // 2), f"/services/{service}", "status", {"running", "failed"})
        image = digits.png(digits.test_images()[0][0])
        for _ in range(max(1, left)):
            time.sleep(source.uniform(0.0, 0.3))  # the random moment
            seat.kill()
            answer = persistent(lambda: predict(seat, service, image))
            assert "predicted_label" in answer, answer
        uploader.stopping.set()
        uploader.join(60)
        check_objects(seat, uploader.acknowledged)
        clear(seat, service, model, job)
    finally:
        code = conftest.stop_server(seat.server)
    assert code == 0
    no_process_left(tmp_path / "data")


def predict(seat, service, image):
    api = Api(seat.server)
    address = f"{api.base}/v1/infers/{service}"
    response = requests.post(address, files={"images": ("a.png", image, "image/png")}, headers={"X-Auth-Token": api.token}, timeout=30)
    assert response.status_code == 200, response.text  # 404 and 503 until the service is known again: persistent() asks once more
    return response.json()


SAVED_MODEL = """
import sys
import tensorflow as tf
tf1 = tf.compat.v1
tf1.disable_v2_behavior()
with tf1.Session() as session:
    x = tf1.placeholder(tf.float32, [None, 2])
    y = tf.identity(x * 2.0)
    tf1.saved_model.simple_save(session, sys.argv[1], {"x": x}, {"y": y})
"""

HOSTILE = '''
import ctypes
import os
from model_service.tfserving_model_service import TfServingBaseService


class Hostile(TfServingBaseService):
    def _preprocess(self, data):
        do = data.get("do")
        if do == "segfault":
            ctypes.string_at(0)
        if do == "exit":
            os._exit(3)
        if do == "loop":
            while True:
                pass
        if do == "allocate":
            return {"x": bytearray(1 << 40)}
        return {"x": [[1.0, 2.0]]}
'''


@pytest.fixture
def two_services(tmp_path):
    """One whose user code does harm on request, one without user code."""
    server = conftest.start_server(tmp_path, "--predict-timeout", "2")
    try:
        python = next(pathlib.Path(conftest.engines_arguments()[1]).glob("TF-2.15.1-python3.11/venv/bin/python"))
        subprocess.run([python, "-c", SAVED_MODEL, tmp_path / "saved"], check=True, capture_output=True, timeout=300)
        client, api = s3(server), Api(server)
        client.create_bucket(Bucket=BUCKET)
        services = {}
        for name, code in {"hostile": HOSTILE, "plain": None}.items():
            for path in (tmp_path / "saved").rglob("*"):
                if path.is_file():
                    client.upload_file(str(path), BUCKET, f"{name}/model/{path.relative_to(tmp_path / 'saved')}")
            client.put_object(Bucket=BUCKET, Key=f"{name}/model/config.json", Body='{"model_type": "TensorFlow"}')
            if code:
                client.put_object(Bucket=BUCKET, Key=f"{name}/model/customize_service.py", Body=code)
            model = api.import_model(model_name=name, source_location=f"/{BUCKET}/{name}/")
            details = api.wait(f"/models/{model}", "model_status", {"published", "failed"})
            assert details["model_status"] == "published", details
            service = api.deploy(name, model)
            details = api.wait(f"/services/{service}", "status", {"running", "failed"})
            assert details["status"] == "running", details
            services[name] = (service, details["access_address"])
        yield server, api, services
        for service, _ in services.values():
            api.call("DELETE", f"/services/{service}")
            api.wait_gone(f"/services/{service}")
    finally:
        conftest.stop_server(server)
    no_process_left(tmp_path / "data")


def test_hostile_user_code_harms_only_its_own_request(two_services):
    server, api, services = two_services
    failures, answered, stopping = [], [0], threading.Event()

    def load():
        session = requests.Session()
        while not stopping.is_set():
            response = session.post(services["plain"][1], json={"x": [[1.0, 2.0]]}, headers={"X-Auth-Token": api.token}, timeout=30)
            answered[0] += 1
            if response.status_code != 200 or response.json() != {"y": [[2.0, 4.0]]}:
                failures.append((response.status_code, response.text))

    thread = threading.Thread(target=load, daemon=True)
    thread.start()

    def ask(do):
        return requests.post(services["hostile"][1], json={"do": do}, headers={"X-Auth-Token": api.token}, timeout=60)

    expected = {
        "segfault": (503, "signal 11"),
        "exit": (503, "exited with code 3"),
        "loop": (504, "did not answer within 2 s"),
        "allocate": (500, "MemoryError"),
    }
    for _ in range(2):
        for do, (code, words) in expected.items():
            response = ask(do)
            assert response.status_code == code and words in response.text, (do, response.status_code, response.text)
            fine = ask("nothing")
            assert fine.status_code == 200 and fine.json() == {"y": [[2.0, 4.0]]}, (do, fine.text)
    stopping.set()
    thread.join(60)
    assert answered[0] > 50 and not failures, failures[:3]
    assert api.call("GET", f"/services/{services['hostile'][0]}")["status"] == "running"
