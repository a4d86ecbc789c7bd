"""Objects that grow, and metadata that changes in place: what only OBS has."""

import hashlib

import pytest

from conformance.checksum import md5
from conformance.store import path_of

pytestmark = pytest.mark.obs


def append(store, bucket, key, position, body, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return store.obs("POST", bucket, key, {"append": None, "position": position}, named, body)


class TestAppend:
    def test_the_first_makes_the_object(self, store, bucket):
        answer = append(store, bucket, "k", 0, b"one ", x_obs_meta_a="1", content_type="text/x")
        assert (answer.status, answer.header("x-obs-next-append-position")) == (200, "4")
        head = store.obs("HEAD", bucket, "k")
        assert (head.header("x-obs-object-type"), head.header("x-obs-next-append-position")) == ("Appendable", "4")
        assert (head.header("x-obs-meta-a"), head.header("content-type")) == ("1", "text/x")

    def test_the_next_makes_it_longer(self, store, bucket):
        first = append(store, bucket, "k", 0, b"one ")
        second = append(store, bucket, "k", 4, b"two")
        assert (second.status, second.header("x-obs-next-append-position")) == (200, "7")
        assert first.header("etag") != second.header("etag")
        assert store.get(bucket, "k").body == b"one two"
        assert store.get(bucket, "k", headers={"range": "bytes=2-5"}).body == b"e tw"

    def test_under_a_signature_of_amazon(self, store, bucket):
        for scheme in ("v2", "v4"):
            key = f"k-{scheme}"
            answer = store.send("POST", path_of(bucket, key), {"append": None, "position": 0}, body=b"x", scheme=scheme)
            assert (answer.status, answer.header("x-obs-next-append-position")) == (200, "1")

    @pytest.mark.parametrize("position", [3, 5, 100])
    def test_at_a_wrong_position(self, store, bucket, position):
        append(store, bucket, "k", 0, b"four")
        assert append(store, bucket, "k", position, b"x").refusal == (409, "PositionNotEqualToLength")
        assert store.get(bucket, "k").body == b"four"

    def test_at_a_wrong_position_of_nothing(self, store, bucket):
        assert append(store, bucket, "k", 1, b"x").refusal == (409, "PositionNotEqualToLength")
        assert store.keys_of(bucket) == []

    @pytest.mark.parametrize("position", ["", "-1", "x"])
    def test_a_position_that_is_no_number(self, store, bucket, position):
        assert append(store, bucket, "k", position, b"x").refusal == (400, "InvalidArgument")

    def test_to_an_ordinary_object(self, store, filled):
        assert append(store, filled, "k", 10, b"x").refusal == (409, "ObjectNotAppendable")
        assert append(store, filled, "k", 0, b"x").refusal == (409, "ObjectNotAppendable")

    def test_a_put_makes_it_ordinary(self, store, bucket):
        append(store, bucket, "k", 0, b"one")
        store.obs("PUT", bucket, "k", body=b"new")
        assert store.obs("HEAD", bucket, "k").header("x-obs-object-type") is None
        assert append(store, bucket, "k", 3, b"x").refusal == (409, "ObjectNotAppendable")

    def test_a_copy_is_ordinary(self, store, bucket):
        append(store, bucket, "k", 0, b"one")
        assert store.obs("PUT", bucket, "copied", headers={"x-obs-copy-source": f"{bucket}/k"}).status == 200
        assert store.obs("HEAD", bucket, "copied").header("x-obs-object-type") is None

    def test_a_wrong_digest(self, store, bucket):
        append(store, bucket, "k", 0, b"one")
        assert append(store, bucket, "k", 3, b"two", content_md5=md5(b"other")).refusal == (400, "BadDigest")
        assert store.get(bucket, "k").body == b"one"

    def test_in_a_listing(self, store, bucket):
        append(store, bucket, "k", 0, b"one")
        store.put(bucket, "l", b"x")
        entries = store.obs("GET", bucket).root.findall("Contents")
        assert [(item.findtext("Key"), item.findtext("Type")) for item in entries] == [("k", "Appendable"), ("l", None)]
        assert store.get(bucket).root.find("Contents/Type") is None

    def test_the_acl_of_the_first(self, store, bucket):
        append(store, bucket, "k", 0, b"one", x_obs_acl="public-read")
        assert store.get(bucket, "k", scheme=None).body == b"one"

    def test_absent_buckets(self, store):
        assert append(store, "no-such-bucket", "k", 0, b"x").refusal == (404, "NoSuchBucket")


class TestSetMetadata:
    @pytest.fixture
    def described(self, store, bucket):
        store.obs("PUT", bucket, "k", headers={"x-obs-meta-a": "1", "x-obs-meta-b": "2", "content-type": "text/x", "cache-control": "no-cache"}, body=b"x")
        return bucket

    def change(self, store, bucket, directive, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return store.obs("PUT", bucket, "k", {"metadata": None}, {"x-obs-metadata-directive": directive, **named})

    def seen(self, store, bucket):
        head = store.obs("HEAD", bucket, "k")
        return [head.header(name) for name in ("x-obs-meta-a", "x-obs-meta-b", "x-obs-meta-c", "content-type", "cache-control")]

    def test_what_is_new_is_added(self, store, described):
        assert self.change(store, described, "REPLACE_NEW", x_obs_meta_b="two", x_obs_meta_c="3").status == 200
        assert self.seen(store, described) == ["1", "two", "3", "text/x", "no-cache"]

    def test_everything_is_replaced(self, store, described):
        assert self.change(store, described, "REPLACE", x_obs_meta_c="3", content_type="text/y").status == 200
        assert self.seen(store, described) == [None, None, "3", "text/y", None]

    def test_an_unknown_directive(self, store, described):
        assert self.change(store, described, "MERGE").refusal == (400, "InvalidArgument")
        assert self.seen(store, described)[0] == "1"

    def test_the_storage_class(self, store, described):
        assert self.change(store, described, "REPLACE_NEW", x_obs_storage_class="WARM").status == 200
        assert store.obs("HEAD", described, "k").header("x-obs-storage-class") == "WARM"

    def test_the_bytes_stay(self, store, described):
        self.change(store, described, "REPLACE", x_obs_meta_c="3")
        answer = store.get(described, "k")
        assert (answer.body, answer.header("etag")) == (b"x", f'"{hashlib.md5(b"x").hexdigest()}"')

    def test_absent_objects(self, store, bucket):
        assert self.change(store, bucket, "REPLACE_NEW", x_obs_meta_c="3").refusal == (404, "NoSuchKey")
