"""The server under test: the one of this project, or a peer named by the environment."""

import itertools
import os
import xml.etree.ElementTree as ElementTree
from urllib.parse import urlsplit

import pytest

from conformance.store import Store, path_of

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
def region(request):
    if PEER:
        return os.environ.get("ATELIER_CONFORMANCE_REGION", "us-east-1")
    return request.getfixturevalue("server").region


def empty(store, bucket):
    uploads = store.get(bucket, query={"uploads": None}).root
    for upload in uploads.findall("Upload"):
        store.delete(bucket, upload.findtext("Key"), {"uploadId": upload.findtext("UploadId")})
    while keys := store.keys_of(bucket):
        for key in keys:
            assert store.delete(bucket, key).status == 204, key


@pytest.fixture
def bucket(store):
    name = f"conformance-{os.getpid()}-{next(_numbers)}"
    assert store.send("PUT", path_of(name)).status == 200
    yield name
    empty(store, name)
    assert store.delete(name).status == 204


@pytest.fixture
def filled(store, bucket):
    """A bucket with the object `k`."""
    assert store.put(bucket, "k", b"0123456789", {"content-type": "text/x"}).status == 200
    return bucket


def delete_document(keys, quiet=False):
    root = ElementTree.Element("Delete")
    if quiet:
        ElementTree.SubElement(root, "Quiet").text = "true"
    for key in keys:
        ElementTree.SubElement(ElementTree.SubElement(root, "Object"), "Key").text = key
    return ElementTree.tostring(root)
