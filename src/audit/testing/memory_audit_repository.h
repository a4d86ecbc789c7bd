// An audit log in memory.
#pragma once

#include <mutex>
#include <vector>

#include "audit/audit_repository.h"

namespace atelier::audit {

// Thread-safe.
class MemoryAuditRepository final : public AuditRepository {
 public:
  Result<void> Append(std::span<const Entry> entries) override;
  Result<std::vector<Entry>> Find(const Query& query) override;
  Result<std::size_t> Trim(TimePoint before, std::size_t most, std::size_t batch) override;

  void Refuse(Result<void> with);  // what the next Appends answer; success lets them through again
  std::size_t appends() const;     // how many there were

 private:
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // guarded by mutex_, like all below
  std::int64_t last_id_ = 0;
  std::size_t appends_ = 0;
  Result<void> refusal_;
};

}  // namespace atelier::audit
