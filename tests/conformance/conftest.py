"""The server under test: the one of this project, or a peer named by the environment."""

import itertools
import os
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

import pytest

from conformance import documents
from conformance.store import Store, path_of
from tenants import Tenants

PEER = os.environ.get("ATELIER_CONFORMANCE_ENDPOINT")
_numbers = itertools.count(1)


def pytest_collection_modifyitems(config, items):
    if PEER:
        config.option.runxfail = True  # what this server gets wrong says nothing about the peer
    if PEER and not os.environ.get("ATELIER_CONFORMANCE_OBS"):
        for item in items:
            if item.get_closest_marker("obs"):
                item.add_marker(pytest.mark.skip(reason="the peer does not speak OBS"))


@pytest.fixture(scope="session")
def store(request):
    if PEER:
        keys = os.environ["ATELIER_CONFORMANCE_ACCESS_KEY"], os.environ["ATELIER_CONFORMANCE_SECRET_KEY"]
        return Store(urlsplit(PEER).netloc, keys, os.environ.get("ATELIER_CONFORMANCE_DOMAIN", "localhost"))
    server = request.getfixturevalue("server")
    return Store(server.object_store, (server.access_key, server.secret_key))


@pytest.fixture(scope="session")
def other(request, tmp_path_factory):
    """The store as another account uses it; `account_of` tells the id of either."""
    if PEER:
        names = "ATELIER_CONFORMANCE_OTHER_ACCESS_KEY", "ATELIER_CONFORMANCE_OTHER_SECRET_KEY"
        if not os.environ.get(names[0]):
            pytest.skip(f"the keys of another account are not known: set {' and '.join(names)}")
        keys = tuple(os.environ[name] for name in names)
        return Store(urlsplit(PEER).netloc, keys, os.environ.get("ATELIER_CONFORMANCE_DOMAIN", "localhost"))
    tenants = Tenants(request.getfixturevalue("server"), tmp_path_factory.mktemp("accounts"))
    user = tenants.user("--project", tenants.project())
    return Store(user.object_store, (user.access_key, user.secret_key))


def account_of(store):
    """The canonical id of the account that the store's keys are of."""
    return store.get("").text("Owner/ID")


@pytest.fixture(scope="session")
def region(request):
    if PEER:
        return os.environ.get("ATELIER_CONFORMANCE_REGION", "us-east-1")
    return request.getfixturevalue("server").region


def empty(store, bucket):
    uploads = store.get(bucket, query={"uploads": None}).root
    for upload in uploads.findall("Upload"):
        store.delete(bucket, upload.findtext("Key"), {"uploadId": upload.findtext("UploadId")})
    while versions := store.versions_of(bucket):
        for version in versions:
            assert store.delete(bucket, version.key, {"versionId": version.id}).status == 204, version


@pytest.fixture
def bucket(store):
    name = f"conformance-{os.getpid()}-{next(_numbers)}"
    assert store.send("PUT", path_of(name)).status == 200
    yield name
    store.delete(name, query={"policy": None})  # one that denies would keep the bucket
    empty(store, name)
    assert store.delete(name).status == 204


@pytest.fixture
def filled(store, bucket):
    """A bucket with the object `k`."""
    assert store.put(bucket, "k", b"0123456789", {"content-type": "text/x"}).status == 200
    return bucket


@pytest.fixture
def versioned(store, bucket):
    """A bucket that keeps every version."""
    assert store.set(bucket, "versioning", documents.versioning("Enabled")).status == 200
    return bucket


def delete_document(keys, quiet=False):
    root = ElementTree.Element("Delete")
    if quiet:
        ElementTree.SubElement(root, "Quiet").text = "true"
    for key in keys:
        ElementTree.SubElement(ElementTree.SubElement(root, "Object"), "Key").text = key
    return ElementTree.tostring(root)
