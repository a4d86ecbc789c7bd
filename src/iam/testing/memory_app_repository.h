// The in-memory AppRepository, held to the same contract test as the SQL one.
#pragma once

#include <mutex>

#include "iam/apps.h"

namespace atelier::iam {

class MemoryAppRepository final : public AppRepository {
 public:
  Result<void> Insert(const App& app) override;
  Result<void> Update(const App& app) override;
  Result<void> Remove(const std::string& id) override;
  Result<void> InsertApi(const AppApi& api) override;
  Result<void> RemoveApi(const std::string& id) override;
  Result<void> InsertGrant(const AppGrant& grant) override;
  Result<void> RemoveGrant(const std::string& api_id, const std::string& app_id) override;
  Result<std::vector<App>> Apps() override;
  Result<std::vector<AppApi>> Apis() override;
  Result<std::vector<AppGrant>> Grants() override;

 private:
  std::mutex mutex_;  // guards:
  std::vector<App> apps_;
  std::vector<AppApi> apis_;
  std::vector<AppGrant> grants_;
};

}  // namespace atelier::iam
