// Apps in control.db.
#pragma once

#include "iam/apps.h"
#include "storage/database.h"

namespace atelier::storage {

// Thread-safe; keeps no state but the database's. The rows of a service's api go with the service's row.
class SqlAppRepository final : public iam::AppRepository {
 public:
  explicit SqlAppRepository(Database& control) : control_(control) {}

  Result<void> Insert(const iam::App& app) override;
  Result<void> Update(const iam::App& app) override;
  Result<void> Remove(const std::string& id) override;
  Result<void> InsertApi(const iam::AppApi& api) override;
  Result<void> RemoveApi(const std::string& id) override;
  Result<void> InsertGrant(const iam::AppGrant& grant) override;
  Result<void> RemoveGrant(const std::string& api_id, const std::string& app_id) override;
  Result<std::vector<iam::App>> Apps() override;
  Result<std::vector<iam::AppApi>> Apis() override;
  Result<std::vector<iam::AppGrant>> Grants() override;

 private:
  Database& control_;
};

}  // namespace atelier::storage
