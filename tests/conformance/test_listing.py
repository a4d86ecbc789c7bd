"""Listing rules: order, pages, prefixes, markers, encodings, echoes."""

import pytest

from conformance.signing import sign_old, sign_v4
from conformance.store import path_of

KEYS = ["a", "a/1", "a/2", "b b/1", "b+", "b/ü/1", "b/ü/2", "c", "\U0001f600", "\uffee"]
BYTES = sorted(KEYS, key=str.encode)


@pytest.fixture
def many(store, bucket):
    for key in KEYS:
        store.put(bucket, key, b"x")
    return bucket


@pytest.mark.parametrize("query", [{}, {"list-type": 2}, {"marker": ""}])
def test_order_is_that_of_the_bytes(store, many, query):
    assert store.get(many, query=query).texts("Contents/Key") == BYTES


def test_a_common_prefix_counts_as_one(store, many):
    page = store.get(many, query={"delimiter": "/", "max-keys": 2})
    assert (page.texts("Contents/Key"), page.texts("CommonPrefixes/Prefix")) == (["a"], ["a/"])
    assert (page.text("IsTruncated"), page.text("NextMarker")) == ("true", "a/")
    rest = store.get(many, query={"delimiter": "/", "marker": "a/"})
    assert (rest.texts("Contents/Key"), rest.texts("CommonPrefixes/Prefix")) == (["b+", "c", "\uffee", "\U0001f600"], ["b b/", "b/"])


@pytest.mark.parametrize("asked, shown", [("1000", "1000"), ("1001", "1000"), ("5000", "1000"), ("7", "7")])
def test_max_keys_is_clamped(store, many, asked, shown):
    assert store.get(many, query={"max-keys": asked}).text("MaxKeys") == shown


@pytest.mark.parametrize("kind", [{}, {"list-type": 2}])
def test_max_keys_of_none(store, many, kind):
    page = store.get(many, query={"max-keys": 0, **kind})
    assert (page.status, page.text("IsTruncated"), page.texts("Contents/Key"), page.text("MaxKeys")) == (200, "false", [], "0")


@pytest.mark.parametrize("asked", ["-1", "x", "1.5", "99999999999999999999"])
def test_max_keys_that_is_no_number(store, many, asked):
    assert store.get(many, query={"max-keys": asked}).refusal == (400, "InvalidArgument")


@pytest.mark.parametrize("marker, first", [("a", "a/1"), ("a/1", "a/2"), ("a/15", "a/2"), ("0", "a"), ("b+", "b/ü/1")])
def test_a_marker_is_exclusive(store, many, marker, first):
    assert store.get(many, query={"marker": marker}).texts("Contents/Key")[0] == first
    assert store.get(many, query={"list-type": 2, "start-after": marker}).texts("Contents/Key")[0] == first


def test_a_marker_inside_a_common_prefix_skips_it(store, many):
    page = store.get(many, query={"delimiter": "/", "marker": "b/ü/1"})
    assert page.texts("CommonPrefixes/Prefix") == []
    assert page.texts("Contents/Key") == ["c", "\uffee", "\U0001f600"]


def test_a_marker_behind_everything(store, many):
    page = store.get(many, query={"marker": "\U0001f601"})
    assert (page.texts("Contents/Key"), page.text("IsTruncated")) == ([], "false")


@pytest.mark.parametrize("prefix, keys", [("a", ["a", "a/1", "a/2"]), ("a/", ["a/1", "a/2"]), ("b/ü", ["b/ü/1", "b/ü/2"]), ("x", [])])
def test_prefixes(store, many, prefix, keys):
    assert store.keys_of(many, prefix=prefix) == keys


@pytest.mark.parametrize("delimiter, prefixes", [("ü/", ["b/ü/"]), ("1", ["a/1", "b b/1", "b/ü/1"]), ("none", [])])
def test_delimiters_of_any_kind(store, many, delimiter, prefixes):
    assert store.get(many, query={"delimiter": delimiter}).texts("CommonPrefixes/Prefix") == prefixes


@pytest.mark.parametrize("size", [1, 3, 4])
def test_pages_of_version_2(store, many, size):
    seen, token = [], {}
    while True:
        page = store.get(many, query={"list-type": 2, "max-keys": size, **token})
        found = page.texts("Contents/Key")
        assert page.text("KeyCount") == str(len(found))
        if token:
            assert page.text("ContinuationToken") == token["continuation-token"]
        seen += found
        if page.text("IsTruncated") == "false":
            assert page.text("NextContinuationToken") is None
            break
        token = {"continuation-token": page.text("NextContinuationToken")}
    assert seen == BYTES


def test_version_2_counts_prefixes_too(store, many):
    page = store.get(many, query={"list-type": 2, "delimiter": "/"})
    assert page.text("KeyCount") == str(len(page.texts("Contents/Key")) + len(page.texts("CommonPrefixes/Prefix")))
    assert page.root.find("Marker") is None


def test_owners_in_version_2_only_when_asked(store, many):
    assert store.get(many, query={"list-type": 2}).texts("Contents/Owner/ID") == []
    assert len(store.get(many, query={"list-type": 2, "fetch-owner": "true"}).texts("Contents/Owner/ID")) == len(KEYS)
    assert len(store.get(many).texts("Contents/Owner/ID")) == len(KEYS)


@pytest.mark.parametrize("token", ["~~", "", "!"])
def test_a_token_that_nobody_gave(store, many, token):
    assert store.get(many, query={"list-type": 2, "continuation-token": token}).refusal == (400, "InvalidArgument")


def test_url_encoding(store, many):
    page = store.get(many, query={"encoding-type": "url", "delimiter": "/", "prefix": "b", "marker": "b b", "max-keys": 2})
    assert page.text("EncodingType") == "url"
    assert (page.texts("Contents/Key"), page.texts("CommonPrefixes/Prefix")) == (["b%2B"], ["b%20b/"])
    assert (page.text("Delimiter"), page.text("Marker"), page.text("NextMarker")) == ("/", "b%20b", "b%2B")
    after = store.get(many, query={"encoding-type": "url", "list-type": 2, "start-after": "b b", "prefix": "b/ü"})
    assert (after.text("StartAfter"), after.text("Prefix")) == ("b%20b", "b/%C3%BC")
    assert after.texts("Contents/Key") == ["b/%C3%BC/1", "b/%C3%BC/2"]


def test_an_encoding_that_does_not_exist(store, many):
    assert store.get(many, query={"encoding-type": "base64"}).refusal == (400, "InvalidArgument")


def test_echoes(store, many):
    page = store.get(many, query={"prefix": "a", "marker": "a", "max-keys": 5})
    assert (page.text("Name"), page.text("Prefix"), page.text("Marker"), page.text("MaxKeys")) == (many, "a", "a", "5")
    plain = store.get(many)
    assert (plain.text("Prefix"), plain.text("Marker")) == ("", "")
    assert plain.root.find("Delimiter") is None and plain.root.find("EncodingType") is None


def test_entries(store, filled):
    entry = store.get(filled).root.find("Contents")
    assert entry.findtext("ETag") == '"781e5e245d69b566979b86e28d23f2c7"'
    assert (entry.findtext("Size"), entry.findtext("StorageClass")) == ("10", "STANDARD")


@pytest.mark.parametrize("sent, prefix", [("b+b%2F1", "b b/1"), ("b%20b%2F1", "b b/1"), ("b%2B", "b+")])
def test_spaces_and_pluses_in_a_query(store, many, sent, prefix):
    path = path_of(many)
    headers = sign_v4(store.keys, "GET", path, {"prefix": prefix}, {"host": store.address})
    assert store.exchange("GET", f"{path}?prefix={sent}", headers).texts("Contents/Key") == [prefix]


def test_a_carriage_return_in_a_key(store, bucket):
    """Bare, a parser would read it as a line feed."""
    keys = ["a\rb", "c\r\nd", "e\n"]
    for key in keys:
        assert store.put(bucket, key, b"x").status == 200
    assert store.keys_of(bucket) == keys
    assert b"\r" not in store.get(bucket).body
    body = b"".join(b"<Object><Key>%s</Key></Object>" % key.encode().replace(b"\r", b"&#13;") for key in keys)
    answer = store.send("POST", path_of(bucket), {"delete": None}, body=b"<Delete>" + body + b"</Delete>")
    assert (answer.status, answer.texts("Deleted/Key")) == (200, keys)
    assert store.keys_of(bucket) == []


def test_control_characters_in_a_key(store, bucket):
    """XML 1.0 has none but tab and the ends of lines, so they come as references that parsers refuse; percent-encoded they are fine."""
    key = "a\x01\x1f\x7fb"
    assert store.put(bucket, key, b"x").status == 200
    assert b"<Key>a&#01;&#31;\x7fb</Key>" in store.get(bucket).body
    assert store.keys_of(bucket, **{"encoding-type": "url"}) == ["a%01%1F%7Fb"]
    absent = store.get(bucket, key + "x")
    assert absent.refusal == (404, "NoSuchKey") and absent.text("Key") == "a\ufffd\ufffd\x7fbx"
    assert store.delete(bucket, key).status == 204


@pytest.mark.parametrize("sent", ["%FF", "a%00b"])
def test_echoes_of_what_is_no_text(store, bucket, sent):
    path = path_of(bucket)
    headers = sign_old(store.keys, "GET", path, {}, {"host": store.address})  # V2 signs no prefix
    assert "\ufffd" in store.exchange("GET", f"{path}?prefix={sent}", headers).text("Prefix")


def test_versions_of_an_unversioned_bucket(store, filled):
    page = store.get(filled, query={"versions": None})
    assert page.root.tag == "ListVersionsResult"
    assert (page.texts("Version/Key"), page.texts("Version/VersionId"), page.texts("Version/IsLatest")) == (["k"], ["null"], ["true"])
    assert (page.text("KeyMarker"), page.text("VersionIdMarker")) == ("", "")


def test_an_absent_bucket(store):
    for query in ({}, {"list-type": 2}, {"versions": None}, {"uploads": None}):
        assert store.get("no-such-bucket", query=query).refusal == (404, "NoSuchBucket")
