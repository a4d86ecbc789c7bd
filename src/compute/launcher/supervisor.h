// Holds one running workload: copies its output, passes on requests to stop, notices its end and the memory limit.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "compute/internal/cgroup.h"
#include "compute/internal/run_folder.h"
#include "compute/launcher/child.h"
#include "compute/launcher/log_writer.h"

namespace atelier::compute {

// One thread; the launcher's only work after it has claimed the folder. SIGTERM to the launcher stops the workload:
// with the grace of stop.json when the server asked, with the workload's own when somebody else did.
class Supervisor {
 public:
  // `signals` is a signalfd of SIGTERM and SIGCHLD, which are blocked. `on_started` is called once, when the command
  // runs.
  Supervisor(Child child, LogWriter log, const Cgroups& cgroups, const RunFolder& folder, Milliseconds stop_grace,
             int signals, std::function<void()> on_started);

  // Returns when the tree is gone; resource figures are not yet in the Exit.
  Exit Run();
  // Of what was reaped: for hosts without control groups.
  const rusage& usage() const { return usage_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  int PollTimeout() const;
  void ReadSignals();
  void HandleTerm();
  void RequestStop(Milliseconds grace);
  bool IsOurs(pid_t pid) const;  // atelier-init or the sandbox tool
  void Terminate();
  void KillTree();
  void CheckMemoryLimit(bool told);
  void ReapChildren();
  void ReadStatus();
  void HandleStatusLine(std::string_view line);
  bool CopyOutput();
  void EndRemains();
  Exit MakeExit(bool killed_here) const;

  Child child_;
  LogWriter log_;
  const Cgroups& cgroups_;
  const RunFolder& folder_;
  Milliseconds stop_grace_;
  int signals_;
  std::function<void()> on_started_;
  std::optional<UniqueFd> memory_limit_;

  std::optional<SteadyTime> kill_at_;  // set by the first request to stop, or to kill again
  bool kill_sent_ = false;
  std::optional<SteadyTime> memory_check_until_;  // the limit was touched: the kernel may be about to kill
  bool stop_requested_ = false;
  bool stopped_from_outside_ = false;  // the first request was a SIGTERM that the server did not send
  bool started_ = false;
  bool output_open_ = true, status_open_ = true;
  std::string status_text_;  // an unfinished line
  std::string start_failure_;
  std::optional<int> child_status_;    // wait status of child_.pid
  std::optional<int> command_status_;  // as told by atelier-init
  rusage usage_{};
};

}  // namespace atelier::compute
