"""Lists, and what they are asked by every client; models as the command line of OpenStack imports them: arrays in strings."""

import json

import pytest

from small_model import BUCKET, entry


def names(answer, kind, field):
    assert answer["count"] == len(answer[kind])
    return [item[field] for item in answer[kind]]


def test_models_by_every_filter(seat, models):
    def listed(query):
        return names(seat.api.call("GET", f"/models?{query}"), "models", "model_version")

    assert listed("model_name=TIM&sort_by=create_at&order=asc") == ["1.0.2", "1.0.3"]
    assert listed("model_name=tim&exact_match=true") == []
    assert listed("model_name=times&exact_match=true&sort_by=model_version&order=desc") == ["1.0.3", "1.0.2"]
    assert listed("model_name=times&limit=1&offset=1") == ["1.0.2"]
    assert listed("model_name=times&model_version=1.0.3&model_status=published&model_type=tensorflow&workspace_id=0") == ["1.0.3"]
    assert listed("model_name=times&not_model_type=TensorFlow") == [] and listed("model_name=times&workspace_id=9") == []
    for bad in ("sort_by=colour", "limit=1001", "limit=0", "order=up", "offset=x"):
        refused = seat.api.raw("GET", f"/models?{bad}")
        # 3037: what the specification's limits refuse, before the handler
        assert refused.status_code == 400 and refused.json()["error_code"] in ("ModelArts.0104", "ModelArts.3037"), bad


def test_a_model_whose_arrays_are_strings(seat, models):
    model = seat.api.import_model(
        model_name="strings", model_version="1.0.0", source_location=f"/{BUCKET}/times-2/", install_type='["real-time"]',
        input_params='[{"url": "/", "method": "post", "protocol": "http", "param_name": "x", "param_type": "float", "param_desc": "a number"}]',
        output_params="[]", dependencies="[]", apis='[{"url": "/", "method": "post"}]', model_metrics='{"accuracy": 0.5}',
        model_docs='[{"doc_name": "d", "doc_url": "https://example.org/"}]')
    details = seat.api.call("GET", f"/models/{model}")
    for key in ("apis", "config", "model_metrics"):
        json.loads(details[key])
    assert json.loads(details["model_metrics"]) == {"accuracy": 0.5} and details["model_docs"][0]["doc_name"] == "d"
    assert json.loads(details["input_params"][0]["param_desc"]) == "a number"
    refused = seat.api.raw("POST", "/models", {"model_name": "strings", "model_version": "1.0.1", "model_type": "TensorFlow",
                                               "source_location": f"/{BUCKET}/times-2/", "model_metrics": "very good"})
    assert refused.status_code == 400 and refused.json()["error_code"] == "ModelArts.3037", refused.text
    seat.api.call("DELETE", f"/models/{model}?cascade=true")


def test_several_services_are_deleted_at_once(seat, models):
    def deploy(name):
        body = {"service_name": name, "infer_type": "real-time", "config": [entry(models[0])]}
        return seat.api.call("POST", "/services", body)["service_id"]

    services = [deploy("first"), deploy("second")]
    assert names(seat.api.call("GET", "/services?sort_by=service_name&order=asc&limit=2"), "services", "service_name") == ["first", "second"]
    missing = seat.api.raw("DELETE", f"/services/{services[0]},nobody")
    assert missing.status_code == 404 and seat.api.call("GET", f"/services/{services[0]}")["status"] != "deleting", "all or none"
    assert seat.api.call("DELETE", "/services/" + ",".join(services)) == {}
    for service in services:
        seat.api.wait_gone(f"/services/{service}")


@pytest.mark.parametrize("query", ["sort_by=colour", "limit=1001", "order=up"])
def test_a_list_of_services_that_cannot_be(seat, query):
    assert seat.api.raw("GET", f"/services?{query}").status_code == 400
