// The groups of the in-memory IdentityRepository.
#include "iam/testing/memory_identity_repository.h"
#include "iam/testing/memory_rows.h"

namespace atelier::iam {

Result<void> MemoryIdentityRepository::CreateGroup(const Group& group) {
  std::lock_guard lock(mutex_);
  return InsertNamed(groups_, group);
}

Result<Group> MemoryIdentityRepository::UpdateGroup(const std::string& id, const GroupChanges& changes) {
  std::lock_guard lock(mutex_);
  return UpdateNamed(groups_, id, changes);
}

Result<void> MemoryIdentityRepository::DeleteGroup(const std::string& id) {
  std::lock_guard lock(mutex_);
  if (std::erase_if(groups_, [&](const Group& group) { return group.id == id; }) == 0) return Gone();
  std::erase_if(members_, [&](const auto& member) { return member.first == id; });
  std::erase_if(group_roles_, [&](const auto& role) { return role.first.first == id; });
  return {};
}

Result<std::vector<Group>> MemoryIdentityRepository::Groups(const std::string& domain_id) {
  std::lock_guard lock(mutex_);
  return Select(groups_, [&](const Group& group) { return group.domain_id == domain_id; });
}

Result<std::optional<Group>> MemoryIdentityRepository::FindGroup(const std::string& id) {
  std::lock_guard lock(mutex_);
  return FirstOf(Select(groups_, [&](const Group& group) { return group.id == id; }));
}

Result<void> MemoryIdentityRepository::AddMember(const std::string& group_id, const std::string& user_id) {
  std::lock_guard lock(mutex_);
  if (!Contains(groups_, group_id, &Group::id) || !Contains(users_, user_id, &User::id)) return Gone();
  members_.emplace(group_id, user_id);
  return {};
}

Result<void> MemoryIdentityRepository::RemoveMember(const std::string& group_id, const std::string& user_id) {
  std::lock_guard lock(mutex_);
  if (members_.erase({group_id, user_id}) == 0) return Gone();
  return {};
}

Result<std::vector<User>> MemoryIdentityRepository::Members(const std::string& group_id) {
  std::lock_guard lock(mutex_);
  return Select(users_, [&](const User& user) { return members_.contains({group_id, user.id}); });
}

Result<std::vector<Group>> MemoryIdentityRepository::GroupsOf(const std::string& user_id) {
  std::lock_guard lock(mutex_);
  return Select(groups_, [&](const Group& group) { return members_.contains({group.id, user_id}); });
}

Result<void> MemoryIdentityRepository::SetGroupRole(const GroupRole& role) {
  std::lock_guard lock(mutex_);
  if (!Contains(groups_, role.group_id, &Group::id)) return Gone();
  group_roles_[{role.group_id, role.scope_id}] = role.role;
  return {};
}

Result<void> MemoryIdentityRepository::RemoveGroupRole(const std::string& group_id, const std::string& scope_id) {
  std::lock_guard lock(mutex_);
  if (group_roles_.erase({group_id, scope_id}) == 0) return Gone();
  return {};
}

Result<std::vector<GroupRole>> MemoryIdentityRepository::GroupRoles(const std::string& group_id) {
  std::lock_guard lock(mutex_);
  std::vector<GroupRole> roles;
  for (const auto& [at, role] : group_roles_)
    if (at.first == group_id) roles.push_back({at.first, at.second, role});
  return roles;
}

Result<std::vector<RoleAssignment>> MemoryIdentityRepository::EffectiveRoles(const std::string& user_id) {
  std::lock_guard lock(mutex_);
  std::vector<RoleAssignment> roles;
  for (const auto& [at, role] : roles_)
    if (at.first == user_id) roles.push_back({user_id, at.second, role});
  for (const auto& [at, role] : group_roles_)
    if (members_.contains({at.first, user_id})) roles.push_back({user_id, at.second, role, at.first});
  std::ranges::sort(roles, {}, [](const RoleAssignment& role) { return std::pair(role.scope_id, role.group_id); });
  return roles;
}

}  // namespace atelier::iam
