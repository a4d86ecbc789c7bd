"""What clients, scripts and packages get wrong: the answer says what was expected, what came, what to do, and nothing is lost."""

import contextlib
import datetime
import http.client
import json
import urllib.parse

import boto3
import numpy
import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

import conftest
import digits
from platform_api import Api, ApiError, sign_sdk_hmac

BUCKET = "bad-input"
SCRIPT = "import sys\nprint('hello')\n"


@pytest.fixture(scope="module")
def api(server):
    return Api(server)


@pytest.fixture(scope="module")
def store(server):
    client = boto3.client(
        "s3",
        endpoint_url=server.s3_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name=server.region,
        config=Config(retries={"max_attempts": 1}),
    )
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key="code/hello.py", Body=SCRIPT)
    client.put_object(Bucket=BUCKET, Key="elsewhere/other.py", Body=SCRIPT)
    client.put_object(Bucket=BUCKET, Key="data/one.txt", Body="1")
    return client


def job(api, **changes):
    config = api.job_config(
        f"/{BUCKET}/code/", f"/{BUCKET}/code/hello.py", f"/{BUCKET}/data/", f"/{BUCKET}/out/", engine="TF-2.15.1-python3.11"
    )
    config.update(changes)
    return config


def refused(call, *arguments):
    with pytest.raises(ApiError) as error:
        call(*arguments)
    return error.value


# A server has one project, so no bucket is another tenant's: one that the caller may not see is one that is not there.
@pytest.mark.parametrize(
    "name, changes, status, words",
    [
        ("no-data", {"data_url": f"/{BUCKET}/nothing-here/"}, 400, ["nothing-here"]),
        ("boot-outside", {"boot_file_url": f"/{BUCKET}/elsewhere/other.py"}, 400, ["code/", "elsewhere/other.py"]),
        ("boot-missing", {"boot_file_url": f"/{BUCKET}/code/absent.py"}, 400, ["absent.py"]),
        ("no-engine", {"engine_id": 4711}, 400, ["4711"]),
        ("no-flavor", {"spec_id": 4711}, 400, ["4711"]),
        ("no-bucket", {"train_url": "/somebody-elses-bucket/out/"}, None, ["somebody-elses-bucket"]),
        ("many-nodes", {"worker_server_num": 7}, 400, ["worker_server_num"]),
        ("dots", {"app_url": f"/{BUCKET}/../code/"}, 400, ["app_url"]),
        ("bad name!", {}, 400, ["Illegal name: bad name!"]),
    ],
)
def test_a_job_is_refused_with_the_reason(api, store, name, changes, status, words):
    error = refused(api.create_job, name, job(api, **changes))
    assert status in (None, error.status) and 400 <= error.status < 500
    assert error.body["is_success"] is False and error.body["error_code"].startswith("ModelArts.")
    for word in words:
        assert word in error.body["error_message"], error.text


def test_a_broken_body_is_told_with_its_place(api):
    url = f"{api.base}/v1/{api.project}/training-jobs"
    response = requests.post(url, data='{"job_name": "a",\n "config" {}}', headers={"X-Auth-Token": api.token})
    assert response.status_code == 400
    assert "line 2, column" in response.json()["error_message"]


def run(api, store, name, script, **changes):
    store.put_object(Bucket=BUCKET, Key=f"{name}/main.py", Body=script)
    config = job(api, app_url=f"/{BUCKET}/{name}/", boot_file_url=f"/{BUCKET}/{name}/main.py", **changes)
    created = api.create_job(name, config)
    return created, api.finish_job(created["job_id"], created["version_id"])


def test_a_script_that_exits_non_zero(api, store):
    created, details = run(api, store, "exits", "import sys\nprint('about to fail')\nsys.exit(3)\n")
    assert details["status"] == 11 and "3" in details["status_reason"], details
    log = api.job_log(created["job_id"], created["version_id"])
    assert "about to fail" in log and "Training end with return code: 3" in log


def test_a_script_that_raises_shows_its_last_line(api, store):
    _, details = run(api, store, "raises", "raise ValueError('the sky is green')\n")
    assert details["status"] == 11
    assert "the sky is green" in details["status_reason"]


def test_a_script_that_is_killed_for_memory(api, store):
    script = "data = []\nwhile True:\n    data.append(bytearray(64 << 20))\n"
    flavors = {spec["spec_code"]: spec["spec_id"] for spec in api.call("GET", "/job/resource-specs")["specs"]}
    smallest = flavors.get("modelarts.vm.cpu.1u", 7)
    _, details = run(api, store, "hungry", script, spec_id=smallest)
    assert details["status"] == 11
    assert "out of memory" in details["status_reason"], details


def test_a_script_that_writes_too_much(tmp_path):
    """100 GB at scale: the limit is a setting, and what was stored before stays."""
    small = conftest.start_server(tmp_path, "--job-disk-limit", "64MiB")
    try:
        api = Api(small)
        client = boto3.client("s3", endpoint_url=small.s3_url, aws_access_key_id=small.access_key,
                              aws_secret_access_key=small.secret_key, region_name=small.region)
        client.create_bucket(Bucket=BUCKET)
        client.put_object(Bucket=BUCKET, Key="data/one.txt", Body="1")
        client.put_object(Bucket=BUCKET, Key="code/hello.py", Body=SCRIPT)
        script = (
            "import os, sys\n"
            "out = [a.split('=', 1)[1] for a in sys.argv if a.startswith('--train_url=')][0]\n"
            "n = 0\n"
            "while True:\n"
            "    with open(os.path.join(out, 'part-%04d' % n), 'wb') as f:\n"
            "        f.write(os.urandom(8 << 20))\n"
            "    n += 1\n"
        )
        _, details = run(api, client, "floods", script)
        assert details["status"] in (11, 12), details
        assert "64.0 MiB" in details["status_reason"], details
        assert client.get_object(Bucket=BUCKET, Key="data/one.txt")["Body"].read() == b"1"
    finally:
        conftest.stop_server(small)


CONFIG = {"model_type": "TensorFlow", "model_algorithm": "image_classification"}


def put_package(store, name, files):
    for key, text in files.items():
        store.put_object(Bucket=BUCKET, Key=f"{name}/{key}", Body=text)
    return f"/{BUCKET}/{name}/"


@pytest.mark.parametrize(
    "name, files, words",
    [
        ("empty-folder", {"model/": ""}, ["config.json"]),
        ("no-saved-model", {"model/config.json": json.dumps(CONFIG), "model/notes.txt": "x"}, ["saved_model.pb", "notes.txt"]),
        (
            "two-configs",
            {"model/config.json": json.dumps(CONFIG), "model/sub/config.json": "{}", "model/saved_model.pb": "x"},
            ["found 2", "model/config.json", "model/sub/config.json"],
        ),
        ("broken-config", {"model/config.json": '{\n  "model_type": "TensorFlow",\n  "apis" []\n}', "model/saved_model.pb": "x"}, ["line 3, column"]),
        ("wrong-key", {"model/config.json": '{"model_type": 7}', "model/saved_model.pb": "x"}, ["'model_type' must be a string"]),
    ],
)
def test_a_model_package_is_refused_with_the_reason(api, store, name, files, words):
    location = put_package(store, name, files)
    error = refused(lambda: api.import_model(model_name=name, source_location=location))
    assert error.status == 400 and error.body["error_code"].startswith("ModelArts.30")
    for word in words:
        assert word in error.body["error_msg"], error.text


def test_a_folder_that_is_not_there(api, store):
    error = refused(lambda: api.import_model(model_name="nowhere", source_location=f"/{BUCKET}/nowhere/"))
    assert error.status == 400 and f"/{BUCKET}/nowhere/" in error.body["error_msg"]


def test_a_saved_model_that_does_not_open_fails_the_model(api, store):
    location = put_package(store, "garbage", {"model/config.json": json.dumps(CONFIG), "model/saved_model.pb": "no model at all"})
    model = api.import_model(model_name="garbage", source_location=location)
    details = api.wait(f"/models/{model}", "model_status", {"published", "failed"})
    assert details["model_status"] == "failed"
    assert "cannot open the SavedModel" in details["error_msg"]
    error = refused(lambda: api.deploy("garbage", model))
    assert error.body["error_code"] == "ModelArts.3515"


def test_tokens_and_projects(server, api):
    url = f"{api.base}/v1/{api.project}/models"
    cases = [
        ({}, 401, "ModelArts.0205"),
        ({"X-Auth-Token": "nonsense"}, 401, "ModelArts.0203"),
        ({"Authorization": "Basic abc"}, 401, "ModelArts.0206"),
    ]
    for headers, status, code in cases:
        response = requests.get(url, headers=headers)
        assert (response.status_code, response.json()["error_code"]) == (status, code), response.text
    other = requests.get(f"{api.base}/v1/{'0' * 32}/models", headers={"X-Auth-Token": api.token})
    assert (other.status_code, other.json()["error_code"]) == (403, "ModelArts.0210")
    wrong = sign_sdk_hmac("GET", url, {}, b"", server.access_key, "not the secret")
    response = requests.get(url, headers=wrong)
    assert (response.status_code, response.json()["error_code"]) == (403, "ModelArts.0206")
    assert server.secret_key not in response.text


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_wrong(server, api, minutes):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    url = f"{api.base}/v1/{api.project}/models"
    response = requests.get(url, headers=sign_sdk_hmac("GET", url, {}, b"", server.access_key, server.secret_key, then))
    assert (response.status_code, response.json()["error_code"]) == (401, "ModelArts.0206"), response.text
    assert "15 minutes" in response.json()["error_msg"] and "clock" in response.json()["error_msg"]

    class AtThatTime(S3SigV4Auth):
        def _modify_request_before_signing(self, request):
            request.context["timestamp"] = then.strftime("%Y%m%dT%H%M%SZ")
            super()._modify_request_before_signing(request)

    signed = AWSRequest(method="GET", url=f"{server.s3_url}/")
    AtThatTime(Credentials(server.access_key, server.secret_key), "s3", server.region).add_auth(signed)
    response = requests.get(signed.url, headers=dict(signed.headers))
    assert response.status_code == 403 and "<Code>RequestTimeTooSkewed</Code>" in response.text, response.text


def announce(method, url, length, headers=()):
    """Sends the head of a request with a body of `length` bytes, and none of the body."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.putrequest(method, f"{parts.path}?{parts.query}" if parts.query else parts.path)
    for name, value in dict(headers).items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_an_upload_larger_than_allowed_is_refused_before_it_is_sent(server, store):
    url = store.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "huge"})
    status, body = announce("PUT", url, (5 << 30) + 1)
    assert status == 400 and "EntityTooLarge" in body, body
    assert store.list_objects_v2(Bucket=BUCKET, Prefix="huge")["KeyCount"] == 0


def test_a_wrong_access_key_names_no_secret(server):
    client = boto3.client("s3", endpoint_url=server.s3_url, aws_access_key_id=server.access_key, aws_secret_access_key="wrong",
                          region_name=server.region, config=Config(retries={"max_attempts": 1}))
    with pytest.raises(ClientError) as error:
        client.list_buckets()
    assert error.value.response["Error"]["Code"] == "SignatureDoesNotMatch"
    assert server.secret_key not in str(error.value.response)


@contextlib.contextmanager
def served(api, name):
    """The address of a running service of the folder `name` in the bucket."""
    model = api.import_model(model_name=name, source_location=f"/{BUCKET}/{name}/")
    assert api.wait(f"/models/{model}", "model_status", {"published", "failed"})["model_status"] == "published"
    service = api.deploy(name, model)
    details = api.wait(f"/services/{service}", "status", {"running", "failed"})
    assert details["status"] == "running", details
    yield details["access_address"]
    api.call("DELETE", f"/services/{service}")
    api.wait_gone(f"/services/{service}")


@pytest.fixture(scope="module")
def digit_service(api, store, server):
    """The project's own example, trained for a moment and deployed."""
    example = digits.ROOT / "examples" / "handwritten-digits"
    for name in digits.MNIST_FILES:
        store.upload_file(str(digits.mnist_folder() / name), BUCKET, f"mnist/{name}")
    store.upload_file(str(example / "train.py"), BUCKET, "digits-code/train.py")
    config = job(api, app_url=f"/{BUCKET}/digits-code/", boot_file_url=f"/{BUCKET}/digits-code/train.py", data_url=f"/{BUCKET}/mnist/",
                 train_url=f"/{BUCKET}/digits/", parameter=[{"label": "max_steps", "value": "50"}])
    created = api.create_job("digits", config)
    details = api.finish_job(created["job_id"], created["version_id"])
    assert details["status"] == 10, api.job_log(created["job_id"], created["version_id"])
    for name in ["config.json", "customize_service.py"]:
        store.upload_file(str(example / name), BUCKET, f"digits/model/{name}")
    with served(api, "digits") as address:
        yield address


def post(api, address, **arguments):
    return requests.post(address, headers={"X-Auth-Token": api.token}, **arguments)


def test_predictions_that_cannot_be_answered(api, digit_service):
    wrong_size = digits.png(numpy.zeros((64, 48), dtype=numpy.uint8))
    cases = [
        (post(api, digit_service, files={"images": ("a.png", b"no image", "image/png")}), 500, "MR.0105"),
        (post(api, digit_service, files={"images": ("a.png", wrong_size, "image/png")}), 500, "28"),
        (post(api, digit_service, data=b"{broken"), 400, "line 1 column 2"),
        (post(api, digit_service, data=b""), 400, "no body"),
        (post(api, digit_service, files={"images": ("a.png", b"x" * (13 << 20), "image/png")}), 413, "12582912"),
    ]
    for response, status, words in cases:
        assert response.status_code == status and words in response.text, (response.status_code, response.text)
    status, body = announce("POST", digit_service, 5 << 30, {"X-Auth-Token": api.token, "Content-Type": "multipart/form-data; boundary=b"})
    assert status == 413 and "12582912" in body, body
    missing = post(api, digit_service.rsplit("/", 1)[0] + "/no-such-service", json={})
    assert missing.status_code == 404 and missing.json()["error_code"] == "APIG.0101"
    anonymous = requests.post(digit_service, json={})
    assert anonymous.status_code == 401


CUTTING = '''
import numpy as np
from PIL import Image
from model_service.tfserving_model_service import TfServingBaseService


class Cutting(TfServingBaseService):
    def _preprocess(self, data):
        ((_, content),) = data["images"].items()
        pixels = np.asarray(Image.open(content).convert("L"), dtype=np.float32).flatten()
        pixels.resize((1, 784), refcheck=False)
        return {"images": pixels}
'''


@pytest.fixture(scope="module")
def cutting_service(api, store, digit_service):
    """The same model, with code that cuts or pads any image to 784 values without a word."""
    for item in store.list_objects_v2(Bucket=BUCKET, Prefix="digits/model/")["Contents"]:
        source = {"Bucket": BUCKET, "Key": item["Key"]}
        store.copy_object(Bucket=BUCKET, Key=item["Key"].replace("digits/", "cutting/", 1), CopySource=source)
    store.put_object(Bucket=BUCKET, Key="cutting/model/customize_service.py", Body=CUTTING)
    with served(api, "cutting") as address:
        yield address


@pytest.mark.parametrize("shape, told", [((28, 28), None), ((64, 48), "48x64"), ((8, 8), "8x8")])
def test_an_image_of_the_wrong_size_is_told_beside_the_answer(api, cutting_service, shape, told):
    image = digits.png(numpy.zeros(shape, dtype=numpy.uint8))
    response = post(api, cutting_service, files={"images": ("a.png", image, "image/png")})
    assert response.status_code == 200 and len(response.json()["scores"][0]) == 10, response.text
    warning = response.headers.get("X-Atelier-Warning")
    assert (warning is None) == (told is None), warning
    assert told is None or (told in warning and "784" in warning), warning


def test_health_and_metrics(server):
    base = f"http://{server.platform}"
    assert requests.get(f"{base}/healthz").text == "ok\n"
    assert requests.get(f"{base}/readyz").status_code == 200
    assert "atelier_requests_total" in requests.get(f"{base}/metrics").text
