"""What a server serves, by its own table, and what it saw, by its access log."""

import functools
import json
import subprocess
from dataclasses import dataclass

from conftest import server_binary


@dataclass(frozen=True)
class Route:
    method: str
    pattern: str
    action: str
    unserved: str | None  # why, where it is not served


@functools.cache
def routes():
    done = subprocess.run([str(server_binary()), "routes", "--json"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return tuple(Route(**line) for line in json.loads(done.stdout))


def served():
    """Paths with methods that are served: steps name those, which are the reference's, and not the server's names of actions."""
    return {(route.method, _shape(route.pattern)) for route in routes() if route.unserved is None}


def is_served(method, pattern):
    return (method, _shape(pattern)) in served()


def _shape(pattern):
    """Arguments of a path have the server's own names."""
    return tuple("*" if piece.startswith("{") else piece for piece in pattern.split("/"))


@dataclass(frozen=True)
class Request:
    id: str
    method: str
    path: str
    action: str
    status: int
    error: str


def platform_requests(server):
    """Of a server that has ended: its log is whole."""
    found = []
    for text in (server.data_dir.parent / "server.log").read_text(errors="replace").splitlines():
        line = json.loads(text) if text.startswith("{") else {}
        if line.get("message") == "request" and line["listener"] == "platform":
            found.append(Request(line["request_id"], line["method"], line["path"], line["action"], int(line["status"]), line["error"]))
    return found
