// The worker that carries out lifecycle rules.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/reconcile_loop.h"
#include "object_store/lifecycle_decisions.h"
#include "object_store/object_service.h"

namespace atelier::object_store {

// The setting of a bucket that holds its rules, as EncodeLifecycle writes them.
inline constexpr const char* kLifecycleSetting = "lifecycle";

struct LifecycleOptions {
  Milliseconds interval = std::chrono::hours(1);  // from the end of a pass to the beginning of the next
  Milliseconds day = kDay;                        // shorter in tests
  std::size_t page = 1000;                        // versions or uploads read at a time
  // After so many deletions it rests so long: requests of clients come first. 2,000 a second.
  std::size_t batch = 200;
  Milliseconds rest = std::chrono::milliseconds(100);
};

struct LifecycleChanges {
  std::uint64_t expired_objects = 0;   // current versions: gone, or below a delete marker now
  std::uint64_t removed_versions = 0;  // noncurrent ones and lone delete markers
  std::uint64_t aborted_uploads = 0;

  bool operator==(const LifecycleChanges&) const = default;
  LifecycleChanges& operator+=(const LifecycleChanges& more);
};

struct LifecycleTotals {
  LifecycleChanges changes;
  std::uint64_t failed_buckets = 0;
  std::uint64_t passes = 0;       // those that came to their end
  Milliseconds last_duration{0};  // of the last of them
  std::optional<TimePoint> last_end;
};

// A pass visits every bucket that has rules, one after the other, and deletes what is due. It keeps nothing: what was
// not reached, because the server stopped or a bucket failed (a warning in the log), is judged anew by the next pass.
// Rules that are changed while their bucket is visited end the visit.
//
// Thread-safe; passes never overlap. `objects` and `clock` must outlive it.
class LifecycleWorker {
 public:
  LifecycleWorker(ObjectService& objects, const Clock& clock, LifecycleOptions options = {});
  ~LifecycleWorker();
  LifecycleWorker(const LifecycleWorker&) = delete;
  LifecycleWorker& operator=(const LifecycleWorker&) = delete;

  // Passes on a thread of its own; the first one at once.
  void Start();
  // Ends a running pass before its next deletion or page; nothing is done afterwards. Idempotent.
  void Stop();
  // A pass on the caller's thread: what it has changed.
  Result<LifecycleChanges> RunOnce();
  // Since the worker was made.
  LifecycleTotals totals() const;

 private:
  class Visit;  // of one bucket

  LifecycleChanges VisitBucket(const Bucket& bucket, TimePoint now);
  void Pace(std::size_t deletions);
  bool stopping() const;

  ObjectService& objects_;
  const Clock& clock_;
  const LifecycleOptions options_;
  std::mutex pass_mutex_;  // held during a pass; guards:
  std::size_t deleted_since_rest_ = 0;
  mutable std::mutex mutex_;      // guards:
  std::condition_variable stop_;  //   notified when `stopping_` is set
  bool stopping_ = false;
  LifecycleTotals totals_;
  ReconcileLoop loop_;
};

}  // namespace atelier::object_store
