#include "iam/testing/memory_app_repository.h"

#include <algorithm>

namespace atelier::iam {

Result<void> MemoryAppRepository::Insert(const App& app) {
  std::lock_guard lock(mutex_);
  for (const auto& other : apps_)
    if (other.project_id == app.project_id && other.name == app.name)
      return AlreadyExists("There is an app named " + app.name + " already.");
  apps_.push_back(app);
  return {};
}

Result<void> MemoryAppRepository::Update(const App& app) {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find(apps_, app.id, &App::id);
  if (found == apps_.end()) return NotFound("There is no app " + app.id + " any more.");
  found->secret = app.secret;
  found->codes = app.codes;
  found->updated = app.updated;
  return {};
}

Result<void> MemoryAppRepository::Remove(const std::string& id) {
  std::lock_guard lock(mutex_);
  std::erase_if(grants_, [&](const AppGrant& grant) { return grant.app_id == id; });
  std::erase_if(apps_, [&](const App& app) { return app.id == id; });
  return {};
}

Result<void> MemoryAppRepository::InsertApi(const AppApi& api) {
  std::lock_guard lock(mutex_);
  if (std::ranges::find(apis_, api.service_id, &AppApi::service_id) != apis_.end())
    return AlreadyExists("The service has an api already.");
  apis_.push_back(api);
  return {};
}

Result<void> MemoryAppRepository::RemoveApi(const std::string& id) {
  std::lock_guard lock(mutex_);
  std::erase_if(grants_, [&](const AppGrant& grant) { return grant.api_id == id; });
  std::erase_if(apis_, [&](const AppApi& api) { return api.id == id; });
  return {};
}

Result<void> MemoryAppRepository::InsertGrant(const AppGrant& grant) {
  std::lock_guard lock(mutex_);
  for (const auto& other : grants_)
    if (other.api_id == grant.api_id && other.app_id == grant.app_id)
      return AlreadyExists("The app has this api already.");
  grants_.push_back(grant);
  return {};
}

Result<void> MemoryAppRepository::RemoveGrant(const std::string& api_id, const std::string& app_id) {
  std::lock_guard lock(mutex_);
  std::erase_if(grants_, [&](const AppGrant& grant) { return grant.api_id == api_id && grant.app_id == app_id; });
  return {};
}

Result<std::vector<App>> MemoryAppRepository::Apps() {
  std::lock_guard lock(mutex_);
  return apps_;
}

Result<std::vector<AppApi>> MemoryAppRepository::Apis() {
  std::lock_guard lock(mutex_);
  return apis_;
}

Result<std::vector<AppGrant>> MemoryAppRepository::Grants() {
  std::lock_guard lock(mutex_);
  return grants_;
}

}  // namespace atelier::iam
