"""Temporary access keys in unmodified clients: wherever a lasting key works, they do, and nothing outlives them."""

import dataclasses
import json

import pytest
import requests
from botocore.exceptions import ClientError

from clients.conftest import ESDK_MODES, make_boto3, make_esdk
from platform_api import Api
from tenants import Tenants, identity_token, run_atelier, temporary

BODY = b"for a while"


@pytest.fixture(scope="module")
def brief(server):
    return temporary(server)


@pytest.fixture(scope="module")
def half(brief):
    """The key without the token that belongs to it."""
    return with_token(brief, None)


def with_token(server, token):
    return dataclasses.replace(server, credentials={**server.credentials, "security_token": token})


def code_of(operation, **arguments):
    with pytest.raises(ClientError) as refused:
        operation(**arguments)
    error = refused.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
class TestBoto3:
    def test_requests(self, s3, bucket, brief, half, signature):
        client = make_boto3(brief, signature)
        client.put_object(Bucket=bucket, Key="k", Body=BODY)
        assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == BODY
        assert bucket in [item["Name"] for item in client.list_buckets()["Buckets"]]
        assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == BODY
        assert code_of(make_boto3(half, signature).list_buckets) == (403, "InvalidAccessKeyId")
        assert code_of(make_boto3(with_token(brief, brief.security_token + "x"), signature).list_buckets) == (400, "InvalidToken")

    def test_links(self, s3, bucket, brief, half, signature):
        s3.put_object(Bucket=bucket, Key="k", Body=BODY)
        at = {"Bucket": bucket, "Key": "k"}
        link = make_boto3(brief, signature).generate_presigned_url("get_object", Params=at)
        got = requests.get(link)
        assert (got.status_code, got.content) == (200, BODY), got.text
        assert requests.put(make_boto3(brief, signature).generate_presigned_url("put_object", Params=at), data=b"new").status_code == 200
        assert s3.get_object(**at)["Body"].read() == b"new"
        refused = requests.get(make_boto3(half, signature).generate_presigned_url("get_object", Params=at))
        assert (refused.status_code, "<Code>InvalidAccessKeyId</Code>" in refused.text) == (403, True)
        assert requests.get(link.replace(bucket, "elsewhere")).status_code == 403

    def test_forms(self, s3, bucket, brief, half, signature):
        form = make_boto3(brief, signature).generate_presigned_post(bucket, "posted")
        assert "x-amz-security-token" in form["fields"]
        assert requests.post(form["url"], data=form["fields"], files={"file": BODY}).status_code == 204
        assert s3.get_object(Bucket=bucket, Key="posted")["Body"].read() == BODY
        fields = {name: value for name, value in form["fields"].items() if name != "x-amz-security-token"}
        refused = requests.post(form["url"], data=fields, files={"file": b"x"})
        assert (refused.status_code, "<Code>InvalidAccessKeyId</Code>" in refused.text) == (403, True)
        fields["x-amz-security-token"] = brief.security_token[:-1]
        refused = requests.post(form["url"], data=fields, files={"file": b"x"})
        assert (refused.status_code, "<Code>InvalidToken</Code>" in refused.text) == (400, True)


@pytest.mark.parametrize("mode", ESDK_MODES)
class TestEsdk:
    def test_requests(self, s3, bucket, brief, half, mode):
        client = make_esdk(brief, mode)
        answer = client.putContent(bucket, "k", BODY.decode())
        assert answer.status == 200, (answer.errorCode, answer.errorMessage)
        assert client.getObject(bucket, "k", loadStreamInMemory=True).body.buffer == BODY
        client.close()
        for who, refusal in [(half, (403, "InvalidAccessKeyId")), (with_token(brief, "nonsense"), (400, "InvalidToken"))]:
            client = make_esdk(who, mode)
            answer = client.getObject(bucket, "k", loadStreamInMemory=True)
            assert (answer.status, answer.errorCode) == refusal
            client.close()

    def test_links(self, s3, bucket, brief, mode):
        s3.put_object(Bucket=bucket, Key="k", Body=BODY)
        client = make_esdk(brief, mode)
        made = client.createSignedUrl("GET", bucket, "k", expires=300)
        got = requests.get(made.signedUrl, headers=made.actualSignedRequestHeaders)
        assert (got.status_code, got.content) == (200, BODY), got.text
        client.close()

    def test_forms(self, s3, bucket, brief, mode):
        client = make_esdk(brief, mode)
        token_name = "x-obs-security-token" if mode == "host_obs" else "x-amz-security-token"
        signed = client.createPostSignature(bucket, "posted", expires=300, formParams={token_name: brief.security_token})
        client.close()
        fields = {"key": "posted", token_name: brief.security_token, "policy": signed.policy}
        if mode == "ip_v4":
            fields.update({"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": signed.credential, "x-amz-date": signed.date,
                           "x-amz-signature": signed.signature})
        else:
            fields.update({"AccessKeyId" if mode == "host_obs" else "AWSAccessKeyId": brief.access_key, "signature": signed.signature})
        answer = requests.post(f"{brief.s3_url}/{bucket}", data=fields, files={"file": BODY})
        assert answer.status_code == 204, answer.text
        assert s3.get_object(Bucket=bucket, Key="posted")["Body"].read() == BODY


def test_the_platform(server, brief, half):
    api = Api(brief, "aksk")
    assert api.call("GET", "/services")["total_count"] >= 0
    answer = Api(half, "aksk").raw("GET", "/services")
    assert (answer.status_code, answer.json()["error_code"]) == (403, "ModelArts.0206")
    answer = Api(with_token(brief, brief.security_token[:-1]), "aksk").raw("GET", "/services")
    assert (answer.status_code, answer.json()["error_code"]) == (401, "ModelArts.0203")
    api.project = "f" * 32
    answer = api.raw("GET", "/services")
    assert (answer.status_code, answer.json()["error_code"]) == (403, "ModelArts.0210")


def test_the_role_is_that_of_the_moment(server, tmp_path, bucket):
    tenants = Tenants(server, tmp_path)
    anna_is = tenants.user()
    anna = make_boto3(temporary(anna_is))
    anna.put_object(Bucket=bucket, Key="k", Body=BODY)
    tenants.run("user", "role", anna_is.credentials["user_name"], "read-only")
    assert code_of(anna.put_object, Bucket=bucket, Key="k", Body=b"x") == (403, "AccessDenied")
    tenants.run("user", "disable", anna_is.credentials["user_name"])
    assert code_of(anna.list_buckets) == (403, "InvalidAccessKeyId")


def test_the_command_line(server, s3, bucket, tmp_path):
    """Makes such a key and uses it as any other; it looks at identities and changes none."""
    file = tmp_path / "brief.json"
    made = run_atelier(server, "key", "temporary", "--seconds", "1000", "--credentials", str(file), "--json")
    assert made.returncode == 0, made.stderr
    written, shown = json.loads(file.read_text()), json.loads(made.stdout)
    assert shown["expires_at"].endswith("Z") and "security_token" not in shown and written["security_token"]
    assert make_boto3(dataclasses.replace(server, credentials=written)).list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    listed = run_atelier(server, "obs", "ls", credentials=file)
    assert listed.returncode == 0 and bucket in listed.stdout, listed.stderr
    assert run_atelier(server, "user", "list", credentials=file).returncode == 0
    assert "export AWS_SESSION_TOKEN='ast1." in run_atelier(server, "env", credentials=file).stdout
    for words in (["key", "create"], ["key", "temporary"], ["group", "create", "x"]):
        refused = run_atelier(server, *words, credentials=file)
        assert refused.returncode == 1 and "temporary access key" in refused.stderr, words
    too_brief = run_atelier(server, "key", "temporary", "--seconds", "899")
    assert too_brief.returncode == 2 and "900 to 86400" in too_brief.stderr


def test_a_temporary_key_makes_no_others(server, brief):
    url = f"http://{server.platform}/v3.0/OS-CREDENTIAL/securitytokens"
    for token in [brief.security_token, identity_token(server)[:-1], ""]:
        body = {"auth": {"identity": {"methods": ["token"], "token": {"id": token}}}}
        assert requests.post(url, json=body).status_code == 401
