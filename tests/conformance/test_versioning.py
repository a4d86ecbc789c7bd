"""Buckets that keep versions: what is made, shown, listed and removed."""

import pytest

from conformance import documents
from conformance.checksum import md5
from conformance.store import path_of

obs_only = pytest.mark.obs


def enable(store, bucket, status="Enabled"):
    assert store.set(bucket, "versioning", documents.versioning(status)).status == 200


def put(store, bucket, key, body=b"x"):
    answer = store.put(bucket, key, body)
    assert answer.status == 200
    return answer.header("x-amz-version-id")


def remove_many(store, bucket, items):
    """`items` are pairs of a key and a version or None."""
    listed = "".join(f"<Object><Key>{key}</Key>{f'<VersionId>{version}</VersionId>' if version else ''}</Object>" for key, version in items)
    body = f"<Delete>{listed}</Delete>".encode()
    return store.send("POST", path_of(bucket), {"delete": None}, {"content-md5": md5(body)}, body)


class TestTheSetting:
    def test_never_set(self, store, bucket):
        answer = store.setting(bucket, "versioning")
        assert (answer.status, answer.root.tag, answer.text("Status")) == (200, "VersioningConfiguration", None)

    @pytest.mark.parametrize("status", ["Enabled", "Suspended"])
    def test_set(self, store, bucket, status):
        enable(store, bucket, status)
        assert store.setting(bucket, "versioning").text("Status") == status

    @obs_only
    def test_in_obs(self, store, bucket):
        assert store.obs("PUT", bucket, query={"versioning": None}, body=documents.versioning("Enabled")).status == 200
        assert store.obs("GET", bucket, query={"versioning": None}).text("Status") == "Enabled"

    @pytest.mark.parametrize("body, code", [(b"", "MalformedXML"), (documents.versioning("On"), "MalformedXML"), (b"<Other/>", "MalformedXML"),
                                            (b"<VersioningConfiguration/>", "IllegalVersioningConfigurationException")])
    def test_what_is_none(self, store, bucket, body, code):
        assert store.set(bucket, "versioning", body).refusal == (400, code)
        assert store.setting(bucket, "versioning").text("Status") is None


class TestWriting:
    def test_without_versioning_there_is_no_id(self, store, filled):
        assert store.put(filled, "k", b"x").header("x-amz-version-id") is None
        assert store.head(filled, "k").header("x-amz-version-id") is None
        assert [(version.id, version.latest) for version in store.versions_of(filled)] == [("null", True)]

    def test_each_put_is_a_version(self, store, versioned):
        first, second = put(store, versioned, "k", b"1"), put(store, versioned, "k", b"2")
        assert first and second and first != second
        assert store.get(versioned, "k").body == b"2"
        assert store.get(versioned, "k").header("x-amz-version-id") == second
        assert store.get(versioned, "k", {"versionId": first}).body == b"1"
        assert store.head(versioned, "k", {"versionId": first}).header("x-amz-version-id") == first

    @obs_only
    def test_in_obs(self, store, versioned):
        version = store.obs("PUT", versioned, "k", body=b"1").header("x-obs-version-id")
        assert store.obs("GET", versioned, "k", {"versionId": version}).body == b"1"
        assert store.obs("DELETE", versioned, "k").header("x-obs-delete-marker") == "true"

    def test_what_was_there_before_is_the_null_version(self, store, filled):
        enable(store, filled)
        assert store.head(filled, "k").header("x-amz-version-id") == "null"
        put(store, filled, "k", b"new")
        assert store.get(filled, "k", {"versionId": "null"}).body == b"0123456789"

    def test_the_null_version_goes_by_its_name(self, store, filled):
        enable(store, filled)
        answer = store.delete(filled, "k", {"versionId": "null"})
        assert (answer.status, answer.header("x-amz-version-id")) == (204, "null")
        assert store.get(filled, "k").refusal == (404, "NoSuchKey")
        assert store.versions_of(filled) == []

    def test_suspended_the_null_version_is_overwritten(self, store, versioned):
        kept = put(store, versioned, "k", b"kept")
        enable(store, versioned, "Suspended")
        assert put(store, versioned, "k", b"1") is None
        assert put(store, versioned, "k", b"2") is None
        assert [version.id for version in store.versions_of(versioned)] == ["null", kept]
        assert store.get(versioned, "k").body == b"2"
        assert store.get(versioned, "k", {"versionId": kept}).body == b"kept"

    def test_enabled_again_the_null_version_stays(self, store, versioned):
        enable(store, versioned, "Suspended")
        put(store, versioned, "k", b"null")
        enable(store, versioned)
        new = put(store, versioned, "k", b"new")
        assert [version.id for version in store.versions_of(versioned)] == [new, "null"]

    def test_an_upload_in_parts(self, store, versioned):
        upload = store.begin_upload(versioned, "k")
        etag = store.put_part(versioned, "k", upload, 1, b"part").header("etag")
        done = store.complete(versioned, "k", upload, [(1, etag)])
        assert done.header("x-amz-version-id") == store.versions_of(versioned)[0].id

    def test_copies_of_versions(self, store, versioned):
        first = put(store, versioned, "k", b"1")
        put(store, versioned, "k", b"2")
        answer = store.put(versioned, "copied", headers={"x-amz-copy-source": f"{versioned}/k?versionId={first}"})
        assert (answer.status, answer.header("x-amz-copy-source-version-id")) == (200, first)
        assert answer.header("x-amz-version-id") == store.versions_of(versioned, prefix="copied")[0].id
        assert store.get(versioned, "copied").body == b"1"

    def test_an_old_version_copied_onto_its_key_is_the_newest(self, store, versioned):
        first = put(store, versioned, "k", b"1")
        put(store, versioned, "k", b"2")
        assert store.put(versioned, "k", headers={"x-amz-copy-source": f"{versioned}/k?versionId={first}"}).status == 200
        assert (store.get(versioned, "k").body, len(store.versions_of(versioned))) == (b"1", 3)

    def test_a_copy_of_a_deleted_object(self, store, versioned):
        put(store, versioned, "k")
        marker = store.delete(versioned, "k").header("x-amz-version-id")
        assert store.put(versioned, "copied", headers={"x-amz-copy-source": f"{versioned}/k"}).refusal == (404, "NoSuchKey")
        named = store.put(versioned, "copied", headers={"x-amz-copy-source": f"{versioned}/k?versionId={marker}"})
        assert named.status == 400


class TestDeleting:
    def test_without_a_version_a_marker_is_made(self, store, versioned):
        version = put(store, versioned, "k")
        answer = store.delete(versioned, "k")
        marker = answer.header("x-amz-version-id")
        assert (answer.status, answer.header("x-amz-delete-marker")) == (204, "true")
        assert [(entry.id, entry.marker, entry.latest) for entry in store.versions_of(versioned)] == [(marker, True, True), (version, False, False)]
        assert store.keys_of(versioned) == []

    def test_what_is_deleted_is_not_found(self, store, versioned):
        put(store, versioned, "k")
        marker = store.delete(versioned, "k").header("x-amz-version-id")
        answer = store.get(versioned, "k")
        assert (answer.refusal, answer.header("x-amz-delete-marker"), answer.header("x-amz-version-id")) == ((404, "NoSuchKey"), "true", marker)

    def test_a_marker_cannot_be_read(self, store, versioned):
        marker = store.delete(versioned, "k").header("x-amz-version-id")
        for method in ("GET", "HEAD"):
            answer = store.send(method, path_of(versioned, "k"), {"versionId": marker})
            assert (answer.status, answer.header("x-amz-delete-marker"), answer.header("allow")) == (405, "true", "DELETE")

    def test_the_marker_removed_the_object_is_back(self, store, versioned):
        put(store, versioned, "k", b"back")
        marker = store.delete(versioned, "k").header("x-amz-version-id")
        answer = store.delete(versioned, "k", {"versionId": marker})
        assert (answer.status, answer.header("x-amz-delete-marker"), answer.header("x-amz-version-id")) == (204, "true", marker)
        assert store.get(versioned, "k").body == b"back"

    def test_the_newest_version_removed_the_one_before_is_current(self, store, versioned):
        first, second = put(store, versioned, "k", b"1"), put(store, versioned, "k", b"2")
        answer = store.delete(versioned, "k", {"versionId": second})
        assert (answer.status, answer.header("x-amz-version-id"), answer.header("x-amz-delete-marker")) == (204, second, None)
        assert store.get(versioned, "k").header("x-amz-version-id") == first

    def test_suspended_the_marker_takes_the_null_version(self, store, filled):
        enable(store, filled)
        kept = put(store, filled, "k", b"kept")
        enable(store, filled, "Suspended")
        answer = store.delete(filled, "k")
        assert (answer.header("x-amz-delete-marker"), answer.header("x-amz-version-id")) == ("true", "null")
        assert [(version.id, version.marker) for version in store.versions_of(filled)] == [("null", True), (kept, False)]

    def test_absent_versions(self, store, versioned):
        put(store, versioned, "k")
        other = put(store, versioned, "other")
        assert store.get(versioned, "k", {"versionId": other}).refusal == (404, "NoSuchVersion")
        assert store.delete(versioned, "k", {"versionId": other}).status == 204
        assert len(store.versions_of(versioned)) == 2

    def test_many_with_versions(self, store, versioned):
        first, second = put(store, versioned, "k"), put(store, versioned, "k")
        answer = remove_many(store, versioned, [("k", first), ("k", second)])
        assert sorted(answer.texts("Deleted/VersionId")) == sorted([first, second])
        assert (answer.texts("Deleted/DeleteMarker"), store.versions_of(versioned)) == ([], [])
        assert len(remove_many(store, versioned, [("k", first)]).texts("Deleted")) == 1

    def test_many_make_markers(self, store, versioned):
        answer = remove_many(store, versioned, [("a", None)])
        marker = answer.text("Deleted/DeleteMarkerVersionId")
        assert answer.texts("Deleted/DeleteMarker") == ["true"]
        assert [(version.id, version.marker) for version in store.versions_of(versioned)] == [(marker, True)]

    def test_many_remove_markers(self, store, versioned):
        marker = store.delete(versioned, "k").header("x-amz-version-id")
        answer = remove_many(store, versioned, [("k", marker)])
        assert (answer.text("Deleted/VersionId"), answer.text("Deleted/DeleteMarkerVersionId")) == (marker, marker)
        assert store.versions_of(versioned) == []

    def test_a_bucket_with_markers_stays(self, store, versioned):
        store.delete(versioned, "k")
        assert store.delete(versioned).refusal == (409, "BucketNotEmpty")


class TestListing:
    @pytest.fixture
    def history(self, store, versioned):
        """Three keys with two versions each, and a marker on the last."""
        made = {key: [put(store, versioned, key, body) for body in (b"1", b"22")][::-1] for key in ("a/1", "a/2", "b")}
        made["b"].insert(0, store.delete(versioned, "b").header("x-amz-version-id"))
        return [(key, version) for key, versions in made.items() for version in versions]

    def listed(self, store, bucket, **query):
        return [(version.key, version.id) for version in store.versions_of(bucket, **query)]

    def test_by_key_then_the_newest_first(self, store, versioned, history):
        assert self.listed(store, versioned) == history
        assert [version.latest for version in store.versions_of(versioned)] == [True, False] * 2 + [True, False, False]

    def test_what_a_version_shows(self, store, versioned, history):
        root = store.get(versioned, query={"versions": None}).root
        assert (root.tag, root.findtext("Name"), root.findtext("Prefix"), root.findtext("KeyMarker")) == ("ListVersionsResult", versioned, "", "")
        version, marker = root.find("Version"), root.find("DeleteMarker")
        assert (version.findtext("Size"), version.findtext("StorageClass")) == ("2", "STANDARD")
        assert version.findtext("ETag") == store.head(versioned, "a/1").header("etag")
        assert marker.find("ETag") is None and marker.find("Size") is None
        assert version.findtext("Owner/ID") == marker.findtext("Owner/ID") != ""

    def test_prefixes_and_delimiters(self, store, versioned, history):
        assert self.listed(store, versioned, prefix="a/") == history[:4]
        page = store.get(versioned, query={"versions": None, "delimiter": "/"})
        assert (page.texts("CommonPrefixes/Prefix"), page.texts("Version/Key"), page.texts("DeleteMarker/Key")) == (["a/"], ["b", "b"], ["b"])

    @pytest.mark.parametrize("size", [1, 2, 3])
    def test_in_pages(self, store, versioned, history, size):
        found, query = [], {}
        for _ in range(len(history)):
            page = store.get(versioned, query={"versions": None, "max-keys": size, **query})
            entries = [item for item in page.root if item.tag in ("Version", "DeleteMarker")]
            found += [(item.findtext("Key"), item.findtext("VersionId")) for item in entries]
            if page.text("IsTruncated") == "false":
                break
            query = {"key-marker": page.text("NextKeyMarker"), "version-id-marker": page.text("NextVersionIdMarker")}
        assert found == history

    def test_a_key_marker_alone_is_exclusive(self, store, versioned, history):
        assert self.listed(store, versioned, **{"key-marker": "a/1"}) == history[2:]

    def test_a_version_marker_needs_its_key(self, store, versioned, history):
        answer = store.get(versioned, query={"versions": None, "version-id-marker": history[0][1]})
        assert answer.refusal == (400, "InvalidArgument")

    def test_encoded_keys(self, store, versioned):
        put(store, versioned, "a b+ü")
        page = store.get(versioned, query={"versions": None, "encoding-type": "url"})
        assert (page.text("EncodingType"), page.text("Version/Key")) == ("url", "a%20b%2B%C3%BC")

    @obs_only
    def test_in_obs(self, store, versioned, history):
        root = store.obs("GET", versioned, query={"versions": None}).root
        assert (root.tag, len(root.findall("Version")), len(root.findall("DeleteMarker"))) == ("ListVersionsResult", 6, 1)
        assert root.find("Version/Owner/DisplayName") is None


class TestSettingsOfVersions:
    def test_acls(self, store, versioned):
        first = put(store, versioned, "k")
        put(store, versioned, "k")
        assert store.set(versioned, "acl", key="k", headers={"x-amz-acl": "public-read"}, query={"versionId": first}).status == 200
        path = path_of(versioned, "k")
        assert store.send("GET", path, {"versionId": first}, scheme=None).status == 200
        assert store.send("GET", path, scheme=None).refusal == (403, "AccessDenied")
        shown = store.get(versioned, "k", {"acl": None, "versionId": first})
        assert (documents.EVERYONE, "READ") in documents.grants_of(shown)

    def test_tags(self, store, versioned):
        first, second = put(store, versioned, "k"), put(store, versioned, "k")
        answer = store.set(versioned, "tagging", documents.tagging([("a", "1")]), "k", query={"versionId": first})
        assert (answer.status, answer.header("x-amz-version-id")) == (200, first)
        assert store.get(versioned, "k", {"tagging": None, "versionId": first}).texts("TagSet/Tag/Key") == ["a"]
        assert store.get(versioned, "k", {"tagging": None, "versionId": second}).texts("TagSet/Tag/Key") == []

    def test_the_acl_of_a_deleted_object(self, store, versioned):
        put(store, versioned, "k")
        store.delete(versioned, "k")
        assert store.setting(versioned, "acl", "k").refusal == (404, "NoSuchKey")


class TestConditionalDeletes:
    def test_by_etag(self, store, filled):
        etag = store.head(filled, "k").header("etag")
        assert store.delete(filled, "k", headers={"if-match": '"other"'}).refusal == (412, "PreconditionFailed")
        assert store.keys_of(filled) == ["k"]
        assert store.delete(filled, "k", headers={"if-match": etag}).status == 204
        assert store.keys_of(filled) == []

    @pytest.mark.parametrize("name, right, wrong", [("x-amz-if-match-size", "10", "9"), ("x-amz-if-match-last-modified-time", None, "Sat, 01 Jan 2000 00:00:00 GMT")])
    def test_by_size_or_time(self, store, filled, name, right, wrong):
        right = right or store.head(filled, "k").header("last-modified")
        assert store.delete(filled, "k", headers={name: wrong}).refusal == (412, "PreconditionFailed")
        assert store.delete(filled, "k", headers={name: right}).status == 204

    def test_of_many(self, store, filled):
        store.put(filled, "l", b"x")
        etag = store.head(filled, "k").header("etag").strip('"')
        body = (f"<Delete><Object><Key>k</Key><ETag>{etag}</ETag></Object><Object><Key>l</Key><ETag>{etag}</ETag></Object></Delete>").encode()
        answer = store.send("POST", path_of(filled), {"delete": None}, {"content-md5": md5(body)}, body)
        assert (answer.texts("Deleted/Key"), answer.texts("Error/Key"), answer.texts("Error/Code")) == (["k"], ["l"], ["PreconditionFailed"])
        assert store.keys_of(filled) == ["l"]
