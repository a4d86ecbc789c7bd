"""ACLs of buckets and objects: granted by name, by header and by document; seen by another account and by anybody."""

import pytest

from conformance import documents
from conformance.conftest import account_of
from conformance.documents import ANY_ACCOUNT, EVERYONE, grants_of
from conformance.store import path_of

DENIED = (403, "AccessDenied")
EACH = ["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"]


@pytest.fixture
def mine(store):
    return account_of(store)


@pytest.fixture
def theirs(other):
    return account_of(other)


def what_may(who, bucket, acl, **options):
    """The permissions of a bucket that an account has, told by what it can do. `acl` is what it may write."""
    able = set()
    if who.send("GET", path_of(bucket), **options).status == 200:
        able.add("READ")
    if who.send("PUT", path_of(bucket, "theirs"), body=b"x", **options).status == 200:
        able.add("WRITE")
    if who.send("GET", path_of(bucket), {"acl": None}, **options).status == 200:
        able.add("READ_ACP")
    if who.send("PUT", path_of(bucket), {"acl": None}, body=acl, **options).status == 200:
        able.add("WRITE_ACP")
    return able


def meant_by(permission):
    return {"READ", "WRITE", "READ_ACP", "WRITE_ACP"} if permission == "FULL_CONTROL" else {permission}


class TestTheDefault:
    def test_of_a_bucket(self, store, bucket, mine):
        answer = store.setting(bucket, "acl")
        assert (answer.status, answer.root.tag, answer.text("Owner/ID")) == (200, "AccessControlPolicy", mine)
        assert grants_of(answer) == [(mine, "FULL_CONTROL")]

    def test_of_an_object(self, store, filled, mine):
        assert grants_of(store.setting(filled, "acl", "k")) == [(mine, "FULL_CONTROL")]
        assert store.setting(filled, "acl", "absent").refusal == (404, "NoSuchKey")

    def test_the_type_of_a_grantee(self, store, filled):
        store.set(filled, "acl", headers={"x-amz-acl": "public-read"})
        grantees = store.setting(filled, "acl").root.findall("AccessControlList/Grant/Grantee")
        xsi = "{http://www.w3.org/2001/XMLSchema-instance}type"
        assert [grantee.get(xsi) for grantee in grantees] == ["CanonicalUser", "Group"]

    @pytest.mark.obs
    def test_in_obs(self, store, filled, mine):
        store.set(filled, "acl", headers={"x-amz-acl": "public-read"})
        answer = store.obs("GET", filled, query={"acl": None})
        assert grants_of(answer) == sorted([(mine, "FULL_CONTROL"), ("Everyone", "READ")])
        assert (answer.root.find("Owner/DisplayName"), answer.texts("AccessControlList/Grant/Delivered")) == (None, ["false", "false"])


CANNED = [("private", []), ("public-read", [(EVERYONE, "READ")]), ("public-read-write", [(EVERYONE, "READ"), (EVERYONE, "WRITE")]),
          ("authenticated-read", [(ANY_ACCOUNT, "READ")])]


class TestCanned:
    @pytest.mark.parametrize("name, grants", CANNED)
    @pytest.mark.parametrize("key", ["", "k"])
    def test_set(self, store, filled, mine, key, name, grants):
        assert store.set(filled, "acl", key=key, headers={"x-amz-acl": name}).status == 200
        assert grants_of(store.setting(filled, "acl", key)) == sorted([(mine, "FULL_CONTROL"), *grants])

    @pytest.mark.parametrize("name, grants", CANNED)
    def test_with_a_put(self, store, bucket, mine, name, grants):
        assert store.put(bucket, "k", b"x", {"x-amz-acl": name}).status == 200
        assert grants_of(store.setting(bucket, "acl", "k")) == sorted([(mine, "FULL_CONTROL"), *grants])

    def test_with_a_copy_and_an_upload(self, store, filled):
        assert store.put(filled, "copied", headers={"x-amz-copy-source": f"{filled}/k", "x-amz-acl": "public-read"}).status == 200
        upload = store.begin_upload(filled, "parts", {"x-amz-acl": "public-read"})
        etag = store.put_part(filled, "parts", upload, 1, b"x").header("etag")
        assert store.complete(filled, "parts", upload, [(1, etag)]).status == 200
        for key in ("copied", "parts"):
            assert store.get(filled, key, scheme=None).status == 200, key

    def test_a_copy_does_not_take_the_acl_along(self, store, filled):
        store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
        assert store.put(filled, "copied", headers={"x-amz-copy-source": f"{filled}/k"}).status == 200
        assert store.get(filled, "copied", scheme=None).refusal == DENIED

    def test_a_new_put_does_not_keep_the_acl(self, store, filled):
        store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
        store.put(filled, "k", b"new")
        assert store.get(filled, "k", scheme=None).refusal == DENIED

    def test_with_a_new_bucket(self, store, mine):
        assert store.send("PUT", "/created-public", headers={"x-amz-acl": "public-read"}).status == 200
        assert grants_of(store.setting("created-public", "acl")) == sorted([(mine, "FULL_CONTROL"), (EVERYONE, "READ")])
        assert store.send("GET", "/created-public", scheme=None).status == 200
        assert store.delete("created-public").status == 204

    @pytest.mark.parametrize("key", ["", "k"])
    def test_an_unknown_name(self, store, filled, key):
        assert store.set(filled, "acl", key=key, headers={"x-amz-acl": "public-ready"}).refusal == (400, "InvalidArgument")
        assert store.put(filled, "new", b"x", {"x-amz-acl": "public-ready"}).refusal == (400, "InvalidArgument")

    @pytest.mark.obs
    def test_in_obs(self, store, filled):
        assert store.obs("PUT", filled, "k", {"acl": None}, {"x-obs-acl": "public-read"}).status == 200
        assert store.get(filled, "k", scheme=None).status == 200

    @pytest.mark.obs
    @pytest.mark.parametrize("name", ["public-read-delivered", "public-read-write-delivered"])
    def test_delivered_to_the_objects_of_a_bucket(self, store, filled, name):
        assert store.obs("PUT", filled, query={"acl": None}, headers={"x-obs-acl": name}).status == 200
        assert "true" in store.obs("GET", filled, query={"acl": None}).texts("AccessControlList/Grant/Delivered")
        assert store.get(filled, "k", scheme=None).status == 200

    def test_what_is_not_delivered_says_nothing_of_objects(self, store, filled):
        store.set(filled, "acl", headers={"x-amz-acl": "public-read-write"})
        assert store.get(filled, "k", scheme=None).refusal == DENIED


class TestSeenByOthers:
    def test_private(self, store, other, filled):
        for options in ({}, {"scheme": None}):
            assert other.get(filled, "k", **options).refusal == DENIED
            assert other.get(filled, **options).refusal == DENIED
            assert other.put(filled, "new", b"x", **options).refusal == DENIED
            assert other.delete(filled, "k", **options).refusal == DENIED

    def test_a_public_object_of_a_private_bucket(self, store, other, filled):
        store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
        for options in ({}, {"scheme": None}):
            assert other.get(filled, "k", **options).body == b"0123456789"
            assert other.head(filled, "k", **options).status == 200
            assert other.get(filled, **options).refusal == DENIED
            assert other.setting(filled, "acl", "k", **options).refusal == DENIED

    def test_a_public_bucket_of_private_objects(self, store, other, filled):
        store.set(filled, "acl", headers={"x-amz-acl": "public-read"})
        for options in ({}, {"scheme": None}):
            assert other.get(filled, **options).texts("Contents/Key") == ["k"]
            assert other.head(filled, **options).status == 200
            assert other.get(filled, "k", **options).refusal == DENIED
            assert other.put(filled, "new", b"x", **options).refusal == DENIED

    def test_an_absent_object_is_told_to_who_may_list(self, store, other, filled):
        for options in ({}, {"scheme": None}):
            assert other.get(filled, "absent", **options).refusal == DENIED
        store.set(filled, "acl", headers={"x-amz-acl": "public-read"})
        for options in ({}, {"scheme": None}):
            assert other.get(filled, "absent", **options).refusal == (404, "NoSuchKey")

    def test_a_bucket_that_anybody_may_write(self, store, other, filled):
        store.set(filled, "acl", headers={"x-amz-acl": "public-read-write"})
        for options in ({}, {"scheme": None}):
            assert other.put(filled, "new", b"x", **options).status == 200
            assert other.delete(filled, "new", **options).status == 204
            assert other.put(filled, "k", b"overwritten", **options).status == 200
            assert other.setting(filled, "acl", **options).refusal == DENIED

    def test_for_any_account(self, store, other, filled):
        store.set(filled, "acl", headers={"x-amz-acl": "authenticated-read"}, key="k")
        assert other.get(filled, "k").status == 200
        assert other.get(filled, "k", scheme=None).refusal == DENIED

    def test_overrides_need_a_signature(self, store, filled):
        store.set(filled, "acl", headers={"x-amz-acl": "public-read"}, key="k")
        answer = store.get(filled, "k", {"response-content-type": "text/html"}, scheme=None)
        assert answer.refusal == (400, "InvalidRequest")

    def test_buckets_of_others_are_not_listed(self, store, other, bucket):
        assert bucket not in other.get("").texts("Buckets/Bucket/Name")
        assert other.get("", scheme=None).refusal == DENIED

    def test_a_bucket_of_others_cannot_be_made_again(self, other, bucket):
        assert other.send("PUT", path_of(bucket)).refusal == (409, "BucketAlreadyExists")

    def test_settings_are_the_owners(self, store, other, filled):
        store.set(filled, "acl", headers={"x-amz-acl": "public-read-write"})
        for name in ("policy", "cors", "lifecycle", "tagging", "versioning", "location"):
            assert other.setting(filled, name).refusal == DENIED, name
        assert other.set(filled, "versioning", documents.versioning("Enabled")).refusal == DENIED
        assert other.delete(filled).refusal == DENIED


class TestGrants:
    @pytest.mark.parametrize("permission", EACH)
    def test_of_a_bucket_to_an_account(self, store, other, filled, mine, theirs, permission):
        acl = documents.acl(mine, (mine, "FULL_CONTROL"), (theirs, permission))
        assert store.set(filled, "acl", acl).status == 200
        assert what_may(other, filled, acl) == meant_by(permission)
        assert what_may(other, filled, acl, scheme=None) == set()

    @pytest.mark.parametrize("permission", EACH)
    def test_of_a_bucket_to_everybody(self, store, other, filled, mine, permission):
        acl = documents.acl(mine, (mine, "FULL_CONTROL"), (EVERYONE, permission))
        assert store.set(filled, "acl", acl).status == 200
        assert what_may(other, filled, acl, scheme=None) == meant_by(permission)

    @pytest.mark.parametrize("permission", EACH)
    def test_of_an_object_to_an_account(self, store, other, filled, mine, theirs, permission):
        acl = documents.acl(mine, (mine, "FULL_CONTROL"), (theirs, permission))
        assert store.set(filled, "acl", acl, "k").status == 200
        able = {"READ"} if other.get(filled, "k").status == 200 else set()
        able |= {"READ_ACP"} if other.setting(filled, "acl", "k").status == 200 else set()
        able |= {"WRITE_ACP"} if other.set(filled, "acl", acl, "k").status == 200 else set()
        assert able == meant_by(permission) - {"WRITE"}
        assert other.put(filled, "k", b"x").refusal == DENIED

    @pytest.mark.parametrize("permission", EACH)
    def test_by_header(self, store, bucket, theirs, permission):
        header = f"x-amz-grant-{permission.lower().replace('_', '-')}"
        assert store.put(bucket, "k", b"x", {header: f'id="{theirs}"'}).status == 200
        assert grants_of(store.setting(bucket, "acl", "k")) == [(theirs, permission)]
        assert store.set(bucket, "acl", headers={header: f"id={theirs}"}).status == 200
        assert grants_of(store.setting(bucket, "acl")) == [(theirs, permission)]

    def test_by_several_headers(self, store, bucket, mine, theirs):
        headers = {"x-amz-grant-read": f'id="{theirs}", uri="{EVERYONE}"', "x-amz-grant-full-control": f'id="{mine}"'}
        assert store.put(bucket, "k", b"x", headers).status == 200
        assert grants_of(store.setting(bucket, "acl", "k")) == sorted([(theirs, "READ"), (EVERYONE, "READ"), (mine, "FULL_CONTROL")])

    @pytest.mark.obs
    def test_by_headers_of_obs(self, store, other, filled, theirs):
        assert store.obs("PUT", filled, "k", {"acl": None}, {"x-obs-grant-read": f"id={theirs}"}).status == 200
        assert other.obs("GET", filled, "k").status == 200

    @pytest.mark.obs
    def test_by_a_document_of_obs(self, store, filled, mine):
        body = (f"<AccessControlPolicy><Owner><ID>{mine}</ID></Owner><Delivered>false</Delivered><AccessControlList><Grant><Grantee><Canned>Everyone"
                "</Canned></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>").encode()
        assert store.obs("PUT", filled, "k", {"acl": None}, body=body).status == 200
        assert grants_of(store.setting(filled, "acl", "k")) == [(EVERYONE, "READ")]

    def test_the_owner_can_always_mend_the_acl(self, store, filled, mine):
        assert store.set(filled, "acl", documents.acl(mine)).status == 200
        assert grants_of(store.setting(filled, "acl")) == []
        assert store.set(filled, "acl", headers={"x-amz-acl": "private"}).status == 200

    def test_the_owner_stays_the_owner(self, store, other, filled, mine, theirs):
        granted = documents.acl(mine, (mine, "FULL_CONTROL"), (theirs, "FULL_CONTROL"))
        for key in ("", "k"):
            store.set(filled, "acl", granted, key)
            assert other.set(filled, "acl", documents.acl(theirs, (theirs, "FULL_CONTROL")), key).refusal == DENIED
            assert other.set(filled, "acl", documents.acl(mine, (theirs, "FULL_CONTROL")), key).status == 200
            assert store.setting(filled, "acl", key).text("Owner/ID") == mine

    def test_the_time_of_an_object_stays(self, store, filled):
        before = store.head(filled, "k").header("last-modified")
        store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
        assert store.head(filled, "k").header("last-modified") == before


class TestObjectsOfOthers:
    @pytest.fixture
    def shared(self, store, bucket):
        """A bucket that others write into."""
        store.set(bucket, "acl", headers={"x-amz-acl": "public-read-write"})
        return bucket

    def test_who_writes_owns(self, other, shared, theirs):
        assert other.put(shared, "k", b"x").status == 200
        assert other.setting(shared, "acl", "k").text("Owner/ID") == theirs
        assert other.get(shared).text("Contents/Owner/ID") == theirs

    @pytest.mark.parametrize("name, permission", [("bucket-owner-read", "READ"), ("bucket-owner-full-control", "FULL_CONTROL")])
    def test_what_the_owner_of_the_bucket_gets(self, other, shared, mine, theirs, name, permission):
        assert other.put(shared, "k", b"x", {"x-amz-acl": name}).status == 200
        assert grants_of(other.setting(shared, "acl", "k")) == sorted([(theirs, "FULL_CONTROL"), (mine, permission)])

    def test_what_the_owner_of_the_bucket_does_not_get(self, store, other, shared):
        other.put(shared, "k", b"x")
        assert (store.get(shared, "k").refusal, store.head(shared, "k").status, store.setting(shared, "acl", "k").refusal) == (DENIED, 403, DENIED)
        assert store.set(shared, "acl", key="k", headers={"x-amz-acl": "public-read"}).refusal == DENIED
        assert store.put(shared, "copied", headers={"x-amz-copy-source": f"{shared}/k"}).refusal == DENIED
        upload = store.begin_upload(shared, "parts")
        part = store.send("PUT", path_of(shared, "parts"), {"partNumber": 1, "uploadId": upload}, {"x-amz-copy-source": f"{shared}/k"})
        assert (part.refusal, other.get(shared, "k").body) == (DENIED, b"x")
        assert (store.keys_of(shared), store.delete(shared, "k").status, store.keys_of(shared)) == (["k"], 204, [])

    @pytest.mark.parametrize("name", ["bucket-owner-read", "bucket-owner-full-control", "public-read"])
    def test_what_its_owner_gives_to_the_owner_of_the_bucket(self, store, other, shared, name):
        other.put(shared, "k", b"x", {"x-amz-acl": name})
        assert store.get(shared, "k").body == b"x"
        assert store.put(shared, "copied", headers={"x-amz-copy-source": f"{shared}/k"}).status == 200
        assert store.get(shared, "copied").body == b"x"

    def test_uploads_show_who_began_them(self, store, other, shared, mine, theirs):
        store.begin_upload(shared, "mine")
        upload = other.begin_upload(shared, "theirs")
        root = store.get(shared, query={"uploads": None}).root
        owners = {item.findtext("Key"): (item.findtext("Owner/ID"), item.findtext("Initiator/ID")) for item in root.findall("Upload")}
        assert owners == {"mine": (mine, mine), "theirs": (theirs, theirs)}
        assert other.get(shared, "theirs", {"uploadId": upload}).text("Owner/ID") == theirs


class TestWhatIsNoAcl:
    @pytest.mark.parametrize("body", [b"not XML", b"<Other/>", b"<AccessControlPolicy/>"])
    def test_malformed(self, store, filled, body):
        assert store.set(filled, "acl", body).refusal == (400, "MalformedACLError")

    def test_nothing_at_all(self, store, filled):
        assert store.set(filled, "acl").refusal == (400, "MissingSecurityHeader")

    def test_an_unknown_permission(self, store, filled, mine):
        assert store.set(filled, "acl", documents.acl(mine, (mine, "LOOK"))).refusal == (400, "MalformedACLError")

    def test_an_unknown_group(self, store, filled, mine):
        assert store.set(filled, "acl", documents.acl(mine, ("http://acs.amazonaws.com/groups/global/Friends", "READ"))).refusal == (400, "InvalidArgument")

    def test_an_unknown_account(self, store, filled, mine):
        assert store.set(filled, "acl", documents.acl(mine, ("nobody-has-this-id", "READ"))).refusal == (400, "InvalidArgument")
        assert store.put(filled, "new", b"x", {"x-amz-grant-read": "id=nobody-has-this-id"}).refusal == (400, "InvalidArgument")
        assert store.keys_of(filled) == ["k"]

    def test_an_e_mail_address_that_nobody_has(self, store, filled):
        answer = store.set(filled, "acl", headers={"x-amz-grant-read": 'emailAddress="nobody@example.com"'})
        assert answer.refusal == (400, "UnresolvableGrantByEmailAddress")

    def test_a_name_and_grants(self, store, filled, mine):
        headers = {"x-amz-acl": "private", "x-amz-grant-read": f"id={mine}"}
        assert store.set(filled, "acl", headers=headers).refusal == (400, "InvalidRequest")

    def test_a_name_and_a_document(self, store, filled, mine):
        assert store.set(filled, "acl", documents.acl(mine), headers={"x-amz-acl": "private"}).refusal == (400, "UnexpectedContent")

    def test_more_than_a_hundred_grants(self, store, filled, mine):
        assert store.set(filled, "acl", documents.acl(mine, *[(mine, "READ")] * 101)).refusal == (400, "MalformedACLError")


class TestTheExpectedOwner:
    @pytest.mark.parametrize("method, key", [("GET", ""), ("HEAD", ""), ("GET", "k"), ("PUT", "new"), ("DELETE", "k")])
    def test_of_a_bucket(self, store, filled, mine, theirs, method, key):
        wrong = store.send(method, path_of(filled, key), headers={"x-amz-expected-bucket-owner": theirs})
        assert (wrong.status, wrong.code) == (403, None if method == "HEAD" else "AccessDenied")
        assert store.keys_of(filled) == ["k"]
        assert store.send(method, path_of(filled, key), headers={"x-amz-expected-bucket-owner": mine}).status < 300

    def test_of_a_source(self, store, filled, mine, theirs):
        headers = {"x-amz-copy-source": f"{filled}/k"}
        assert store.put(filled, "new", headers={**headers, "x-amz-source-expected-bucket-owner": theirs}).refusal == DENIED
        assert store.put(filled, "new", headers={**headers, "x-amz-source-expected-bucket-owner": mine}).status == 200
