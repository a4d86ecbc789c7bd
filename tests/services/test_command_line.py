"""`atelier app` and `atelier service update`, as somebody types them."""

import json

import requests

from tenants import run_atelier


def run(seat, *words):
    done = run_atelier(seat.server, *words)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def test_an_app_by_the_command_line(seat, service):
    address = seat.running(service)["access_address"]
    app = json.loads(run(seat, "app", "create", "cli-app", "--remark", "r", "--json"))
    code = app["app_codes"][0]

    def ask(code):
        return requests.post(address, json={"x": 1}, headers={"X-Apig-AppCode": code}, timeout=60).status_code

    assert ask(code) == 403
    assert address in run(seat, "app", "bind", "cli-app", "times") and ask(code) == 200
    assert "times" in run(seat, "app", "show", "cli-app") and app["app_key"] in run(seat, "app", "list")
    assert code not in run(seat, "app", "show", app["app_id"], "--json"), "told once"
    further = json.loads(run(seat, "app", "add-code", "cli-app", "--json"))["app_codes"][1]
    run(seat, "app", "delete-code", "cli-app", code[:6])
    assert (ask(code), ask(further)) == (401, 200)
    assert "AppSecret" in run(seat, "app", "reset-secret", "cli-app")
    refused = run_atelier(seat.server, "app", "delete", "cli-app")
    assert refused.returncode == 1 and "bound" in refused.stderr
    run(seat, "app", "unbind", "cli-app", "times")
    assert ask(further) == 403
    run(seat, "app", "delete", "cli-app")
    assert run_atelier(seat.server, "app", "show", "cli-app").returncode == 1


def test_a_service_is_updated_by_the_command_line(seat, service, models):
    seat.running(service)
    said = run(seat, "service", "update", "times", "--model", "times:1.0.3", "--description", "tripled")
    assert said.startswith("times: running"), said
    details = seat.running(service)
    assert (details["config"][0]["model_id"], details["description"]) == (models[1], "tripled")
    nothing = run_atelier(seat.server, "service", "update", "times")
    assert nothing.returncode == 2 and "nothing to update" in nothing.stderr
