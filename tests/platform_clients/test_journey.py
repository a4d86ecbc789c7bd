"""Unmodified clients on their way from a bucket to a prediction and back; then, what the server saw of each."""

import os

import pytest

from platform_clients import page, steps  # noqa: F401: the steps add themselves
from platform_clients.clients import CLIENTS
from platform_clients.journey import missing_routes, steps_of

UPDATING = os.environ.get("ATELIER_UPDATE_GOLDEN") == "1"


def pytest_generate_tests(metafunc):
    """Every step of every client, and at the end of each the page, in this order."""
    if "one" in metafunc.fixturenames:
        walks = [(name, one) for name, kind in CLIENTS.items() for one in [*steps_of(kind), None]]
        ids = [f"{name}-{one.name if one else 'the page'}" for name, one in walks]
        metafunc.parametrize("name, one", walks, ids=ids)


def test_journey(stage, name, one):
    if one is None:
        the_page_says_what_the_server_saw(stage, name)
        return
    missing = missing_routes(one)
    if missing:
        pytest.skip(f"this server does not serve {missing[0]}")
    stage.journey_of(name).advance_to(one)


def the_page_says_what_the_server_saw(stage, name):
    stage.journey_of(name).advance_to(None)
    requests = stage.leave()
    assert requests, "the server saw nothing of this client"
    broken = [request for request in requests if request.status >= 500 and request.status != 501]
    assert not broken, broken
    got = page.column(requests)
    if UPDATING:  # what did not run this time stays as it was
        page.DOCUMENT.write_text(page.render({other: page.column_of_page(other) for other in CLIENTS} | {name: got}))
    else:
        assert got == page.column_of_page(name), "run scripts/platform-client-table and commit docs/platform-clients.md"


def test_the_page_has_every_operation():
    """Whatever the clients did: rows, reasons and versions of the committed page are those of this program."""
    columns = {name: page.column_of_page(name) for name in CLIENTS}
    assert page.DOCUMENT.read_text() == page.render(columns), "run scripts/platform-client-table and commit docs/platform-clients.md"
