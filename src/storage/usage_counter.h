// tenancy::UsageCounter over SQL.
#pragma once

#include "storage/database.h"
#include "tenancy/usage_counter.h"

namespace atelier::storage {

class SqlUsageCounter final : public tenancy::UsageCounter {
 public:
  explicit SqlUsageCounter(Database& database) : database_(database) {}
  Result<std::size_t> Count(tenancy::Resource resource, const std::string& owner) override;

 private:
  Database& database_;
};

}  // namespace atelier::storage
