"""Runs every *.test beside this file over the real server (README.md has the form)."""

import html
import pathlib
import re
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

HERE = pathlib.Path(__file__).parent


@dataclass
class Step:
    line: int
    listener: str
    method: str
    target: str
    headers: dict = field(default_factory=dict)
    body: list = field(default_factory=list)
    anonymous: bool = False
    status: int = 0
    expected_headers: dict = field(default_factory=dict)
    contains: list = field(default_factory=list)
    lacks: list = field(default_factory=list)
    keeps: list = field(default_factory=list)


def parse(text):
    steps = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if match := re.match(r"(platform|store) ([A-Z]+) (\S+)$", line):
            steps.append(Step(number, *match.groups()))
            continue
        step = steps[-1]
        if line.startswith("> "):
            step.body.append(line[2:])
        elif line == "anonymous":
            step.anonymous = True
        elif line.startswith("= "):
            step.status = int(line[2:])
        elif line.startswith("~ "):
            step.contains.append(line[2:])
        elif line.startswith("! "):
            step.lacks.append(line[2:])
        elif match := re.match(r"keep (\w+) = (header|json|xml) (\S+)$", line):
            step.keeps.append(match.groups())
        elif match := re.match(r"([\w-]+): (.*)$", line):
            (step.expected_headers if step.status else step.headers)[match[1]] = match[2]
        else:
            raise ValueError(f"line {number}: {line}")
    return steps


def found(response, kind, path):
    """What a `keep` line names in an answer."""
    if kind == "header":
        return response.headers[path]
    if kind == "xml":
        return html.unescape(re.search(f"<{path}>([^<]*)</{path}>", response.text)[1])
    value = response.json()
    for piece in path.split("."):
        value = value[int(piece)] if piece.isdigit() else value[piece]
    return value


class Runner:
    def __init__(self, server):
        c = server.credentials
        self.server = server
        self.names = {
            "PROJECT": c["project_id"], "USER": c["user_name"], "PASSWORD": c["password"], "DOMAIN": c["domain_name"],
            "PROJECT_NAME": c["project_name"], "REGION": c["region"],
        }

    def fill(self, text, quoted=False):
        return re.sub(r"\$\{(\w+)\}", lambda match: quote(self.names[match[1]], safe="") if quoted else self.names[match[1]], text)

    def send(self, step):
        address = self.server.platform if step.listener == "platform" else self.server.object_store
        url = f"http://{address}{self.fill(step.target, quoted=True)}"
        body = self.fill("\n".join(step.body)).encode()
        headers = {name: self.fill(value) for name, value in step.headers.items()}
        if step.listener == "platform":
            if "TOKEN" in self.names and not step.anonymous:
                headers.setdefault("X-Auth-Token", self.names["TOKEN"])
        elif not step.anonymous:
            signed = AWSRequest(method=step.method, url=url, data=body, headers=headers)
            S3SigV4Auth(Credentials(self.server.access_key, self.server.secret_key), "s3", self.server.region).add_auth(signed)
            headers = dict(signed.headers)
        return requests.request(step.method, url, data=body, headers=headers, allow_redirects=False, timeout=60)

    def run(self, step):
        response = self.send(step)
        where = f"line {step.line}: {step.method} {step.target}: {response.status_code} {dict(response.headers)}\n{response.text}"
        assert response.status_code == step.status, where
        for name, value in step.expected_headers.items():
            assert name in response.headers and value in ("*", response.headers[name]), where
        for text in step.contains:
            assert self.fill(text) in response.text, f"{text} is missing; {where}"
        for text in step.lacks:
            assert self.fill(text) not in response.text, f"{text} is there; {where}"
        for name, kind, path in step.keeps:
            self.names[name] = str(found(response, kind, path))


@pytest.mark.parametrize("path", sorted(HERE.glob("*.test")), ids=lambda path: path.stem)
def test_scenario(server, path):
    runner = Runner(server)
    steps = parse(path.read_text())
    assert steps and all(step.status for step in steps), "every step needs a status"
    for step in steps:
        runner.run(step)
