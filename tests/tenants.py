"""Further users, projects and domains of a running server, made by the command line as an administrator would."""

import dataclasses
import itertools
import json
import os
import subprocess

import requests

from conftest import server_binary

_numbers = itertools.count(1)


def unique(word):
    return f"{word}-{os.getpid()}-{next(_numbers)}"


def run_atelier(server, *words, credentials=None):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATELIER_")}
    if credentials:
        environment["ATELIER_CREDENTIALS"] = str(credentials)
    return subprocess.run([str(server_binary()), "--data-dir", str(server.data_dir), *words], capture_output=True, text=True,
                          env=environment, timeout=60)


def identity_token(server):
    """Of a sign-in by password, or by access key where no password is known."""
    c = server.credentials
    if c.get("password"):
        user = {"name": c["user_name"], "password": c["password"], "domain": {"name": c["domain_name"]}}
        identity = {"methods": ["password"], "password": {"user": user}}
    else:
        pair = {"access": {"key": c["access_key"]}, "secret": {"key": c["secret_key"]}}
        identity = {"methods": ["hw_ak_sk"], "hw_ak_sk": pair}
    scope = {"project": {"id": c["project_id"]}}
    answer = requests.post(f"http://{server.platform}/v3/auth/tokens", json={"auth": {"identity": identity, "scope": scope}})
    assert answer.status_code == 201, answer.text
    return answer.headers["X-Subject-Token"]


def temporary(server, seconds=900):
    """The server as it is used with a temporary access key of the same user and project."""
    identity = {"methods": ["token"], "token": {"id": identity_token(server), "duration_seconds": seconds}}
    answer = requests.post(f"http://{server.platform}/v3.0/OS-CREDENTIAL/securitytokens", json={"auth": {"identity": identity}})
    assert answer.status_code == 201, answer.text
    key = answer.json()["credential"]
    replaced = {"access_key": key["access"], "secret_key": key["secret"], "security_token": key["securitytoken"]}
    return dataclasses.replace(server, credentials={**server.credentials, **replaced})


class Tenants:
    """The administrator's command line."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder

    def run(self, *words):
        done = run_atelier(self.server, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def make(self, *words):
        """What a `create` made, as a server that is used with the new credentials."""
        file = self.folder / f"{unique('credentials')}.json"
        self.run(*words, "--credentials", str(file))
        return dataclasses.replace(self.server, credentials=json.loads(file.read_text()))

    def user(self, *options):
        return self.make("user", "create", unique("user"), *options)

    def project(self):
        name = unique("project")
        self.run("project", "create", name)
        return name
