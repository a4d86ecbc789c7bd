#include "iam/testing/memory_identity_repository.h"

#include <algorithm>

#include "base/ids.h"
#include "iam/testing/memory_rows.h"

namespace atelier::iam {
Result<void> MemoryIdentityRepository::Insert(Domain domain, const Project& project, const User& user,
                                              const AccessKey& key) {
  if (Contains(domains_, domain.name, &Domain::name)) return NameTaken("domain", domain.name);
  roles_[{user.id, domain.id}] = Role::kAdmin;
  domains_.push_back(std::move(domain));
  std::ranges::sort(domains_, {}, &Domain::name);
  ATELIER_CHECK(InsertNamed(projects_, project));
  ATELIER_CHECK(InsertNamed(users_, user));
  keys_.push_back(key);
  return {};
}

Result<void> MemoryIdentityRepository::CreateFirst(const Domain& domain, const Project& project, const User& user,
                                                   const AccessKey& key) {
  std::lock_guard lock(mutex_);
  if (!domains_.empty()) return AlreadyExists("there is a domain already");
  return Insert({domain.id, domain.name, true}, project, user, key);
}

Result<void> MemoryIdentityRepository::CreateDomain(const Domain& domain, const Project& project, const User& user,
                                                    const AccessKey& key) {
  std::lock_guard lock(mutex_);
  return Insert(domain, project, user, key);
}

Result<std::vector<Domain>> MemoryIdentityRepository::Domains() {
  std::lock_guard lock(mutex_);
  return domains_;
}

Result<void> MemoryIdentityRepository::CreateProject(const Project& project) {
  std::lock_guard lock(mutex_);
  return InsertNamed(projects_, project);
}

Result<Project> MemoryIdentityRepository::UpdateProject(const std::string& id, const ProjectChanges& changes) {
  std::lock_guard lock(mutex_);
  return UpdateNamed(projects_, id, changes);
}

Result<void> MemoryIdentityRepository::DeleteProject(const std::string& id) {
  std::lock_guard lock(mutex_);
  if (std::erase_if(projects_, [&](const Project& project) { return project.id == id; }) == 0) return Gone();
  std::erase_if(keys_, [&](const AccessKey& key) { return key.project_id == id; });
  std::erase_if(roles_, [&](const auto& role) { return role.first.second == id; });
  std::erase_if(group_roles_, [&](const auto& role) { return role.first.second == id; });
  return {};
}

Result<std::vector<Project>> MemoryIdentityRepository::Projects(const std::string& domain_id) {
  std::lock_guard lock(mutex_);
  return Select(projects_, [&](const Project& project) { return project.domain_id == domain_id; });
}

Result<std::optional<Project>> MemoryIdentityRepository::FindProject(const std::string& id) {
  std::lock_guard lock(mutex_);
  return FirstOf(Select(projects_, [&](const Project& project) { return project.id == id; }));
}

Result<void> MemoryIdentityRepository::CreateUser(const User& user) {
  std::lock_guard lock(mutex_);
  return InsertNamed(users_, user);
}

Result<User> MemoryIdentityRepository::UpdateUser(const std::string& id, const UserChanges& changes) {
  std::lock_guard lock(mutex_);
  return UpdateNamed(users_, id, changes);
}

Result<void> MemoryIdentityRepository::DeleteUser(const std::string& id) {
  std::lock_guard lock(mutex_);
  if (std::erase_if(users_, [&](const User& user) { return user.id == id; }) == 0) return Gone();
  std::erase_if(keys_, [&](const AccessKey& key) { return key.user_id == id; });
  std::erase_if(roles_, [&](const auto& role) { return role.first.first == id; });
  std::erase_if(members_, [&](const auto& member) { return member.second == id; });
  return {};
}

Result<std::vector<User>> MemoryIdentityRepository::Users(const std::string& domain_id) {
  std::lock_guard lock(mutex_);
  return Select(users_, [&](const User& user) { return user.domain_id == domain_id; });
}

Result<std::optional<User>> MemoryIdentityRepository::FindUser(const std::string& id) {
  std::lock_guard lock(mutex_);
  return FirstOf(Select(users_, [&](const User& user) { return user.id == id; }));
}

Result<void> MemoryIdentityRepository::CreateAccessKey(const AccessKey& key) {
  std::lock_guard lock(mutex_);
  if (Contains(keys_, key.access_key, &AccessKey::access_key)) return NameTaken("access key", key.access_key);
  if (!Contains(users_, key.user_id, &User::id)) return Gone();
  if (!Contains(projects_, key.project_id, &Project::id)) return Gone();
  keys_.push_back(key);
  return {};
}

Result<AccessKey> MemoryIdentityRepository::UpdateAccessKey(const std::string& access_key,
                                                            const AccessKeyChanges& changes) {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find(keys_, access_key, &AccessKey::access_key);
  if (found == keys_.end()) return Gone();
  Apply(changes, *found);
  return *found;
}

Result<void> MemoryIdentityRepository::DeleteAccessKey(const std::string& access_key) {
  std::lock_guard lock(mutex_);
  if (std::erase_if(keys_, [&](const AccessKey& key) { return key.access_key == access_key; }) == 0) return Gone();
  return {};
}

Result<std::optional<AccessKey>> MemoryIdentityRepository::FindAccessKey(const std::string& access_key) {
  std::lock_guard lock(mutex_);
  return FirstOf(Select(keys_, [&](const AccessKey& key) { return key.access_key == access_key; }));
}

Result<std::vector<AccessKey>> MemoryIdentityRepository::AccessKeys(const std::string& user_id) {
  std::lock_guard lock(mutex_);
  auto keys = Select(keys_, [&](const AccessKey& key) { return key.user_id == user_id; });
  std::ranges::sort(keys, {}, [](const AccessKey& key) { return std::pair(key.created, key.access_key); });
  return keys;
}

Result<void> MemoryIdentityRepository::SetRole(const RoleAssignment& assignment) {
  std::lock_guard lock(mutex_);
  if (!Contains(users_, assignment.user_id, &User::id)) return Gone();
  roles_[{assignment.user_id, assignment.scope_id}] = assignment.role;
  return {};
}

Result<void> MemoryIdentityRepository::RemoveRole(const std::string& user_id, const std::string& scope_id) {
  std::lock_guard lock(mutex_);
  if (roles_.erase({user_id, scope_id}) == 0) return Gone();
  return {};
}

Result<std::vector<RoleAssignment>> MemoryIdentityRepository::Roles(const std::string& user_id) {
  std::lock_guard lock(mutex_);
  std::vector<RoleAssignment> roles;
  for (const auto& [at, role] : roles_)
    if (at.first == user_id) roles.push_back({at.first, at.second, role});
  return roles;
}

Result<std::string> MemoryIdentityRepository::ServerSecret() {
  std::lock_guard lock(mutex_);
  if (secret_.empty()) secret_ = RandomBytes(32);
  return secret_;
}

void MemoryIdentityRepository::SetEnabled(const std::string& id, bool enabled) {
  std::lock_guard lock(mutex_);
  for (auto& user : users_)
    if (user.id == id) user.enabled = enabled;
  for (auto& project : projects_)
    if (project.id == id) project.enabled = enabled;
  for (auto& key : keys_)
    if (key.access_key == id) key.enabled = enabled;
}

}  // namespace atelier::iam
