// Where the audit log is kept.
#pragma once

#include <span>
#include <vector>

#include "audit/entry.h"
#include "base/error.h"

namespace atelier::audit {

// Thread-safe.
class AuditRepository {
 public:
  virtual ~AuditRepository() = default;
  // All or none, durable on return. Ids rise in the order given; those in the entries are ignored.
  virtual Result<void> Append(std::span<const Entry> entries) = 0;
  // At most query.limit, newest first.
  virtual Result<std::vector<Entry>> Find(const Query& query) = 0;
  // Removes entries older than `before`, and the oldest of those that failed and of those that did not beyond `most` of
  // each. At most `batch` of each kind at a time: the number removed, 0 when nothing is left to remove.
  virtual Result<std::size_t> Trim(TimePoint before, std::size_t most, std::size_t batch) = 0;
};

}  // namespace atelier::audit
