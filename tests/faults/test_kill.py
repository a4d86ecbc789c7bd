"""kill -9 of the server at random moments: what was acknowledged stays, jobs finish, services answer again, nothing is left behind."""

import os
import random
import time

import pytest
import requests

import conftest
import digits
from killed_server import BUCKET, Seat, Uploader, check_objects, no_process_left, persistent, processes_of, s3, through_a_kill
from platform_api import Api

EXAMPLE = digits.ROOT / "examples" / "handwritten-digits"
UPLOADERS = 3


def prepare(seat):
    client = s3(seat.server)
    client.create_bucket(Bucket=BUCKET)
    for name in digits.MNIST_FILES:
        client.upload_file(str(digits.mnist_folder() / name), BUCKET, f"data/{name}")
    client.upload_file(str(EXAMPLE / "train.py"), BUCKET, "code/train.py")


def start_job(seat, source):
    api = Api(seat.server)
    config = api.job_config(f"/{BUCKET}/code/", f"/{BUCKET}/code/train.py", f"/{BUCKET}/data/", f"/{BUCKET}/job-a/",
                            engine="TF-2.15.1-python3.11", parameter=[{"label": "max_steps", "value": "200"}])

    def find():
        jobs = Api(seat.server).call("GET", "/training-jobs?search_content=job-a")["jobs"]
        return (jobs[0]["job_id"], jobs[0]["version_id"]) if jobs else None

    def create():
        created = Api(seat.server).create_job("job-a", config)
        return created["job_id"], created["version_id"]

    return through_a_kill(seat, source, create, find)


def import_model(seat, source):
    for name in ["config.json", "customize_service.py"]:
        s3(seat.server).upload_file(str(EXAMPLE / name), BUCKET, f"job-a/model/{name}")

    def find():
        models = Api(seat.server).call("GET", "/models?model_name=faults&exact_match=true")["models"]
        return models[0]["model_id"] if models else None

    def create():
        return Api(seat.server).import_model(model_name="faults", source_location=f"/{BUCKET}/job-a/")

    return through_a_kill(seat, source, create, find)


def deploy(seat, source, model):
    def find():
        services = Api(seat.server).call("GET", "/services?service_name=faults")["services"]
        return services[0]["service_id"] if services else None

    return through_a_kill(seat, source, lambda: Api(seat.server).deploy("faults", model), find)


def status(seat, path, field):
    return persistent(lambda: Api(seat.server).call("GET", path)[field])


def kill_until(seat, source, until, path, field, final):
    """Kills at random moments until there were `until` kills or the state is final; waits for the final state."""
    end = time.monotonic() + 300
    while status(seat, path, field) not in final:
        assert time.monotonic() < end, f"{path} is not final after 300 s"
        time.sleep(source.uniform(0.0, 0.6))  # the random moment
        if seat.kills < until:
            seat.kill()
    return status(seat, path, field)


def predict(seat, service, image):
    api = Api(seat.server)
    address = f"{api.base}/v1/infers/{service}"
    response = requests.post(address, files={"images": ("a.png", image, "image/png")}, headers={"X-Auth-Token": api.token}, timeout=30)
    assert response.status_code == 200, response.text  # 404 and 503 until the service is known again: persistent() asks once more
    return response.json()


def clear(seat, service, model, job):
    api = Api(seat.server)
    api.call("DELETE", f"/services/{service}")
    api.wait_gone(f"/services/{service}")
    api.call("DELETE", f"/models/{model}")
    api.wait_gone(f"/models/{model}")
    api.call("DELETE", f"/training-jobs/{job}")


def train_import_deploy(seat, source, kills):
    job, version = start_job(seat, source)
    path = f"/training-jobs/{job}/versions/{version}"
    ended = kill_until(seat, source, kills // 2, path, "status", {3, 5, 10, 11, 12, 13, 14})
    assert ended == 10, Api(seat.server).job_log(job, version)
    model = import_model(seat, source)
    imported = kill_until(seat, source, kills * 2 // 3, f"/models/{model}", "model_status", {"published", "failed"})
    assert imported == "published"
    service = deploy(seat, source, model)
    deployed = kill_until(seat, source, kills * 5 // 6, f"/services/{service}", "status", {"running", "failed"})
    assert deployed == "running"
    return job, model, service


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_killed_at_random_moments(tmp_path, kills):
    seed = int(os.environ.get("ATELIER_FAULT_SEED", time.time()))
    print(f"ATELIER_FAULT_SEED={seed}")
    source = random.Random(seed)
    seat = Seat(tmp_path, source)
    uploaders = [Uploader(seat, number, seed) for number in range(UPLOADERS)]
    try:
        prepare(seat)
        for uploader in uploaders:
            uploader.start()
        job, model, service = train_import_deploy(seat, source, kills)
        image = digits.png(digits.test_images()[0][0])
        answered = persistent(lambda: predict(seat, service, image))
        while seat.kills < kills:
            time.sleep(source.uniform(0.0, 0.3))  # the random moment
            seat.kill()
            again = persistent(lambda: predict(seat, service, image))
            assert again["predicted_label"] == answered["predicted_label"], again
        for uploader in uploaders:
            uploader.stopping.set()
            uploader.join(60)
            check_objects(seat, uploader.acknowledged)
        assert len(processes_of(tmp_path / "data")) > 1, "the running service's processes are not seen: the last check would be blind"
        clear(seat, service, model, job)
    finally:
        for uploader in uploaders:
            uploader.stopping.set()
        code = conftest.stop_server(seat.server)
    assert code == 0
    no_process_left(tmp_path / "data")
