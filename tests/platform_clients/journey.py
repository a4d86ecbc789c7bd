"""A client's way through the platform: what it made so far, and the steps it has done. The steps themselves are in steps_*.py."""

import pathlib
import time
from dataclasses import dataclass

import pytest
import requests

from conftest import start_server, stop_server
from platform_api import Api
from platform_clients import seen
from platform_clients.openstack_cli import OBS_DOMAIN

PACKAGE = pathlib.Path(__file__).resolve().parent / "package"
ENGINE = "TF-2.15.1-python3.11"
POINTS = "".join(f"{x / 4},{3 * x / 4 - 1}\n" for x in range(-8, 9))
WAIT_SECONDS = 300


@dataclass(frozen=True)
class Step:
    name: str
    run: object
    needs: tuple  # methods of the client
    routes: tuple  # "GET /v1/{project_id}/..." that must be served


STEPS = []


def step(*needs, routes=()):
    """A function of steps_*.py that is done with every client that has the methods `needs`, in the order of the files."""

    def add(function):
        STEPS.append(Step(function.__name__.replace("_", " "), function, needs, tuple(routes)))
        return function

    return add


def steps_of(client):
    return [one for one in STEPS if client.can(*one.needs)]


def missing_routes(one):
    """What the step needs and this server does not serve."""
    return [route for route in one.routes if not seen.is_served(*route.split(" "))]


@dataclass
class Made:
    """What later steps use."""

    bucket: str = ""
    spec: int = 0
    engine: int = 0
    job: object = None
    version: object = None
    model: str = ""
    service: str = ""
    address: str = ""
    user: str = ""
    job_v2: str = ""


class Journey:
    def __init__(self, kind, folder):
        self.kind = kind
        self.server = start_server(folder, "--obs-domains", OBS_DOMAIN, log_level="info")
        self.folder = folder
        self.client = kind(self.server, folder)
        self.made = Made()
        self.done = {}  # step name -> None, or why it failed
        self._aside = None
        self.aside_requests = set()

    def advance_to(self, wanted):
        """Does the step after all that come before it and were not done yet; a broken journey stays where it is."""
        for one in steps_of(self.kind):
            if one.name not in self.done and not missing_routes(one):
                broken = [name for name, why in self.done.items() if why]
                assert not broken, f"this step needs '{broken[0]}', which failed: {self.done[broken[0]]}"
                self.done[one.name] = "it did not end"
                try:
                    one.run(self)
                    self.done[one.name] = None
                except pytest.skip.Exception:  # the step found out by itself that the server lacks something
                    self.done[one.name] = None
                    if wanted is not None and one.name == wanted.name:
                        raise
                except BaseException as problem:
                    self.done[one.name] = f"{type(problem).__name__}: {problem}"
                    raise
            if wanted is not None and one.name == wanted.name:
                break
        if wanted is not None:
            assert self.done.get(wanted.name) is None, self.done[wanted.name]

    def aside(self):
        """The test's own requests, for what a client lacks and the journey needs; they do not count as the client's."""
        if self._aside is None:
            session = requests.Session()
            session.hooks["response"].append(lambda response, **_: self.aside_requests.add(response.headers["X-Request-Id"]))
            self._aside = Api(self.server, session=session)
        return self._aside

    def until(self, what, look, wanted, refused=()):
        """Looks again and again, through the client's own eyes."""
        end = time.monotonic() + WAIT_SECONDS
        while True:
            found = look()
            if found in wanted:
                return found
            assert found not in refused, f"{what} is {found}"
            assert time.monotonic() < end, f"{what} is still {found} after {WAIT_SECONDS} s"
            time.sleep(0.1)  # between two looks

    def config(self, boot_file, output):
        return {"worker_server_num": 1, "app_url": f"/{self.made.bucket}/code/", "boot_file_url": f"/{self.made.bucket}/code/{boot_file}",
                "spec_id": self.made.spec, "engine_id": self.made.engine, "data_url": f"/{self.made.bucket}/data/",
                "train_url": f"/{self.made.bucket}/{output}/", "parameter": [{"label": "max_steps", "value": "300"}]}

    def clear(self):
        """What a journey that broke off left running: it would outlive the server."""
        api = self.aside()
        for service in api.call("GET", "/services")["services"]:
            api.call("DELETE", f"/services/{service['service_id']}")
            api.wait_gone(f"/services/{service['service_id']}")
        for kind in ("training-jobs", "visualization-jobs"):
            if seen.is_served("DELETE", f"/v1/{{p}}/{kind}/{{id}}"):
                for job in api.call("GET", f"/{kind}")["jobs"]:
                    api.call("DELETE", f"/{kind}/{job['job_id']}")
        api.session.close()

    def end(self):
        """What the server saw of this client, once it has ended."""
        try:
            self.client.close()
            self.clear()
        finally:
            code = stop_server(self.server)
        assert code == 0
        return [request for request in seen.platform_requests(self.server) if request.id not in self.aside_requests]
