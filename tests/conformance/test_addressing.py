"""Where a bucket and a key stand, and what they may be called."""

import pytest

from conformance.store import path_of


def test_a_bucket_with_and_without_a_slash(store, filled):
    for path in (f"/{filled}", f"/{filled}/"):
        assert store.send("GET", path).texts("Contents/Key") == ["k"]


def test_the_bucket_in_the_host_name(store, filled):
    answer = store.send("GET", "/k", headers={"host": f"{filled}.{store.base_domain}:{store.port}"})
    assert (answer.status, answer.body) == (200, b"0123456789")


def test_a_bare_base_domain_is_path_style(store, filled):
    answer = store.send("GET", f"/{filled}/k", headers={"host": f"{store.base_domain}:{store.port}"})
    assert (answer.status, answer.body) == (200, b"0123456789")


def test_a_dotted_bucket_in_the_host_name(store):
    name = "dotted.name.of-a-bucket"
    assert store.send("PUT", path_of(name)).status == 200
    by_host = store.send("HEAD", "/", headers={"host": f"{name}.{store.base_domain}:{store.port}"}).status
    assert store.delete(name).status == 204
    assert by_host == 200


KEYS = [".", "..", "a/../b", "./a", "a//b", "/a", "//", "a/", "a", "a+b", "a b", "a%20b", "%2F", "ü", "u\u0308", "中/文", "~*'()!",
        "a?b", "a#b", "a&b=c", "a:b;c@d", "\\", "k" * 1024]


def test_keys_are_bytes(store, bucket):
    for key in KEYS:
        assert store.put(bucket, key, key.encode()).status == 200, key
    for key in KEYS:
        assert store.get(bucket, key).body == key.encode(), key
    assert store.keys_of(bucket) == sorted(KEYS, key=str.encode)


@pytest.mark.parametrize("sent, meant", [("a%2Fb", "a/b"), ("a%2fb", "a/b"), ("%61", "a"), ("a+b", "a+b"), ("a%2Bb", "a+b"),
                                         ("a%20b", "a b")])
def test_a_path_is_decoded_once(store, bucket, sent, meant):
    assert store.send("PUT", f"/{bucket}/{sent}", body=b"x").status == 200
    assert store.keys_of(bucket) == [meant]


def test_a_key_of_1025_bytes(store, bucket):
    assert store.put(bucket, "k" * 1025).refusal == (400, "KeyTooLongError")
    assert store.put(bucket, "ü" * 513).refusal == (400, "KeyTooLongError")
    assert store.put(bucket, "ü" * 512).status == 200


@pytest.mark.obs
def test_a_key_of_1025_bytes_in_obs(store, bucket):
    assert store.obs("PUT", bucket, "k" * 1025).refusal == (400, "KeyTooLong")


@pytest.mark.parametrize("name", ["abc", "a-b", "a.b", "123", "a" * 63, "0a0"])
def test_names_of_buckets(store, name):
    assert store.send("PUT", path_of(name)).status == 200
    assert store.delete(name).status == 204


@pytest.mark.parametrize("name", ["ab", "a" * 64, "Abc", "a_b", "-ab", "ab-", ".ab", "ab.", "192.168.0.1", "a%20b", "%C3%BCab"])
def test_names_that_are_none(store, name):
    assert store.send("PUT", f"/{name}").refusal == (400, "InvalidBucketName")
