"""The model answers."""

import pytest

from platform_clients.base import FLAVOR, Refused
from platform_clients.journey import step


@step("specifications", "clusters")
def choose_a_specification(journey):
    assert FLAVOR in journey.client.specifications()
    assert journey.client.clusters() == []


@step("deploy", "service")
def deploy_the_model(journey):
    service = journey.made.service = journey.client.deploy("line", journey.made.model, FLAVOR)
    journey.until("the service", lambda: journey.client.service(service)["status"], {"running"}, {"failed", "concerning"})
    journey.made.address = journey.client.service(service)["access_address"]


@step("services")
def list_services(journey):
    assert journey.client.services() == ["line"]


@step("deploy")
def predict(journey):
    """Where a client has no way to predict, the test does it for it: the service must be a real one."""
    ask = {"x": [0, 1, 10]}
    if journey.client.can("predict"):
        answer = journey.client.predict(journey.made.address, ask)
    else:
        api = journey.aside()
        response = api.session.post(journey.made.address, json=ask, headers={"X-Auth-Token": api.token})
        assert response.status_code == 200, response.text
        answer = response.json()
    assert answer["y"] == pytest.approx([-1, 2, 29], abs=0.1)


@step("monitor", "events", "update_logs")
def watch_the_service(journey):
    assert journey.client.monitor(journey.made.service)[0]["model_name"] == "line"
    assert "start to deploy service" in journey.client.events(journey.made.service)
    assert journey.client.update_logs(journey.made.service)[-1] == "SUCCESS"


@step("describe_service")
def describe_the_service(journey):
    journey.client.describe_service(journey.made.service, "answers at once")
    assert journey.client.service(journey.made.service)["description"] == "answers at once"


@step("update_service")
def update_the_service(journey):
    service = journey.made.service
    try:
        journey.client.update_service(service, journey.made.model, FLAVOR, {"GREETING": "hello"})
    except Refused as refused:
        if "is not served" not in refused.text:
            raise
        pytest.skip(f"this server does not change the models of a service: {refused.text}")
    journey.until("the service", lambda: journey.client.service(service)["status"], {"running"}, {"failed", "concerning"})


APPS = ["POST /v1/{p}/app-auth/apps", "POST /v1/{p}/services/{s}/app-auth-api"]


@step("make_app", "apps", "let_app_predict", "forbid_app", "predict_by_code", "remove_app", routes=APPS)
def predict_by_an_apps_code(journey):
    app, code = journey.client.make_app("phone")
    assert "phone" in journey.client.apps()
    api = journey.client.let_app_predict(app, journey.made.service)
    answer = journey.client.predict_by_code(journey.made.address, {"x": [2]}, code)
    assert answer["y"] == pytest.approx([5], abs=0.1)
    journey.client.forbid_app(app, journey.made.service, api)
    with pytest.raises(Refused):
        journey.client.predict_by_code(journey.made.address, {"x": [2]}, code)
    journey.client.remove_app(app)
    assert "phone" not in journey.client.apps()


@step("delete_model", "deploy")
def a_model_in_use_stays(journey):
    with pytest.raises(Refused, match="line"):
        journey.client.delete_model(journey.made.model)


@step("stop_service", "start_service")
def stop_and_start_the_service(journey):
    service = journey.made.service
    journey.client.stop_service(service)
    journey.until("the service", lambda: journey.client.service(service)["status"], {"stopped"}, {"failed"})
    journey.client.start_service(service)
    journey.until("the service", lambda: journey.client.service(service)["status"], {"running"}, {"failed"})
