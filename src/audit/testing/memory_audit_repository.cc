#include "audit/testing/memory_audit_repository.h"

#include <algorithm>

namespace atelier::audit {

Result<void> MemoryAuditRepository::Append(std::span<const Entry> entries) {
  std::lock_guard lock(mutex_);
  ++appends_;
  if (!refusal_) return refusal_;
  for (const auto& entry : entries) {
    entries_.push_back(entry);
    entries_.back().id = ++last_id_;
  }
  return {};
}

Result<std::vector<Entry>> MemoryAuditRepository::Find(const Query& query) {
  std::lock_guard lock(mutex_);
  std::vector<Entry> found;
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && found.size() < query.limit; ++entry)
    if (Matches(*entry, query)) found.push_back(*entry);
  return found;
}

Result<std::size_t> MemoryAuditRepository::Trim(TimePoint before, std::size_t most, std::size_t batch) {
  std::lock_guard lock(mutex_);
  std::size_t removed = 0;
  for (bool failed : {false, true}) {
    auto kind = [&](const Entry& entry) { return Failed(entry) == failed; };
    auto count = static_cast<std::size_t>(std::ranges::count_if(entries_, kind));
    std::size_t left = batch;
    std::erase_if(entries_, [&](const Entry& entry) {
      if (!kind(entry) || left == 0 || (entry.time >= before && count <= most)) return false;
      --count;
      --left;
      ++removed;
      return true;
    });
  }
  return removed;
}

void MemoryAuditRepository::Refuse(Result<void> with) {
  std::lock_guard lock(mutex_);
  refusal_ = std::move(with);
}

std::size_t MemoryAuditRepository::appends() const {
  std::lock_guard lock(mutex_);
  return appends_;
}

}  // namespace atelier::audit
