"""What a prediction is told when it cannot be answered: the rows of the reference's table that can occur."""

import concurrent.futures

import requests

from services.load import Load


def test_every_refusal_has_its_status_and_code(seat, service):
    address, token = seat.running(service)["access_address"], {"X-Auth-Token": seat.api.token}

    def ask(url=address, headers=None, **arguments):
        response = requests.post(url, headers=token if headers is None else headers, timeout=60, **arguments)
        return response.status_code, response.json().get("error_code")

    assert ask(json={"x": 1}) == (200, None)
    assert ask(address.rsplit("/", 1)[0] + "/no-such-service", json={}) == (404, "APIG.0101")
    assert ask(headers={}, json={}) == (401, "ModelArts.0205")
    assert ask(headers={"X-Auth-Token": "nonsense"}, json={}) == (401, "ModelArts.0203")
    assert ask(headers={"X-Apig-AppCode": "nonsense"}, json={}) == (401, "APIG.0303")
    assert ask(data=b"x" * 70_000) == (413, "APIG.0201")
    assert ask(data=b"") == (400, "ModelArts.4202")
    assert ask(json={"x": 1, "sleep": 30}) == (504, "ModelArts.4503")
    wrong_method = requests.get(address, headers=token, timeout=60)
    assert wrong_method.status_code == 405 and wrong_method.headers["Allow"] == "POST"


def test_more_than_the_queue_holds_is_refused_at_once(seat, service):
    address, token = seat.running(service)["access_address"], {"X-Auth-Token": seat.api.token}

    def ask(_):
        response = requests.post(address, json={"x": 1, "sleep": 1}, headers=token, timeout=60)
        return response.status_code, response.json().get("error_code")

    with concurrent.futures.ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(ask, range(8)))
    assert (429, "ModelArts.4206") in answers and (200, None) in answers, answers


def test_a_stopped_service_says_so(seat, service):
    address = seat.running(service)["access_address"]
    with Load(seat.api, address) as load:
        seat.api.call("PUT", f"/services/{service}", {"status": "stopped"})
        seat.api.wait(f"/services/{service}", "status", {"stopped"})
    assert {status for status, _ in load.failures} <= {503}
    refused = requests.post(address, json={"x": 1}, headers={"X-Auth-Token": seat.api.token}, timeout=60)
    assert refused.status_code == 503 and refused.json()["error_code"] == "ModelArts.4503" and "stopped" in refused.text
