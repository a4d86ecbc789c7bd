"""One server with two versions of a small model, for the tests of services. Its limits are small enough to be reached."""

import pytest

import conftest
import small_model
from platform_api import Api

LIMITS = ["--predict-timeout", "4", "--predict-queue", "2", "--workers-per-predictor", "1", "--predict-body-limit", "65536"]


class Seat:
    """The one server on one data directory; it can be killed and started again."""

    def __init__(self, directory):
        self.directory = directory
        self.start()

    def start(self):
        self.server = conftest.start_server(self.directory, *LIMITS)
        self.api = Api(self.server)

    def kill(self):
        self.server.process.kill()
        self.server.process.wait(30)

    def running(self, service, seen=None):
        """The service, once it is not being deployed any more."""
        return self.api.wait(f"/services/{service}", "status", {"running", "concerning", "failed"}, seen)


@pytest.fixture(scope="package")
def seat(tmp_path_factory):
    seat = Seat(tmp_path_factory.mktemp("services"))
    yield seat
    assert conftest.stop_server(seat.server) == 0


@pytest.fixture(scope="package")
def models(seat, tmp_path_factory):
    """Two versions of a model: the first doubles, the second triples."""
    folder = tmp_path_factory.mktemp("models")
    return [small_model.publish(seat.api, small_model.upload(seat.server, folder, factor), "times", f"1.0.{factor}") for factor in (2, 3)]


@pytest.fixture
def service(seat, models):
    """A running service of the first version."""
    service = seat.api.deploy("times", models[0])
    details = seat.running(service)
    assert details["status"] == "running", details
    yield service
    seat.api.call("DELETE", f"/services/{service}")
    seat.api.wait_gone(f"/services/{service}")
