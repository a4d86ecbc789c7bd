"""Training jobs of generation 1, with their parameter sets and boards."""

import pytest

from platform_clients.base import FLAVOR, Refused
from platform_clients.journey import ENGINE, step

COMPLETED = 10


@step("flavors", "engines")
def choose_flavor_and_engine(journey):
    journey.made.spec = journey.client.flavors()[FLAVOR]
    journey.made.engine = journey.client.engines()[ENGINE]


@step("built_in_algorithms")
def list_built_in_algorithms(journey):
    assert journey.client.built_in_algorithms() == []


@step("create_job")
def create_a_job(journey):
    journey.made.job = journey.client.create_job("line", journey.config("train.py", "out"))


@step("create_job")
def a_name_is_taken_once(journey):
    with pytest.raises(Refused, match="line"):
        journey.client.create_job("line", journey.config("train.py", "out"))


@step("create_job", "versions")
def follow_the_job_to_its_end(journey):
    journey.until("the job", lambda: journey.client.versions(journey.made.job)[0]["status"], {COMPLETED}, {3, 5, 11, 12, 13, 14})
    version = journey.client.versions(journey.made.job)[0]
    assert version["version_name"] == "V0001"
    journey.made.version = version["version_id"]


@step("create_job", "jobs", "describe_job")
def list_and_describe_jobs(journey):
    assert journey.client.jobs()[journey.made.job] == ("line", COMPLETED)
    journey.client.describe_job(journey.made.job, "a straight one")


@step("version")
def show_the_version(journey):
    assert journey.client.version(journey.made.job, journey.made.version)["version_name"] == "V0001"


@step("log")
def read_the_log(journey):
    assert "model written" in journey.client.log(journey.made.job, journey.made.version)


@step("create_version", "stop_version", "delete_version")
def a_second_version_is_stopped_and_deleted(journey):
    job = journey.made.job
    second = journey.client.create_version(job, journey.made.version, journey.config("wait.py", "out"))
    journey.until("the second version", lambda: journey.client.version(job, second)["status"], {8}, {3, 5, 10, 11})
    journey.client.stop_version(job, second)
    journey.until("the second version", lambda: journey.client.version(job, second)["status"], {12, 13})
    journey.client.delete_version(job, second)
    assert [found["version_id"] for found in journey.client.versions(job)] == [journey.made.version]


@step("make_parameter_set", "parameter_sets", "show_parameter_set", "remove_parameter_set", routes=["POST /v1/{p}/training-job-configs"])
def parameter_sets(journey):
    config = journey.config("train.py", "out")
    journey.client.make_parameter_set("usual", config)
    assert journey.client.parameter_sets() == ["usual"]
    assert journey.client.show_parameter_set("usual")["app_url"] == config["app_url"]
    if journey.client.can("change_parameter_set"):
        journey.client.change_parameter_set("usual", {**config, "config_desc": "as always"})
    journey.client.remove_parameter_set("usual")


@step("make_board", "boards", "show_board", "stop_board", "remove_board", routes=["POST /v1/{p}/visualization-jobs"])
def boards(journey):
    board = journey.client.make_board("curves", f"/{journey.made.bucket}/out/")
    assert journey.client.boards() == ["curves"]
    journey.until("the board", lambda: journey.client.show_board(board)["status"], {8}, {10, 11, 12, 13})
    if journey.client.can("describe_board"):
        journey.client.describe_board(board, "of the line")
    journey.client.stop_board(board)
    journey.until("the board", lambda: journey.client.show_board(board)["status"], {12, 13})
    if journey.client.can("restart_board"):
        journey.client.restart_board(board)
        journey.until("the board", lambda: journey.client.show_board(board)["status"], {8}, {11})
    journey.client.remove_board(board)
