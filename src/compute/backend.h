// Port: who runs workloads. Implemented by compute/local_backend; clusters come later behind the same contract.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "compute/workload.h"

namespace atelier::compute {

// Thread-safe. All operations are idempotent: they can be repeated after a crash of the server at any point.
class Backend {
 public:
  virtual ~Backend() = default;

  // Starts it unless it was started before (same id): then success without a second start, whatever its phase. Returns
  // before it runs; what keeps it from running (a missing program, say) is told by Observe as an Exit with a message.
  // InvalidArgument for a bad workload; ResourceExhausted when the machine refuses.
  virtual Result<void> Start(const Workload& workload) = 0;
  // What is known of it. kAbsent when never started or forgotten, also when a crash came before it was started: Start
  // again. kExited means that nothing of its process tree is left.
  virtual Result<Observation> Observe(const std::string& id) = 0;
  // SIGTERM to the whole tree, then SIGKILL after `grace`. Returns at once; Observe shows the end. Absent or ended is
  // fine.
  virtual Result<void> Stop(const std::string& id, Milliseconds grace) = 0;
  // Removes every trace of an ended (or never started) workload; FailedPrecondition while it runs.
  virtual Result<void> Forget(const std::string& id) = 0;
  // NotFound when absent; after the end, memory is 0.
  virtual Result<Usage> Measure(const std::string& id) = 0;
  // All ids known, for finding orphans.
  virtual Result<std::vector<std::string>> List() = 0;

  // Where the workload finds a mount: its target in a sandbox, its source where there is none (kNone makes no mounts).
  // Callers build command, environment and working directory from it: PathInside(mount) / "train.py".
  virtual std::filesystem::path PathInside(const Mount& mount) const {
    return level() == SandboxLevel::kNone ? mount.source : mount.target;
  }

  // Called (from a backend thread) soon after a workload starts or ends, with its id: only a hint to reconcile earlier.
  // Each call adds a listener; a listener must not block for long and may call the backend.
  virtual void OnChange(std::function<void(const std::string&)> callback) = 0;

  virtual SandboxLevel level() const = 0;
  virtual std::string level_reason() const = 0;  // why not a higher one
  virtual std::vector<Flavor> Flavors() const = 0;
};

}  // namespace atelier::compute
