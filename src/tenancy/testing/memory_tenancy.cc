#include "tenancy/testing/memory_tenancy.h"

#include <algorithm>

namespace atelier::tenancy {

Result<Limits> MemoryQuotaRepository::Find(const std::string& project_id) {
  std::lock_guard lock(mutex_);
  return limits_[project_id];
}

Result<void> MemoryQuotaRepository::Set(const std::string& project_id, const Limits& limits) {
  std::lock_guard lock(mutex_);
  for (const auto& [resource, limit] : limits) limits_[project_id][resource] = limit;
  return {};
}

Result<void> MemoryWorkspaceRepository::CheckName(const Workspace& workspace) const {
  for (const auto& [id, other] : workspaces_)
    if (id != workspace.id && other.project_id == workspace.project_id && other.name == workspace.name)
      return AlreadyExists("the name is taken");
  return {};
}

Result<void> MemoryWorkspaceRepository::Insert(const Workspace& workspace, std::size_t most) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(CheckName(workspace));
  auto of_project = std::ranges::count_if(
      workspaces_, [&](const auto& entry) { return entry.second.project_id == workspace.project_id; });
  if (static_cast<std::size_t>(of_project) >= most) return ResourceExhausted("the project has too many workspaces");
  workspaces_[workspace.id] = workspace;
  return {};
}

Result<void> MemoryWorkspaceRepository::Update(const Workspace& workspace) {
  std::lock_guard lock(mutex_);
  auto found = workspaces_.find(workspace.id);
  if (found == workspaces_.end()) return NotFound("no such workspace");
  ATELIER_CHECK(CheckName(workspace));
  found->second.name = workspace.name;
  found->second.description = workspace.description;
  found->second.updated = workspace.updated;
  return {};
}

Result<bool> MemoryWorkspaceRepository::Remove(const std::string& project_id, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = workspaces_.find(id);
  if (found == workspaces_.end() || found->second.project_id != project_id) return false;
  workspaces_.erase(found);
  return true;
}

Result<std::optional<Workspace>> MemoryWorkspaceRepository::Find(const std::string& project_id, const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = workspaces_.find(id);
  if (found == workspaces_.end() || found->second.project_id != project_id) return std::nullopt;
  return found->second;
}

Result<std::vector<Workspace>> MemoryWorkspaceRepository::List(const std::string& project_id) {
  std::lock_guard lock(mutex_);
  std::vector<Workspace> found;
  for (const auto& [id, workspace] : workspaces_)
    if (workspace.project_id == project_id) found.push_back(workspace);
  std::ranges::sort(found, {}, &Workspace::name);
  return found;
}

Result<void> MemoryTagRepository::Put(const TaggedId& resource, const std::vector<Tag>& tags, std::size_t most) {
  std::lock_guard lock(mutex_);
  auto& all = tags_[{resource.project_id, resource.kind}][resource.id];
  auto after = all;
  for (const auto& [key, value] : tags) after[key] = value;
  if (after.size() > most) return ResourceExhausted("too many tags");
  all = std::move(after);
  return {};
}

Result<void> MemoryTagRepository::Remove(const TaggedId& resource, const std::vector<std::string>& keys) {
  std::lock_guard lock(mutex_);
  auto& all = tags_[{resource.project_id, resource.kind}][resource.id];
  for (const auto& key : keys) all.erase(key);
  return {};
}

Result<std::vector<Tag>> MemoryTagRepository::Of(const TaggedId& resource) {
  std::lock_guard lock(mutex_);
  std::vector<Tag> tags;
  for (const auto& [key, value] : tags_[{resource.project_id, resource.kind}][resource.id])
    tags.push_back({key, value});
  return tags;
}

Result<std::map<std::string, std::vector<Tag>>> MemoryTagRepository::All(const std::string& project_id,
                                                                         TaggedKind kind) {
  std::lock_guard lock(mutex_);
  std::map<std::string, std::vector<Tag>> all;
  for (const auto& [id, tags] : tags_[{project_id, kind}])
    for (const auto& [key, value] : tags) all[id].push_back({key, value});
  return all;
}

Result<std::optional<NamedResource>> FakeTaggedResources::Find(const std::string& project_id, TaggedKind kind,
                                                               const std::string& id) {
  for (const auto& resource : resources[{project_id, kind}])
    if (resource.id == id || resource.shown_id == id) return resource;
  return std::nullopt;
}

Result<std::vector<NamedResource>> FakeTaggedResources::List(const std::string& project_id, TaggedKind kind) {
  return resources[{project_id, kind}];
}

}  // namespace atelier::tenancy
