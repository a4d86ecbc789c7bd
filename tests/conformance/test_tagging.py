"""Tags of objects and buckets: how they are set, how many, how long, and what becomes of them."""

import pytest

from conformance.documents import tagging
from conformance.store import path_of

TAGS = [("colour", "blue"), ("grösse", "ü 1")]


def tags_of(store, bucket, key="", **options):
    root = store.setting(bucket, "tagging", key, **options).root
    return [(tag.findtext("Key"), tag.findtext("Value") or "") for tag in root.findall("TagSet/Tag")]


class TestObjects:
    def test_none(self, store, filled):
        answer = store.setting(filled, "tagging", "k")
        assert (answer.status, answer.root.tag, answer.root.find("TagSet") is not None, answer.texts("TagSet/Tag")) == (200, "Tagging", True, [])
        assert store.head(filled, "k").header("x-amz-tagging-count") is None

    def test_set_read_and_removed(self, store, filled):
        assert store.set(filled, "tagging", tagging(TAGS), "k").status == 200
        assert tags_of(store, filled, "k") == TAGS
        assert store.get(filled, "k").header("x-amz-tagging-count") == "2"
        assert store.delete(filled, "k", {"tagging": None}).status == 204
        assert tags_of(store, filled, "k") == []

    def test_a_new_set_replaces_the_old(self, store, filled):
        store.set(filled, "tagging", tagging(TAGS), "k")
        store.set(filled, "tagging", tagging([("a", "1")]), "k")
        assert tags_of(store, filled, "k") == [("a", "1")]

    def test_the_object_stays_as_it_is(self, store, filled):
        before = store.head(filled, "k")
        store.set(filled, "tagging", tagging(TAGS), "k")
        after = store.head(filled, "k")
        assert [before.header(name) for name in ("etag", "last-modified")] == [after.header(name) for name in ("etag", "last-modified")]

    @pytest.mark.parametrize("header, tags", [("a=1", [("a", "1")]), ("a=1&b=", [("a", "1"), ("b", "")]), ("foo=bar&bar", [("bar", ""), ("foo", "bar")]),
                                              ("a%20b=c%2Bd", [("a b", "c+d")]), ("a+b=c", [("a b", "c")])])
    def test_with_a_put(self, store, bucket, header, tags):
        assert store.put(bucket, "k", b"x", {"x-amz-tagging": header}).status == 200
        assert tags_of(store, bucket, "k") == tags

    def test_with_an_upload(self, store, bucket):
        upload = store.begin_upload(bucket, "k", {"x-amz-tagging": "a=1"})
        etag = store.put_part(bucket, "k", upload, 1, b"x").header("etag")
        assert store.complete(bucket, "k", upload, [(1, etag)]).status == 200
        assert tags_of(store, bucket, "k") == [("a", "1")]

    def test_copies_take_them_along(self, store, bucket):
        store.put(bucket, "k", b"x", {"x-amz-tagging": "a=1"})
        source = {"x-amz-copy-source": f"{bucket}/k"}
        assert store.put(bucket, "kept", headers=source).status == 200
        assert tags_of(store, bucket, "kept") == [("a", "1")]
        replaced = {**source, "x-amz-tagging-directive": "REPLACE", "x-amz-tagging": "b=2"}
        assert store.put(bucket, "replaced", headers=replaced).status == 200
        assert tags_of(store, bucket, "replaced") == [("b", "2")]
        assert store.put(bucket, "none", headers={**source, "x-amz-tagging-directive": "REPLACE"}).status == 200
        assert tags_of(store, bucket, "none") == []

    def test_a_new_put_has_its_own(self, store, bucket):
        store.put(bucket, "k", b"x", {"x-amz-tagging": "a=1"})
        store.put(bucket, "k", b"y")
        assert tags_of(store, bucket, "k") == []

    def test_absent_objects(self, store, bucket):
        assert store.setting(bucket, "tagging", "absent").refusal == (404, "NoSuchKey")
        assert store.set(bucket, "tagging", tagging(TAGS), "absent").refusal == (404, "NoSuchKey")
        assert store.delete(bucket, "absent", {"tagging": None}).refusal == (404, "NoSuchKey")

    def test_of_others(self, store, other, filled):
        store.set(filled, "tagging", tagging(TAGS), "k")
        for options in ({}, {"scheme": None}):
            assert other.setting(filled, "tagging", "k", **options).refusal == (403, "AccessDenied")
            assert other.set(filled, "tagging", tagging([]), "k", **options).refusal == (403, "AccessDenied")
            assert other.delete(filled, "k", {"tagging": None}, **options).refusal == (403, "AccessDenied")
        assert tags_of(store, filled, "k") == TAGS


class TestLimits:
    @pytest.mark.parametrize("count, answer", [(10, (200, None)), (11, (400, "InvalidTag"))])
    def test_how_many(self, store, filled, count, answer):
        assert store.set(filled, "tagging", tagging([(f"k{number}", "v") for number in range(count)]), "k").refusal == answer
        assert len(tags_of(store, filled, "k")) == (count if answer[0] == 200 else 0)

    @pytest.mark.parametrize("key, value, answer", [(128, 256, (200, None)), (129, 1, (400, "InvalidTag")), (1, 257, (400, "InvalidTag")),
                                                    (0, 1, (400, "InvalidTag")), (1, 0, (200, None))])
    def test_how_long(self, store, filled, key, value, answer):
        assert store.set(filled, "tagging", tagging([("k" * key, "v" * value)]), "k").refusal == answer

    @pytest.mark.parametrize("tags, code", [([("a", "1"), ("a", "2")], "InvalidTag"), ([("aws:a", "1")], "InvalidTag"), ([("a", "<1>")], "InvalidTag")])
    def test_which(self, store, filled, tags, code):
        assert store.set(filled, "tagging", tagging(tags), "k").refusal == (400, code)

    @pytest.mark.parametrize("header", ["&".join(f"k{number}=v" for number in range(11)), "k" * 129 + "=v", "a=" + "v" * 257, "a=1&a=2"])
    def test_with_a_put(self, store, bucket, header):
        answer = store.put(bucket, "k", b"x", {"x-amz-tagging": header})
        assert (answer.status, store.keys_of(bucket)) == (400, [])

    @pytest.mark.parametrize("body", [b"", b"<Tagging/>", b"<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", b"<Other/>"])
    def test_what_is_no_set(self, store, filled, body):
        for key in ("k", ""):
            assert store.set(filled, "tagging", body, key).refusal == (400, "MalformedXML")


class TestBuckets:
    def test_set_read_and_removed(self, store, bucket):
        assert store.setting(bucket, "tagging").refusal == (404, "NoSuchTagSet")
        assert store.set(bucket, "tagging", tagging(TAGS)).status in (200, 204)
        assert tags_of(store, bucket) == TAGS
        assert store.delete(bucket, query={"tagging": None}).status == 204
        assert store.setting(bucket, "tagging").refusal == (404, "NoSuchTagSet")

    @pytest.mark.parametrize("count, status", [(50, 204), (51, 400)])
    def test_up_to_fifty(self, store, bucket, count, status):
        assert store.set(bucket, "tagging", tagging([(f"k{number}", "v") for number in range(count)])).status == status

    @pytest.mark.obs
    def test_in_obs(self, store, bucket):
        assert store.obs("PUT", bucket, query={"tagging": None}, body=tagging(TAGS)).status == 204
        assert store.obs("GET", bucket, query={"tagging": None}).texts("TagSet/Tag/Value") == ["blue", "ü 1"]
        assert store.obs("DELETE", bucket, query={"tagging": None}).status == 204


@pytest.mark.obs
def test_objects_in_obs(store, filled):
    assert store.obs("PUT", filled, "k", {"tagging": None}, body=tagging(TAGS)).status == 200
    assert store.obs("GET", filled, "k", {"tagging": None}).texts("TagSet/Tag/Key") == ["colour", "grösse"]
    assert store.obs("PUT", filled, "new", headers={"x-obs-tagging": "a=1"}, body=b"x").status == 200
    assert tags_of(store, filled, "new") == [("a", "1")]
    assert store.send("GET", path_of(filled, "new"), {"tagging": None}).texts("TagSet/Tag/Key") == ["a"]
