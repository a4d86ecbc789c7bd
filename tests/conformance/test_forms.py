"""Form uploads: signed and anonymous, and under a bucket's policy."""

import hashlib

import pytest

from conformance import documents
from conformance.documents import policy, statement
from conformance.forms import post, sign

DENIED = (403, "AccessDenied")
TAGS = documents.tagging([("colour", "blue")]).decode()
schemes = pytest.mark.parametrize("scheme", ["v4", "v2", pytest.param("obs", marks=pytest.mark.obs)])


@pytest.fixture
def public(store, bucket):
    assert store.set(bucket, "acl", headers={"x-amz-acl": "public-read-write"}).status == 200
    return bucket


class TestAnonymous:
    def test_into_a_public_bucket(self, store, public):
        answer = post(store, public, {"key": "k", "content-type": "text/x"})
        assert (answer.status, answer.body) == (204, b"")
        found = store.get(public, "k")
        assert (found.body, found.header("content-type")) == (b"0123456789", "text/x")

    def test_into_a_private_bucket(self, store, bucket):
        assert post(store, bucket, {"key": "k"}).refusal == DENIED
        assert store.keys_of(bucket) == []

    def test_into_an_absent_bucket(self, store):
        assert post(store, "no-such-bucket", {"key": "k"}).refusal == (404, "NoSuchBucket")

    def test_the_name_of_the_file(self, store, public):
        assert post(store, public, {"key": "photos/${filename}"}).status == 204
        assert store.keys_of(public) == ["photos/photo.png"]

    @pytest.mark.parametrize("asked, status", [("200", 200), ("201", 201), ("204", 204), ("404", 204), ("", 204)])
    def test_the_status(self, store, public, asked, status):
        answer = post(store, public, {"key": "k", "success_action_status": asked})
        assert answer.status == status
        if status == 201:
            assert (answer.root.tag, answer.text("Bucket"), answer.text("Key")) == ("PostResponse", public, "k")
            assert answer.text("ETag").strip('"') == hashlib.md5(b"0123456789").hexdigest()

    def test_a_redirect(self, store, public):
        answer = post(store, public, {"key": "k", "success_action_redirect": "https://page.example/done"})
        assert answer.status == 303
        assert answer.header("location").startswith(f"https://page.example/done?bucket={public}&key=k&etag=%22")

    def test_acl_and_tags(self, store, public):
        assert post(store, public, {"key": "k", "acl": "public-read", "tagging": TAGS}).status == 204
        assert store.get(public, "k", scheme=None).status == 200
        assert store.setting(public, "tagging", "k").texts("TagSet/Tag/Value") == ["blue"]

    @pytest.mark.parametrize("fields, code", [({}, "UserKeyMustBeSpecified"), ({"key": ""}, "UserKeyMustBeSpecified"), ({"key": "x" * 1025}, "KeyTooLongError"),
                                              ({"key": "k", "acl": "sunny"}, "InvalidArgument"), ({"key": "k", "tagging": "<Tagging/>"}, "MalformedXML")])
    def test_what_is_no_upload(self, store, public, fields, code):
        assert post(store, public, fields).refusal == (400, code)
        assert store.keys_of(public) == []


class TestSigned:
    @schemes
    def test_by_the_owner(self, store, bucket, scheme):
        assert post(store, bucket, sign(store.keys, bucket, {"key": "k"}, scheme)).status == 204
        assert store.get(bucket, "k").body == b"0123456789"

    @schemes
    def test_by_others(self, store, other, bucket, scheme):
        assert post(store, bucket, sign(other.keys, bucket, {"key": "k"}, scheme)).refusal == DENIED
        store.set(bucket, "acl", headers={"x-amz-acl": "public-read-write"})
        assert post(store, bucket, sign(other.keys, bucket, {"key": "k"}, scheme)).status == 204

    @schemes
    def test_expired(self, store, public, scheme):
        assert post(store, public, sign(store.keys, public, {"key": "k"}, scheme, seconds=-10)).refusal == DENIED

    @schemes
    def test_by_a_wrong_secret(self, store, public, scheme):
        assert post(store, public, sign((store.keys[0], "wrong"), public, {"key": "k"}, scheme)).refusal == (403, "SignatureDoesNotMatch")

    @schemes
    def test_by_an_unknown_key(self, store, public, scheme):
        assert post(store, public, sign(("UNKNOWN", "wrong"), public, {"key": "k"}, scheme)).refusal == (403, "InvalidAccessKeyId")

    @schemes
    def test_a_field_that_was_not_signed(self, store, public, scheme):
        fields = {**sign(store.keys, public, {"key": "k"}, scheme), "acl": "public-read"}
        assert post(store, public, fields).refusal == DENIED
        assert store.keys_of(public) == []

    @schemes
    def test_a_field_that_was_changed(self, store, public, scheme):
        assert post(store, public, {**sign(store.keys, public, {"key": "k"}, scheme), "key": "other"}).refusal == DENIED

    @schemes
    def test_for_another_bucket(self, store, public, scheme):
        assert post(store, public, sign(store.keys, "another-bucket", {"key": "k"}, scheme)).refusal == DENIED


class TestUnderAPolicy:
    def allow(self, store, bucket, *statements):
        assert store.set(bucket, "policy", policy(statement(bucket, "s3:PutObject"), *statements)).status == 204

    @pytest.mark.parametrize("condition, field", [({"StringLike": {"s3:x-amz-acl": "public*"}}, {"acl": "public-read"}),
                                                  ({"StringEquals": {"s3:RequestObjectTag/colour": "blue"}}, {"tagging": TAGS}),
                                                  ({"StringEquals": {"s3:x-amz-storage-class": "GLACIER"}}, {"x-amz-storage-class": "GLACIER"})])
    def test_a_condition_on_a_field(self, store, bucket, condition, field):
        self.allow(store, bucket, statement(bucket, "s3:PutObject", "Deny", condition=condition))
        assert post(store, bucket, {"key": "k", **field}).refusal == DENIED
        assert post(store, bucket, sign(store.keys, bucket, {"key": "k", **field})).refusal == DENIED
        assert store.keys_of(bucket) == []
        assert post(store, bucket, {"key": "k"}).status == 204

    def test_a_condition_on_the_page(self, store, bucket):
        self.allow(store, bucket, statement(bucket, "s3:PutObject", "Deny", condition={"StringNotLike": {"aws:Referer": "https://page.example/*"}}))
        assert post(store, bucket, {"key": "k"}).refusal == DENIED
        assert post(store, bucket, {"key": "k"}, headers={"referer": "https://page.example/a"}).status == 204

    def test_a_condition_on_the_signature(self, store, bucket):
        self.allow(store, bucket, statement(bucket, "s3:PutObject", "Deny", condition={"StringEquals": {"s3:authType": "POST"}}))
        assert post(store, bucket, sign(store.keys, bucket, {"key": "k"})).refusal == DENIED
        assert store.put(bucket, "k", b"x").status == 200

    def test_some_keys(self, store, bucket):
        assert store.set(bucket, "policy", policy(statement(bucket, "s3:PutObject", resource="/open/*"))).status == 204
        assert post(store, bucket, {"key": "open/${filename}"}).status == 204
        assert post(store, bucket, {"key": "k"}).refusal == DENIED


def test_blocked_acls_are_blocked_in_forms(store, public):
    store.set(public, "publicAccessBlock", documents.access_block(BlockPublicAcls=True))
    assert post(store, public, {"key": "k", "acl": "public-read"}).refusal == DENIED
    assert store.keys_of(public) == []
