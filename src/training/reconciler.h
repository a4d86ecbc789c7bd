// Drives every version that is not at its end, one idempotent step at a time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/worker_pool.h"
#include "training/version_runner.h"

namespace atelier::training {

struct ReconcilerOptions {
  std::size_t step_threads = 4;  // versions worked on at the same time: one large copy does not hold up the others
  std::chrono::milliseconds tick{1000};  // how often running versions are looked at without a reason
};

// Start() makes a thread that plans passes and a pool that takes the steps. Without Start(), RunPass() does everything
// inline: that is how tests drive it. Thread-safe. Workloads go on when it is destroyed; a new one picks them up.
class Reconciler {
 public:
  Reconciler(JobRepository& repository, compute::Backend& backend, VersionRunner& runner, ReconcilerOptions options);
  ~Reconciler();
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;

  void Start();
  // Something changed: look now. Cheap, from any thread.
  void Wake();

  // One step of every pending version. True when some want another step at once.
  Result<bool> RunPass();
  // Passes until nothing wants another step at once.
  Result<void> RunUntilQuiet();
  // Stops and forgets workloads of ours that no version knows: left by a database that was put back to an older state.
  Result<void> ReapOrphans();

 private:
  using Steady = std::chrono::steady_clock;
  struct Entry {
    RunMemory memory;
    bool busy = false;
    bool again = false;  // woken while busy
    std::string last_error;
    Steady::time_point due;
  };
  struct Alarm {
    std::mutex mutex;
    std::condition_variable ready;  // guards with mutex:
    bool rung = false;              //   someone called Wake: everything is due
    bool settled = false;           //   a version's steps ended: the next look must be computed again
    bool stopping = false;          //   the destructor runs
  };

  void Plan();
  // Starts due steps on the pool; returns when the next look is due.
  Steady::time_point Dispatch();
  void TakeSteps(std::int64_t version_id, Entry& entry);
  // One step; errors are logged once per version and text.
  StepOutcome TakeStep(std::int64_t version_id, Entry& entry);
  Result<void> RemoveEmptyJobs();

  JobRepository& repository_;
  compute::Backend& backend_;
  VersionRunner& runner_;
  const ReconcilerOptions options_;
  const std::shared_ptr<Alarm> alarm_;     // shared with the backend's callback, which may outlive this
  std::mutex mutex_;                       // guards:
  std::map<std::int64_t, Entry> entries_;  //   by version id; an entry's memory belongs to whoever made it busy
  std::unique_ptr<WorkerPool> pool_;
  std::thread planner_;
};

}  // namespace atelier::training
