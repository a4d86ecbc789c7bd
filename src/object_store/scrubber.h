// Reads all stored bytes again and again, slowly, so that bit rot is found while a backup still has the bytes.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "object_store/blob_health.h"

namespace atelier::object_store {

struct ScrubberOptions {
  std::uint64_t bytes_per_second = 8ULL << 20;
  Milliseconds interval = std::chrono::hours(24 * 7);  // from the end of one pass to the next
};

// How long to wait before more is read, so that the rate is kept.
std::chrono::nanoseconds ScrubWait(std::uint64_t bytes_read, std::chrono::nanoseconds elapsed,
                                   std::uint64_t bytes_per_second);

// Thread-safe. A pass that a stop or a crash ended goes on where it was (at most kSaveStep bytes are read twice).
class Scrubber {
 public:
  static constexpr std::uint64_t kSaveStep = 64ULL << 20;

  Scrubber(MetadataIndex& index, BlobHealth& health, HealthRecord& record, const Clock& clock, ScrubberOptions options)
      : index_(index), health_(health), record_(record), clock_(clock), options_(options) {}
  ~Scrubber() { Stop(); }

  void Start();  // the thread
  void Stop();   // idempotent; does not wait for the pass to end

  // When the next pass is due; a time that has passed when it is due now or runs.
  Result<TimePoint> NextPass();
  // The rest of the running pass, or a new one, on the caller's thread. False when Stop ended it.
  Result<bool> RunPass();

 private:
  void Run();
  Result<ScrubProgress> BeginPass();
  bool WaitFor(std::chrono::nanoseconds time);  // false: stopping

  MetadataIndex& index_;
  BlobHealth& health_;
  HealthRecord& record_;
  const Clock& clock_;
  const ScrubberOptions options_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace atelier::object_store
