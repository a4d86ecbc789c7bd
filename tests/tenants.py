"""Further users, projects and domains of a running server, made by the command line as an administrator would."""

import dataclasses
import itertools
import json
import os
import subprocess

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
