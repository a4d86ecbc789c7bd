"""The vendor's own SDK (huaweicloudsdkmodelarts) through a training job's whole life in API v2."""

import time

import boto3
import pytest
from botocore.config import Config
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkmodelarts.v1 import ModelArtsClient, model

ENGINE = "TF-2.15.1-python3.11"
BUCKET = "sdk-training"
DEADLINE_SECONDS = 120

SCRIPT = """
import argparse, json, os, pathlib, sys
parser = argparse.ArgumentParser()
parser.add_argument("--data_url")
parser.add_argument("--train_url")
parser.add_argument("--greeting", default="")
known, rest = parser.parse_known_args()
print("data:", sorted(path.name for path in pathlib.Path(known.data_url).iterdir()))
print("more:", pathlib.Path(os.environ["more"], "word.txt").read_text())
print("level:", os.environ["LEVEL"], "greeting:", known.greeting, "rest:", rest)
output = pathlib.Path(known.train_url)
(output / "result.json").write_text(json.dumps({"instance": os.environ["MA_CURRENT_INSTANCE_NAME"], "cwd": os.getcwd()}))
pathlib.Path(os.environ["extra"], "extra.txt").write_text("beside")
try:
    pathlib.Path(known.data_url, "intruder").write_text("x")
    print("the input can be written to")
except OSError as error:
    print("the input is read-only:", type(error).__name__)
if os.environ.get("FAIL_ONCE") and not (output / "tried").exists():
    (output / "tried").write_text("once")
    sys.exit(7)
print("all done")
"""
WAITS = "import signal, sys\nprint('waiting', flush=True)\nsignal.pause()\n"


@pytest.fixture(scope="module")
def store(server):
    client = boto3.client(
        "s3",
        endpoint_url=server.s3_url,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name=server.region,
        config=Config(signature_version="s3v4"),
    )
    client.create_bucket(Bucket=BUCKET)
    for key, body in {
        "code/train.py": SCRIPT,
        "code/wait.py": WAITS,
        "data/a.txt": "a",
        "data/b.txt": "b",
        "more/word.txt": "a second input",
    }.items():
        client.put_object(Bucket=BUCKET, Key=key, Body=body.encode())
    return client


@pytest.fixture(params=[True, False], ids=["with-project-id", "without-project-id"])
def sdk(server, request):
    project = server.credentials["project_id"] if request.param else None
    credentials = BasicCredentials(server.access_key, server.secret_key, project)
    credentials.with_iam_endpoint(f"http://{server.platform}")
    builder = ModelArtsClient.new_builder().with_credentials(credentials)
    if request.param:
        return builder.with_endpoint(f"http://{server.platform}").build()
    # Without a project id the SDK asks the identity service for the project that is named as the region.
    return builder.with_region(Region(server.region, f"http://{server.platform}")).build()


def channel(kind, name, folder, access=None):
    remote = model.InputDataInfo(obs=model.InputDataInfoObs(obs_url=folder)) if kind is model.Input else model.Remote(obs=model.RemoteObs(obs_url=folder))
    return kind(name=name, remote=remote, access_method=access)


def job(name, boot="train.py", environments=None, annotations=None):
    code = f"/{BUCKET}/code/"
    algorithm = model.JobAlgorithm(
        code_dir=code,
        boot_file=code + boot,
        engine=model.JobEngine(engine_name="TensorFlow", engine_version=ENGINE),
        parameters=[model.Parameter(name="greeting", value="hello")],
        inputs=[channel(model.Input, "data_url", f"/{BUCKET}/data/"), channel(model.Input, "more", f"obs://{BUCKET}/more/", "env")],
        outputs=[channel(model.Output, "train_url", f"/{BUCKET}/{name}/"), channel(model.Output, "extra", f"/{BUCKET}/{name}-extra/", "env")],
        environments=dict({"LEVEL": "7"}, **(environments or {})),
    )
    spec = model.Spec(
        resource=model.SpecResource(flavor_id="modelarts.vm.cpu.2u", node_count=1),
        log_export_path=model.LogExportPath(obs_url=f"/{BUCKET}/logs/"),
    )
    metadata = model.JobMetadata(name=name, description="made by the SDK", annotations=annotations)
    return model.CreateTrainingJobRequest(body=model.Job(kind="job", metadata=metadata, algorithm=algorithm, spec=spec))


def wait(sdk, job_id, phases):
    end = time.monotonic() + DEADLINE_SECONDS
    while True:
        shown = sdk.show_training_job_details(model.ShowTrainingJobDetailsRequest(training_job_id=job_id))
        if shown.status.phase in phases:
            return shown
        assert time.monotonic() < end, shown
        time.sleep(0.1)  # between two polls


def log_of(sdk, job_id):
    return sdk.show_training_job_logs_preview(model.ShowTrainingJobLogsPreviewRequest(training_job_id=job_id, task_id="worker-0")).content


ENDED = {"Completed", "Failed", "Terminated", "Abnormal"}


def test_a_job_from_creation_to_deletion(sdk, store, request):
    name = request.node.callspec.id
    flavors = sdk.show_training_job_flavors(model.ShowTrainingJobFlavorsRequest(flavor_type="CPU"))
    assert "modelarts.vm.cpu.2u" in [flavor.flavor_id for flavor in flavors.flavors] and flavors.total_count == len(flavors.flavors)
    engines = sdk.show_training_job_engines(model.ShowTrainingJobEnginesRequest())
    assert ENGINE in [engine.engine_version for engine in engines.items]

    created = sdk.create_training_job(job(name))
    assert created.status_code == 201 and created.metadata.name == name and created.status.phase in {"Creating", "Pending", "Running"}
    job_id = created.metadata.id
    ended = wait(sdk, job_id, ENDED)
    log = log_of(sdk, job_id)
    assert ended.status.phase == "Completed", log
    assert ended.status.running_records[0].end_at >= ended.status.running_records[0].start_at > 0
    assert ended.status.task_statuses[0].exit_code == 0
    assert "data: ['a.txt', 'b.txt']" in log and "more: a second input" in log
    assert "level: 7 greeting: hello rest: []" in log and "all done" in log
    assert ended.algorithm.inputs[0].local_dir in log.split("command:")[1]
    assert ended.algorithm.environments == [{"LEVEL": "7"}]
    stored = {item["Key"]: item["Size"] for item in store.list_objects_v2(Bucket=BUCKET).get("Contents", [])}
    assert f"{name}/result.json" in stored and f"{name}-extra/extra.txt" in stored
    assert f"logs/modelarts-job-{job_id}-worker-0.log" in stored
    result = store.get_object(Bucket=BUCKET, Key=f"{name}/result.json")["Body"].read().decode()
    assert f"modelarts-job-{job_id}-worker-0" in result

    found = sdk.list_training_jobs(
        model.ListTrainingJobsRequest(body=model.JobSearches(limit=10, filters=[model.Filter(key="name", operator="in", value=[name])]))
    )
    assert [item.metadata.id for item in found.items] == [job_id] and found.count == 1 and found.total >= 1
    assert sdk.list_training_jobs(model.ListTrainingJobsRequest()).total >= 1, "the SDK sends no body at all"

    page = sdk.show_training_job_logs_from_aom(
        model.ShowTrainingJobLogsFromAomRequest(training_job_id=job_id, task_id="worker-0", base_line="0" * 19, lines=500)
    )
    assert page.content == log and page.lines == log.count("\n")
    metrics = sdk.show_training_job_metrics(model.ShowTrainingJobMetricsRequest(training_job_id=job_id, task_id="worker-0"))
    series = {metric.metric: metric.value for metric in metrics.metrics}
    assert series["cpuUsage"] and all(value >= 0 for value in series["cpuUsage"]) and set(series["gpuUtil"]) == {-1}
    events = sdk.list_training_job_events(model.ListTrainingJobEventsRequest(training_job_id=job_id, order="asc"))
    messages = [event.message for event in events.events]
    assert messages[0] == "Training job created." and messages[-1] == "Training job completed."
    assert "[worker-0] Training finished. Exit code 0." in messages
    assert "Upload training output(parameter name: extra) finished." in messages
    tasks = sdk.list_training_job_tasks(model.ListTrainingJobTasksRequest(training_job_id=job_id))
    assert [task.task for task in tasks.body] == ["worker-0"]
    stages = sdk.list_training_job_stages(model.ListTrainingJobStagesRequest(training_job_id=job_id))
    assert [stage.name for stage in stages.running_records[0].stages] == ["scheduling", "running", "end"]

    new_words = model.JobUpdateRequestBody(description="new words")
    changed = sdk.change_training_job_description(model.ChangeTrainingJobDescriptionRequest(training_job_id=job_id, body=new_words))
    assert changed.status_code == 200
    assert wait(sdk, job_id, ENDED).metadata.description == "new words"
    assert sdk.delete_training_job(model.DeleteTrainingJobRequest(training_job_id=job_id)).status_code == 202
    with pytest.raises(ClientRequestException) as refused:
        wait(sdk, job_id, ENDED)
    assert refused.value.status_code == 400 and refused.value.error_code == "ModelArts.2775"
    assert job_id in refused.value.error_msg


def test_a_stopped_job(sdk, store, request):
    name = "stop-" + request.node.callspec.id
    job_id = sdk.create_training_job(job(name, boot="wait.py")).metadata.id
    wait(sdk, job_id, {"Running"} | ENDED)
    stop = model.StopTrainingJobRequest(training_job_id=job_id, body=model.JobActionType(action_type="terminate"))
    stopped = sdk.stop_training_job(stop)
    assert stopped.status_code == 202 and stopped.status.phase in {"Terminating", "Terminated"}
    assert wait(sdk, job_id, ENDED).status.phase == "Terminated"
    with pytest.raises(ClientRequestException) as refused:
        sdk.stop_training_job(stop)
    assert refused.value.status_code == 409 and refused.value.error_code == "ModelArts.2796"
    batch = model.BatchDeleteJobsReq(jobs=[model.BatchDeleteJobItem(kind="job", metadata=model.BatchDeleteJobMetadata(id=job_id))])
    assert sdk.batch_delete_training_job(model.BatchDeleteTrainingJobRequest(body=batch)).status_code == 202


def test_a_failed_run_is_started_again(sdk, store, request):
    name = "again-" + request.node.callspec.id
    annotations = {"fault-tolerance/job-retry-num": "2"}
    job_id = sdk.create_training_job(job(name, environments={"FAIL_ONCE": "1"}, annotations=annotations)).metadata.id
    ended = wait(sdk, job_id, ENDED)
    assert ended.status.phase == "Completed", log_of(sdk, job_id)
    records = ended.status.running_records
    assert len(records) == 2 and records[0].end_reason.startswith("exit code 7") and records[0].end_recover == "job_reschedule"
    assert ended.metadata.annotations == annotations
    keys = [item["Key"] for item in store.list_objects_v2(Bucket=BUCKET, Prefix=name + "/")["Contents"]]
    assert sorted(keys) == [f"{name}/result.json", f"{name}/tried"]


def test_refusals_carry_code_and_text(sdk, store):
    bad = job("refused")
    bad.body.algorithm.engine = model.JobEngine(engine_id="caffe-9")
    with pytest.raises(ClientRequestException) as refused:
        sdk.create_training_job(bad)
    assert refused.value.status_code == 400 and refused.value.error_code == "ModelArts.2780"
    assert "caffe-9" in refused.value.error_msg
