"""What an error looks like in each area of the platform interface: status, code and body, as error_shapes/<area>.json has them.

ATELIER_UPDATE_GOLDEN=1 writes those files instead; the difference is what a reviewer reads. A field that clients parse never goes.
"""

import http.client
import json
import os
import pathlib

import pytest

from platform_api import Api
from platform_clients import seen

GOLDEN = pathlib.Path(__file__).resolve().parent / "error_shapes"
NOBODY = "00000000-0000-4000-8000-000000000000"
STRANGER = "f" * 32  # no project of this server
MIB = 1 << 20


def area(base, listing, thing, too_large=2 * MIB):
    """The kinds of errors that each area with a collection has. A request: method, path, its body or its pretended size, its token."""
    own, foreign = f"{base}/{{project}}", f"{base}/{STRANGER}"
    return {
        "not found": ("GET", f"{own}{thing}", None, "own"),
        "bad body": ("POST", f"{own}{listing}", '{"job_name": ', "own"),
        "no token": ("GET", f"{own}{listing}", None, None),
        "wrong token": ("GET", f"{own}{listing}", None, "at1.made-up.by-somebody"),
        "wrong project": ("GET", f"{foreign}{listing}", None, "own"),
        "wrong method": ("PATCH", f"{own}{listing}", "{}", "own"),
        "too large": ("POST", f"{own}{listing}", too_large, "own"),
    }


def sign_in(scope, password="not-the-password"):
    user = {"name": "admin", "password": password, "domain": {"name": "atelier"}}
    return json.dumps({"auth": {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": scope}})


AREAS = {
    "training_v1": area("/v1", "/training-jobs", "/training-jobs/987654321/versions"),
    "training_v2": {kind: request for kind, request in area("/v2", "/training-jobs", f"/training-jobs/{NOBODY}").items()
                    if kind not in ("no token", "wrong token", "wrong project")} | {
        "no token": ("GET", f"/v2/{{project}}/training-jobs/{NOBODY}", None, None),
        "wrong token": ("GET", f"/v2/{{project}}/training-jobs/{NOBODY}", None, "at1.made-up.by-somebody"),
        "wrong project": ("GET", f"/v2/{STRANGER}/training-jobs/{NOBODY}", None, "own")},
    "models": area("/v1", "/models", f"/models/{NOBODY}"),
    "services": area("/v1", "/services", f"/services/{NOBODY}"),
    "gateway": {
        "not found": ("GET", "/v1/{project}/no-such-thing", None, "own"),
        "no such service": ("POST", f"/v1/infers/{NOBODY}", "{}", "own"),
        "no token": ("POST", f"/v1/infers/{NOBODY}", "{}", None),
        "wrong token": ("POST", f"/v1/infers/{NOBODY}", "{}", "at1.made-up.by-somebody"),
        "wrong method": ("PATCH", f"/v1/infers/{NOBODY}", "{}", "own"),
        "too large": ("POST", f"/v1/infers/{NOBODY}", 20 * MIB, "own"),
    },
    "identity": {
        "not found": ("GET", f"/v3/users/{STRANGER}", None, "own"),
        "no such path": ("GET", "/v3/no-such-thing", None, "own"),
        "bad body": ("POST", "/v3/auth/tokens", '{"auth": ', None),
        "incomplete body": ("POST", "/v3/auth/tokens", '{"auth": {}}', None),
        "no token": ("GET", "/v3/users", None, None),
        "wrong token": ("GET", "/v3/users", None, "at1.made-up.by-somebody"),
        "wrong password": ("POST", "/v3/auth/tokens", sign_in({"project": {"name": "local-1"}}), None),
        "wrong project": ("GET", f"/v3/projects/{STRANGER}", None, "own"),
        "wrong method": ("DELETE", "/v3/auth/catalog", None, "own"),
        "too large": ("POST", "/v3/auth/tokens", MIB, None),
    },
}
NEEDS = {"training_v2": ("GET", "/v2/{p}/training-jobs/{id}")}


@pytest.fixture(scope="module")
def token(server):
    return Api(server).token


def send(server, method, path, body, token):
    """The answer to a request; a number for a body only announces so many bytes: what is too large is refused unread."""
    connection = http.client.HTTPConnection(server.platform, timeout=30)
    connection.putrequest(method, path.format(project=server.credentials["project_id"]))
    content = body.encode() if isinstance(body, str) else b""
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(body if isinstance(body, int) else len(content)))
    if token:
        connection.putheader("X-Auth-Token", token)
    connection.endheaders(content)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def told(server, response, text):
    """The answer as the golden files keep it: without what differs from server to server."""
    text = text.replace(server.credentials["project_id"], "PROJECT").replace(response.headers["X-Request-Id"], "REQUEST")
    answer = {"status": response.status, "body": json.loads(text)}
    if response.headers["Allow"]:
        answer["allow"] = response.headers["Allow"]
    return answer


def as_file(answers):
    return json.dumps(answers, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("place, kind", [(place, kind) for place, kinds in AREAS.items() for kind in kinds])
def test_error(server, token, place, kind):
    if place in NEEDS and not seen.is_served(*NEEDS[place]):
        pytest.skip(f"this server does not serve {' '.join(NEEDS[place])}")
    method, path, body, whose = AREAS[place][kind]
    response, text = send(server, method, path, body, token if whose == "own" else whose)
    assert response.headers["Content-Type"] == "application/json"
    answer, file = told(server, response, text), GOLDEN / f"{place}.json"
    golden = json.loads(file.read_text()) if file.exists() else {}
    if os.environ.get("ATELIER_UPDATE_GOLDEN") == "1":
        file.write_text(as_file({**golden, kind: answer}))
    else:
        assert answer == golden.get(kind), f"{file}: set ATELIER_UPDATE_GOLDEN=1 to write it anew"


def test_golden_files_have_no_more_than_the_tests():
    kept = {file.stem: set(json.loads(file.read_text())) for file in GOLDEN.glob("*.json")}
    assert kept == {place: set(AREAS[place]) for place in kept}
    assert set(AREAS) - set(kept) <= set(NEEDS)
