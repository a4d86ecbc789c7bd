"""Commands of the OpenStack plugin that fail in the client before anything is sent. When one of these tests fails, the plugin has learnt
the command: then it belongs into the journey."""

import pytest

from conftest import start_server, stop_server
from platform_clients import seen
from platform_clients.base import Broken, Refused
from platform_clients.openstack_cli import OpenStackCli
from platform_clients.openstack_sdk import OpenStackSdk

RUN = ["--worker-server-num", 1, "--app-url", "/b/code/", "--boot-file-url", "/b/code/a.py", "--spec-id", 7, "--engine-id", 22,
       "--model-id", 1, "--train-url", "/b/out/", "--pre-version-id", 1]
SIGNING_IN = {"ShowIdentityVersion", "CreateToken"}

COMMANDS = {
    "version show": (["training", "job", "version", "show", 1, 1], "'job_id'"),
    "version create": (["training", "job", "version", "create", 1, *RUN], "'job_id'"),
    "version stop": (["training", "job", "version", "stop", 1, 1], "'job_id'"),
    "version delete": (["training", "job", "version", "delete", 1, 1], "'job_id'"),
    "version logfile": (["training", "job", "version", "logfile", "--job_id", 1, "--version_id", 1], "no attribute"),
    "version logs": (["training", "job", "version", "logs", "list", "--job_id", 1, "--version_id", 1, "--log_file", "a.0"], "no attribute 'project_id'"),
    "dataset list": (["dataset", "list"], "_get_microversion"),
}
CALLS = {
    "get_training_job_version": ((1, 1), {}, "job_id"),
    "stop_training_job_version": ((1, 1), {}, "job_id"),
    "delete_training_job_version": ((1, 1), {}, "job_id"),
    "create_training_job_version": ((1,), {"config": {}}, "job_id"),
}


@pytest.fixture(scope="module")
def saw(tmp_path_factory, client_programs):
    """A server for these commands; what it saw is looked at when it has ended."""
    server = start_server(tmp_path_factory.mktemp("never-sent"), log_level="info")
    yield server
    assert stop_server(server) == 0
    assert {request.action for request in seen.platform_requests(server)} <= SIGNING_IN


@pytest.mark.parametrize("words, said", COMMANDS.values(), ids=COMMANDS)
def test_a_command_fails_by_itself(saw, tmp_path, words, said):
    with pytest.raises(Refused) as refused:
        OpenStackCli(saw, tmp_path).openstack("ma", *words)
    assert said in refused.value.text, refused.value.text


@pytest.fixture(scope="module")
def sdk(saw, tmp_path_factory):
    client = OpenStackSdk(saw, tmp_path_factory.mktemp("sdk"))
    yield client
    client.close()


@pytest.mark.parametrize("method", CALLS)
def test_a_call_fails_by_itself(sdk, method):
    positional, named, said = CALLS[method]
    with pytest.raises(Broken, match=said):
        sdk.modelarts(method, *positional, **named)


def test_a_single_job_cannot_be_found(sdk):
    """There is no GET of one job in generation 1: the plugin knows, and looks through no list either."""
    with pytest.raises((Broken, Refused), match="not support|No TrainingJob"):
        sdk.modelarts("find_training_job", "line", ignore_missing=False)
