// The parent of the workers: loads libraries once, forks, watches, forks again.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/files.h"
#include "predictor/worker.h"

namespace atelier::predictor {

// "killed by signal 11 (Segmentation fault)", "exited with code 3".
std::string DescribeExit(int wait_status);

// How long to wait before fork number `failures` + 1 in a row: 50 ms doubling, at most `most`.
std::chrono::milliseconds Backoff(int failures, std::chrono::milliseconds most);

// The state of a predictor that could not even begin: the reason, and no workers.
void ReportServeFailure(const PredictorOptions& options, const std::string& reason);

// One thread; runs until SIGTERM has been passed on and every worker has ended. docs/formats/predictor-protocol.md
// describes what it answers on RUN/control.sock and writes to RUN/state.json.
class Zygote {
 public:
  Zygote(const TensorFlowApi& api, PredictorOptions options);
  // 0 after a stop, 1 when the workers failed before any was ready (the state says why).
  int Run();

 private:
  struct Worker {
    pid_t pid = -1;
    UniqueFd ready;  // readable when it has reported, or died
    std::string reported;
    bool is_ready = false;
    int failures = 0;  // in a row, without a healthy period
    int restarts = 0;
    std::chrono::steady_clock::time_point started, fork_at;
    pid_t last_pid = -1;
    std::string last_exit;
  };

  Result<void> Open();
  void Fork(std::size_t index);
  void Reap();
  void Ended(std::size_t index, int wait_status);
  void ReadReady(Worker& worker);
  void ForkDue();
  void AnswerControl();
  std::string Control(const std::string& line);
  std::string WhyEnded(std::size_t index, pid_t pid);
  void Stop();
  int PollTimeout() const;
  void WriteState();
  bool AllEnded() const;

  const TensorFlowApi& api_;
  PredictorOptions options_;
  std::vector<Worker> workers_;
  UniqueFd signals_, control_;
  bool stopping_ = false;
  bool was_ready_ = false;
  std::string failed_;  // reason, when given up
};

}  // namespace atelier::predictor
