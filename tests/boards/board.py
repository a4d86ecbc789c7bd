"""A board as its users see it: by the API, and by the requests that TensorBoard's page makes."""

import time

import requests

DEADLINE_SECONDS = 120
FINAL = {10, 11, 12, 13}
SCALARS = "data/plugin/scalars"


def until(look, what, timeout=DEADLINE_SECONDS):
    """Repeats `look` until it gives something."""
    end = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"{what} after {timeout} s"
        time.sleep(0.1)  # between two looks


class Board:
    def __init__(self, api, train_url, name="board", **more):
        self.api = api
        self.created = api.call("POST", "/visualization-jobs", dict(more, job_name=name, train_url=train_url))
        self.id = self.created["job_id"]
        self.path = f"/visualization-jobs/{self.id}"

    @property
    def url(self):
        return self.show()["service_url"]

    @property
    def page(self):
        return f"{self.api.base}/boards/{self.id}/"

    def show(self):
        return self.api.call("GET", self.path)

    def wait(self, wanted, seen=None, timeout=DEADLINE_SECONDS):
        return self.api.wait(self.path, "status", set(wanted), seen, timeout)

    def wait_running(self, seen=None):
        details = self.wait({8} | FINAL, seen)
        assert details["status"] == 8, details
        return details

    def ask(self, path, **query):
        """What TensorBoard answers to a script with a token; None while it does not run."""
        response = requests.get(self.page + path, params=query, headers={"X-Auth-Token": self.api.token}, timeout=60)
        if response.status_code == 503:
            return None
        assert response.status_code == 200, (response.status_code, response.text)
        return response.json()

    def tags(self):
        """run -> tags of scalars."""
        return {run: set(tags) for run, tags in (self.ask(f"{SCALARS}/tags") or {}).items()}

    def wait_tags(self, wanted):
        return until(lambda: self.tags() == wanted, f"not the tags {wanted}, but {self.tags()}")

    def points(self, tag, run="."):
        return self.ask(f"{SCALARS}/scalars", tag=tag, run=run) or []
