#include <algorithm>

#include "base/ids.h"
#include "iam/administration.h"
#include "iam/authorization.h"
#include "iam/names.h"

namespace atelier::iam {

Result<Group> Administration::GroupOf(const Principal& actor, const std::string& id) {
  ATELIER_TRY(auto group, repository_.FindGroup(id));
  if (!group || group->domain_id != actor.domain_id) return NotFound("There is no group with the id " + id + ".");
  return *std::move(group);
}

// Nobody takes a role from themself: what the actor has through the group, in `scope_id` or anywhere when that is
// empty, must be no more than what is there without it, or with `instead` in its place.
Result<void> Administration::CheckKeepsOwnRoles(const Principal& actor, const std::string& group_id,
                                                const std::string& scope_id, Role instead) {
  ATELIER_TRY(auto roles, repository_.EffectiveRoles(actor.user_id));
  for (const auto& through : roles) {
    if (through.group_id != group_id || (!scope_id.empty() && through.scope_id != scope_id)) continue;
    Role left = instead;
    for (const auto& other : roles)
      if (other.scope_id == through.scope_id && other.group_id != group_id) left = std::max(left, other.role);
    if (left < through.role)
      return FailedPrecondition(
          "Users cannot take a role from themselves that a group gives them: let another "
          "administrator do it.");
  }
  return {};
}

Result<std::vector<Group>> Administration::Groups(const Principal& actor) {
  ATELIER_CHECK(Authorize(actor, {Operation::kAdminister, Scope::kProject}));
  return repository_.Groups(actor.domain_id);
}

Result<Group> Administration::FindGroup(const Principal& actor, const std::string& id) {
  ATELIER_CHECK(Authorize(actor, {Operation::kAdminister, Scope::kProject}));
  return GroupOf(actor, id);
}

Result<Group> Administration::CreateGroup(const Principal& actor, const NewGroup& wanted) {
  ATELIER_CHECK(AuthorizeChange(actor, wanted.domain_id));
  ATELIER_CHECK(CheckName("group name", wanted.name));
  ATELIER_CHECK(CheckDescription(wanted.description));
  ATELIER_TRY(auto groups, repository_.Groups(actor.domain_id));
  if (groups.size() >= kMostGroups)
    return ResourceExhausted("The domain has " + std::to_string(kMostGroups) +
                             " groups, which is as many as it can have: delete some first.");
  Group group{RandomHex(32), wanted.name, actor.domain_id, wanted.description, clock_.Now()};
  ATELIER_CHECK(Changed(repository_.CreateGroup(group)));
  return group;
}

Result<Group> Administration::UpdateGroup(const Principal& actor, const std::string& id, const GroupChanges& changes) {
  ATELIER_CHECK(AuthorizeChange(actor));
  ATELIER_CHECK(GroupOf(actor, id));
  if (changes.name) ATELIER_CHECK(CheckName("group name", *changes.name));
  if (changes.description) ATELIER_CHECK(CheckDescription(*changes.description));
  return Changed(repository_.UpdateGroup(id, changes));
}

Result<void> Administration::DeleteGroup(const Principal& actor, const std::string& id) {
  ATELIER_CHECK(AuthorizeChange(actor));
  ATELIER_CHECK(GroupOf(actor, id));
  ATELIER_CHECK(CheckKeepsOwnRoles(actor, id, "", Role::kNone));
  return Changed(repository_.DeleteGroup(id));
}

Result<std::vector<User>> Administration::Members(const Principal& actor, const std::string& group_id) {
  ATELIER_CHECK(FindGroup(actor, group_id));
  return repository_.Members(group_id);
}

Result<std::vector<Group>> Administration::GroupsOf(const Principal& actor, const std::string& user_id) {
  ATELIER_CHECK(FindUser(actor, user_id));
  return repository_.GroupsOf(user_id);
}

Result<void> Administration::AddMember(const Principal& actor, const std::string& group_id,
                                       const std::string& user_id) {
  ATELIER_CHECK(AuthorizeChange(actor));
  ATELIER_CHECK(GroupOf(actor, group_id));
  ATELIER_CHECK(UserOf(actor, user_id));
  return Changed(repository_.AddMember(group_id, user_id));
}

Result<void> Administration::RemoveMember(const Principal& actor, const std::string& group_id,
                                          const std::string& user_id) {
  ATELIER_CHECK(AuthorizeChange(actor));
  ATELIER_CHECK(FindMember(actor, group_id, user_id));
  if (user_id == actor.user_id) ATELIER_CHECK(CheckKeepsOwnRoles(actor, group_id, "", Role::kNone));
  return Changed(repository_.RemoveMember(group_id, user_id));
}

Result<void> Administration::FindMember(const Principal& actor, const std::string& group_id,
                                        const std::string& user_id) {
  ATELIER_TRY(auto groups, GroupsOf(actor, user_id));
  if (std::ranges::find(groups, group_id, &Group::id) != groups.end()) return {};
  return NotFound("The user " + user_id + " is not in a group with the id " + group_id + ".");
}

Result<void> Administration::SetGroupRole(const Principal& actor, const GroupRole& role) {
  if (role.role == Role::kNone) return InvalidArgument("A role must be admin, user or read-only.");
  ATELIER_CHECK(CheckMayAssignIn(actor, role.scope_id));
  ATELIER_CHECK(GroupOf(actor, role.group_id));
  ATELIER_CHECK(CheckKeepsOwnRoles(actor, role.group_id, role.scope_id, role.role));
  return Changed(repository_.SetGroupRole(role));
}

Result<void> Administration::FindGroupRole(const Principal& actor, const GroupRole& role) {
  ATELIER_CHECK(FindGroup(actor, role.group_id));
  ATELIER_TRY(auto roles, repository_.GroupRoles(role.group_id));
  for (const auto& held : roles)
    if (held.scope_id == role.scope_id && held.role == role.role) return {};
  return NotFound("The group does not have the role " + std::string(ToString(role.role)) + " there.");
}

Result<void> Administration::RemoveGroupRole(const Principal& actor, const GroupRole& role) {
  ATELIER_CHECK(CheckMayAssignIn(actor, role.scope_id));
  ATELIER_CHECK(FindGroupRole(actor, role));
  ATELIER_CHECK(CheckKeepsOwnRoles(actor, role.group_id, role.scope_id, Role::kNone));
  return Changed(repository_.RemoveGroupRole(role.group_id, role.scope_id));
}

Result<std::vector<GroupRole>> Administration::GroupRoles(const Principal& actor) {
  ATELIER_TRY(auto groups, Groups(actor));
  std::vector<GroupRole> all;
  for (const auto& group : groups) {
    ATELIER_TRY(auto roles, repository_.GroupRoles(group.id));
    std::ranges::move(roles, std::back_inserter(all));
  }
  return all;
}

}  // namespace atelier::iam
