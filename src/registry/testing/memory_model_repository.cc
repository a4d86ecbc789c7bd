#include "registry/testing/memory_model_repository.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::registry {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return ToLower(text).find(ToLower(part)) != std::string::npos;
}

bool Matches(const Model& model, const ModelFilter& filter) {
  if (filter.exact ? model.name != filter.name : !Contains(model.name, filter.name)) return false;
  if (!filter.version.empty() && model.version != filter.version) return false;
  if (!filter.status.empty() && ToString(model.status) != filter.status) return false;
  if (filter.status.empty() && model.status == ModelStatus::kDeleting) return false;
  if (!filter.type.empty() && !EqualsIgnoreCase(model.config.model_type, filter.type)) return false;
  if (!filter.not_type.empty() && EqualsIgnoreCase(model.config.model_type, filter.not_type)) return false;
  if (!filter.workspace_id.empty() && model.workspace_id != filter.workspace_id) return false;
  return Contains(model.description, filter.description);
}

bool Before(const Model& a, const Model& b, const std::string& sort_by) {
  if (sort_by == "model_version" && a.version != b.version) return a.version < b.version;
  if (sort_by == "model_size" && a.size_bytes != b.size_bytes) return a.size_bytes < b.size_bytes;
  if (a.created != b.created) return a.created < b.created;
  return a.id < b.id;
}

}  // namespace

Result<void> MemoryModelRepository::Insert(const Model& model) {
  std::lock_guard lock(mutex_);
  for (const auto& [id, other] : models_)
    if (other.project_id == model.project_id && other.name == model.name && other.version == model.version)
      return AlreadyExists("name and version are taken");
  models_[model.id] = model;
  return {};
}

Result<void> MemoryModelRepository::Update(const Model& model) {
  std::lock_guard lock(mutex_);
  auto found = models_.find(model.id);
  if (found == models_.end()) return NotFound("no model " + model.id);
  found->second = model;
  return {};
}

Result<void> MemoryModelRepository::Remove(const std::string& id) {
  std::lock_guard lock(mutex_);
  models_.erase(id);
  return {};
}

Result<std::optional<Model>> MemoryModelRepository::Find(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = models_.find(id);
  if (found == models_.end()) return std::nullopt;
  return found->second;
}

Result<ModelPage> MemoryModelRepository::List(const std::string& project_id, const ModelFilter& filter) {
  std::lock_guard lock(mutex_);
  std::vector<Model> all;
  for (const auto& [id, model] : models_)
    if (model.project_id == project_id && Matches(model, filter)) all.push_back(model);
  std::ranges::sort(all, [&](const Model& a, const Model& b) {
    return filter.ascending ? Before(a, b, filter.sort_by) : Before(b, a, filter.sort_by);
  });
  ModelPage page;
  page.total = all.size();
  for (std::size_t i = filter.offset * filter.limit; i < all.size() && page.models.size() < filter.limit; ++i)
    page.models.push_back(all[i]);
  return page;
}

Result<std::vector<Model>> MemoryModelRepository::Unsettled() {
  std::lock_guard lock(mutex_);
  std::vector<Model> result;
  for (const auto& [id, model] : models_)
    if (model.status == ModelStatus::kPublishing || model.status == ModelStatus::kDeleting) result.push_back(model);
  return result;
}

}  // namespace atelier::registry
