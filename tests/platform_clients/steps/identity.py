"""Who one is, and who else there is."""

from platform_clients.journey import step

PASSWORD, OTHER_PASSWORD = "Walk-in-2-gardens", "Walk-in-3-gardens"


@step("discover")
def discover_the_interface(journey):
    assert journey.client.discover() == "v3.8"


@step("sign_in")
def sign_in(journey):
    assert journey.client.sign_in() == journey.server.credentials["project_id"]


@step("check_token")
def check_the_token(journey):
    assert journey.client.check_token()["name"] == journey.server.credentials["user_name"]


@step("catalog")
def read_the_catalog(journey):
    assert {"modelartsv1", "modelartsv2", "object"} <= set(journey.client.catalog())


@step("projects")
def list_projects(journey):
    assert journey.client.projects() == [journey.server.credentials["project_name"]]


@step("domains")
def list_domains(journey):
    assert journey.client.domains() == [journey.server.credentials["domain_name"]]


@step("roles")
def list_roles(journey):
    assert {"te_admin", "user", "readonly"} <= set(journey.client.roles())


@step("show_domain", "show_role", routes=["GET /v3/domains", "GET /v3/roles/{r}"])
def look_up_a_domain_and_a_role(journey):
    assert journey.client.show_domain() == journey.server.credentials["domain_name"]
    assert journey.client.show_role("2") == "readonly"


@step("make_user", "users", "show_user", "describe_user")
def make_a_user(journey):
    user = journey.made.user = journey.client.make_user("gardener", PASSWORD)
    assert "gardener" in journey.client.users()
    assert journey.client.show_user(user) == "gardener"
    journey.client.describe_user(user, "waters the plants")


@step("make_user", "give_role", "take_role", "role_assignments")
def give_and_take_a_role(journey):
    user = journey.made.user
    journey.client.give_role(user, "user")
    assert user in [who for who, _ in journey.client.role_assignments()]
    journey.client.take_role(user, "user")
    assert user not in [who for who, _ in journey.client.role_assignments()]


@step("make_user", "check_role")
def roles_of_domain_and_project(journey):
    for scope in ("project", "domain"):
        journey.client.give_role(journey.made.user, "readonly", scope)
        journey.client.check_role(journey.made.user, "readonly", scope)
        journey.client.take_role(journey.made.user, "readonly", scope)


@step("check_token", "make_key", "access_keys", "show_key", "disable_key", "remove_key")
def access_keys(journey):
    own = journey.client.check_token()["id"]
    key, secret = journey.client.make_key(own)
    assert secret and key in journey.client.access_keys(own)
    assert journey.client.show_key(key) == "active"
    journey.client.disable_key(key)
    assert journey.client.show_key(key) == "inactive"
    journey.client.remove_key(key)
    assert key not in journey.client.access_keys(own)


@step("make_group", "groups", "join_group", "leave_group", "remove_group", routes=["POST /v3/groups", "PUT /v3/groups/{g}/users/{u}"])
def groups(journey):
    group = journey.client.make_group("garden")
    assert "garden" in journey.client.groups()
    journey.client.join_group(group, journey.made.user)
    journey.client.leave_group(group, journey.made.user)
    journey.client.remove_group(group)
    assert "garden" not in journey.client.groups()


@step("make_temporary_key", routes=["POST /v3.0/OS-CREDENTIAL/securitytokens"])
def make_a_temporary_key(journey):
    key = journey.client.make_temporary_key()
    assert key["access"] and key["secret"] and key["securitytoken"] and key["expires_at"]


@step("make_user", "remove_user")
def remove_the_user(journey):
    journey.client.remove_user(journey.made.user)
    assert "gardener" not in journey.client.users()


@step("make_project", "describe_project")
def make_a_project(journey):
    project = journey.client.make_project("greenhouse")
    journey.client.describe_project(project, "warm")
    if journey.client.can("show_project"):
        assert journey.client.show_project(project) == "greenhouse"
    if journey.client.can("remove_project"):
        journey.client.remove_project(project)
        assert "greenhouse" not in journey.client.projects()


@step("make_domain")
def make_a_domain(journey):
    assert journey.client.make_domain("nursery") == "nursery"


@step("change_own_password", "sign_in")
def change_ones_password(journey):
    credentials = journey.server.credentials
    journey.client.change_own_password(credentials["password"], OTHER_PASSWORD)
    credentials["password"] = OTHER_PASSWORD
    journey.client.sign_in()
