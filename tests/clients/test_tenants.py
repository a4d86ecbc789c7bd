"""Several tenants on one server: another user, another project, another domain, who may only read, who is not let in any more.

Users and keys are made by the command line, as an administrator would; clients then use the credentials that it wrote.
"""

import dataclasses
import json
import stat

import pytest
import requests
from botocore.exceptions import ClientError

from clients.conftest import empty_and_delete, make_boto3, make_esdk
from platform_api import Api, ApiError
from tenants import Tenants, run_atelier, unique


@pytest.fixture
def tenants(server, tmp_path):
    return Tenants(server, tmp_path)


def code_of(operation, **arguments):
    with pytest.raises(ClientError) as refused:
        operation(**arguments)
    error = refused.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]


def sign_in(server, project=True):
    c = server.credentials
    user = {"name": c["user_name"], "password": c["password"], "domain": {"name": c["domain_name"]}}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}}
    if project:
        auth["scope"] = {"project": {"id": c["project_id"]}}
    return requests.post(f"http://{server.platform}/v3/auth/tokens", json={"auth": auth})


class Keystone:
    """The identity API with a token, as OpenStack's clients call it."""

    def __init__(self, server):
        self.base = f"http://{server.platform}"
        answer = sign_in(server)
        assert answer.status_code == 201, answer.text
        self.token = answer.headers["X-Subject-Token"]
        self.user_id = answer.json()["token"]["user"]["id"]
        self.roles = [role["name"] for role in answer.json()["token"]["roles"]]

    def __call__(self, method, path, body=None):
        return requests.request(method, self.base + path, json=body, headers={"X-Auth-Token": self.token})


def test_another_user_of_the_project_shares_its_buckets(tenants, s3, bucket):
    anna = make_boto3(tenants.user())
    anna.put_object(Bucket=bucket, Key="hers", Body=b"from anna")
    assert s3.get_object(Bucket=bucket, Key="hers")["Body"].read() == b"from anna"
    assert bucket in [item["Name"] for item in anna.list_buckets()["Buckets"]]


@pytest.mark.parametrize("signature", ["s3v4", "s3"])
def test_another_project_gets_nothing(tenants, s3, bucket, signature):
    s3.put_object(Bucket=bucket, Key="k", Body=b"secret")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="u")["UploadId"]
    stranger = make_boto3(tenants.user("--project", tenants.project()), signature)
    assert stranger.list_buckets()["Buckets"] == []
    here = {"Bucket": bucket}
    at = {"Bucket": bucket, "Key": "k"}
    for operation, arguments in [
        (stranger.list_objects, here),
        (stranger.list_objects_v2, here),
        (stranger.list_multipart_uploads, here),
        (stranger.get_bucket_location, here),
        (stranger.get_bucket_acl, here),
        (stranger.delete_bucket, here),
        (stranger.get_object, at),
        (stranger.put_object, {**at, "Body": b"x"}),
        (stranger.delete_object, at),
        (stranger.get_object_acl, at),
        (stranger.create_multipart_upload, at),
        (stranger.list_parts, {"Bucket": bucket, "Key": "u", "UploadId": upload}),
        (stranger.upload_part, {"Bucket": bucket, "Key": "u", "UploadId": upload, "PartNumber": 1, "Body": b"x"}),
        (stranger.abort_multipart_upload, {"Bucket": bucket, "Key": "u", "UploadId": upload}),
    ]:
        assert code_of(operation, **arguments) == (403, "AccessDenied"), operation
    refused = stranger.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})
    assert ("Deleted" in refused, [error["Code"] for error in refused["Errors"]]) == (False, ["AccessDenied"])
    for operation, arguments in [(stranger.head_bucket, here), (stranger.head_object, at)]:
        assert code_of(operation, **arguments) == (403, "403"), operation  # an answer to HEAD has no body
    assert code_of(stranger.create_bucket, **here) == (409, "BucketAlreadyExists")
    own = unique("bucket")
    stranger.create_bucket(Bucket=own)
    assert code_of(stranger.copy_object, Bucket=own, Key="k", CopySource=at) == (403, "AccessDenied")
    assert code_of(s3.list_objects_v2, Bucket=own) == (403, "AccessDenied")
    assert s3.get_object(**at)["Body"].read() == b"secret"
    stranger.delete_bucket(Bucket=own)


def test_another_project_through_the_obs_sdk(tenants, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"secret")
    stranger = tenants.user("--project", tenants.project())
    for mode in ["ip_v2", "host_obs"]:
        client = make_esdk(stranger, mode)
        answer = client.getObject(bucket, "k", loadStreamInMemory=True)
        assert (answer.status, answer.errorCode) == (403, "AccessDenied"), mode
        client.close()


def test_who_may_only_read(tenants, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"to be read")
    reader_of = tenants.user("--role", "read-only")
    reader = make_boto3(reader_of)
    assert reader.get_object(Bucket=bucket, Key="k")["Body"].read() == b"to be read"
    assert [item["Key"] for item in reader.list_objects_v2(Bucket=bucket)["Contents"]] == ["k"]
    at = {"Bucket": bucket, "Key": "k"}
    for operation, arguments in [
        (reader.put_object, {**at, "Body": b"x"}),
        (reader.copy_object, {**at, "CopySource": at}),
        (reader.delete_object, at),
        (reader.delete_objects, {"Bucket": bucket, "Delete": {"Objects": [{"Key": "k"}]}}),
        (reader.create_multipart_upload, at),
        (reader.create_bucket, {"Bucket": unique("bucket")}),
        (reader.delete_bucket, {"Bucket": bucket}),
    ]:
        assert code_of(operation, **arguments) == (403, "AccessDenied"), operation
    put = reader.generate_presigned_url("put_object", Params=at)
    assert requests.put(put, data=b"x").status_code == 403
    for mode in ["token", "aksk"]:
        api = Api(reader_of, mode)
        assert api.call("GET", "/services")["total_count"] == 0
        with pytest.raises(ApiError) as refused:
            api.call("POST", "/models", {"model_name": "m"})
        assert (refused.value.status, refused.value.body["error_code"]) == (403, "ModelArts.0112")
    assert Keystone(reader_of).roles == ["readonly"]
    tenants.run("user", "role", reader_of.credentials["user_name"], "user")
    reader.put_object(**at, Body=b"now may write")


def test_a_disabled_key_is_refused_at_once(tenants, bucket):
    anna_is = tenants.user()
    anna = make_boto3(anna_is)
    anna.put_object(Bucket=bucket, Key="k", Body=b"x")
    link = anna.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    assert requests.get(link).status_code == 200
    tenants.run("key", "disable", anna_is.access_key)
    assert code_of(anna.list_buckets) == (403, "InvalidAccessKeyId")
    assert requests.get(link).status_code == 403
    assert sign_in(anna_is).status_code == 201, "the password is not the key's"
    tenants.run("key", "enable", anna_is.access_key)
    assert requests.get(link).status_code == 200
    tenants.run("key", "delete", anna_is.access_key)
    assert code_of(anna.list_buckets) == (403, "InvalidAccessKeyId")


def test_a_disabled_and_a_deleted_user(tenants, s3, bucket):
    anna_is = tenants.user()
    name = anna_is.credentials["user_name"]
    anna = make_boto3(anna_is)
    anna.put_object(Bucket=bucket, Key="k", Body=b"stays")
    by_token = Api(anna_is)
    tenants.run("user", "disable", name)
    assert code_of(anna.list_buckets) == (403, "InvalidAccessKeyId")
    assert by_token.raw("GET", "/services").status_code == 401
    assert sign_in(anna_is).status_code == 401
    tenants.run("user", "enable", name)
    assert by_token.raw("GET", "/services").status_code == 200
    anna.list_buckets()
    tenants.run("user", "delete", name)
    assert code_of(anna.list_buckets) == (403, "InvalidAccessKeyId")
    assert by_token.raw("GET", "/services").status_code == 401
    assert sign_in(anna_is).status_code == 401
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"stays", "what users make belongs to the project"
    tenants.run("user", "create", name, "--no-key")  # the name is free again


def test_a_project_that_owns_a_bucket_stays(tenants):
    project = tenants.project()
    owner = make_boto3(tenants.user("--project", project))
    name = unique("bucket")
    owner.create_bucket(Bucket=name)
    refused = run_atelier(tenants.server, "project", "delete", project)
    assert refused.returncode == 1
    assert f"The project '{project}' still has 1 bucket: delete them first." in refused.stderr
    empty_and_delete(owner, name)
    tenants.run("project", "delete", project)
    assert code_of(owner.list_buckets) == (403, "InvalidAccessKeyId")


def test_another_domain_is_an_account_of_its_own(tenants, server, s3, bucket):
    guest_is = tenants.make("domain", "create", unique("domain"))
    guest = make_boto3(guest_is)
    assert guest.list_buckets()["Buckets"] == []
    assert code_of(guest.list_objects_v2, Bucket=bucket) == (403, "AccessDenied")
    home, away = Keystone(server), Keystone(guest_is)
    assert away.roles == ["te_admin"]
    assert [user["name"] for user in away("GET", "/v3/users").json()["users"]] == ["admin"]
    assert away("GET", f"/v3/users/{home.user_id}").status_code == 404
    assert away("DELETE", f"/v3/users/{home.user_id}").status_code == 404
    assert home("DELETE", f"/v3/users/{away.user_id}").status_code == 404
    assert away("PATCH", f"/v3/projects/{server.credentials['project_id']}", {"project": {"enabled": False}}).status_code == 404
    assert away("PUT", f"/v3.0/OS-CREDENTIAL/credentials/{server.access_key}", {"credential": {"status": "inactive"}}).status_code == 404
    assert away("POST", "/v3/domains", {"domain": {"name": unique("domain")}}).status_code == 403
    # It administers itself.
    made = away("POST", "/v3/users", {"user": {"name": "admin2", "password": "open sesame"}})
    assert made.status_code == 201, made.text
    s3.list_buckets()


def test_the_identity_api_as_openstack_clients_call_it(tenants, server):
    admin = Keystone(server)
    assert admin.roles == ["te_admin"]
    name, project_name = unique("user"), unique("project")
    project = admin("POST", "/v3/projects", {"project": {"name": project_name, "enabled": True}}).json()["project"]
    user = admin("POST", "/v3/users", {"user": {"name": name, "password": "open sesame", "enabled": True}}).json()["user"]
    assert admin("GET", f"/v3/users?name={name}").json()["users"] == [user]
    as_user = dataclasses.replace(server, credentials={**server.credentials, "user_name": name, "password": "open sesame",
                                                       "project_id": project["id"], "project_name": project_name})
    assert sign_in(as_user).status_code == 401, "no role yet"
    role = {role["name"]: role["id"] for role in admin("GET", "/v3/roles").json()["roles"]}["user"]
    path = f"/v3/projects/{project['id']}/users/{user['id']}/roles/{role}"
    assert admin("HEAD", path).status_code == 404
    assert admin("PUT", path).status_code == 204
    assert admin("HEAD", path).status_code == 204
    own = Keystone(as_user)
    assert own.roles == ["user"]
    assert [item["id"] for item in own("GET", "/v3/projects").json()["projects"]] == [project["id"]]
    for method, target, body in [
        ("GET", "/v3/users", None),
        ("POST", "/v3/users", {"user": {"name": unique("user"), "password": "open sesame"}}),
        ("PATCH", f"/v3/users/{user['id']}", {"user": {"enabled": True}}),
        ("PUT", path.replace(f"/roles/{role}", "/roles/0"), None),
        ("DELETE", f"/v3/users/{admin.user_id}", None),
    ]:
        answer = own(method, target, body)
        assert (answer.status_code, answer.json()["error"]["title"]) == (403, "Forbidden"), (method, target)
    key = own("POST", "/v3.0/OS-CREDENTIAL/credentials", {"credential": {"description": "own"}}).json()["credential"]
    assert (key["user_id"], key["project_id"], key["status"]) == (user["id"], project["id"], "active")
    as_user.credentials.update(access_key=key["access"], secret_key=key["secret"])
    assert make_boto3(as_user).list_buckets()["Buckets"] == []
    change = {"user": {"original_password": "open sesame", "password": "open barley"}}
    assert own("POST", f"/v3/users/{user['id']}/password", change).status_code == 204
    as_user.credentials["password"] = "open barley"
    assert sign_in(as_user).status_code == 201
    assert admin("DELETE", f"/v3/users/{user['id']}").status_code == 204
    assert admin("DELETE", f"/v3/projects/{project['id']}").status_code == 204


def test_the_credentials_file_serves_the_command_line(tenants, tmp_path):
    file, name, project = tmp_path / "anna.json", unique("user"), tenants.project()
    shown = tenants.run("user", "create", name, "--project", project, "--credentials", str(file))
    written = json.loads(file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(written) == set(tenants.server.credentials)
    assert written["secret_key"] not in shown and written["password"] not in shown
    again = run_atelier(tenants.server, "user", "create", unique("user"), "--credentials", str(file))
    assert again.returncode == 2 and "is there already" in again.stderr
    own = run_atelier(tenants.server, "env", "--json", credentials=file)
    assert json.loads(own.stdout)["OS_USERNAME"] == name
    made = run_atelier(tenants.server, "obs", "mb", bucket_name := unique("bucket"), credentials=file)
    assert made.returncode == 0, made.stderr
    assert run_atelier(tenants.server, "obs", "rb", bucket_name, credentials=file).returncode == 0
    refused = run_atelier(tenants.server, "user", "list", credentials=file)
    assert refused.returncode == 1 and "needs the role admin" in refused.stderr


def test_tables_and_json(tenants):
    name = unique("user")
    made = json.loads(tenants.run("user", "create", name, "--role", "admin", "--json"))
    assert made["user_name"] == name and made["role"] == "admin" and len(made["secret_key"]) == 40 and made["password"]
    row = next(line for line in tenants.run("user", "list").splitlines() if line.startswith(name + " "))
    assert "yes" in row and f"admin in {made['project_name']}" in row and made["user_id"] in row
    key = json.loads(tenants.run("key", "create", "--user", name, "--description", "second", "--json"))
    keys = json.loads(tenants.run("key", "list", "--user", name, "--json"))
    assert [item["access"] for item in keys] == [made["access_key"], key["access_key"]]
    assert "second" in tenants.run("key", "list", "--user", name)
    assert made["project_name"] in tenants.run("project", "list")
    password = json.loads(tenants.run("user", "password", name, "--json"))["password"]
    anna = dataclasses.replace(tenants.server, credentials={**made, "password": password})
    assert sign_in(anna).status_code == 201
    assert "none" in tenants.run("user", "role", name, "none")
    assert sign_in(anna).status_code == 401
    tenants.run("user", "delete", name)
    gone = run_atelier(tenants.server, "user", "delete", name)
    assert gone.returncode == 1 and "atelier user list" in gone.stderr
    wrong = run_atelier(tenants.server, "user", "create", unique("user"), "--role", "king")
    assert wrong.returncode == 2 and "admin, user or read-only" in wrong.stderr


def test_groups_on_the_command_line(tenants, bucket):
    anna_is = tenants.user("--role", "read-only")
    anna, name = make_boto3(anna_is), anna_is.credentials["user_name"]
    group, shop = unique("group"), tenants.project()
    made = json.loads(tenants.run("group", "create", group, "--description", "who write", "--json"))
    assert made["group_name"] == group
    tenants.run("group", "role", group, "user")
    tenants.run("group", "role", made["group_id"], "read-only", "--project", shop)
    assert code_of(anna.put_object, Bucket=bucket, Key="k", Body=b"x") == (403, "AccessDenied")
    tenants.run("group", "add", group, name)
    anna.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert name in tenants.run("group", "members", group)
    listed = {item["name"]: item for item in json.loads(tenants.run("group", "list", "--json"))}
    own = anna_is.credentials["project_name"]
    assert sorted(listed[group]["roles"]) == sorted([f"user in {own}", f"read-only in {shop}"])
    users = {item["name"]: item for item in json.loads(tenants.run("user", "list", "--json"))}
    assert sorted(users[name]["roles"]) == sorted([f"read-only in {own}", f"user in {own} by a group", f"read-only in {shop} by a group"])
    assert group in tenants.run("group", "list")
    tenants.run("user", "role", name, "none")
    anna.put_object(Bucket=bucket, Key="k", Body=b"still by the group")
    tenants.run("group", "role", group, "none")
    assert code_of(anna.list_buckets) == (403, "InvalidAccessKeyId")
    tenants.run("group", "role", group, "read-only")
    assert bucket in [item["Name"] for item in anna.list_buckets()["Buckets"]]
    tenants.run("group", "remove", group, name)
    assert code_of(anna.list_buckets) == (403, "InvalidAccessKeyId")
    tenants.run("group", "delete", group)
    refused = run_atelier(tenants.server, "group", "members", group)
    assert refused.returncode == 1 and "atelier group list" in refused.stderr
