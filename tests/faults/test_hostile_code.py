"""User code that crashes, hangs or eats memory harms its own request only, while another service loses none."""

import pathlib
import subprocess
import threading

import pytest
import requests

import conftest
from killed_server import BUCKET, no_process_left, s3
from platform_api import Api

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
        if do == "hoard":
            kept = []
            while True:
                kept.append(b"x" * (64 << 20))
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
    # Memory that is really written ends by the limit, or by the deadline where the machine is slower than that.
    hoard = [(500, "MemoryError"), (503, "signal 9"), (504, "did not answer within 2 s")]
    for _ in range(2):
        for do, (code, words) in expected.items():
            response = ask(do)
            assert response.status_code == code and words in response.text, (do, response.status_code, response.text)
            fine = ask("nothing")
            assert fine.status_code == 200 and fine.json() == {"y": [[2.0, 4.0]]}, (do, fine.text)
    hoarded = ask("hoard")
    assert any(hoarded.status_code == code and words in hoarded.text for code, words in hoard), (hoarded.status_code, hoarded.text)
    assert ask("nothing").json() == {"y": [[2.0, 4.0]]}
    stopping.set()
    thread.join(60)
    assert answered[0] > 50 and not failures, failures[:3]
    assert api.call("GET", f"/services/{services['hostile'][0]}")["status"] == "running"
