// A thread that repeats one reconcile pass: when woken, and while work is unsettled also at every tick.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace atelier {

// Thread-safe. The pass runs on the loop's own thread, never twice at a time; an exception out of it is logged and the
// pass is repeated at the next tick. The destructor stops after the running pass.
class ReconcileLoop {
 public:
  enum class Outcome { kSettled, kUnsettled };

  ReconcileLoop(std::string name, std::chrono::milliseconds tick, std::function<Outcome()> pass);
  ~ReconcileLoop();
  ReconcileLoop(const ReconcileLoop&) = delete;
  ReconcileLoop& operator=(const ReconcileLoop&) = delete;

  void Start();
  void Wake();
  // From within a pass: another one is wanted after so long even if this one settles everything. The earliest counts.
  void WakeAfter(std::chrono::milliseconds time);
  void Stop();  // idempotent

 private:
  void Run();

  const std::string name_;
  const std::chrono::milliseconds tick_;
  const std::function<Outcome()> pass_;
  std::mutex mutex_;
  std::condition_variable changed_;  // guards with mutex_:
  bool woken_ = true;                //   a pass is wanted
  bool stopping_ = false;
  std::optional<std::chrono::steady_clock::time_point> due_;
  std::thread thread_;
};

}  // namespace atelier
