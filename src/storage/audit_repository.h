// The audit log in the control database.
#pragma once

#include "audit/audit_repository.h"
#include "storage/database.h"

namespace atelier::storage {

class SqlAuditRepository final : public audit::AuditRepository {
 public:
  explicit SqlAuditRepository(Database& control) : control_(control) {}
  Result<void> Append(std::span<const audit::Entry> entries) override;
  Result<std::vector<audit::Entry>> Find(const audit::Query& query) override;
  Result<std::size_t> Trim(TimePoint before, std::size_t most, std::size_t batch) override;

 private:
  Database& control_;
};

}  // namespace atelier::storage
