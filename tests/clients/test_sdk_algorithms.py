"""Algorithms as the vendor's SDK handles them, and a job made from one."""

import itertools
import os
import time

import pytest
from huaweicloudsdkmodelarts import v1 as ma

from clients.modelarts_sdk import make_modelarts, refusal
from clients.referees.boto3_sdk import make_boto3

_numbers = itertools.count(1)

JOB_SECONDS = 180
ENDED = ("Completed", "Failed", "Terminated", "Abnormal")

SCRIPT = b"""
import argparse, os
parser = argparse.ArgumentParser()
for name in ("data_url", "train_url", "steps", "mode"):
    parser.add_argument("--" + name)
args, _ = parser.parse_known_args()
print("GOT", args.steps, args.mode, sorted(os.listdir(args.data_url)))
open(os.path.join(args.train_url, "result.txt"), "w").write(args.steps)
"""


@pytest.fixture
def client(server):
    return make_modelarts(server)


@pytest.fixture
def code(server):
    """A bucket with a script and data."""
    s3, bucket = make_boto3(server), f"algorithms-{next(_numbers)}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code/train.py", Body=SCRIPT)
    s3.put_object(Bucket=bucket, Key="data/a.txt", Body=b"a")
    yield bucket
    for item in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=item["Key"])
    s3.delete_bucket(Bucket=bucket)


def describe(name, bucket, engine="TF-2.15.1-python3.11", **more):
    steps = ma.Parameters(
        name="steps", value="10", description="how many",
        constraint=ma.ParametersConstraint(type="Integer", editable=True, required=True, sensitive=False, valid_type="Range", valid_range=["1", "100"]),
        i18n_description=ma.I18nDescription(language="en-us", description="steps"),
    )
    fixed = ma.Parameters(name="mode", value="fast", constraint=ma.ParametersConstraint(type="String", editable=False))
    config = ma.AlgorithmJobConfig(
        code_dir=f"/{bucket}/code/", boot_file=f"/{bucket}/code/train.py", parameters=[steps, fixed],
        inputs=[ma.AlgorithmCreateInput(name="data_url", description="in", remote_constraints=[ma.RemoteConstraint(data_type="obs", attributes=[])])],
        outputs=[ma.AlgorithmCreateOutput(name="train_url", description="out")],
        engine=ma.AlgorithmCreateEngine(engine_id=engine), parameters_customization=False,
    )
    return ma.Algorithm(
        metadata=ma.AlgorithmMetadata(name=name, description="digits", **more), job_config=config,
        resource_requirements=[ma.ResourceRequirement(key="flavor_type", values=["CPU"], operator="in")],
    )


@pytest.fixture
def made(client, code):
    name = f"algorithm-{next(_numbers)}"
    algorithm = client.create_algorithm(ma.CreateAlgorithmRequest(body=describe(name, code)))
    yield algorithm
    client.delete_algorithm(ma.DeleteAlgorithmRequest(algorithm_id=algorithm.metadata.id))


def test_an_algorithm_comes_back_as_it_was_described(client, made, code):
    found = client.show_algorithm_by_uuid(ma.ShowAlgorithmByUuidRequest(algorithm_id=made.metadata.id))
    assert found.to_json_object() == made.to_json_object()
    assert found.metadata.name == made.metadata.name and found.metadata.workspace_id == "0"
    assert found.metadata.create_time == found.metadata.update_time > 0
    config = found.job_config
    assert (config.code_dir, config.boot_file) == (f"/{code}/code/", f"/{code}/code/train.py")
    assert config.engine.engine_id == "TF-2.15.1-python3.11" and config.parameters_customization is False
    steps = config.parameters[0]
    assert (steps.name, steps.value, steps.constraint.valid_range) == ("steps", "10", ["1", "100"])
    assert (steps.constraint.type, steps.constraint.required, steps.constraint.editable) == ("Integer", True, True)
    assert config.inputs[0].remote_constraints[0].data_type == "obs"
    assert config.outputs[0].name == "train_url"
    assert found.resource_requirements[0].value == ["CPU"]


def test_algorithms_are_listed_filtered_and_paged(client, made):
    name = made.metadata.name
    found = client.list_algorithms(ma.ListAlgorithmsRequest(searches=f"name:{name}"))
    assert (found.count, [item.metadata.name for item in found.items]) == (1, [name])
    page = client.list_algorithms(ma.ListAlgorithmsRequest(offset=0, limit=1, sort_by="create_time", order="desc", workspace_id="0"))
    assert page.items[0].metadata.id == made.metadata.id and page.limit == 1 and page.total >= 1
    assert client.list_algorithms(ma.ListAlgorithmsRequest(searches="no such name")).items == []
    assert client.show_search_algorithms(ma.ShowSearchAlgorithmsRequest()).search_algo_count == 0


def test_an_algorithm_is_changed_and_deleted(client, made, code):
    body = describe(made.metadata.name, code)
    body.metadata.description = "letters"
    changed = client.change_algorithm(ma.ChangeAlgorithmRequest(algorithm_id=made.metadata.id, body=body))
    assert changed.metadata.description == "letters"
    other = client.create_algorithm(ma.CreateAlgorithmRequest(body=describe(f"algorithm-{next(_numbers)}", code)))
    gone = ma.DeleteAlgorithmRequest(algorithm_id=other.metadata.id)
    client.delete_algorithm(gone)
    assert refusal(client.delete_algorithm, gone) == (400, "ModelArts.2755")
    assert refusal(client.show_algorithm_by_uuid, ma.ShowAlgorithmByUuidRequest(algorithm_id=other.metadata.id)) == (400, "ModelArts.2755")


def test_what_an_algorithm_cannot_be_is_refused(client, made, code):
    create = client.create_algorithm
    assert refusal(create, ma.CreateAlgorithmRequest(body=describe(made.metadata.name, code))) == (400, "ModelArts.2751")
    assert refusal(create, ma.CreateAlgorithmRequest(body=describe("a b", code))) == (400, "ModelArts.2788")
    assert refusal(create, ma.CreateAlgorithmRequest(body=describe("other", code, workspace_id="absent"))) == (400, "ModelArts.0102")
    image = describe("other", code)
    image.job_config.engine = ma.AlgorithmCreateEngine(image_url="swr/own:1")
    assert refusal(create, ma.CreateAlgorithmRequest(body=image))[0] == 501
    narrow = describe("other", code)
    narrow.job_config.parameters[0].value = "101"
    assert refusal(create, ma.CreateAlgorithmRequest(body=narrow)) == (400, "ModelArts.2788")


def job_from(algorithm, bucket, parameters, outputs=True):
    where = ma.JobAlgorithm(
        id=algorithm.metadata.id, parameters=[ma.Parameters(name=name, value=value) for name, value in parameters.items()],
        inputs=[ma.Input(name="data_url", remote=ma.InputDataInfo(obs=ma.InputDataInfoObs(obs_url=f"/{bucket}/data/")))],
        outputs=[ma.Output(name="train_url", remote=ma.Remote(obs=ma.RemoteObs(obs_url=f"/{bucket}/out/")))] if outputs else [],
    )
    flavor = ma.SpecResource(flavor_id="modelarts.vm.cpu.2u", node_count=1)
    return ma.CreateTrainingJobRequest(
        body=ma.Job(kind="job", metadata=ma.JobMetadata(name=f"from-algorithm-{next(_numbers)}"), algorithm=where, spec=ma.Spec(resource=flavor)))


def test_a_job_is_held_to_the_algorithm(client, made, code):
    create = client.create_training_job
    for parameters in ({"steps": "101"}, {"steps": "many"}, {"mode": "slow"}, {"own": "1"}):
        assert refusal(create, job_from(made, code, parameters)) == (400, "ModelArts.2788"), parameters
    assert refusal(create, job_from(made, code, {}, outputs=False)) == (400, "ModelArts.2788")
    absent = job_from(made, code, {})
    absent.body.algorithm.id = "3e3ad1a5-0000-4000-8000-000000000000"
    assert refusal(create, absent) == (400, "ModelArts.2755")


@pytest.mark.skipif("ATELIER_ENGINE_PYTHON" not in os.environ, reason="no engine is installed: ./dev test installs it")
def test_a_job_made_from_an_algorithm_runs(client, made, code, server):
    job = client.create_training_job(job_from(made, code, {"steps": "42"}))
    show = ma.ShowTrainingJobDetailsRequest(training_job_id=job.metadata.id)
    end = time.monotonic() + JOB_SECONDS
    while (shown := client.show_training_job_details(show)).status.phase not in ENDED and time.monotonic() < end:
        time.sleep(0.1)  # between two polls
    log = client.show_training_job_logs_preview(ma.ShowTrainingJobLogsPreviewRequest(training_job_id=job.metadata.id, task_id="worker-0"))
    assert shown.status.phase == "Completed", log.content
    assert "GOT 42 fast ['a.txt']" in log.content
    assert shown.algorithm.id == made.metadata.id and shown.algorithm.name == made.metadata.name
    assert make_boto3(server).get_object(Bucket=code, Key="out/result.txt")["Body"].read() == b"42"
    client.delete_training_job(ma.DeleteTrainingJobRequest(training_job_id=job.metadata.id))
