"""A model that multiplies, with inference code that can be made to hang or not to start: what tests of services deploy."""

import pathlib
import subprocess

import boto3
from botocore.config import Config

import conftest

BUCKET = "small-models"

_SAVE = """
import sys
import tensorflow as tf
tf1 = tf.compat.v1
tf1.disable_v2_behavior()
with tf1.Session() as session:
    x = tf1.placeholder(tf.float32, [None, 1])
    y = tf.identity(x * float(sys.argv[2]))
    tf1.saved_model.simple_save(session, sys.argv[1], {"x": x}, {"y": y})
"""

CODE = '''
import os
import time
from model_service.tfserving_model_service import TfServingBaseService

if os.environ.get("BREAK"):
    raise RuntimeError("this configuration cannot start")


class Small(TfServingBaseService):
    def _preprocess(self, data):
        time.sleep(float(data.get("sleep", 0)))
        return {"x": [[float(data["x"])]]}
'''


def _store(server):
    return boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
                        region_name=server.region, config=Config(retries={"max_attempts": 1}))


def upload(server, folder, factor):
    """Puts the package of a model that multiplies by `factor` into the store and returns where it is."""
    python = next(pathlib.Path(conftest.engines_arguments()[1]).glob("TF-2.15.1-python3.11/venv/bin/python"))
    saved = folder / f"saved-{factor}"
    subprocess.run([python, "-c", _SAVE, saved, str(factor)], check=True, capture_output=True, timeout=300)
    store = _store(server)
    if BUCKET not in [bucket["Name"] for bucket in store.list_buckets()["Buckets"]]:
        store.create_bucket(Bucket=BUCKET)
    for path in saved.rglob("*"):
        if path.is_file():
            store.upload_file(str(path), BUCKET, f"times-{factor}/model/{path.relative_to(saved)}")
    store.put_object(Bucket=BUCKET, Key=f"times-{factor}/model/config.json", Body='{"model_type": "TensorFlow"}')
    store.put_object(Bucket=BUCKET, Key=f"times-{factor}/model/customize_service.py", Body=CODE)
    return f"/{BUCKET}/times-{factor}/"


def publish(api, location, name, version):
    """Imports it and waits until it can be deployed."""
    model = api.import_model(model_name=name, model_version=version, source_location=location)
    details = api.wait(f"/models/{model}", "model_status", {"published", "failed"})
    assert details["model_status"] == "published", details
    return model


def entry(model, weight=100, instances=1, **more):
    """One line of a service's config."""
    return {"model_id": model, "weight": weight, "specification": "modelarts.vm.cpu.2u", "instance_count": instances, **more}
