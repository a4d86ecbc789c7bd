"""How refusals look."""

import hashlib
import http.client

import pytest

from conformance import signing
from conformance.store import path_of


def test_the_shape_of_an_error(store, bucket):
    answer = store.get(bucket, "absent")
    assert (answer.header("content-type"), answer.namespace) == ("application/xml", "")
    assert answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert (answer.text("Code"), answer.text("Resource"), answer.text("Key")) == ("NoSuchKey", f"/{bucket}/absent", "absent")
    assert answer.text("Message") and answer.text("HostId")
    assert answer.text("RequestId") == answer.header("x-amz-request-id")


@pytest.mark.obs
def test_the_shape_of_an_error_in_obs(store, bucket):
    answer = store.obs("GET", bucket, "absent")
    assert (answer.refusal, answer.namespace) == ((404, "NoSuchKey"), "")
    assert answer.text("RequestId") == answer.header("x-obs-request-id")


def test_what_some_codes_add(store, filled):
    assert store.get("no-such-bucket").text("BucketName") == "no-such-bucket"
    wrong = store.get(filled, "k", headers={"if-match": "x"})
    assert wrong.text("Condition") == "If-Match"


def test_details_of_a_wrong_signature(store, filled):
    headers = signing.sign_v4((store.keys[0], "wrong"), "GET", path_of(filled), {}, {"host": store.address})
    answer = store.exchange("GET", path_of(filled), headers)
    assert answer.refusal == (403, "SignatureDoesNotMatch")
    assert answer.text("AWSAccessKeyId") == store.keys[0]


def test_strings_of_a_wrong_signature(store, filled):
    headers = signing.sign_v4((store.keys[0], "wrong"), "GET", path_of(filled), {}, {"host": store.address})
    answer = store.exchange("GET", path_of(filled), headers)
    canonical, to_sign = answer.text("CanonicalRequest"), answer.text("StringToSign")
    assert canonical.startswith(f"GET\n{path_of(filled)}\n\nhost:{store.address}\n")
    assert to_sign.splitlines()[-1] == hashlib.sha256(canonical.encode()).hexdigest()
    assert headers["authorization"].endswith(answer.text("SignatureProvided"))
    for text in ("CanonicalRequest", "StringToSign"):
        assert bytes.fromhex(answer.text(f"{text}Bytes")) == answer.text(text).encode()


def test_strings_of_a_wrong_signature_of_v2(store, filled):
    path = path_of(filled, "k")
    headers = signing.sign_old((store.keys[0], "wrong"), "GET", path, {"acl": None}, {"host": store.address})
    answer = store.exchange("GET", f"{path}?acl", headers)
    assert answer.refusal == (403, "SignatureDoesNotMatch")
    assert answer.text("StringToSign").startswith("GET\n") and answer.text("StringToSign").endswith(f"/{filled}/k?acl")
    assert answer.text("SignatureProvided") and answer.text("CanonicalRequest") is None


def test_head_has_no_body_but_headers(store, bucket):
    answer = store.head(bucket, "absent")
    assert (answer.status, answer.body, answer.header("x-amz-error-code")) == (404, b"", "NoSuchKey")
    assert answer.header("x-amz-error-message")


@pytest.mark.obs
def test_head_has_headers_of_obs(store, bucket):
    answer = store.obs("HEAD", bucket, "absent")
    assert (answer.status, answer.body, answer.header("x-obs-error-code")) == (404, b"", "NoSuchKey")


def test_head_of_an_absent_bucket(store):
    answer = store.head("no-such-bucket")
    assert (answer.status, answer.body, answer.header("x-amz-error-code")) == (404, b"", "NoSuchBucket")


@pytest.mark.parametrize("method, key, query", [("DELETE", "k", "acl"), ("POST", "k", ""), ("PATCH", "k", ""), ("DELETE", "", "versioning"),
                                                ("PUT", "", "location"), ("PUT", "k", "something-new")])
def test_methods_that_a_resource_has_not(store, filled, method, key, query):
    answer = store.send(method, path_of(filled, key), {query: None} if query else {})
    assert answer.refusal == (405, "MethodNotAllowed")
    assert store.keys_of(filled) == ["k"]


def test_a_path_with_a_broken_escape(store, filled):
    headers = signing.sign_v4(store.keys, "GET", f"/{filled}/%zz", {}, {"host": store.address})
    assert store.exchange("GET", f"/{filled}/%zz", headers).status == 400


@pytest.mark.parametrize("body", [b"<", b"not XML", b"<Other/>", b"<CreateBucketConfiguration>"])
def test_a_creation_that_is_no_xml(store, body):
    assert store.send("PUT", "/never-created", body=body).refusal == (400, "MalformedXML")
    assert store.head("never-created").status == 404


def test_a_body_without_a_length(store, bucket):
    headers = signing.sign_v4(store.keys, "PUT", path_of(bucket, "k"), {}, {"host": store.address})
    connection = http.client.HTTPConnection(store.host, store.port, timeout=30)
    connection.putrequest("PUT", path_of(bucket, "k"), skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, b"MissingContentLength" in response.read()) == (411, True)
    connection.close()


def test_a_body_that_is_too_large(store, bucket):
    headers = signing.sign_v4(store.keys, "PUT", path_of(bucket, "k"), {}, {"host": store.address})
    answer = store.exchange("PUT", path_of(bucket, "k"), {**headers, "content-length": str(5 * 1024**3 + 1), "expect": "100-continue"})
    assert answer.refusal == (400, "EntityTooLarge")


# Of each setting: what reading it says that was never made.
UNSET = [("policy", 404, "NoSuchBucketPolicy"), ("lifecycle", 404, "NoSuchLifecycleConfiguration"),
         ("cors", 404, "NoSuchCORSConfiguration"), ("tagging", 404, "NoSuchTagSet"), ("website", 404, "NoSuchWebsiteConfiguration"),
         ("encryption", 404, "ServerSideEncryptionConfigurationNotFoundError"),
         ("publicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration"), 
         ("ownershipControls", 404, "OwnershipControlsNotFoundError"), ("replication", 404, "ReplicationConfigurationNotFoundError"),
         ("object-lock", 404, "ObjectLockConfigurationNotFoundError")]
EMPTY = [("versioning", "VersioningConfiguration"), ("logging", "BucketLoggingStatus"), ("notification", "NotificationConfiguration"),
         ("accelerate", "AccelerateConfiguration")]


@pytest.mark.parametrize("name, status, code", UNSET)
def test_settings_that_were_never_made(store, bucket, name, status, code):
    assert store.get(bucket, query={name: None}).refusal == (status, code)


@pytest.mark.parametrize("name, root", EMPTY)
def test_settings_that_are_empty(store, bucket, name, root):
    answer = store.get(bucket, query={name: None})
    assert (answer.status, answer.root.tag, list(answer.root)) == (200, root, [])


def test_who_pays(store, bucket):
    assert store.get(bucket, query={"requestPayment": None}).text("Payer") == "BucketOwner"


@pytest.mark.parametrize("name", ["policy", "lifecycle", "cors", "tagging", "website", "encryption", "publicAccessBlock"])
def test_removing_what_was_never_made(store, bucket, name):
    assert store.delete(bucket, query={name: None}).status == 204


def test_the_acl_of_the_owner(store, filled):
    for key in ("", "k"):
        acl = store.get(filled, key, {"acl": None})
        assert (acl.root.tag, acl.texts("AccessControlList/Grant/Permission")) == ("AccessControlPolicy", ["FULL_CONTROL"])
        assert acl.text("AccessControlList/Grant/Grantee/ID") == acl.text("Owner/ID")
        assert b'xsi:type="CanonicalUser"' in acl.body


@pytest.mark.obs
def test_the_acl_of_the_owner_in_obs(store, filled):
    acl = store.obs("GET", filled, query={"acl": None})
    assert b"xsi:type" not in acl.body and b"DisplayName" not in acl.body
    assert acl.text("AccessControlList/Grant/Grantee/ID") == acl.text("Owner/ID")


def test_tags_of_an_object_without_any(store, filled):
    answer = store.get(filled, "k", {"tagging": None})
    assert (answer.status, answer.root.tag, answer.texts("TagSet/Tag")) == (200, "Tagging", [])
