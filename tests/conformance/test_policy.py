"""Bucket policies: what they allow and deny, to whom and under which conditions; policy status; the public access block; ownership."""

import json

import pytest

from conformance import documents, signing
from conformance.checksum import md5
from conformance.conftest import account_of
from conformance.documents import access_block, policy, statement
from conformance.store import path_of

DENIED = (403, "AccessDenied")
FORGED = [("", "MalformedPolicy"), ("{", "MalformedPolicy"), ("[]", "MalformedPolicy"), ('{"Statement": []}', "MalformedPolicy")]


def allow(store, bucket, *statements):
    answer = store.set(bucket, "policy", policy(*statements))
    assert answer.status == 204, answer.body


class TestTheDocument:
    def test_unset(self, store, bucket):
        assert store.setting(bucket, "policy").refusal == (404, "NoSuchBucketPolicy")
        assert store.delete(bucket, query={"policy": None}).status == 204

    def test_comes_back_as_it_was_sent(self, store, bucket):
        text = json.dumps(json.loads(policy(statement(bucket, "s3:GetObject", Sid="all"))), indent=1).encode()
        assert store.set(bucket, "policy", text).status == 204
        answer = store.setting(bucket, "policy")
        assert (answer.status, answer.header("content-type"), answer.body) == (200, "application/json", text)
        assert store.delete(bucket, query={"policy": None}).status == 204
        assert store.setting(bucket, "policy").refusal == (404, "NoSuchBucketPolicy")

    @pytest.mark.parametrize("text, code", FORGED)
    def test_what_is_none(self, store, bucket, text, code):
        assert store.set(bucket, "policy", text.encode()).refusal == (400, code)

    @pytest.mark.parametrize("wrong", [{"Effect": "Perhaps"}, {"Resource": "arn:aws:s3:::another-bucket/*"}, {"Action": "ec2:RunInstances"},
                                       {"Condition": {"StringLooks": {"aws:Referer": "x"}}}, {"Principal": {"AWS": []}}, {"Colour": "blue"}])
    def test_what_a_statement_cannot_say(self, store, bucket, wrong):
        text = policy({**statement(bucket, "s3:GetObject"), **wrong})
        assert store.set(bucket, "policy", text).refusal == (400, "MalformedPolicy")
        assert store.setting(bucket, "policy").refusal == (404, "NoSuchBucketPolicy")

    def test_allow_with_everybody_but(self, store, bucket):
        some = statement(bucket, "s3:GetObject", NotPrincipal={"AWS": account_of(store)})
        del some["Principal"]
        assert store.set(bucket, "policy", policy(some)).refusal == (400, "MalformedPolicy")
        assert store.set(bucket, "policy", policy({**some, "Effect": "Deny"})).status == 204

    def test_up_to_20_kb(self, store, bucket):
        assert store.set(bucket, "policy", policy(statement(bucket, "s3:GetObject")) + b" " * 20480).refusal == (400, "MalformedPolicy")

    @pytest.mark.obs
    def test_in_the_words_of_obs(self, store, filled):
        text = json.dumps({"Statement": [{"Sid": "all", "Effect": "Allow", "Principal": {"ID": ["*"]}, "Action": ["GetObject"],
                                          "Resource": [f"{filled}/*"]}]}).encode()
        assert store.obs("PUT", filled, query={"policy": None}, body=text).status == 204
        assert store.obs("GET", filled, query={"policy": None}).body == text
        assert store.get(filled, "k", scheme=None).status == 200


class TestWhom:
    def test_everybody(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:GetObject"))
        assert store.get(filled, "k", scheme=None).status == 200
        assert other.get(filled, "k").status == 200
        assert other.get(filled).refusal == DENIED

    @pytest.mark.parametrize("form", ["{}", "arn:aws:iam::{}:root"])
    def test_an_account(self, store, other, filled, form):
        allow(store, filled, statement(filled, "s3:GetObject", principal={"AWS": form.format(account_of(other))}))
        assert other.get(filled, "k").status == 200
        assert store.get(filled, "k", scheme=None).refusal == DENIED

    def test_another_account(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:GetObject", principal={"AWS": "arn:aws:iam::123456789012:root"}))
        assert other.get(filled, "k").refusal == DENIED

    def test_the_owner_is_denied_as_well(self, store, filled):
        allow(store, filled, statement(filled, "s3:GetObject", "Deny"))
        assert store.get(filled, "k").refusal == DENIED
        assert store.keys_of(filled) == ["k"]

    def test_the_owner_is_never_locked_out(self, store, bucket):
        allow(store, bucket, statement(bucket, "s3:*", "Deny", resource=["", "/*"]))
        assert store.get(bucket).refusal == DENIED
        assert store.setting(bucket, "policy").status == 200
        allow(store, bucket, statement(bucket, "s3:*", "Deny", resource=["", "/*"], Sid="again"))
        assert store.delete(bucket, query={"policy": None}).status == 204


class TestWhat:
    def test_listing(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:ListBucket", resource=""))
        assert other.keys_of(filled) == ["k"]
        assert other.get(filled, query={"list-type": 2}).texts("Contents/Key") == ["k"]
        assert other.head(filled).status == 200
        assert other.get(filled, query={"versions": None}).refusal == DENIED
        assert other.get(filled, "k").refusal == DENIED
        assert other.get(filled, "absent").refusal == (404, "NoSuchKey")

    def test_some_keys(self, store, other, filled):
        store.put(filled, "open/k", b"x")
        allow(store, filled, statement(filled, "s3:GetObject", resource="/open/*"))
        assert other.get(filled, "open/k").status == 200
        assert other.get(filled, "k").refusal == DENIED
        assert other.get(filled, "open").refusal == DENIED

    def test_all_but(self, store, other, filled):
        some = statement(filled, "s3:GetObject", NotResource=f"arn:aws:s3:::{filled}/shut/*")
        del some["Resource"]
        allow(store, filled, some)
        store.put(filled, "shut/k", b"x")
        assert (other.get(filled, "k").status, other.get(filled, "shut/k").refusal) == (200, DENIED)

    @pytest.mark.parametrize("action", ["s3:*", "s3:PutObject", "s3:Put*", "S3:putobject"])
    def test_writing(self, store, other, bucket, action):
        allow(store, bucket, statement(bucket, action))
        assert other.put(bucket, "k", b"x").status == 200
        upload = other.begin_upload(bucket, "parts")
        etag = other.put_part(bucket, "parts", upload, 1, b"x").header("etag")
        assert other.complete(bucket, "parts", upload, [(1, etag)]).status == 200
        assert store.keys_of(bucket) == ["k", "parts"]

    def test_deleting(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:DeleteObject"))
        assert other.delete(filled, "k").status == 204
        assert store.keys_of(filled) == []

    def test_versions_are_a_right_of_their_own(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:GetObject"))
        assert other.get(filled, "k", {"versionId": "null"}).refusal == DENIED
        allow(store, filled, statement(filled, ["s3:GetObject", "s3:GetObjectVersion"]))
        assert other.get(filled, "k", {"versionId": "null"}).status == 200

    def test_a_setting(self, store, other, bucket):
        allow(store, bucket, statement(bucket, ["s3:PutBucketVersioning", "s3:GetBucketVersioning"], resource=""))
        assert other.set(bucket, "versioning", documents.versioning("Enabled")).status == 200
        assert other.setting(bucket, "versioning").text("Status") == "Enabled"
        assert other.setting(bucket, "policy").refusal == DENIED

    def test_deny_beats_allow_and_acls(self, store, other, filled):
        store.set(filled, "acl", headers={"x-amz-acl": "public-read"})
        allow(store, filled, statement(filled, "s3:ListBucket", "Deny", resource=""), statement(filled, "s3:ListBucket", resource=""))
        assert other.get(filled).refusal == DENIED

    def test_many_deletes_one_by_one(self, store, other, filled):
        store.put(filled, "kept/k", b"x")
        allow(store, filled, statement(filled, "s3:DeleteObject"), statement(filled, "s3:DeleteObject", "Deny", resource="/kept/*"))
        body = b"<Delete><Object><Key>k</Key></Object><Object><Key>kept/k</Key></Object></Delete>"
        answer = other.send("POST", path_of(filled), {"delete": None}, {"content-md5": md5(body)}, body)
        assert (answer.texts("Deleted/Key"), answer.texts("Error/Key"), answer.texts("Error/Code")) == (["k"], ["kept/k"], ["AccessDenied"])
        assert store.keys_of(filled) == ["kept/k"]


class TestConditions:
    def test_a_prefix(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:ListBucket", resource="", condition={"StringEquals": {"s3:prefix": "open/"}}))
        assert other.get(filled, query={"prefix": "open/"}).status == 200
        for query in ({}, {"prefix": ""}, {"prefix": "open/k"}):
            assert other.get(filled, query=query).refusal == DENIED

    def test_how_many_keys(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:ListBucket", resource="", condition={"NumericLessThanEquals": {"s3:max-keys": "10"}}))
        assert other.get(filled, query={"max-keys": 10}).status == 200
        assert other.get(filled, query={"max-keys": 11}).refusal == DENIED

    def test_a_referer(self, store, filled):
        allow(store, filled, statement(filled, "s3:GetObject", condition={"StringLike": {"aws:Referer": "https://page.example/*"}}))
        assert store.get(filled, "k", headers={"referer": "https://page.example/a"}, scheme=None).status == 200
        for headers in ({}, {"referer": "https://other.example/"}):
            assert store.get(filled, "k", headers=headers, scheme=None).refusal == DENIED

    def test_if_there_is_one(self, store, filled):
        allow(store, filled, statement(filled, "s3:GetObject", condition={"StringLikeIfExists": {"aws:Referer": "https://page.example/*"}}))
        assert store.get(filled, "k", scheme=None).status == 200
        assert store.get(filled, "k", headers={"referer": "https://other.example/"}, scheme=None).refusal == DENIED

    @pytest.mark.parametrize("address, status", [("127.0.0.0/8", 200), ("192.0.2.0/24", 403)])
    def test_an_address(self, store, other, filled, address, status):
        allow(store, filled, statement(filled, "s3:GetObject", condition={"IpAddress": {"aws:SourceIp": address}}))
        assert other.get(filled, "k").status == status

    def test_all_but_an_address(self, store, filled):
        allow(store, filled, statement(filled, "s3:GetObject", "Deny", condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))
        assert store.get(filled, "k").refusal == DENIED

    def test_tags_of_the_object(self, store, other, filled):
        store.put(filled, "secret", b"x", {"x-amz-tagging": "security=secret"})
        store.put(filled, "public", b"x", {"x-amz-tagging": "security=public"})
        allow(store, filled, statement(filled, ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObjectTagging", "s3:GetObjectTagging"],
                                       condition={"StringEquals": {"s3:ExistingObjectTag/security": "public"}}))
        for key, refusal in (("public", (200, None)), ("secret", DENIED), ("k", DENIED)):
            assert (other.get(filled, key).status == 200) == (refusal[0] == 200), key
            assert other.setting(filled, "acl", key).refusal[0] == refusal[0], key
            assert other.setting(filled, "tagging", key).refusal[0] == refusal[0], key
        secret = documents.tagging([("security", "secret")])
        assert other.set(filled, "tagging", secret, "public").status == 200
        assert other.set(filled, "tagging", secret, "public").refusal == DENIED

    def test_tags_of_a_put(self, store, other, bucket):
        allow(store, bucket, statement(bucket, "s3:PutObject", condition={"StringEquals": {"s3:RequestObjectTag/colour": "blue"}}))
        assert other.put(bucket, "k", b"x", {"x-amz-tagging": "colour=blue"}).status == 200
        for headers in ({}, {"x-amz-tagging": "colour=red"}):
            assert other.put(bucket, "k", b"x", headers).refusal == DENIED

    @pytest.mark.parametrize("effect", ["Allow", "Deny"])
    def test_tags_in_a_body(self, store, other, filled, effect):
        blue = {"StringEquals": {"s3:RequestObjectTag/colour": "blue"}}
        statements = [statement(filled, "s3:PutObjectTagging", condition=blue)]
        if effect == "Deny":
            statements = [statement(filled, "s3:PutObjectTagging"), statement(filled, "s3:PutObjectTagging", "Deny", condition=blue)]
        allow(store, filled, *statements)
        for colour in ("blue", "red"):
            answer = other.set(filled, "tagging", documents.tagging([("colour", colour)]), "k")
            assert (answer.status == 200) == ((colour == "blue") == (effect == "Allow")), colour

    def test_names_of_tags(self, store, other, bucket):
        allow(store, bucket, statement(bucket, "s3:PutObject", condition={"ForAllValues:StringEquals": {"s3:RequestObjectTagKeys": ["a", "b"]}}))
        assert other.put(bucket, "k", b"x", {"x-amz-tagging": "a=1&b=2"}).status == 200
        assert other.put(bucket, "k", b"x", {"x-amz-tagging": "a=1&c=2"}).refusal == DENIED

    @pytest.mark.parametrize("action, header", [("s3:PutObjectAcl", {"x-amz-acl": "public-read"}), ("s3:PutObjectTagging", {"x-amz-tagging": "a=1"})])
    def test_what_a_put_brings_along(self, store, other, bucket, action, header):
        allow(store, bucket, statement(bucket, "s3:PutObject"), statement(bucket, action, "Deny"))
        assert other.put(bucket, "k", b"x").status == 200
        assert other.put(bucket, "k", b"x", header).refusal == DENIED
        assert other.begin_upload(bucket, "k", header) is None

    def test_an_acl(self, store, other, bucket):
        allow(store, bucket, statement(bucket, "s3:PutObject"),
              statement(bucket, "s3:PutObject", "Deny", condition={"StringLike": {"s3:x-amz-acl": "public*"}}))
        assert other.put(bucket, "k", b"x").status == 200
        assert other.put(bucket, "k", b"x", {"x-amz-acl": "public-read"}).refusal == DENIED

    def test_a_grant(self, store, other, bucket):
        wanted = f"id={account_of(store)}"
        allow(store, bucket, statement(bucket, "s3:PutObject", condition={"StringEquals": {"s3:x-amz-grant-full-control": wanted}}))
        assert other.put(bucket, "k", b"x", {"x-amz-grant-full-control": wanted}).status == 200
        assert other.put(bucket, "k", b"x").refusal == DENIED

    @pytest.mark.parametrize("form", ["{}/open/k", "/{}/open/k", "{}/%6Fpen/k", "/{}/open%2Fk"])
    def test_a_copy_source_in_any_spelling(self, store, other, filled, form):
        store.put(filled, "open/k", b"x", {"x-amz-acl": "public-read"})
        like = {"StringLike": {"s3:x-amz-copy-source": f"{filled}/open/*"}}
        copy = {"x-amz-copy-source": form.format(filled)}
        allow(store, filled, statement(filled, "s3:PutObject", condition=like))
        assert other.put(filled, "copied", headers=copy).status == 200
        assert other.put(filled, "copied", b"x").refusal == DENIED
        allow(store, filled, statement(filled, "s3:PutObject"), statement(filled, "s3:PutObject", "Deny", condition=like))
        assert other.put(filled, "copied", headers=copy).refusal == DENIED

    def test_the_source_of_a_part(self, store, other, filled):
        store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
        allow(store, filled, statement(filled, "s3:PutObject", condition={"StringLikeIfExists": {"s3:x-amz-copy-source": f"{filled}/open/*"}}))
        upload = other.begin_upload(filled, "parts")
        query = {"partNumber": 1, "uploadId": upload}
        answer = other.send("PUT", path_of(filled, "parts"), query, {"x-amz-copy-source": f"{filled}/k"})
        assert answer.refusal == DENIED

    def test_a_metadata_directive(self, store, other, filled):
        store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
        allow(store, filled, statement(filled, "s3:PutObject", condition={"StringEquals": {"s3:x-amz-metadata-directive": "COPY"}}))
        source = {"x-amz-copy-source": f"{filled}/k"}
        assert other.put(filled, "copied", headers={**source, "x-amz-metadata-directive": "COPY"}).status == 200
        assert other.put(filled, "copied", headers=source).refusal == DENIED

    def test_the_age_of_a_link(self, store, filled):
        allow(store, filled, statement(filled, "s3:GetObject", "Deny", condition={"NumericGreaterThan": {"s3:signatureAge": "60000"}}))
        path = path_of(filled, "k")
        for seconds, status in ((0, 200), (61, 403)):
            when = signing.now() - signing.datetime.timedelta(seconds=seconds)
            query = signing.presign_v4(store.keys, "GET", path, {}, {"host": store.address}, when=when)
            assert store.link(query, path).status == status, seconds

    @pytest.mark.parametrize("version, scheme", [("AWS4-HMAC-SHA256", "v4"), ("AWS", "v2")])
    def test_the_version_of_a_signature(self, store, filled, version, scheme):
        allow(store, filled, statement(filled, "s3:GetObject", "Deny", condition={"StringNotEquals": {"s3:signatureversion": version}}))
        for name in ("v4", "v2"):
            assert (store.get(filled, "k", scheme=name).status == 200) == (name == scheme)

    def test_a_variable(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:GetObject", resource="/${aws:username}/*"))
        assert other.get(filled, "k").refusal == DENIED
        assert store.get(filled, "${aws:username}/k", scheme=None).refusal == DENIED


def status_of(store, bucket):
    answer = store.setting(bucket, "policyStatus")
    assert (answer.status, answer.root.tag) == (200, "PolicyStatus")
    return answer.text("IsPublic")


class TestPolicyStatus:
    def test_of_nothing(self, store, bucket):
        assert status_of(store, bucket) == "false"

    @pytest.mark.parametrize("name, public", [("private", "false"), ("public-read", "true"), ("authenticated-read", "true")])
    def test_of_acls(self, store, bucket, name, public):
        store.set(bucket, "acl", headers={"x-amz-acl": name})
        assert status_of(store, bucket) == public

    @pytest.mark.parametrize("more, public", [({}, "true"), ({"effect": "Deny"}, "false"), ({"principal": {"AWS": "arn:aws:iam::123456789012:root"}}, "false"),
                                              ({"condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/32"}}}, "false"),
                                              ({"condition": {"StringLike": {"aws:Referer": "https://page.example/*"}}}, "true")])
    def test_of_policies(self, store, bucket, more, public):
        allow(store, bucket, statement(bucket, "s3:GetObject", **more))
        assert status_of(store, bucket) == public


class TestThePublicAccessBlock:
    FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]

    def block(self, store, bucket, **flags):
        assert store.set(bucket, "publicAccessBlock", access_block(**flags)).status == 200

    def test_set_read_and_removed(self, store, bucket):
        self.block(store, bucket, BlockPublicAcls=True, IgnorePublicAcls=False)
        answer = store.setting(bucket, "publicAccessBlock")
        assert [answer.text(flag) for flag in self.FLAGS] == ["true", "false", "false", "false"]
        assert store.delete(bucket, query={"publicAccessBlock": None}).status == 204
        assert store.setting(bucket, "publicAccessBlock").refusal == (404, "NoSuchPublicAccessBlockConfiguration")

    @pytest.mark.parametrize("body", [b"<Other/>", access_block(BlockPublicAcls="perhaps"), access_block(BlockEverything=True)])
    def test_what_is_none(self, store, bucket, body):
        assert store.set(bucket, "publicAccessBlock", body).refusal == (400, "MalformedXML")

    @pytest.mark.parametrize("name", ["public-read", "public-read-write", "authenticated-read"])
    def test_public_acls_are_refused(self, store, filled, name):
        self.block(store, filled, BlockPublicAcls=True)
        for key in ("", "k"):
            assert store.set(filled, "acl", key=key, headers={"x-amz-acl": name}).refusal == DENIED
        assert store.put(filled, "new", b"x", {"x-amz-acl": name}).refusal == DENIED
        assert store.begin_upload(filled, "new", {"x-amz-acl": name}) is None
        assert store.put(filled, "new", b"x", {"x-amz-acl": "private"}).status == 200

    def test_public_acls_are_ignored(self, store, other, filled):
        for key in ("", "k"):
            store.set(filled, "acl", key=key, headers={"x-amz-acl": "public-read"})
        self.block(store, filled, IgnorePublicAcls=True)
        for options in ({}, {"scheme": None}):
            assert (other.get(filled, **options).refusal, other.get(filled, "k", **options).refusal) == (DENIED, DENIED)
        self.block(store, filled, IgnorePublicAcls=False)
        assert other.get(filled, "k", scheme=None).status == 200

    def test_public_policies_are_refused(self, store, other, filled):
        self.block(store, filled, BlockPublicPolicy=True)
        assert store.set(filled, "policy", policy(statement(filled, "s3:GetObject"))).refusal == DENIED
        allow(store, filled, statement(filled, "s3:GetObject", principal={"AWS": account_of(other)}))
        assert other.get(filled, "k").status == 200

    def test_public_buckets_are_restricted(self, store, other, filled):
        allow(store, filled, statement(filled, "s3:GetObject"))
        self.block(store, filled, RestrictPublicBuckets=True)
        assert (other.get(filled, "k").refusal, other.get(filled, "k", scheme=None).refusal) == (DENIED, DENIED)
        assert store.get(filled, "k").status == 200


class TestOwnership:
    WORDS = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]

    @pytest.mark.parametrize("word", WORDS)
    def test_set_read_and_removed(self, store, bucket, word):
        assert store.set(bucket, "ownershipControls", documents.ownership(word)).status == 200
        assert store.setting(bucket, "ownershipControls").text("Rule/ObjectOwnership") == word
        assert store.delete(bucket, query={"ownershipControls": None}).status == 204
        assert store.setting(bucket, "ownershipControls").refusal == (404, "OwnershipControlsNotFoundError")

    def test_an_unknown_word(self, store, bucket):
        assert store.set(bucket, "ownershipControls", documents.ownership("Nobody")).refusal == (400, "MalformedXML")

    @pytest.mark.parametrize("word", WORDS)
    def test_with_a_new_bucket(self, store, word):
        assert store.send("PUT", "/created-owned", headers={"x-amz-object-ownership": word}).status == 200
        assert store.setting("created-owned", "ownershipControls").text("Rule/ObjectOwnership") == word
        assert store.delete("created-owned").status == 204

    def test_a_new_bucket_without_acls_has_none(self, store):
        headers = {"x-amz-object-ownership": "BucketOwnerEnforced", "x-amz-acl": "public-read"}
        assert store.send("PUT", "/never-created", headers=headers).refusal == (400, "InvalidBucketAclWithObjectOwnership")
        assert store.head("never-created").status == 404

    def test_enforced_acls_are_refused_and_do_not_count(self, store, other, filled):
        store.set(filled, "acl", key="k", headers={"x-amz-acl": "public-read"})
        assert store.set(filled, "ownershipControls", documents.ownership("BucketOwnerEnforced")).status == 200
        assert other.get(filled, "k", scheme=None).refusal == DENIED
        for key in ("", "k"):
            assert store.set(filled, "acl", key=key, headers={"x-amz-acl": "public-read"}).refusal == (400, "AccessControlListNotSupported")
        assert store.put(filled, "new", b"x", {"x-amz-acl": "public-read"}).refusal == (400, "AccessControlListNotSupported")
        assert store.put(filled, "new", b"x", {"x-amz-acl": "bucket-owner-full-control"}).status == 200

    def test_a_bucket_with_grants_cannot_be_enforced(self, store, bucket):
        store.set(bucket, "acl", headers={"x-amz-acl": "public-read"})
        answer = store.set(bucket, "ownershipControls", documents.ownership("BucketOwnerEnforced"))
        assert answer.refusal == (400, "InvalidBucketAclWithObjectOwnership")

    @pytest.mark.parametrize("word, acl, owner", [("ObjectWriter", "bucket-owner-full-control", "theirs"), ("BucketOwnerPreferred", "private", "theirs"),
                                                  ("BucketOwnerPreferred", "bucket-owner-full-control", "mine"), ("BucketOwnerEnforced", None, "mine")])
    def test_who_owns_what_others_write(self, store, other, bucket, word, acl, owner):
        store.set(bucket, "ownershipControls", documents.ownership(word))
        allow(store, bucket, statement(bucket, "s3:PutObject"))
        assert other.put(bucket, "k", b"x", {"x-amz-acl": acl} if acl else {}).status == 200
        assert store.get(bucket).text("Contents/Owner/ID") == account_of(store if owner == "mine" else other)
