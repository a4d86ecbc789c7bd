// One sync for many waiters.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "base/error.h"

namespace atelier::object_store {

// Thread-safe. The first caller syncs; callers that come meanwhile wait and share the next sync. A failed sync is
// final: the kernel may have dropped what was to be written and would report success the next time, so every later call
// fails too.
class SyncGroup {
 public:
  explicit SyncGroup(std::function<Result<void>()> sync) : sync_(std::move(sync)) {}

  // On success everything that the caller did before the call is durable.
  Result<void> Sync();

 private:
  std::function<Result<void>()> sync_;
  std::mutex mutex_;
  std::condition_variable turn_;
  std::uint64_t asked_ = 0;   // guarded by mutex_, like all below
  std::uint64_t synced_ = 0;  // every call up to this one is durable
  bool syncing_ = false;
  std::optional<Error> failure_;
};

}  // namespace atelier::object_store
