"""The journey of a service through API v2 with the unmodified SDK: deploy a package, predict, update, stop, start, let a key in, delete."""

import itertools
import json
import time

import huaweicloudsdkmodelarts.v1 as ma
import pytest
import requests
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

import small_model
from clients.modelarts_sdk import make_modelarts, refusal
from platform_api import Api

WAIT_SECONDS = 240
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def client(server):
    return make_modelarts(server)


@pytest.fixture(scope="module")
def package(server, tmp_path_factory):
    return small_model.upload(server, tmp_path_factory.mktemp("model"), 3)


def unit(address, source="OBS", **more):
    return ma.UnitConfig(models=[ma.ModelResource(source=source, address=address, mount_path="/home/model")], **more)


def create(client, *units, **more):
    body = ma.ServiceCreateRequest(
        name=f"v2-{next(_numbers)}", type="REAL_TIME", deploy_type="SINGLE", group_configs=[ma.GroupConfig(name="all", unit_configs=list(units))], **more)
    return client.create_infer_service(ma.CreateInferServiceRequest(body=body))


def wait(client, service, *wanted):
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        shown = client.show_infer_service(ma.ShowInferServiceRequest(service_id=service))
        if shown.status in wanted:
            return shown
        time.sleep(0.05)  # between two polls
    raise AssertionError(f"{shown.status}: {shown.failure_reason}")


def delete(client, service):
    gone = client.batch_delete_infer_services(ma.BatchDeleteInferServicesRequest(body=ma.DeleteServicesRequest(service_ids=[service])))
    assert gone.service_responses[0].id == service
    end = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            client.show_infer_service(ma.ShowInferServiceRequest(service_id=service))
        except ClientRequestException as refused:
            assert refused.status_code == 404
            return
        assert time.monotonic() < end, "the service does not go"
        time.sleep(0.05)  # between two polls


def predict(url, x, **headers):
    answer = requests.post(url, json={"x": x}, headers=headers, timeout=60)
    return answer.status_code, answer.json()


def test_a_service_from_a_package_to_its_deletion(client, package, server):
    flavors = client.list_infer_cluster_flavors(ma.ListInferClusterFlavorsRequest(limit=500))
    flavor = flavors.data[0].id
    assert flavors.total == len(flavors.data) and flavors.data[0].vcpus >= 1
    schedule = [ma.ScheduleConfig(type="STOP", time_unit="HOURS", duration=5)]
    made = create(client, unit("obs:/" + package, name="triple", flavor=flavor, count=1), description="d", schedule=schedule)
    assert made.status == "DEPLOYING" and made.schedule[0].duration == 5
    shown = wait(client, made.id, "RUNNING", "FAILED")
    assert shown.status == "RUNNING", shown.failure_reason
    group = shown.version.instance_groups[0]
    assert (group.unit_configs[0].name, group.unit_configs[0].flavor, group.unit_configs[0].count) == ("triple", flavor, 1)
    url = shown.predict_url[0].urls[0]
    token = Api(server).token
    assert predict(url, 4, **{"X-Auth-Token": token}) == (200, {"y": [[12.0]]})

    found = client.list_infer_services(ma.ListInferServicesRequest(name=made.name, status="RUNNING", sort_key="create_at", sort_dir="asc", limit=5, offset=0))
    assert (found.total, found.pages, found.size, [one.id for one in found.data]) == (1, 1, 1, [made.id])
    assert client.list_infer_services(ma.ListInferServicesRequest(name=made.name, status="STOPPED")).data == []
    deployment = client.list_infer_deployments(ma.ListInferDeploymentsRequest(service_id=made.id)).data[0]
    assert (deployment.name, deployment.weight) == ("triple", 100)
    detail = client.show_infer_deployment(ma.ShowInferDeploymentRequest(service_id=made.id, deployment_id=deployment.id))
    assert detail.unit_configs[0].models[0].address == package
    v1 = Api(server).wait(f"/services/{made.id}", "status", {"running"})
    assert v1["config"][0]["model_id"] == deployment.id and v1["access_address"] == url

    body = ma.ServiceUpdateRequest(description="two", group_configs=[ma.GroupConfig(unit_configs=[unit(package, name="triple", flavor=flavor, count=2)])])
    changed = client.update_infer_service(ma.UpdateInferServiceRequest(service_id=made.id, body=body))
    assert changed.status == "UPGRADING"
    shown = wait(client, made.id, "RUNNING", "CONCERNING", "FAILED")
    kept = shown.version.instance_groups[0].unit_configs[0]
    assert (shown.status, kept.count, kept.id) == ("RUNNING", 2, deployment.id), shown.failure_reason

    assert client.stop_infer_service(ma.StopInferServiceRequest(service_id=made.id)).status == "STOPPING"
    wait(client, made.id, "STOPPED")
    assert client.start_infer_service(ma.StartInferServiceRequest(service_id=made.id)).status == "DEPLOYING"
    wait(client, made.id, "RUNNING")
    events = client.list_infer_service_events(ma.ListInferServiceEventsRequest(service_id=made.id, sort_dir="asc", limit=500))
    assert events.data[0].event_info == "start to deploy service" and events.data[0].event_type == "NORMAL"
    let_a_key_in(client, made.id, url)
    delete(client, made.id)


def let_a_key_in(client, service, url):
    answer = client.create_infer_api_key(ma.CreateInferApiKeyRequest(body=ma.CreateApiKeyReq(name="partner", description="r", scope="SERVICE")))
    told = []
    answer.consume_download_stream(lambda stream: told.extend(stream))
    key = json.loads(b"".join(told))
    secret, key_id = key["api_key"], key["key_id"]
    assert predict(url, 2, Authorization=f"Bearer {secret}")[0] == 403
    bound = client.bind_infer_api_key(ma.BindInferApiKeyRequest(service_id=service, key_id=key_id))
    assert [one.id for one in bound.services] == [service]
    assert predict(url, 2, Authorization=f"Bearer {secret}") == (200, {"y": [[6.0]]})
    assert predict(url, 2, **{"X-Apig-AppCode": secret}) == (200, {"y": [[6.0]]})
    assert predict(url, 2, Authorization=f"Bearer {secret}x")[0] == 401
    listed = client.list_infer_api_keys(ma.ListInferApiKeysRequest(service_id=service))
    assert (listed.total, listed.data[0].key_id) == (1, key_id)
    gone = ma.DeleteInferApiKeyRequest(key_id=key_id)
    assert refusal(client.delete_infer_api_key, gone)[0] == 409
    client.unbind_infer_api_key(ma.UnbindInferApiKeyRequest(service_id=service, key_id=key_id))
    assert predict(url, 2, Authorization=f"Bearer {secret}")[0] == 403
    ids = [ma.BatchBindApiKeyRequestKeyIds(key_id=one) for one in (key_id, "absent")]
    several = client.batch_bind_infer_api_keys(ma.BatchBindInferApiKeysRequest(service_id=service, body=ma.BatchBindApiKeyRequest(key_ids=ids)))
    assert (several.total, several.success_count, several.failure_items[0].key_id) == (2, 1, "absent")
    ids = [ma.BatchUnBindApiKeyRequestKeyIds(key_id=key_id)]
    several = client.batch_unbind_infer_api_keys(ma.BatchUnbindInferApiKeysRequest(service_id=service, body=ma.BatchUnBindApiKeyRequest(key_ids=ids)))
    assert (several.total, several.success_count) == (1, 1)
    client.delete_infer_api_key(gone)


def test_what_a_service_cannot_be_is_refused(client, package):
    def refused(*units, **more):
        with pytest.raises(Exception) as error:
            create(client, *units, **more)
        return error.value.status_code, error.value.error_code

    def group(*groups):
        body = ma.ServiceCreateRequest(name=f"v2-{next(_numbers)}", type="REAL_TIME", group_configs=list(groups))
        return refusal(client.create_infer_service, ma.CreateInferServiceRequest(body=body))

    assert group() == (400, "ModelArts.0104")
    assert group(ma.GroupConfig(unit_configs=[])) == (400, "ModelArts.0104")
    one = ma.GroupConfig(unit_configs=[unit(package)])
    assert group(one, one) == (400, "ModelArts.0104")
    assert refused(unit("/small-models/absent/"))[0] in (400, 404)
    assert refused(unit("absent", source="MODEL")) == (404, "ModelArts.3507")
    assert refused(unit(package, flavor="absent")) == (400, "ModelArts.0104")
    assert refused(unit(package, port=8000))[0] == 501
    assert refused(unit(package, cmd="python app.py"))[0] == 501
    assert refused(unit(package, image=ma.ImageInfo(source="SWR", swr_path="own:1")))[0] == 501
    assert refused(unit(package, source="EFS"))[0] == 501
    assert refused(unit(package), workspace_id="absent")[0] == 400
    # Nothing of what was refused is left.
    assert client.list_infer_services(ma.ListInferServicesRequest(name="v2-")).data == []
