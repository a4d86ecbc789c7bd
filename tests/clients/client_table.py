"""The table of docs/clients.md: which client does what, by the tests marked `referee`.

As a pytest plugin (`scripts/client-table`) it writes the file from the results of a run; test_client_table.py compares the file with
the marks. A cell says yes when every test of that client and operation passed, the reason where one is expected to fail, and nothing
where the client has no command for it.
"""

import pathlib

import pytest

from clients.referees import REFEREES
from clients.referees.esdk import EsdkHostObs, EsdkHostV2, EsdkIpV2, EsdkIpV4

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "clients.md"

# The rows, in the order of the table.
OPERATIONS = {
    "buckets": "make, list and remove a bucket; errors for absent and non-empty ones",
    "put and get": "small and empty objects",
    "ranged get": "a few bytes out of the middle",
    "head": "size, ETag (the MD5 of a simple object) and metadata",
    "large file": "9 MiB and more, up and down, in parts as the client decides",
    "upload by hand": "begin, put parts out of order and again, complete",
    "unfinished uploads": "list and abort what another client began",
    "list parts": "parts of what another client began",
    "list": "all keys in order (`GET ?prefix`, version 1)",
    "list v2": "the same with `list-type=2`",
    "folders": "delimiter and common prefixes",
    "pages": "a listing in pages of two",
    "pages, keys with spaces": "pages that end at keys such as `b b/1` and `b+`",
    "odd keys": "spaces, plus, Chinese, double slash, `dir` beside `dir/` and `dir/x`, percent, `~*'()`",
    "metadata": "set by the client, read back by it and by boto3",
    "metadata, not ASCII": "Chinese; clients that percent-encode it among themselves, and those that send UTF-8 likewise",
    "copy": "on the server",
    "copy, key with a space": "the source is `source a b`",
    "delete": "one object; again",
    "delete several": "with one request where the client has it",
    "every other client": "each object put by this client, read by every other one",
    "sync": "a folder up and down; changed, new and removed files",
    "check": "a folder compared by checksums",
    "presigned GET": "a link that anyone may fetch; a tampered one is refused",
    "presigned GET, expired": "a link from the past is refused",
    "presigned PUT": "a link that anyone may upload to",
    "conditional requests": "`If-Match`, `If-None-Match` and dates, on reads, writes and copies",
    "checksums": "sent, verified, stored and returned",
    "settings": "what was never set is answered as such",
    "versioning": "old versions read, listed, restored and removed; delete markers",
    "ACL": "canned ones and grants, on buckets and objects",
    "bucket policy": "set, read, removed; what it allows is allowed",
    "lifecycle": "rules set, read and removed",
    "CORS": "rules set and read; a preflight answered by them",
    "tagging": "of buckets and objects, set, read and removed",
    "append": "an object that grows; a wrong position is refused",
}


# The fixture `obs` of test_esdk_obs_modes.py names its clients by mode.
ESDK_OF_MODE = {kind.mode: kind.name for kind in (EsdkIpV2, EsdkHostObs, EsdkHostV2, EsdkIpV4)}


def place_of(item):
    """(operation, client) of a marked test, or None."""
    mark = item.get_closest_marker("referee")
    if mark is None:
        return None
    if "client" in mark.kwargs:
        return mark.kwargs["operation"], mark.kwargs["client"]
    chosen = item.callspec.params
    return mark.kwargs["operation"], chosen["referee"] if "referee" in chosen else ESDK_OF_MODE[chosen["obs"]]


def judged_by(operation, names):
    """For a test that takes the `name` of a client: runs it for each, as a row of the table."""
    marks = {name: pytest.mark.referee(client=name, operation=operation) for name in names}
    return pytest.mark.parametrize("name", [pytest.param(name, marks=mark) for name, mark in marks.items()])


def expected_failure(item):
    mark = item.get_closest_marker("xfail")
    return mark.kwargs.get("reason", "fails") if mark else None


def cells_of(items):
    """{(operation, client): "yes" or why not}, by the marks alone."""
    cells = {}
    for item in items:
        place = place_of(item)
        if place is not None:
            reason = expected_failure(item)
            if reason or place not in cells:
                cells[place] = reason or "yes"
    return cells


def versions():
    """Of each client, as the project pins it."""
    pinned = dict(line.split("==") for line in (ROOT / "tests" / "requirements.txt").read_text().split())
    go = (ROOT / "tests" / "clients" / "go_obs" / "go.mod").read_text()
    pinned["huaweicloud-sdk-go-obs"] = go.split("huaweicloud-sdk-go-obs v")[1].split()[0].removesuffix("+incompatible")
    pinned["rclone"] = pinned["curl"] = "of Debian 12"
    return pinned


def render(cells):
    names, pinned = list(REFEREES), versions()
    reasons = list(dict.fromkeys(cell for cell in cells.values() if cell != "yes"))
    lines = ["# Clients", "",
             "What each client does with the object store, unmodified, in the test suite. Written by `scripts/client-table` from",
             "the tests' results; `./dev test` fails when table and tests differ. An empty cell: the client has no command for it,",
             "or no test judges it.", "",
             f"| operation | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
    for operation in OPERATIONS:
        found = [cells.get((operation, name), "") for name in names]
        row = [f"no ({reasons.index(cell) + 1})" if cell in reasons else cell for cell in found]
        lines.append(f"| {operation} | {' | '.join(row)} |")
    lines += ["", *(f"({number}) {reason}" for number, reason in enumerate(reasons, start=1))] if reasons else []
    lines += ["", "## The operations", "", "| operation | what is tried |", "|---|---|"]
    lines += [f"| {operation} | {meaning} |" for operation, meaning in OPERATIONS.items()]
    lines += ["", "## The clients", "", "| client | package | version | pointed at the server by |", "|---|---|---|---|"]
    lines += [f"| {name} | {kind.package} | {pinned[kind.package]} | {kind.how} |" for name, kind in REFEREES.items()]
    lines += ["", "## Keys that a client cannot name", ""]
    lines += [f"- {name}: `{key}`, since {reason}" for name, kind in REFEREES.items() for key, reason in kind.cannot_name.items()]
    return "\n".join(lines) + "\n"


# The plugin.


def pytest_addoption(parser):
    parser.addoption("--client-table", metavar="FILE", help="write the table of clients there, from this run's results")


class Writer:
    def __init__(self, path):
        self.path = path
        self.cells = {}

    def pytest_collection_finish(self, session):
        self.cells = cells_of(session.items)
        self.places = {item.nodeid: place_of(item) for item in session.items}

    def pytest_runtest_logreport(self, report):
        place = self.places.get(report.nodeid)
        if place is not None and report.failed:
            self.cells[place] = f"{report.nodeid.rsplit('::', 1)[1]} fails"

    def pytest_sessionfinish(self):
        pathlib.Path(self.path).write_text(render(self.cells))


def pytest_configure(config):
    path = config.getoption("--client-table")
    if path:
        config.pluginmanager.register(Writer(path), "client-table-writer")
