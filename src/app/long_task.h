// One long piece of work at a time, on a thread of its own, looked at meanwhile.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

namespace atelier::app {

// Thread-safe. The destructor stops the work and waits for it.
class LongTask {
 public:
  // Called by the work with what it is at; false: it should end with Cancelled.
  using Report = std::function<bool(const std::string& stage, std::uint64_t done_bytes, std::uint64_t total_bytes)>;
  // Gives what is to be shown of its success.
  using Work = std::function<Result<json::object>(const Report&)>;

  LongTask(std::string name, const Clock& clock) : name_(std::move(name)), clock_(clock) {}
  ~LongTask();
  LongTask(const LongTask&) = delete;
  LongTask& operator=(const LongTask&) = delete;

  // FailedPrecondition while one runs.
  Result<void> Start(Work work);
  void Stop();  // asks; the state tells when it has ended

  // {"state": "idle" | "running" | "done" | "failed" | "stopped", "stage", "done_bytes", "total_bytes", "started",
  // "ended", "result", "error"}; what does not apply is left out.
  json::object Status();

 private:
  void Run(const Work& work);

  const std::string name_;
  const Clock& clock_;
  std::mutex mutex_;
  std::string state_ = "idle";  // guarded by mutex_, like all below
  std::string stage_;
  std::uint64_t done_ = 0, total_ = 0;
  std::optional<TimePoint> started_, ended_;
  json::object result_;
  std::string error_;
  std::thread thread_;
  std::atomic<bool> stop_ = false;
};

}  // namespace atelier::app
