"""A running service takes another configuration: nobody who predicts meanwhile notices."""

from services.load import Load
from small_model import entry


def put_config(seat, service, *config):
    assert seat.api.call("PUT", f"/services/{service}", {"config": list(config)}) == {}


def history(seat, service):
    return [(entry["result"], entry["config"][0]["model_version"]) for entry in seat.api.call("GET", f"/services/{service}/logs")["logs"]]


def test_no_request_fails_during_an_update(seat, service, models):
    details = seat.running(service)
    seen = []
    with Load(seat.api, details["access_address"]) as load:
        put_config(seat, service, entry(models[1], envs={"A": "b"}))
        after = seat.running(service, seen)
    assert load.failures == []
    assert after["status"] == "running" and seen[0] == "deploying", seen
    assert [item["model_id"] for item in after["config"]] == [models[1]] and after["config"][0]["envs"] == {"A": "b"}
    assert load.answers[0] == 2.0 and set(load.answers) <= {2.0, 3.0}
    turn = load.answers.index(3.0) if 3.0 in load.answers else len(load.answers)
    # Each client sees the old answers, then the new ones; between two clients one answer may be late.
    assert 2.0 not in load.answers[turn + 2 :], "the old configuration does not come back"
    assert history(seat, service) == [("SUCCESS", "1.0.3"), ("SUCCESS", "1.0.2")]

    # More instances: the one there is stays, and again nobody notices.
    with Load(seat.api, details["access_address"]) as load:
        put_config(seat, service, entry(models[1], instances=2, envs={"A": "b"}))
        after = seat.running(service)
    assert load.failures == [] and set(load.answers) == {3.0}
    assert after["status"] == "running" and after["config"][0]["instance_count"] == 2
    monitor = seat.api.call("GET", f"/services/{service}/monitor")
    assert monitor["service_running_instance_count"] == 2 and monitor["req_count_per_min"] > 0
    used = monitor["monitors"][0]
    assert used["cpu_memory_usage"] > 50 and used["cpu_core_total"] == 4 and used["cpu_core_usage"] > 0, used
    assert 0 < used["invocation_times"] < after["invocation_times"], "the first model had some of the calls"


def test_a_configuration_that_cannot_start_leaves_the_old_one_serving(seat, service, models):
    address = seat.running(service)["access_address"]
    with Load(seat.api, address) as load:
        put_config(seat, service, entry(models[1], envs={"BREAK": "1"}))
        after = seat.running(service)
    assert load.failures == [] and set(load.answers) == {2.0}
    assert after["status"] == "concerning" and "this configuration cannot start" in after["error_msg"], after
    assert after["config"][0]["model_id"] == models[0]
    assert history(seat, service) == [("FAIL", "1.0.3"), ("SUCCESS", "1.0.2")]
    events = seat.api.call("GET", f"/services/{service}/events?event_type=abnormal&event_info=update%20failed")
    assert events["total_count"] >= 1 and {event["event_type"] for event in events["events"]} == {"abnormal"}, events


def test_a_kill_in_the_middle_of_an_update_is_no_loss(seat, service, models):
    seat.running(service)
    put_config(seat, service, entry(models[1]))
    seat.kill()
    seat.start()
    after = seat.running(service)
    assert after["status"] == "running" and after["config"][0]["model_id"] == models[1], after
    with Load(seat.api, after["access_address"]) as load:
        seat.api.wait(f"/services/{service}/monitor", "service_running_instance_count", {1})
    assert load.failures == [] and set(load.answers) <= {3.0}
    assert history(seat, service)[0] == ("SUCCESS", "1.0.3")


def test_weights_share_the_requests(seat, service, models):
    put_config(seat, service, entry(models[0], weight="70"), entry(models[1], weight=30))
    address = seat.running(service)["access_address"]
    session, answers = seat.api.session, []
    for _ in range(100):
        response = session.post(address, json={"x": 1}, headers={"X-Auth-Token": seat.api.token}, timeout=60)
        answers.append(response.json()["y"][0][0])
    assert (answers.count(2.0), answers.count(3.0)) == (70, 30)


def test_refused_while_it_is_being_done(seat, service, models):
    put_config(seat, service, entry(models[1]))
    refused = seat.api.raw("PUT", f"/services/{service}", {"config": [entry(models[0])]})
    assert refused.status_code == 400 and refused.json()["error_code"] == "ModelArts.3519", refused.text
    # With a status the configuration does not count; the update ends with the stop.
    stopped = seat.api.raw("PUT", f"/services/{service}", {"status": "stopped", "config": [entry("no such model")]})
    assert stopped.status_code == 200, stopped.text
    seat.api.wait(f"/services/{service}", "status", {"stopped"})
    assert history(seat, service)[0][0] == "FAIL"
