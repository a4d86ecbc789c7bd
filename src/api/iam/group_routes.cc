#include "api/iam/group_routes.h"

#include "api/iam/administration_json.h"
#include "api/iam/group_json.h"
#include "api/iam/keystone_answers.h"

namespace atelier::api {
namespace {

using iam::Administration;

const std::string& GroupId(const PlatformCall& call) { return call.arguments.at("group_id"); }
const std::string& UserId(const PlatformCall& call) { return call.arguments.at("user_id"); }

http::Response GroupList(const PlatformCall& call, const std::vector<iam::Group>& groups) {
  json::array items;
  for (const auto& group : groups) items.push_back(GroupObject(group, call.base_url));
  return Answer(200, {{"groups", items}, {"links", ListLinks(call)}});
}

Result<http::Response> ListGroups(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto groups, administration.Groups(call.principal));
  auto name = call.request.query.Get("name");
  auto domain_id = call.request.query.Get("domain_id");
  std::erase_if(groups, [&](const iam::Group& group) {
    return (name && group.name != *name) || (domain_id && group.domain_id != *domain_id);
  });
  return GroupList(call, groups);
}

Result<http::Response> CreateGroup(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto wanted, ParseNewGroup(call.body));
  ATELIER_TRY(auto group, administration.CreateGroup(call.principal, wanted));
  return Answer(201, {{"group", GroupObject(group, call.base_url)}});
}

Result<http::Response> ShowGroup(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto group, administration.FindGroup(call.principal, GroupId(call)));
  return Answer(200, {{"group", GroupObject(group, call.base_url)}});
}

Result<http::Response> UpdateGroup(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto update, ParseGroupUpdate(call.body));
  if (!update.domain_id.empty() && update.domain_id != call.principal.domain_id)
    return InvalidArgument("'group.domain_id' must stay the group's domain: groups do not move");
  ATELIER_TRY(auto group, administration.UpdateGroup(call.principal, GroupId(call), update.changes));
  return Answer(200, {{"group", GroupObject(group, call.base_url)}});
}

Result<http::Response> DeleteGroup(Administration& administration, const PlatformCall& call) {
  ATELIER_CHECK(administration.DeleteGroup(call.principal, GroupId(call)));
  return Done();
}

// --- members ---

Result<http::Response> ListMembers(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto users, administration.Members(call.principal, GroupId(call)));
  json::array items;
  for (const auto& user : users) items.push_back(UserObject(user));
  return Answer(200, {{"users", items}, {"links", ListLinks(call)}});
}

Result<http::Response> ListGroupsOfUser(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto groups, administration.GroupsOf(call.principal, UserId(call)));
  return GroupList(call, groups);
}

Result<http::Response> AddMember(Administration& administration, const PlatformCall& call) {
  ATELIER_CHECK(administration.AddMember(call.principal, GroupId(call), UserId(call)));
  return Done();
}

Result<http::Response> CheckMember(Administration& administration, const PlatformCall& call) {
  ATELIER_CHECK(administration.FindMember(call.principal, GroupId(call), UserId(call)));
  return Done();
}

Result<http::Response> RemoveMember(Administration& administration, const PlatformCall& call) {
  ATELIER_CHECK(administration.RemoveMember(call.principal, GroupId(call), UserId(call)));
  return Done();
}

// --- roles ---

Result<http::Response> ListGroupRoles(Administration& administration, const PlatformCall& call) {
  ATELIER_CHECK(administration.FindGroup(call.principal, GroupId(call)));
  ATELIER_TRY(auto roles, administration.GroupRoles(call.principal));
  json::array items;
  for (const auto& role : roles)
    if (role.group_id == GroupId(call) && role.scope_id == call.arguments.at("id"))
      items.push_back(RoleObject(role.role));
  return Answer(200, {{"roles", items}, {"links", ListLinks(call)}});
}

Result<iam::GroupRole> GroupRoleOf(const PlatformCall& call) {
  ATELIER_TRY(iam::Role role, RoleById(call.arguments.at("role_id")));
  return iam::GroupRole{GroupId(call), call.arguments.at("id"), role};
}

Result<http::Response> SetGroupRole(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto role, GroupRoleOf(call));
  ATELIER_CHECK(administration.SetGroupRole(call.principal, role));
  return Done();
}

Result<http::Response> CheckGroupRole(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto role, GroupRoleOf(call));
  ATELIER_CHECK(administration.FindGroupRole(call.principal, role));
  return Done();
}

Result<http::Response> RemoveGroupRole(Administration& administration, const PlatformCall& call) {
  ATELIER_TRY(auto role, GroupRoleOf(call));
  ATELIER_CHECK(administration.RemoveGroupRole(call.principal, role));
  return Done();
}

}  // namespace

std::vector<PlatformRoute> GroupRoutes(Administration& administration) {
  auto to = [&administration](auto* handler) { return IdentityTarget<Administration>(administration, handler); };
  const std::string group = "/v3/groups/{group_id}";
  const std::string member = group + "/users/{user_id}";
  const std::string in_project = "/v3/projects/{id}/groups/{group_id}/roles";
  const std::string in_domain = "/v3/domains/{id}/groups/{group_id}/roles";
  // The cloud tells a role in the domain from one in all of its projects. Here they are the same.
  const std::string inherited = "/v3/OS-INHERIT/domains/{id}/groups/{group_id}/roles";
  return {
      {"GET", "/v3/groups", "ListGroups", to(ListGroups)},
      {"POST", "/v3/groups", "CreateGroup", to(CreateGroup)},
      {"GET", group, "ShowGroup", to(ShowGroup)},
      {"PATCH", group, "UpdateGroup", to(UpdateGroup)},
      {"DELETE", group, "DeleteGroup", to(DeleteGroup)},
      {"GET", group + "/users", "ListGroupMembers", to(ListMembers)},
      {"PUT", member, "AddGroupMember", to(AddMember)},
      {"GET", member, "CheckGroupMember", to(CheckMember)},
      {"DELETE", member, "RemoveGroupMember", to(RemoveMember)},
      {"GET", "/v3/users/{user_id}/groups", "ListGroupsOfUser", to(ListGroupsOfUser)},
      {"GET", in_project, "ListGroupRolesInProject", to(ListGroupRoles)},
      {"PUT", in_project + "/{role_id}", "SetGroupRoleInProject", to(SetGroupRole)},
      {"GET", in_project + "/{role_id}", "CheckGroupRoleInProject", to(CheckGroupRole)},
      {"DELETE", in_project + "/{role_id}", "RemoveGroupRoleInProject", to(RemoveGroupRole)},
      {"GET", in_domain, "ListGroupRolesInDomain", to(ListGroupRoles)},
      {"PUT", in_domain + "/{role_id}", "SetGroupRoleInDomain", to(SetGroupRole)},
      {"GET", in_domain + "/{role_id}", "CheckGroupRoleInDomain", to(CheckGroupRole)},
      {"DELETE", in_domain + "/{role_id}", "RemoveGroupRoleInDomain", to(RemoveGroupRole)},
      {"GET", inherited + "/inherited_to_projects", "ListInheritedGroupRoles", to(ListGroupRoles)},
      {"PUT", inherited + "/{role_id}/inherited_to_projects", "SetInheritedGroupRole", to(SetGroupRole)},
      {"GET", inherited + "/{role_id}/inherited_to_projects", "CheckInheritedGroupRole", to(CheckGroupRole)},
      {"DELETE", inherited + "/{role_id}/inherited_to_projects", "RemoveInheritedGroupRole", to(RemoveGroupRole)},
  };
}

}  // namespace atelier::api
