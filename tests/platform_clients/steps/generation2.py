"""Training jobs, algorithms and workspaces of generation 2, as the current SDK has them."""

import pytest

from platform_clients.base import FLAVOR, Refused
from platform_clients.journey import ENGINE, step

JOBS = "/v2/{p}/training-jobs"


@step("flavors_v2", "engines_v2", routes=["GET /v2/{p}/training-job-flavors", "GET /v2/{p}/training-job-engines"])
def choose_flavor_and_engine_v2(journey):
    assert FLAVOR in journey.client.flavors_v2()
    assert ENGINE in journey.client.engines_v2()


@step("name_is_taken", routes=["GET /v2/{p}/training-job-names"])
def ask_for_a_name_v2(journey):
    assert journey.client.name_is_taken("line-v2") is False


@step("create_job_v2", "job_v2", "jobs_v2", "describe_job_v2", routes=[f"POST {JOBS}", f"GET {JOBS}/{{id}}", "POST /v2/{p}/training-job-searches"])
def run_a_job_v2(journey):
    bucket = journey.made.bucket
    job = journey.made.job_v2 = journey.client.create_job_v2(
        "line-v2", f"/{bucket}/code/", f"/{bucket}/code/train.py", ENGINE, {"data_url": f"/{bucket}/data/"}, {"train_url": f"/{bucket}/out-v2/"})
    journey.until("the job", lambda: journey.client.job_v2(job), {"Completed"}, {"Failed", "Terminated", "Abnormal"})
    assert "line-v2" in journey.client.jobs_v2()
    journey.client.describe_job_v2(job, "a straight one")


@step("create_job_v2", "log_v2", routes=[f"POST {JOBS}", f"GET {JOBS}/{{id}}/tasks/{{task}}/logs/preview"])
def read_the_log_v2(journey):
    assert "model written" in journey.client.log_v2(journey.made.job_v2)


@step("create_job_v2", "log_link_v2", routes=[f"POST {JOBS}", f"GET {JOBS}/{{id}}/tasks/{{task}}/logs/url"])
def open_the_link_of_the_log_v2(journey):
    assert "model written" in journey.client.log_link_v2(journey.made.job_v2)


@step("create_job_v2", "stages_v2", routes=[f"POST {JOBS}", f"GET {JOBS}/{{id}}/stages"])
def list_stages_v2(journey):
    journey.client.stages_v2(journey.made.job_v2)


@step("create_job_v2", "log_lines_v2", routes=[f"POST {JOBS}", f"GET {JOBS}/{{id}}/logs/{{task}}"])
def read_lines_of_the_log_v2(journey):
    assert "model written" in journey.client.log_lines_v2(journey.made.job_v2)


@step("create_job_v2", "metrics_v2", routes=[f"POST {JOBS}", f"GET {JOBS}/{{id}}/metrics/{{task}}"])
def read_metrics_v2(journey):
    assert "cpuUsage" in journey.client.metrics_v2(journey.made.job_v2)


@step("create_job_v2", "events_v2", routes=[f"POST {JOBS}", f"GET {JOBS}/{{id}}/events"])
def read_events_v2(journey):
    assert journey.client.events_v2(journey.made.job_v2)


@step("create_job_v2", "tasks_v2", routes=[f"POST {JOBS}", f"GET {JOBS}/{{id}}/tasks"])
def list_tasks_v2(journey):
    assert journey.client.tasks_v2(journey.made.job_v2)


@step("create_job_v2", "stop_job_v2", routes=[f"POST {JOBS}", f"POST {JOBS}/{{id}}/actions"])
def stop_a_job_v2(journey):
    bucket = journey.made.bucket
    job = journey.client.create_job_v2("wait-v2", f"/{bucket}/code/", f"/{bucket}/code/wait.py", ENGINE, {}, {})
    journey.until("the job", lambda: journey.client.job_v2(job), {"Running"}, {"Failed", "Completed"})
    journey.client.stop_job_v2(job)
    journey.until("the job", lambda: journey.client.job_v2(job), {"Terminated"}, {"Failed", "Completed"})
    journey.client.delete_job_v2(job)


@step("create_job_v2", "delete_job_v2", routes=[f"POST {JOBS}", f"DELETE {JOBS}/{{id}}"])
def delete_the_job_v2(journey):
    journey.client.delete_job_v2(journey.made.job_v2)
    assert "line-v2" not in journey.client.jobs_v2()


@step("make_algorithm", "algorithms", "algorithm", "remove_algorithm", routes=["POST /v2/{p}/algorithms"])
def algorithms(journey):
    bucket = journey.made.bucket
    algorithm = journey.client.make_algorithm("straight", f"/{bucket}/code/", f"/{bucket}/code/train.py", ENGINE)
    assert journey.client.algorithms() == ["straight"]
    assert journey.client.algorithm(algorithm) == "straight"
    journey.client.remove_algorithm(algorithm)
    assert journey.client.algorithms() == []


@step("make_workspace", "workspaces", "workspace", "describe_workspace", "remove_workspace", routes=["POST /v1/{p}/workspaces"])
def workspaces(journey):
    workspace = journey.client.make_workspace("shed")
    assert "shed" in journey.client.workspaces()
    journey.client.describe_workspace(workspace, "tools")
    assert journey.client.workspace(workspace) == "shed"
    journey.client.remove_workspace(workspace)


@step("notebooks")
def what_is_not_served_is_said(journey):
    """The SDK reads why; without a project id it has asked for the project before."""
    with pytest.raises(Refused) as refused:
        journey.client.notebooks()
    assert (refused.value.status, refused.value.code) in {(404, "APIG.0101"), (501, "ModelArts.0010")}


@step("quotas", routes=["GET /v1/{p}/quotas"])
def quotas(journey):
    assert journey.client.quotas()
