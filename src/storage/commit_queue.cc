#include "storage/commit_queue.h"

#include <soci/soci.h>

namespace atelier::storage {

Result<void> CommitQueue::Run(const Database::Work& work) {
  Entry mine{.work = &work, .result = {}, .done = false, .turn = {}};
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= max_waiting_) return Unavailable("too many changes are waiting for the disk; try again");
  waiting_.push_back(&mine);
  mine.turn.wait(lock, [&] { return mine.done || (!committing_ && waiting_.front() == &mine); });
  if (mine.done) return std::move(mine.result);

  committing_ = true;
  std::size_t count = std::min(waiting_.size(), max_batch_);
  std::deque<Entry*> batch(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  lock.unlock();
  Commit(batch);
  lock.lock();
  committing_ = false;
  for (Entry* entry : batch) {
    entry->done = true;
    if (entry != &mine) entry->turn.notify_one();
  }
  if (!waiting_.empty()) waiting_.front()->turn.notify_one();
  return std::move(mine.result);
}

void CommitQueue::Commit(const std::deque<Entry*>& batch) {
  if (batch.size() > 1) {
    auto run_all = [&](soci::session& sql) -> Result<void> {
      for (Entry* entry : batch) entry->result = (*entry->work)(sql);
      return {};
    };
    if (database_.Write(run_all)) return;
  }
  for (Entry* entry : batch) entry->result = database_.Write(*entry->work);
}

}  // namespace atelier::storage
