"""Form uploads: as every SDK that signs them does, and by hand, right and wrong."""

import base64
import hashlib
import pathlib
import threading
import xml.etree.ElementTree

import pytest
import requests

from clients.conftest import make_boto3, make_esdk
from clients.post_forms import BOUNDARY, RawForms, form_body, part, policy_of, signed_v2
from clients.raw_http import RawS3, http_chunks
from conftest import start_server, stop_server

BODY = b"hello \r\n--form\0 of a file"
MIB = 1 << 20


def etag_of(data):
    return f'"{hashlib.md5(data).hexdigest()}"'


class Boto3Forms:
    def __init__(self, server, signature):
        self.client = make_boto3(server, signature)

    def make(self, bucket, key, fields, seconds=300):
        form = self.client.generate_presigned_post(bucket, key, Fields=fields, ExpiresIn=seconds,
                                                   Conditions=[{name: value} for name, value in fields.items()])
        return form["url"], form["fields"]


class EsdkForms:
    """The SDK signs; the application puts the fields together, as its documentation shows."""

    def __init__(self, server, mode):
        self.client = make_esdk(server, mode)
        self.mode = mode
        self.port = server.s3_port

    def make(self, bucket, key, fields, seconds=300):
        if self.mode == "host_obs":
            fields = {name.replace("x-amz-", "x-obs-"): value for name, value in fields.items()}
        signed = self.client.createPostSignature(bucket, key, expires=seconds, formParams=fields)
        fields = {**fields, "key": key, "policy": signed.policy}
        if self.mode == "ip_v4":
            fields.update({"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": signed.credential,
                           "x-amz-date": signed.date, "x-amz-signature": signed.signature})
        else:
            name = "AccessKeyId" if self.mode == "host_obs" else "AWSAccessKeyId"
            fields.update({name: signed.accessKeyId, "signature": signed.signature})
        if self.mode == "host_obs":
            return f"http://{bucket}.localhost:{self.port}/", fields
        return f"http://127.0.0.1:{self.port}/{bucket}", fields


MAKERS = {
    "boto3_v2": lambda server: Boto3Forms(server, "s3"),
    "boto3_v4": lambda server: Boto3Forms(server, "s3v4"),
    "esdk_v2": lambda server: EsdkForms(server, "ip_v2"),
    "esdk_obs": lambda server: EsdkForms(server, "host_obs"),
    "esdk_host_v2": lambda server: EsdkForms(server, "host_v2"),
    "esdk_v4": lambda server: EsdkForms(server, "ip_v4"),
}


@pytest.fixture(params=MAKERS)
def forms(request, server):
    return MAKERS[request.param](server)


@pytest.fixture
def hand_made(raw):
    return RawForms(raw)


@pytest.fixture
def keys(s3, bucket):
    return lambda: [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def post(url, fields, data=BODY, name="photo.png"):
    return requests.post(url, data=fields, files={"file": (name, data, "image/png")}, allow_redirects=False, timeout=30)


def test_upload(forms, s3, bucket):
    url, fields = forms.make(bucket, "dir/ü +&.png", {"Content-Type": "image/png", "x-amz-meta-colour": "blue"})
    answer = post(url, fields)
    assert answer.status_code == 204, answer.text
    assert answer.headers["ETag"] == etag_of(BODY)
    stored = s3.get_object(Bucket=bucket, Key="dir/ü +&.png")
    assert (stored["Body"].read(), stored["ContentType"], stored["Metadata"]) == (BODY, "image/png", {"colour": "blue"})
    assert requests.head(answer.headers["Location"], timeout=30).status_code == 403, "it names what is there, for a signer"


def test_expired(forms, bucket, keys):
    url, fields = forms.make(bucket, "k", {}, seconds=-10)
    answer = post(url, fields)
    assert (answer.status_code, "Policy expired" in answer.text) == (403, True), answer.text
    assert keys() == []


def test_tampered(forms, bucket, keys):
    url, fields = forms.make(bucket, "k", {})
    wider = policy_of([{"bucket": bucket}, ["starts-with", "$key", ""]])
    signature = "x-amz-signature" if "x-amz-signature" in fields else "signature"
    for changed, code in (({"key": "other"}, "AccessDenied"), ({"x-amz-meta-a": "1"}, "AccessDenied"),
                          ({"policy": wider}, "SignatureDoesNotMatch"),
                          ({signature: fields[signature][::-1]}, "SignatureDoesNotMatch")):
        answer = post(url, {**fields, **changed})
        assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (403, True), answer.text
    assert keys() == []


def test_every_size_by_boto3(s3, bucket):
    for size in (0, 1, 16_384, 262_144, 3 * MIB + 1):
        data = (b"\r\n--" * (size // 4 + 1))[:size]
        form = s3.generate_presigned_post(bucket, "k")
        assert post(form["url"], form["fields"], data).status_code == 204
        assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == data


def test_the_name_of_the_file(s3, bucket, keys):
    form = s3.generate_presigned_post(bucket, "up/${filename}")
    for name in ("a b.png", "C:\\photos\\b.png", "/home/c.png", "ü.png"):
        assert post(form["url"], form["fields"], name=name).status_code == 204
    assert keys() == ["up/a b.png", "up/b.png", "up/c.png", "up/ü.png"]


def test_answers(server, bucket):
    def answer_to(**fields):
        conditions = [{"bucket": bucket}, {"key": "a&b"}] + [{name: value} for name, value in fields.items()]
        return post(f"{server.s3_url}/{bucket}", signed_v2(server, conditions, {"key": "a&b", **fields}))

    assert answer_to(success_action_status="200").status_code == 200
    assert answer_to(success_action_status="500").status_code == 204
    created = answer_to(success_action_status="201")
    assert created.status_code == 201
    shape = xml.etree.ElementTree.fromstring(created.content)
    assert shape.tag == "PostResponse"
    assert {child.tag: child.text for child in shape} == {
        "Location": f"{server.s3_url}/{bucket}/a%26b", "Bucket": bucket, "Key": "a&b", "ETag": etag_of(BODY)}
    sent_on = answer_to(success_action_redirect="http://localhost/done?x=1")
    assert sent_on.status_code == 303
    added = f"bucket={bucket}&key=a%26b&etag=%22{etag_of(BODY)[1:-1]}%22"
    assert sent_on.headers["Location"] == f"http://localhost/done?x=1&{added}"
    assert answer_to(success_action_redirect="done.html").status_code == 204


def test_length_range(server, bucket, keys):
    fields = signed_v2(server, [{"bucket": bucket}, {"key": "k"}, ["content-length-range", 10, MIB]], {"key": "k"})
    for size, status, code in ((9, 400, "EntityTooSmall"), (MIB + 1, 400, "EntityTooLarge"),
                               (4 * MIB, 400, "EntityTooLarge")):
        answer = post(f"{server.s3_url}/{bucket}", fields, b"x" * size)
        assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (status, True), answer.text
        assert keys() == []
    for size in (10, MIB):
        assert post(f"{server.s3_url}/{bucket}", fields, b"x" * size).status_code == 204
    assert keys() == ["k"]


def test_policies_that_do_not_read(server, bucket, keys):
    good = [{"bucket": bucket}, {"key": "k"}]
    for conditions, status, code in (([{"key": "k"}], 403, "AccessDenied"), (good + [{}], 400, "InvalidPolicyDocument"),
                                     (good + [["content-length-range", 0]], 400, "InvalidPolicyDocument"),
                                     (good + [["content-length-range", -1, 0]], 400, "InvalidPolicyDocument"),
                                     (good + [["ends-with", "$key", "k"]], 400, "InvalidPolicyDocument"),
                                     (good + [["eq", "$x-amz-meta-a", "1"]], 403, "AccessDenied")):
        answer = post(f"{server.s3_url}/{bucket}", signed_v2(server, conditions, {"key": "k"}))
        assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (status, True), answer.text
    assert keys() == []


def test_missing_fields(server, bucket, keys):
    whole = signed_v2(server, [{"bucket": bucket}, {"key": "k"}], {"key": "k"})
    for name, status, code in (("key", 400, "UserKeyMustBeSpecified"), ("policy", 400, "InvalidArgument"),
                               ("signature", 400, "InvalidArgument"), ("AWSAccessKeyId", 400, "InvalidArgument")):
        answer = post(f"{server.s3_url}/{bucket}", {field: value for field, value in whole.items() if field != name})
        assert (answer.status_code, f"<Code>{code}</Code>" in answer.text) == (status, True), answer.text
    unknown = post(f"{server.s3_url}/{bucket}", {**whole, "AWSAccessKeyId": "NOSUCHKEY"})
    assert (unknown.status_code, "<Code>InvalidAccessKeyId</Code>" in unknown.text) == (403, True), unknown.text
    assert "<Code>AccessDenied</Code>" in post(f"{server.s3_url}/{bucket}", {"key": "anonymous"}).text
    assert keys() == []


def test_names_in_any_case_and_what_is_ignored(server, bucket, hand_made, s3):
    conditions = [{"bUcKeT": bucket}, ["StArTs-WiTh", "$KeY", "foo"], ["eq", "$Content-Type", "text/plain"]]
    signed = signed_v2(server, conditions, {})
    fields = {"kEy": "foo.txt", "aWSAccessKeyId": signed["AWSAccessKeyId"], "pOLICy": signed["policy"],
              "SIGNATURE": signed["signature"], "CONTENT-type": "text/plain", "x-ignore-foo": "bar"}
    answer = hand_made.post_whole(bucket, form_body(fields, BODY, after=[("key", "late"), ("uncovered", "x" * 100_000)]))
    assert answer.status == 204, answer.body
    stored = s3.get_object(Bucket=bucket, Key="foo.txt")
    assert (stored["Body"].read(), stored["ContentType"]) == (BODY, "text/plain")


def test_broken_forms(server, bucket, hand_made, keys):
    fields = signed_v2(server, [{"bucket": bucket}, {"key": "k"}, ["starts-with", "$x-amz-meta-a", ""]], {"key": "k"})
    whole = form_body(fields, BODY)
    large = form_body({**fields, "x-amz-meta-a": "x" * 30_000}, BODY)
    for body, code in ((form_body(fields), "IncorrectNumberOfFilesInPostRequest"),
                       (form_body(fields, BODY, BODY), "IncorrectNumberOfFilesInPostRequest"),
                       (form_body([*fields.items(), ("key", "k")], BODY), "InvalidArgument"),
                       (form_body({}, BODY, after=fields.items()), "UserKeyMustBeSpecified"),
                       (large, "MaxPostPreDataLengthExceeded"), (whole[:-10], "MalformedPOSTRequest"),
                       (b"", "MalformedPOSTRequest"), (b"not a form", "MalformedPOSTRequest")):
        answer = hand_made.post_whole(bucket, body)
        assert (answer.status, answer.code) == (400, code), answer.body
    other = hand_made.post(bucket, [whole], {"content-length": len(whole), "content-type": "text/plain"})
    assert (other.status, other.code) == (400, "RequestIsNotMultiPartContent")
    assert keys() == []


@pytest.mark.parametrize("size", [100, 2 * MIB])
def test_cut_off_in_the_file(tmp_path, size):
    """The stop waits for every request to end, so that the next start shows what the cut one has left."""
    first = start_server(tmp_path)
    make_boto3(first).create_bucket(Bucket="bucket")
    fields = signed_v2(first, [{"bucket": "bucket"}, {"key": "k"}], {"key": "k"})
    body = form_body(fields, b"x" * size)
    RawForms(RawS3(first)).post("bucket", [body[:-50]], {"content-length": len(body)}, end_early=True)
    assert stop_server(first) == 0
    second = start_server(tmp_path)
    listed = make_boto3(second).list_objects_v2(Bucket="bucket")
    assert stop_server(second) == 0
    assert listed["KeyCount"] == 0


def test_chunked_transfer(server, bucket, hand_made, s3):
    fields = signed_v2(server, [{"bucket": bucket}, {"key": "k"}], {"key": "k"})
    data = b"chunked " * 100_000
    answer = hand_made.post(bucket, list(http_chunks(form_body(fields, data), 10_007)), {"transfer-encoding": "chunked"})
    assert answer.status == 204, answer.body
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == data


def test_digests_are_held_against_the_file(server, bucket, keys):
    good = base64.b64encode(hashlib.md5(BODY).digest()).decode()
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    sha = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    for extra, status in (({"Content-MD5": wrong}, 400), ({"x-amz-checksum-sha256": "A" * 43 + "="}, 400),
                          ({"Content-MD5": good, "x-amz-checksum-sha256": sha}, 204)):
        conditions = [{"bucket": bucket}, {"key": "k"}] + [{name: value} for name, value in extra.items()]
        answer = post(f"{server.s3_url}/{bucket}", signed_v2(server, conditions, {"key": "k", **extra}))
        assert answer.status_code == status, answer.text
        assert keys() == (["k"] if status == 204 else [])
    assert answer.headers["x-amz-checksum-sha256"] == sha


def test_what_is_not_served_is_refused(server, bucket, keys):
    for extra, code in (({"acl": "sunny"}, "InvalidArgument"), ({"tagging": "<Tagging/>"}, "MalformedXML"),
                        ({"x-amz-server-side-encryption": "AES256"}, "NotImplemented")):
        conditions = [{"bucket": bucket}, {"key": "k"}] + [{name: value} for name, value in extra.items()]
        answer = post(f"{server.s3_url}/{bucket}", signed_v2(server, conditions, {"key": "k", **extra}))
        assert f"<Code>{code}</Code>" in answer.text
    assert keys() == []


def test_acl_and_tags_of_a_form(server, s3, bucket):
    tagging = "<Tagging><TagSet><Tag><Key>a b</Key><Value>c=d+e</Value></Tag></TagSet></Tagging>"
    extra = {"acl": "public-read", "tagging": tagging}
    conditions = [{"bucket": bucket}, {"key": "k"}] + [{name: value} for name, value in extra.items()]
    answer = post(f"{server.s3_url}/{bucket}", signed_v2(server, conditions, {"key": "k", **extra}))
    assert answer.status_code == 204, answer.text
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "a b", "Value": "c=d+e"}]
    assert requests.get(f"{server.s3_url}/{bucket}/k").content == BODY


def test_anonymous_forms_need_a_public_bucket(server, s3, bucket, keys):
    answer = post(f"{server.s3_url}/{bucket}", {"key": "k"})
    assert (answer.status_code, keys()) == (403, [])
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    answer = post(f"{server.s3_url}/{bucket}", {"key": "k"})
    assert (answer.status_code, keys()) == (204, ["k"]), answer.text


def peak_kib(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def test_a_large_file_is_never_held(own_server):
    s3 = make_boto3(own_server)
    s3.create_bucket(Bucket="bucket")
    fields = signed_v2(own_server, [{"bucket": "bucket"}, {"key": "k"}], {"key": "k"})
    url = f"{own_server.s3_url}/bucket"
    assert post(url, fields, b"x" * MIB).status_code == 204  # what the server needs for any form
    before = peak_kib(own_server)
    digest = hashlib.md5()

    def body():
        yield b"".join(part(name, value) for name, value in fields.items())
        yield part("file", b"", "large.bin")[:-2]
        for number in range(64):
            block = bytes([number]) * MIB
            digest.update(block)
            yield block
        yield f"\r\n--{BOUNDARY}--\r\n".encode()

    content_type = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = requests.post(url, data=body(), headers=content_type, timeout=120)
    assert answer.status_code == 204, answer.text
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert peak_kib(own_server) - before < 16 * 1024
    head = s3.head_object(Bucket="bucket", Key="k")
    assert head["ContentLength"] == 64 * MIB


def test_many_at_once(server, bucket, s3):
    form = s3.generate_presigned_post(bucket, "up/${filename}")
    failures = []

    def upload(number):
        answer = post(form["url"], form["fields"], bytes([number]) * MIB, name=f"{number:02}")
        if answer.status_code != 204:
            failures.append(answer.text)

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for number in range(16):
        assert s3.get_object(Bucket=bucket, Key=f"up/{number:02}")["Body"].read() == bytes([number]) * MIB
