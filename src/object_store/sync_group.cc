#include "object_store/sync_group.h"

namespace atelier::object_store {

Result<void> SyncGroup::Sync() {
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = ++asked_;
  turn_.wait(lock, [&] { return synced_ >= mine || failure_ || !syncing_; });
  if (synced_ >= mine) return {};
  if (failure_) return std::unexpected(*failure_);

  syncing_ = true;
  const std::uint64_t covered = asked_;
  lock.unlock();
  auto result = sync_();
  lock.lock();
  syncing_ = false;
  if (result) {
    synced_ = covered;
  } else {
    failure_ = result.error();
  }
  turn_.notify_all();
  return result;
}

}  // namespace atelier::object_store
