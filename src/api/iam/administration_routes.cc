#include "api/iam/administration_routes.h"

#include "api/iam/administration_json.h"
#include "api/iam/group_json.h"
#include "api/iam/group_routes.h"
#include "api/iam/keystone_answers.h"

namespace atelier::api {
namespace {

using iam::Administration;

// --- users ---

Result<http::Response> ListUsers(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto users, administration.Users(call.principal));
  auto name = call.request.query.Get("name");
  json::array items;
  for (const auto& user : users)
    if (!name || user.name == *name) items.push_back(UserObject(user));
  return Answer(200, {{"users", items}, {"links", ListLinks(call)}});
}

Result<http::Response> CreateUser(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto wanted, ParseNewUser(call.body));
  ATELIER_TRY(auto user, administration.CreateUser(call.principal, wanted));
  return Answer(201, {{"user", UserObject(user)}});
}

Result<http::Response> ShowUser(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto user, administration.FindUser(call.principal, call.arguments.at("user_id")));
  return Answer(200, {{"user", UserObject(user)}});
}

Result<http::Response> UpdateUser(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto update, ParseUserUpdate(call.body));
  ATELIER_TRY(auto user,
              administration.UpdateUser(call.principal, call.arguments.at("user_id"), update.changes, update.password));
  return Answer(200, {{"user", UserObject(user)}});
}

Result<http::Response> DeleteUser(Administration& administration, const PlatformCall& call) {
  ATELIER_CHECK(administration.DeleteUser(call.principal, call.arguments.at("user_id")));
  return Done();
}

Result<http::Response> ChangePassword(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto change, ParsePasswordChange(call.body));
  ATELIER_CHECK(administration.ChangePassword(call.principal, call.arguments.at("user_id"), change.original,
                                              change.password, call.request.remote_address));
  return Done();
}

// --- projects; reading them is the business of who is signed in, whatever the role: iam_routes.cc ---

Result<http::Response> CreateProject(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto wanted, ParseNewProject(call.body));
  ATELIER_TRY(auto project, administration.CreateProject(call.principal, wanted));
  return Answer(201, {{"project", ProjectObject(project)}});
}

Result<http::Response> UpdateProject(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto changes, ParseProjectChanges(call.body));
  ATELIER_TRY(auto project, administration.UpdateProject(call.principal, call.arguments.at("id"), changes));
  return Answer(200, {{"project", ProjectObject(project)}});
}

Result<http::Response> DeleteProject(Administration& administration, const PlatformCall& call) {
  ATELIER_CHECK(administration.DeleteProject(call.principal, call.arguments.at("id")));
  return Done();
}

Result<http::Response> CreateDomain(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto request, ParseDomainRequest(call.body));
  ATELIER_TRY(auto made, administration.CreateDomain(call.principal, request.name, request.user_name));
  return Answer(201, {{"domain", DomainObject(made.domain)}, {"credentials", CredentialsObject(made.credentials)}});
}

// --- roles ---

Result<http::Response> ListRoles(Administration&, const PlatformCall& call) {
  auto name = call.request.query.Get("name");
  json::array items;
  for (iam::Role role : {iam::Role::kAdmin, iam::Role::kUser, iam::Role::kReadOnly}) {
    json::object object = RoleObject(role);
    if (!name || object.at("name").as_string() == *name) items.push_back(std::move(object));
  }
  return Answer(200, {{"roles", items}, {"links", ListLinks(call)}});
}

Result<http::Response> ShowRole(Administration&, const PlatformCall& call) {
  ATELIER_TRY(iam::Role role, RoleById(call.arguments.at("role_id")));
  return Answer(200, {{"role", RoleObject(role)}});
}

// Of users and groups; with `effective`, of users only, and what their groups pass on among it.
Result<http::Response> ListRoleAssignments(Administration& administration, const PlatformCall& call) {
  const auto& query = call.request.query;
  bool effective = query.Has("effective") && query.Get("effective") != "false" && query.Get("effective") != "0";
  ATELIER_TRY(auto roles,
              effective ? administration.EffectiveRoles(call.principal) : administration.Roles(call.principal));
  std::vector<iam::GroupRole> group_roles;
  if (!effective) {
    ATELIER_TRY(group_roles, administration.GroupRoles(call.principal));
  }
  auto user_id = query.Get("user.id");
  auto group_id = query.Get("group.id");
  auto wanted = [&](const auto& assignment) {
    for (std::string_view scope : {"scope.project.id", "scope.domain.id"})
      if (auto id = query.Get(scope); id && assignment.scope_id != *id) return false;
    auto role_id = query.Get("role.id");
    return !role_id || RoleId(assignment.role) == *role_id;
  };
  const auto& domain_id = call.principal.domain_id;
  json::array items;
  for (const auto& role : roles)
    if (!group_id && (!user_id || role.user_id == *user_id) && wanted(role))
      items.push_back(AssignmentObject(role, domain_id, call.base_url));
  for (const auto& role : group_roles)
    if (!user_id && (!group_id || role.group_id == *group_id) && wanted(role))
      items.push_back(AssignmentObject(role, domain_id));
  return Answer(200, {{"role_assignments", items}, {"links", ListLinks(call)}});
}

Result<iam::RoleAssignment> AssignmentOf(const PlatformCall& call) {
  ATELIER_TRY(iam::Role role, RoleById(call.arguments.at("role_id")));
  return iam::RoleAssignment{call.arguments.at("user_id"), call.arguments.at("id"), role};
}

Result<http::Response> SetRole(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto assignment, AssignmentOf(call));
  ATELIER_CHECK(administration.SetRole(call.principal, assignment));
  return Done();
}

Result<http::Response> CheckRole(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto assignment, AssignmentOf(call));
  ATELIER_CHECK(administration.FindRole(call.principal, assignment));
  return Done();
}

Result<http::Response> RemoveRole(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto assignment, AssignmentOf(call));
  ATELIER_CHECK(administration.RemoveRole(call.principal, assignment));
  return Done();
}

// --- permanent access keys ---

Result<http::Response> ListAccessKeys(Administration& administration, const PlatformCall& call) {
  std::string user_id(call.request.query.Get("user_id").value_or(""));
  ATELIER_TRY(auto keys, administration.AccessKeys(call.principal, user_id));
  json::array items;
  for (const auto& key : keys) items.push_back(AccessKeyObject(key));
  return Answer(200, {{"credentials", items}});
}

Result<http::Response> CreateAccessKey(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto wanted, ParseNewAccessKey(call.body));
  ATELIER_TRY(auto key, administration.CreateAccessKey(call.principal, wanted));
  json::object credential = AccessKeyObject(key);
  credential["secret"] = key.secret_key;
  return Answer(201, {{"credential", credential}});
}

Result<http::Response> ShowAccessKey(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto key, administration.FindAccessKey(call.principal, call.arguments.at("access_key")));
  return Answer(200, {{"credential", AccessKeyObject(key)}});
}

Result<http::Response> UpdateAccessKey(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto changes, ParseAccessKeyChanges(call.body));
  ATELIER_TRY(auto key, administration.UpdateAccessKey(call.principal, call.arguments.at("access_key"), changes));
  return Answer(200, {{"credential", AccessKeyObject(key)}});
}

Result<http::Response> DeleteAccessKey(Administration& administration, const PlatformCall& call) {
  ATELIER_CHECK(administration.DeleteAccessKey(call.principal, call.arguments.at("access_key")));
  return Done();
}

}  // namespace

std::vector<PlatformRoute> AdministrationRoutes(Administration& administration) {
  auto to = [&administration](auto* handler) { return IdentityTarget<Administration>(administration, handler); };
  // A project in these paths is not the one that the request speaks for: hence not {project_id}.
  const std::string project_role = "/v3/projects/{id}/users/{user_id}/roles/{role_id}";
  const std::string domain_role = "/v3/domains/{id}/users/{user_id}/roles/{role_id}";
  const std::string keys = "/v3.0/OS-CREDENTIAL/credentials";
  std::vector<PlatformRoute> routes = {
      {"GET", "/v3/users", "ListUsers", to(ListUsers)},
      {"POST", "/v3/users", "CreateUser", to(CreateUser)},
      {"GET", "/v3/users/{user_id}", "ShowUser", to(ShowUser)},
      {"PATCH", "/v3/users/{user_id}", "UpdateUser", to(UpdateUser)},
      {"DELETE", "/v3/users/{user_id}", "DeleteUser", to(DeleteUser)},
      {"POST", "/v3/users/{user_id}/password", "ChangePassword", to(ChangePassword)},
      {"POST", "/v3/projects", "CreateProject", to(CreateProject)},
      {"PATCH", "/v3/projects/{id}", "UpdateProject", to(UpdateProject)},
      {"DELETE", "/v3/projects/{id}", "DeleteProject", to(DeleteProject)},
      {"POST", "/v3/domains", "CreateDomain", to(CreateDomain)},
      {"GET", "/v3/roles", "ListRoles", to(ListRoles)},
      {"GET", "/v3/roles/{role_id}", "ShowRole", to(ShowRole)},
      {"GET", "/v3/role_assignments", "ListRoleAssignments", to(ListRoleAssignments)},
      {"PUT", project_role, "SetProjectRole", to(SetRole)},
      {"GET", project_role, "CheckProjectRole", to(CheckRole)},
      {"DELETE", project_role, "RemoveProjectRole", to(RemoveRole)},
      {"PUT", domain_role, "SetDomainRole", to(SetRole)},
      {"GET", domain_role, "CheckDomainRole", to(CheckRole)},
      {"DELETE", domain_role, "RemoveDomainRole", to(RemoveRole)},
      {"GET", keys, "ListAccessKeys", to(ListAccessKeys)},
      {"POST", keys, "CreateAccessKey", to(CreateAccessKey)},
      {"GET", keys + "/{access_key}", "ShowAccessKey", to(ShowAccessKey)},
      {"PUT", keys + "/{access_key}", "UpdateAccessKey", to(UpdateAccessKey)},
      {"DELETE", keys + "/{access_key}", "DeleteAccessKey", to(DeleteAccessKey)},
  };
  for (auto& route : GroupRoutes(administration)) routes.push_back(std::move(route));
  return routes;
}

}  // namespace atelier::api
