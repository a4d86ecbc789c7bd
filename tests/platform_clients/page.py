"""docs/platform-clients.md: what each client got from the server, by the server's own table and access log."""

import re

from clients.client_table import versions
from conftest import ROOT
from platform_clients import seen
from platform_clients.base import HERE
from platform_clients.clients import CLIENTS

DOCUMENT = ROOT / "docs" / "platform-clients.md"

INTRODUCTION = """# Clients of the platform interface

What each client does with the platform listener, unmodified, on its way from a bucket to a prediction and back (`tests/platform_clients`).
Written by `scripts/platform-client-table` from a run: the operations are those of the server's own table (`atelier routes`), a cell says
**yes** when the server's access log has a request of that client which was answered with 2xx (300 for Keystone's list of versions), and
**501** where the operation is not served. An empty cell: the client has no command for it, or none of its journey. `./dev test` fails when page and run differ.
"""


def operations():
    """Rows: {action: [routes]}; an action with two paths is one row."""
    rows = {}
    for route in seen.routes():
        rows.setdefault(route.action, []).append(route)
    return rows


def column(requests):
    """Of one client: the actions that it got an answer from."""
    return {request.action for request in requests if 200 <= request.status <= 300 and request.action}


def pinned():
    lines = (line for line in (HERE / "requirements.txt").read_text().splitlines() if "==" in line)
    return {**versions(), **dict(line.split("==") for line in lines)}


def render(columns):
    lines = [INTRODUCTION, f"| operation | method and path | {' | '.join(CLIENTS)} |", "|---|---|" + "---|" * len(CLIENTS)]
    for action, routes in operations().items():
        paths = "<br>".join(f"`{route.method} {route.pattern}`" for route in routes)
        unserved = all(route.unserved for route in routes)
        cells = ["501" if unserved else "yes" if action in columns[name] else "" for name in CLIENTS]
        lines.append(f"| {action} | {paths} | {' | '.join(cells)} |")
    reasons = {route.action: route.unserved for route in seen.routes() if route.unserved}
    if reasons:
        lines += ["", "## Not served", ""]
        for reason in dict.fromkeys(reasons.values()):
            named = ", ".join(action for action, why in reasons.items() if why == reason)
            lines.append(f"- {named}: {reason}")
    lines += ["", "## The clients", "", "| client | versions | pointed at the server by |", "|---|---|---|"]
    for name, kind in CLIENTS.items():
        lines.append(f"| {name} | {', '.join(f'{package} {pinned()[package]}' for package in kind.packages)} | {kind.how} |")
    return "\n".join([*lines, "", NOTES])


NOTES = """## What clients cannot do by themselves

- openstack, openstacksdk: with openstacksdk 4.22 every show, start, stop and delete of a model or service fails in the client
  (`'Model' object has no attribute 'has_body'`): pin 4.4.0.
- openstack, openstacksdk: versions of a training job can be listed, but not shown, made, stopped or deleted, and logs not be read; data sets not
  be listed: the plugin fails before it sends anything (`tests/platform_clients/test_never_sent.py` notices when that changes).
- openstack: `ma service update NAME --description TEXT` always sends a `config` with one empty entry; the server takes it for none.
- Huawei SDK: has no calls for training jobs, models and services of generation 1; deploying is `/v2/PROJECT_ID/services`.
- Huawei SDK: only scheme, host and port of an endpoint count.
"""


def column_of_page(name):
    """The actions that the committed page says yes to."""
    text = DOCUMENT.read_text()
    columns = re.search(r"^\| operation \| method and path \| (.*) \|$", text, flags=re.MULTILINE)[1].split(" | ")
    if name not in columns:
        return set()
    rows, place = re.findall(r"^\| (\w+) \| (`[^|]*`) \| (.*) \|$", text, flags=re.MULTILINE), columns.index(name)
    return {action for action, _, cells in rows if cells.split("|")[place].strip() == "yes"}
