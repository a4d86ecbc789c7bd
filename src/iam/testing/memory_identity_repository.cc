#include "iam/testing/memory_identity_repository.h"

#include <algorithm>

#include "base/ids.h"

namespace atelier::iam {
namespace {

template <class T, class Matches>
std::vector<T> Select(const std::vector<T>& all, Matches matches) {
  std::vector<T> chosen;
  std::ranges::copy_if(all, std::back_inserter(chosen), matches);
  return chosen;
}

template <class T>
std::optional<T> FirstOf(std::vector<T> found) {
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace

Result<void> MemoryIdentityRepository::CreateFirst(const Domain& domain, const Project& project, const User& user,
                                                   const AccessKey& key) {
  std::lock_guard lock(mutex_);
  if (!domains_.empty()) return AlreadyExists("there is a domain already");
  domains_.push_back(domain);
  projects_.push_back(project);
  users_.push_back(user);
  keys_.push_back(key);
  return {};
}

Result<std::vector<Domain>> MemoryIdentityRepository::Domains() {
  std::lock_guard lock(mutex_);
  return domains_;
}

Result<std::vector<Project>> MemoryIdentityRepository::Projects(const std::string& domain_id) {
  std::lock_guard lock(mutex_);
  return Select(projects_, [&](const Project& project) { return project.domain_id == domain_id; });
}

Result<std::optional<Project>> MemoryIdentityRepository::FindProject(const std::string& id) {
  std::lock_guard lock(mutex_);
  return FirstOf(Select(projects_, [&](const Project& project) { return project.id == id; }));
}

Result<std::vector<User>> MemoryIdentityRepository::Users(const std::string& domain_id) {
  std::lock_guard lock(mutex_);
  return Select(users_, [&](const User& user) { return user.domain_id == domain_id; });
}

Result<std::optional<User>> MemoryIdentityRepository::FindUser(const std::string& id) {
  std::lock_guard lock(mutex_);
  return FirstOf(Select(users_, [&](const User& user) { return user.id == id; }));
}

Result<std::optional<AccessKey>> MemoryIdentityRepository::FindAccessKey(const std::string& access_key) {
  std::lock_guard lock(mutex_);
  return FirstOf(Select(keys_, [&](const AccessKey& key) { return key.access_key == access_key; }));
}

Result<std::vector<AccessKey>> MemoryIdentityRepository::AccessKeys(const std::string& user_id) {
  std::lock_guard lock(mutex_);
  return Select(keys_, [&](const AccessKey& key) { return key.user_id == user_id; });
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
