// The audit log: entries written in groups, on a thread of its own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>

#include "audit/audit_repository.h"

namespace atelier::audit {

struct AuditLimits {
  Milliseconds retention{90LL * 24 * 3600 * 1000};
  std::size_t rows = 1'000'000;   // of changes, and as many of failed requests
  std::size_t waiting = 4096;     // notes
  Milliseconds gather{100};       // how long a note waits for others
  Milliseconds trim{3'600'000};   // between two looks at what is too old
  std::size_t trim_after = 1000;  // entries written, which make a look worth while before that
};

// Thread-safe. The repository and the clock must outlive it. The destructor writes what waits.
class AuditLog {
 public:
  AuditLog(AuditRepository& repository, const Clock& clock, AuditLimits limits);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Durable on success. Blocks for about one sync of the disk, which those who come together share. The entry's time is
  // set here.
  Result<void> Record(Entry entry);
  // Written soon; dropped and counted when too many wait, or when it cannot be written.
  void Note(Entry entry);
  Result<std::vector<Entry>> Find(const Query& query) { return repository_.Find(query); }
  std::uint64_t dropped() const;

 private:
  struct Waiter {
    Result<void> result;
    bool done = false;
  };
  struct Item {
    Entry entry;
    Waiter* waiter = nullptr;  // null for a note
  };
  void Run();
  std::deque<Item> TakeBatch(std::unique_lock<std::mutex>& lock);
  void Write(std::deque<Item>& batch, std::unique_lock<std::mutex>& lock);
  void Trim();

  AuditRepository& repository_;
  const Clock& clock_;
  const AuditLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable ready_, written_;
  std::deque<Item> waiting_;  // guarded by mutex_, like all below
  std::size_t notes_ = 0;     // of those
  std::uint64_t dropped_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace atelier::audit
