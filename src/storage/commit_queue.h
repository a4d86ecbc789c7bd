// Group commit: many changes, one transaction, one sync.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

#include "base/error.h"
#include "storage/database.h"

namespace atelier::storage {

// Thread-safe. Whoever finds nobody committing commits for all that wait (no thread of its own, so a lone caller pays
// no hand-over); those who come meanwhile form the next batch. Each change must check before it writes: one that
// answers an error must have changed nothing, since the others of its batch are committed all the same. One that throws
// undoes the batch, and every change of it is then run again alone.
class CommitQueue {
 public:
  explicit CommitQueue(Database& database, std::size_t max_batch = 256, std::size_t max_waiting = 4096)
      : database_(database), max_batch_(max_batch), max_waiting_(max_waiting) {}

  // Durable on success. Unavailable when too many wait.
  Result<void> Run(const Database::Work& work);

 private:
  struct Entry {
    const Database::Work* work;
    Result<void> result;
    bool done = false;
    std::condition_variable turn;
  };
  void Commit(const std::deque<Entry*>& batch);

  Database& database_;
  const std::size_t max_batch_;
  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::deque<Entry*> waiting_;  // guarded by mutex_
  bool committing_ = false;     // guarded by mutex_
};

}  // namespace atelier::storage
