// Verified keys and tokens, kept for a short while because every request and prediction looks one up.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace atelier::iam {

// Thread-safe. Clear() makes every change of identities visible at once: what is being read from the repository
// meanwhile is not kept, because it may be from before the change.
template <class Value>
class IdentityCache {
 public:
  IdentityCache(std::chrono::seconds life, std::size_t limit) : life_(life), limit_(limit) {}

  // Of how many Clear()s; to be asked before the repository is.
  std::uint64_t generation() const {
    std::lock_guard lock(mutex_);
    return generation_;
  }
  std::optional<Value> Find(std::string_view name, TimePoint now) const {
    std::lock_guard lock(mutex_);
    auto found = entries_.find(name);
    if (found == entries_.end() || found->second.until <= now) return std::nullopt;
    return found->second.value;
  }
  void Keep(std::uint64_t generation, std::string name, Value value, TimePoint now) {
    std::lock_guard lock(mutex_);
    if (generation != generation_) return;
    if (entries_.size() >= limit_) entries_.clear();
    entries_.insert_or_assign(std::move(name), Entry{std::move(value), now + life_});
  }
  void Clear() {
    std::lock_guard lock(mutex_);
    ++generation_;
    entries_.clear();
  }

 private:
  struct Entry {
    Value value;
    TimePoint until;
  };
  const std::chrono::seconds life_;
  const std::size_t limit_;
  mutable std::mutex mutex_;  // guards:
  std::uint64_t generation_ = 0;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace atelier::iam
