"""huaweicloudsdkiam as its makers ship it: projects, users, access keys, temporary keys, groups and roles."""

import datetime

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServerResponseException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkiam import v3 as iam

from clients.conftest import make_boto3
from tenants import Tenants, identity_token, unique


def client_of(server, credentials=None, **how):
    """`how`: derived=True signs V11-HMAC-SHA256."""
    url = f"http://{server.platform}"
    if credentials is None:
        credentials = GlobalCredentials(server.access_key, server.secret_key).with_iam_endpoint(url)
    if how.get("derived"):
        credentials = credentials.with_derived_predicate(lambda request: True)
    builder = iam.IamClient.new_builder().with_credentials(credentials)
    if how.get("derived"):
        return builder._with_derived_auth_service_name("iam").with_region(Region("eu-de", url)).build()
    return builder.with_endpoint(url).build()


def refusal(call, request):
    with pytest.raises((ClientRequestException, ServerResponseException)) as refused:
        call(request)
    return refused.value.status_code


@pytest.fixture(scope="module")
def client(server):
    return client_of(server)


@pytest.fixture(scope="module")
def user_id(client):
    """Whose key it is."""
    return client.list_permanent_access_keys(iam.ListPermanentAccessKeysRequest()).credentials[0].user_id


@pytest.fixture
def person(server, tmp_path, client):
    made = Tenants(server, tmp_path).user("--role", "read-only")
    users = client.keystone_list_users(iam.KeystoneListUsersRequest(name=made.credentials["user_name"])).users
    return made, users[0].id


@pytest.fixture
def group(client):
    option = iam.KeystoneCreateGroupOption(name=unique("group"), description="of a test")
    made = client.keystone_create_group(iam.KeystoneCreateGroupRequest(iam.KeystoneCreateGroupRequestBody(option))).group
    yield made
    client.keystone_delete_group(iam.KeystoneDeleteGroupRequest(made.id))
    assert refusal(client.keystone_show_group, iam.KeystoneShowGroupRequest(made.id)) == 404


def test_projects(server, client):
    named = client.keystone_list_projects(iam.KeystoneListProjectsRequest(name=server.region)).projects
    assert [project.id for project in named] == [server.credentials["project_id"]]
    assert client.keystone_list_projects(iam.KeystoneListProjectsRequest(name="elsewhere")).projects == []
    assert server.credentials["project_id"] in [item.id for item in client.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest()).projects]
    shown = client.keystone_show_project(iam.KeystoneShowProjectRequest(server.credentials["project_id"])).project
    assert shown.name == server.region


def test_a_project_id_that_is_not_given_is_found(server):
    """The SDK asks for the project that is named as the region; exactly one must come."""
    url = f"http://{server.platform}"
    credentials = BasicCredentials(server.access_key, server.secret_key).with_iam_endpoint(url)
    client = iam.IamClient.new_builder().with_credentials(credentials).with_region(Region(server.region, url)).build()
    assert client.keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest()).domains
    assert credentials.project_id == server.credentials["project_id"]


def test_the_catalog(server, client):
    entries = {item.type: item.endpoints[0] for item in client.keystone_show_catalog(iam.KeystoneShowCatalogRequest()).catalog}
    project = server.credentials["project_id"]
    assert entries["modelartsv1"].url == f"http://{server.platform}/v1/{project}"
    assert entries["modelartsv2"].url == f"http://{server.platform}/v2/{project}"
    assert {entries[kind].url for kind in ("object", "obs", "object-store")} == {server.s3_url}
    assert {(item.interface, item.region, item.region_id) for item in entries.values()} == {("public", server.region, server.region)}


def test_users(server, client, user_id):
    shown = client.keystone_show_user(iam.KeystoneShowUserRequest(user_id)).user
    assert (shown.id, shown.name, shown.enabled) == (user_id, server.credentials["user_name"], True)
    assert refusal(client.keystone_show_user, iam.KeystoneShowUserRequest("absent")) == 404


def test_permanent_access_keys(server, client, user_id):
    option = iam.CreateCredentialOption(user_id=user_id, description="by the SDK")
    made = client.create_permanent_access_key(iam.CreatePermanentAccessKeyRequest(iam.CreatePermanentAccessKeyRequestBody(option))).credential
    assert (made.user_id, made.status, made.description) == (user_id, "active", "by the SDK")
    with_it = client_of(server, GlobalCredentials(made.access, made.secret).with_iam_endpoint(f"http://{server.platform}"))
    assert with_it.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest()).projects
    listed = client.list_permanent_access_keys(iam.ListPermanentAccessKeysRequest(user_id=user_id)).credentials
    assert made.access in [key.access for key in listed]
    assert client.show_permanent_access_key(iam.ShowPermanentAccessKeyRequest(made.access)).credential.status == "active"
    change = iam.UpdatePermanentAccessKeyRequestBody(iam.UpdateCredentialOption(status="inactive", description="resting"))
    changed = client.update_permanent_access_key(iam.UpdatePermanentAccessKeyRequest(made.access, change)).credential
    assert (changed.status, changed.description) == ("inactive", "resting")
    assert refusal(with_it.keystone_list_auth_projects, iam.KeystoneListAuthProjectsRequest()) == 403
    client.delete_permanent_access_key(iam.DeletePermanentAccessKeyRequest(made.access))
    assert refusal(client.show_permanent_access_key, iam.ShowPermanentAccessKeyRequest(made.access)) == 404


def temporary_key(client, token, seconds=None):
    identity = iam.TokenAuthIdentity(methods=["token"], token=iam.IdentityToken(id=token, duration_seconds=seconds))
    body = iam.CreateTemporaryAccessKeyByTokenRequestBody(iam.TokenAuth(identity))
    return client.create_temporary_access_key_by_token(iam.CreateTemporaryAccessKeyByTokenRequest(body)).credential


def test_a_temporary_key_by_token(server, client, s3, bucket):
    before = datetime.datetime.now(datetime.timezone.utc)
    made = temporary_key(client, identity_token(server), 3600)
    expires = datetime.datetime.strptime(made.expires_at, "%Y-%m-%dT%H:%M:%S.%f%z")
    assert abs((expires - before).total_seconds() - 3600) < 60
    brief = GlobalCredentials(made.access, made.secret).with_iam_endpoint(f"http://{server.platform}").with_security_token(made.securitytoken)
    with_it = client_of(server, brief)
    assert with_it.keystone_list_projects(iam.KeystoneListProjectsRequest(name=server.region)).projects
    option = iam.CreateCredentialOption(description="would outlive it")
    assert refusal(with_it.create_permanent_access_key,
                   iam.CreatePermanentAccessKeyRequest(iam.CreatePermanentAccessKeyRequestBody(option))) == 403
    for seconds in (899, 86401):
        with pytest.raises(ClientRequestException) as refused:
            temporary_key(client, identity_token(server), seconds)
        assert refused.value.status_code == 400


def test_a_temporary_key_by_agency_is_not_served(client):
    role = iam.IdentityAssumerole(agency_name="agency", domain_name="domain")
    identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=role)
    body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(iam.AgencyAuth(identity))
    assert refusal(client.create_temporary_access_key_by_agency, iam.CreateTemporaryAccessKeyByAgencyRequest(body)) == 501


def test_v11_signatures(server, client):
    """The derived key, with a lasting pair and a temporary one."""
    derived = client_of(server, derived=True)
    assert derived.keystone_list_projects(iam.KeystoneListProjectsRequest(name=server.region)).projects
    made = temporary_key(derived, identity_token(server))
    url = f"http://{server.platform}"
    brief = client_of(server, GlobalCredentials(made.access, made.secret).with_iam_endpoint(url).with_security_token(made.securitytoken), derived=True)
    assert brief.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest()).projects
    forged = client_of(server, GlobalCredentials(server.access_key, server.secret_key[::-1], "d" * 32).with_iam_endpoint(url), derived=True)
    assert refusal(forged.keystone_list_auth_projects, iam.KeystoneListAuthProjectsRequest()) == 403


def test_groups(client, group, person):
    _, anna = person
    assert group.id in [item.id for item in client.keystone_list_groups(iam.KeystoneListGroupsRequest(name=group.name)).groups]
    option = iam.KeystoneUpdateGroupOption(description="changed")
    changed = client.keystone_update_group(iam.KeystoneUpdateGroupRequest(group.id, iam.KeystoneUpdateGroupRequestBody(option))).group
    assert (changed.name, changed.description) == (group.name, "changed")
    member = iam.KeystoneCheckUserInGroupRequest(group.id, anna)
    assert refusal(client.keystone_check_user_in_group, member) == 404
    client.keystone_add_user_to_group(iam.KeystoneAddUserToGroupRequest(group.id, anna))
    client.keystone_check_user_in_group(member)
    assert [user.id for user in client.keystone_list_users_for_group_by_admin(iam.KeystoneListUsersForGroupByAdminRequest(group.id)).users] == [anna]
    assert [item.id for item in client.keystone_list_groups_for_user(iam.KeystoneListGroupsForUserRequest(anna)).groups] == [group.id]
    client.keystone_remove_user_from_group(iam.KeystoneRemoveUserFromGroupRequest(group.id, anna))
    assert refusal(client.keystone_check_user_in_group, member) == 404


def test_roles_of_groups_are_their_members(server, client, group, person, bucket):
    anna_is, anna = person
    project, domain = server.credentials["project_id"], group.domain_id
    roles = {role.name: role.id for role in client.keystone_list_permissions(iam.KeystoneListPermissionsRequest()).roles}
    client.keystone_add_user_to_group(iam.KeystoneAddUserToGroupRequest(group.id, anna))
    s3 = make_boto3(anna_is)
    with pytest.raises(s3.exceptions.ClientError):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    client.keystone_associate_group_with_project_permission(
        iam.KeystoneAssociateGroupWithProjectPermissionRequest(project, group.id, roles["user"]))
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    client.keystone_check_project_permission_for_group(iam.KeystoneCheckProjectPermissionForGroupRequest(project, group.id, roles["user"]))
    listed = client.keystone_list_project_permissions_for_group(iam.KeystoneListProjectPermissionsForGroupRequest(project, group.id)).roles
    assert [role.id for role in listed] == [roles["user"]]
    client.keystone_remove_project_permission_from_group(
        iam.KeystoneRemoveProjectPermissionFromGroupRequest(project, group.id, roles["user"]))
    with pytest.raises(s3.exceptions.ClientError):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    client.update_domain_group_inherit_role(iam.UpdateDomainGroupInheritRoleRequest(domain, group.id, roles["user"]))
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    client.keystone_checkrole_for_group(iam.KeystoneCheckroleForGroupRequest(domain, group.id, roles["user"]))
    client.keystone_check_domain_permission_for_group(iam.KeystoneCheckDomainPermissionForGroupRequest(domain, group.id, roles["user"]))
    inherited = client.keystone_list_all_project_permissions_for_group(iam.KeystoneListAllProjectPermissionsForGroupRequest(domain, group.id)).roles
    assert [role.id for role in inherited] == [roles["user"]]
    client.delete_domain_group_inherited_role(iam.DeleteDomainGroupInheritedRoleRequest(domain, group.id, roles["user"]))
    assert client.keystone_list_domain_permissions_for_group(iam.KeystoneListDomainPermissionsForGroupRequest(domain, group.id)).roles == []
