"""The model of the generation 2 job answers: deployed from its folder, as the current SDK has it."""

import pytest

from platform_clients.base import FLAVOR
from platform_clients.journey import PACKAGE, step

SERVICES = "/v2/{p}/services"
NEEDS = ("create_job_v2", "deploy_v2", "service_v2")


def wait_until_it_runs(journey):
    service = journey.made.service_v2
    journey.until("the service", lambda: journey.client.service_v2(service)["status"], {"RUNNING"}, {"FAILED", "CONCERNING"})
    return journey.client.service_v2(service)


def ask(journey, headers):
    address = journey.client.service_v2(journey.made.service_v2)["predict_url"][0]["urls"][0]
    return journey.aside().session.post(address, json={"x": [0, 1, 10]}, headers=headers, timeout=60)


@step(*NEEDS, "service_flavors_v2", routes=[f"POST {SERVICES}", f"GET {SERVICES}/{{id}}", f"GET {SERVICES}/flavors"])
def deploy_a_package_v2(journey):
    assert FLAVOR in journey.client.service_flavors_v2()
    for name in ("config.json", "customize_service.py"):
        journey.client.put_file(journey.made.bucket, f"out-v2/model/{name}", PACKAGE / name)
    journey.made.service_v2 = journey.client.deploy_v2("line-v2", f"obs://{journey.made.bucket}/out-v2/", FLAVOR)
    wait_until_it_runs(journey)
    response = ask(journey, {"X-Auth-Token": journey.aside().token})
    assert response.status_code == 200, response.text
    assert response.json()["y"] == pytest.approx([-1, 2, 29], abs=0.1)


@step(*NEEDS, "services_v2", "service_events_v2", "deployments_v2",
      routes=[f"GET {SERVICES}", f"GET {SERVICES}/{{id}}/events", f"GET {SERVICES}/{{id}}/deployments", f"GET {SERVICES}/{{id}}/deployments/{{d}}"])
def watch_the_service_v2(journey):
    assert "line-v2" in journey.client.services_v2()
    assert "start to deploy service" in journey.client.service_events_v2(journey.made.service_v2)
    assert journey.client.deployments_v2(journey.made.service_v2) == ["line"]


@step(*NEEDS, "api_keys_v2", "bind_key_v2", "unbind_key_v2", "remove_key_v2",
      routes=[f"GET {SERVICES}/api-keys", f"POST {SERVICES}/{{id}}/api-keys/{{k}}/bind", f"POST {SERVICES}/{{id}}/api-keys/{{k}}/unbind",
              f"DELETE {SERVICES}/api-keys/{{k}}"])
def predict_by_an_api_key_v2(journey):
    """The SDK reads the answer that makes a key as a download: the test makes it."""
    api, service = journey.aside(), journey.made.service_v2
    url = f"{api.base}/v2/{api.project}/services/api-keys"
    made = api.session.post(url, json={"name": "phone-v2"}, headers={"X-Auth-Token": api.token}, timeout=60).json()
    key, secret = made["key_id"], {"Authorization": f"Bearer {made['api_key']}"}
    journey.client.bind_key_v2(service, key)
    assert journey.client.api_keys_v2(service) == ["phone-v2"]
    assert ask(journey, secret).status_code == 200
    journey.client.unbind_key_v2(service, key)
    assert ask(journey, secret).status_code == 403
    journey.client.remove_key_v2(key)


@step(*NEEDS, "update_service_v2", routes=[f"PUT {SERVICES}/{{id}}"])
def update_the_service_v2(journey):
    journey.client.update_service_v2(journey.made.service_v2, f"obs://{journey.made.bucket}/out-v2/", FLAVOR, 2)
    shown = wait_until_it_runs(journey)
    assert shown["version"]["instance_groups"][0]["unit_configs"][0]["count"] == 2


@step(*NEEDS, "stop_service_v2", "start_service_v2", routes=[f"POST {SERVICES}/{{id}}/stop", f"POST {SERVICES}/{{id}}/start"])
def stop_and_start_the_service_v2(journey):
    service = journey.made.service_v2
    journey.client.stop_service_v2(service)
    journey.until("the service", lambda: journey.client.service_v2(service)["status"], {"STOPPED"}, {"FAILED"})
    journey.client.start_service_v2(service)
    wait_until_it_runs(journey)


@step(*NEEDS, "services_v2", "delete_service_v2", routes=[f"POST {SERVICES}/delete"])
def delete_the_service_v2(journey):
    journey.client.delete_service_v2(journey.made.service_v2)
    journey.until("the service", lambda: "line-v2" in journey.client.services_v2(), {False})
