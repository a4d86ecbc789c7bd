#include "serving/testing/memory_service_repository.h"

#include <algorithm>

#include "base/strings.h"

namespace atelier::serving {
namespace {

bool Uses(const Service& service, const std::string& model_id) {
  auto has = [&](const std::vector<ModelDeployment>& deployments) {
    return std::ranges::any_of(deployments, [&](const auto& d) { return d.model_id == model_id; });
  };
  return has(service.deployments) || has(service.leaving) || (service.update && has(service.update->deployments));
}

bool Matches(const Service& service, const ServiceFilter& filter) {
  if (!filter.id.empty() && service.id != filter.id) return false;
  if (!filter.name.empty() && ToLower(service.name).find(ToLower(filter.name)) == std::string::npos) return false;
  if (!filter.status.empty() && ToString(ShownStatus(service)) != filter.status) return false;
  if (!filter.workspace_id.empty() && service.workspace_id != filter.workspace_id) return false;
  if (!filter.infer_type.empty() && InferType(service) != filter.infer_type) return false;
  if (!filter.workspace_id.empty() && service.workspace_id != filter.workspace_id) return false;
  return filter.model_id.empty() || Uses(service, filter.model_id);
}

bool Before(const Service& a, const Service& b, const std::string& sort_by) {
  if (sort_by == "service_name" && a.name != b.name) return a.name < b.name;
  if (sort_by == "transition_at" && a.transition != b.transition) return a.transition < b.transition;
  if (a.created != b.created) return a.created < b.created;
  return a.id < b.id;
}

}  // namespace

Result<void> MemoryServiceRepository::Insert(const Service& service) {
  std::lock_guard lock(mutex_);
  for (const auto& [id, other] : services_)
    if (other.project_id == service.project_id && other.name == service.name) return AlreadyExists("the name is taken");
  services_[service.id] = service;
  return {};
}

Result<void> MemoryServiceRepository::Update(const Service& service) {
  std::lock_guard lock(mutex_);
  auto found = services_.find(service.id);
  if (found == services_.end()) return NotFound("no service " + service.id);
  found->second = service;
  return {};
}

Result<void> MemoryServiceRepository::Remove(const std::string& id) {
  std::lock_guard lock(mutex_);
  services_.erase(id);
  return {};
}

Result<std::optional<Service>> MemoryServiceRepository::Find(const std::string& id) {
  std::lock_guard lock(mutex_);
  auto found = services_.find(id);
  if (found == services_.end()) return std::nullopt;
  return found->second;
}

Result<ServicePage> MemoryServiceRepository::List(const std::string& project_id, const ServiceFilter& filter) {
  std::lock_guard lock(mutex_);
  std::vector<Service> all;
  for (const auto& [id, service] : services_)
    if (service.project_id == project_id && Matches(service, filter)) all.push_back(service);
  std::ranges::sort(all, [&](const Service& a, const Service& b) {
    return filter.ascending ? Before(a, b, filter.sort_by) : Before(b, a, filter.sort_by);
  });
  ServicePage page;
  page.total = all.size();
  for (std::size_t i = filter.offset * filter.limit; i < all.size() && page.services.size() < filter.limit; ++i)
    page.services.push_back(all[i]);
  return page;
}

Result<std::vector<Service>> MemoryServiceRepository::All() {
  std::lock_guard lock(mutex_);
  std::vector<Service> all;
  for (const auto& [id, service] : services_) all.push_back(service);
  return all;
}

Result<std::vector<std::string>> MemoryServiceRepository::Using(const std::string& model_id) {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [id, service] : services_)
    if (Uses(service, model_id)) names.push_back(service.name);
  return names;
}

}  // namespace atelier::serving
