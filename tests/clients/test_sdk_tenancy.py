"""Workspaces, quotas, tags, pools and what is not served, as the vendor's SDK asks for them."""

import itertools

import pytest
import requests
from huaweicloudsdkmodelarts import v1 as ma

from clients.modelarts_sdk import make_modelarts, refusal
from platform_api import Api, ApiError
from tenants import Tenants

_numbers = itertools.count(1)


@pytest.fixture
def client(server):
    return make_modelarts(server)


@pytest.fixture
def api(server):
    return Api(server)


@pytest.fixture
def job(api):
    """A job without a version: something to put tags on and into workspaces. Gives a function that makes them."""
    made = []

    def make(**more):
        body = {"job_name": f"tenancy-{next(_numbers)}", "config": {"create_version": False}, **more}
        made.append(api.call("POST", "/training-jobs", body)["job_id"])
        return made[-1], body["job_name"]

    yield make
    for job_id in made:
        api.raw("DELETE", f"/training-jobs/{job_id}")  # a test may have done so already


def test_a_workspace_lives_and_ends(client):
    name = f"vision-{next(_numbers)}"
    made = client.create_workspace(
        ma.CreateWorkspaceRequest(body=ma.CreateWorkspaceReq(name=name, description="d", auth_type="PUBLIC", enterprise_project_id="0", grants=[])))
    assert (made.name, made.description, made.status, made.auth_type) == (name, "d", "NORMAL", "PUBLIC")
    assert len(made.id) == 32 and made.create_time == made.update_time > 0
    shown = client.show_workspace(ma.ShowWorkspaceRequest(workspace_id=made.id))
    assert shown.to_json_object() == made.to_json_object()
    listed = client.list_workspace(ma.ListWorkspaceRequest(name=name[2:], limit=10, offset=0, sort_by="name", order="asc"))
    assert [item.id for item in listed.workspaces] == [made.id] and listed.total_count == 1
    again = ma.CreateWorkspaceRequest(body=ma.CreateWorkspaceReq(name=name))
    assert refusal(client.create_workspace, again) == (409, "ModelArts.0103")
    change = ma.UpdateWorkspaceRequest(workspace_id=made.id, body=ma.UpdateWorkspaceReq(description="changed"))
    assert client.update_workspace(change).workspace_id == made.id
    assert client.show_workspace(ma.ShowWorkspaceRequest(workspace_id=made.id)).description == "changed"
    assert client.delete_workspace(ma.DeleteWorkspaceRequest(workspace_id=made.id)).workspace_id == made.id
    assert refusal(client.show_workspace, ma.ShowWorkspaceRequest(workspace_id=made.id)) == (404, "ModelArts.0102")


def test_the_default_workspace_is_always_there(client):
    assert client.show_workspace(ma.ShowWorkspaceRequest(workspace_id="0")).name == "default"
    assert "0" in [item.id for item in client.list_workspace(ma.ListWorkspaceRequest()).workspaces]
    assert refusal(client.delete_workspace, ma.DeleteWorkspaceRequest(workspace_id="0")) == (409, "ModelArts.0105")
    private = ma.CreateWorkspaceRequest(body=ma.CreateWorkspaceReq(name="private", auth_type="PRIVATE"))
    assert refusal(client.create_workspace, private)[0] == 501


def test_a_workspace_with_something_in_it_stays(client, api):
    name = f"full-{next(_numbers)}"
    workspace = client.create_workspace(ma.CreateWorkspaceRequest(body=ma.CreateWorkspaceReq(name=name))).id
    job = api.call("POST", "/training-jobs", {"job_name": name, "workspace_id": workspace, "config": {"create_version": False}})["job_id"]
    gone = ma.DeleteWorkspaceRequest(workspace_id=workspace)
    assert refusal(client.delete_workspace, gone) == (409, "ModelArts.0105")
    api.call("DELETE", f"/training-jobs/{job}")
    client.delete_workspace(gone)


def test_lists_show_a_workspace(api, client, job):
    workspace = client.create_workspace(ma.CreateWorkspaceRequest(body=ma.CreateWorkspaceReq(name=f"lists-{next(_numbers)}"))).id
    try:
        there, _ = job(workspace_id=workspace)
        job()
        listed = api.call("GET", f"/training-jobs?workspace_id={workspace}")["jobs"]
        assert [(item["job_id"], item["workspace_id"]) for item in listed] == [(there, workspace)]
        assert api.call("GET", f"/models?workspace_id={workspace}")["total_count"] == 0
        assert api.call("GET", f"/services?workspace_id={workspace}")["total_count"] == 0
        api.call("DELETE", f"/training-jobs/{there}")
    finally:
        client.delete_workspace(ma.DeleteWorkspaceRequest(workspace_id=workspace))


@pytest.mark.parametrize("path, body", [
    ("/training-jobs", {"job_name": "nowhere", "config": {"create_version": False}}),
    ("/models", {"model_name": "nowhere", "model_version": "1.0.0", "source_location": "/b/m/", "model_type": "TensorFlow"}),
    ("/services", {"service_name": "nowhere", "infer_type": "real-time", "config": []}),
])
def test_nothing_is_made_in_an_unknown_workspace(api, path, body):
    with pytest.raises(ApiError) as refused:
        api.call("POST", path, {**body, "workspace_id": "absent"})
    assert (refused.value.status, refused.value.body["error_code"]) == (400, "ModelArts.0102")


def test_tags_of_a_training_job(client, job):
    job_id, name = job()
    tags = [ma.TmsTag(key="team", value="vision"), ma.TmsTag(key="stage", value="live")]
    client.create_train_job_tags(ma.CreateTrainJobTagsRequest(training_job_id=str(job_id), body=ma.CreateTmsTagsRequest(tags=tags)))
    shown = client.show_train_job_tags(ma.ShowTrainJobTagsRequest(training_job_id=str(job_id)))
    assert [(tag.key, tag.value) for tag in shown.tags] == [("stage", "live"), ("team", "vision")]
    used = {tag.key: tag.values for tag in client.list_training_job_tags(ma.ListTrainingJobTagsRequest()).tags}
    assert "vision" in used["team"]
    wanted = ma.ResourceInstancesFilterReq(tags=[ma.MutiValueTag(key="stage", values=["live"])], matches=[ma.Match(key="resource_name", value=name)])
    found = client.list_training_jobs_by_tags(ma.ListTrainingJobsByTagsRequest(limit=10, offset=0, body=wanted))
    assert (found.total_count, [item.resource_name for item in found.resources]) == (1, [name])
    count = ma.CountResourceInstancesReq(tags=[ma.CountResourceInstancesReqTags(key="stage", values=["gone"])])
    assert client.count_training_jobs_by_tags(ma.CountTrainingJobsByTagsRequest(body=count)).total_count == 0
    gone = ma.DeleteTmsTagsRequest(tags=[ma.TmsTag(key="stage", value="live")])
    client.delete_train_job_tags(ma.DeleteTrainJobTagsRequest(training_job_id=str(job_id), body=gone))
    assert [tag.key for tag in client.show_train_job_tags(ma.ShowTrainJobTagsRequest(training_job_id=str(job_id))).tags] == ["team"]
    assert refusal(client.show_train_job_tags, ma.ShowTrainJobTagsRequest(training_job_id="987654321")) == (404, "ModelArts.0101")


def test_tags_of_services_are_asked_for(client):
    """Nothing is deployed here: the calls reach the server and are answered."""
    assert client.list_infer_service_tags(ma.ListInferServiceTagsRequest()).tags == []
    query = ma.QueryTmsResourceRequest(tags=[ma.CombineInferTmsTags(key="team", values=["vision"])], without_any_tag=False)
    assert client.list_infer_services_by_tags(ma.ListInferServicesByTagsRequest(body=query)).resources == []
    count = ma.QueryTmsResourceCountRequest(matches=[ma.TmsMatch(key="resource_name", value="none such")])
    assert client.count_infer_services_by_tags(ma.CountInferServicesByTagsRequest(body=count)).total_count == 0
    assert refusal(client.show_infer_service_tags, ma.ShowInferServiceTagsRequest(resource_id="absent")) == (404, "ModelArts.0101")


def test_quotas_are_shown(client):
    quotas = {item.type: item for item in client.show_os_quota(ma.ShowOsQuotaRequest()).quotas.resources}
    assert quotas["training-jobs"].quota == "10000" and int(quotas["access-keys"].used) >= 1
    (jobs,) = client.show_training_quotas(ma.ShowTrainingQuotasRequest(resource="job-num")).quotas
    assert (jobs.resource, jobs.quota) == ("job-num", 10000)


def test_quotas_are_set_and_kept(server, tmp_path):
    """By the command line, for another project of the domain."""
    tenants = Tenants(server, tmp_path)
    project = tenants.project()
    member = tenants.user("--project", project)
    api = Api(member)
    shown = tenants.run("project", "quota", project, "training-jobs=1", "models=none")
    assert "training-jobs" in shown
    make = {"job_name": "first", "config": {"create_version": False}}
    first = api.call("POST", "/training-jobs", make)["job_id"]
    with pytest.raises(ApiError) as refused:
        api.call("POST", "/training-jobs", {**make, "job_name": "second"})
    assert (refused.value.status, refused.value.body["error_code"]) == (400, "ModelArts.0118")
    assert api.call("GET", "/training-jobs")["quotas"] == 1
    quotas = {item["type"]: item for item in api.call("GET", "/quotas")["quotas"]["resources"]}
    assert (quotas["training-jobs"]["quota"], quotas["training-jobs"]["used"], quotas["models"]["quota"]) == ("1", "1", "-1")
    assert refusal(make_modelarts(member).modify_training_quotas, ma.ModifyTrainingQuotasRequest(
        body=ma.ModifyTrainingQuotaRequest(quotas=[ma.ModifyTrainingQuotaItem(resource="job-num", quota=9)]))) == (403, "ModelArts.0112")
    api.call("DELETE", f"/training-jobs/{first}")


def test_there_are_no_pools(client):
    pools = client.list_pools(ma.ListPoolsRequest())
    assert (pools.kind, pools.api_version, pools.items) == ("PoolList", "v2", [])
    assert refusal(client.show_pool, ma.ShowPoolRequest(pool_name="mine"))[0] == 404


def test_what_is_not_served_says_so(client, api):
    assert refusal(client.list_notebooks, ma.ListNotebooksRequest())[0] == 501
    assert refusal(client.list_workflows, ma.ListWorkflowsRequest())[0] == 501
    answer = requests.get(f"{api.base}/v2/{api.project}/datasets", headers={"X-Auth-Token": api.token})
    assert (answer.status_code, answer.json()["error_msg"]) == (501, "datasets are not served by this server")
