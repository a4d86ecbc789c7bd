"""Clients of every kind, pointed at the server."""

import itertools
import os
import socket

import pytest

from clients.client_table import OPERATIONS
from clients.raw_http import RawS3
from clients.referees import REFEREES
from clients.referees.boto3_sdk import make_boto3
from clients.referees.esdk import make_esdk

_bucket_numbers = itertools.count(1)

# The four ways in which the OBS SDK talks to a server.
ESDK_MODES = ("ip_v2", "host_obs", "host_v2", "ip_v4")


def pytest_generate_tests(metafunc):
    """A journey runs with every referee that has the methods which it needs."""
    if "referee" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("referee")
    if mark is None:
        raise pytest.UsageError(f"{metafunc.definition.nodeid} uses a referee but has no mark that says for which operation")
    needed, failing = mark.kwargs.get("needs", ()), mark.kwargs.get("fails", {})
    able = [name for name, kind in REFEREES.items() if kind.can(*needed)]
    judged = [pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=failing[name]) if name in failing else ()) for name in able]
    metafunc.parametrize("referee", judged, indirect=True)


def pytest_collection_modifyitems(items):
    for item in items:
        for mark in item.iter_markers("referee"):
            if mark.kwargs.get("operation") not in OPERATIONS:
                raise pytest.UsageError(f"{item.nodeid}: {mark.kwargs} names no operation of client_table.py")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A referee that did not judge is a failure, else the table would say what nobody saw."""
    report = (yield).get_result()
    if report.skipped and item.get_closest_marker("referee") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"a client of the table did not run: {report.longrepr}"


@pytest.fixture(scope="session", autouse=True)
def names_below_localhost_resolve():
    """Virtual-host style needs bucket.localhost to be a name; not every resolver knows it."""
    original = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if isinstance(name, str) and (name == "localhost" or name.endswith(".localhost")):
            host = "127.0.0.1"
        return original(host, *args, **kwargs)

    socket.getaddrinfo = resolve
    yield
    socket.getaddrinfo = original


class Cast:
    """The referees that were called so far, each made once."""

    def __init__(self, server, folder):
        self.server = server
        self.folder = folder
        self.called = {}

    def __getitem__(self, name):
        if name not in self.called:
            self.called[name] = REFEREES[name](self.server, self.folder.mktemp(name.replace(" ", "-")))
        return self.called[name]

    def close(self):
        for referee in self.called.values():
            referee.close()


@pytest.fixture(scope="session")
def cast(server, tmp_path_factory, names_below_localhost_resolve):
    made = Cast(server, tmp_path_factory)
    yield made
    made.close()


@pytest.fixture
def referee(request, cast):
    return cast[request.param]


@pytest.fixture(scope="session")
def s3(server):
    return make_boto3(server)


@pytest.fixture(params=ESDK_MODES)
def obs(request, server):
    client = make_esdk(server, request.param)
    client.mode = request.param
    yield client
    client.close()


@pytest.fixture
def raw(server):
    return RawS3(server)


def empty_and_delete(s3, bucket):
    for upload in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


@pytest.fixture
def bucket(s3):
    name = f"bucket-{os.getpid()}-{next(_bucket_numbers)}"
    s3.create_bucket(Bucket=name)
    yield name
    empty_and_delete(s3, name)
