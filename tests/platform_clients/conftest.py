"""Each client has a server of its own, so that the server's log is that client's."""

import pytest

pytest.register_assert_rewrite("platform_clients.journey", "platform_clients.steps")

from platform_clients.base import ENVIRONMENT  # noqa: E402: after what rewrites their asserts
from platform_clients.clients import CLIENTS  # noqa: E402
from platform_clients.journey import Journey  # noqa: E402


class Stage:
    """One client's journey at a time; the next one's begins when that one's has ended."""

    def __init__(self, folders):
        self.folders = folders
        self.name = None
        self.journey = None

    def journey_of(self, name):
        if self.name != name:
            self.leave()
            self.name, self.journey = name, Journey(CLIENTS[name], self.folders.mktemp(name.replace(" ", "-").replace(",", "")))
        return self.journey

    def leave(self):
        """Ends the journey under way, if there is one; what the server saw of it."""
        if self.journey is None:
            return []
        journey, self.journey, self.name = self.journey, None, None
        return journey.end()


@pytest.fixture(scope="session")
def client_programs():
    if not (ENVIRONMENT / "bin" / "openstack").exists():
        pytest.fail(f"no clients in {ENVIRONMENT}: './dev setup' makes this environment, or set ATELIER_CLIENT_ENVIRONMENT")


@pytest.fixture(scope="module")
def stage(tmp_path_factory, client_programs):
    made = Stage(tmp_path_factory)
    yield made
    made.leave()
