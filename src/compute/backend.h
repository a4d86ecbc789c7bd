// Port: who runs workloads. Implemented by compute/local_backend; clusters come later behind the same contract.
#pragma once

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

  // Starts it unless it was started before (same id): then success without a second start, whatever its phase.
  // InvalidArgument for a bad workload; ResourceExhausted when the machine refuses.
  virtual Result<void> Start(const Workload& workload) = 0;
  // What is known of it. kAbsent when never started or forgotten.
  virtual Result<Observation> Observe(const std::string& id) = 0;
  // SIGTERM to the whole tree, then SIGKILL after `grace`. Returns at once; Observe shows the end. Absent or ended is fine.
  virtual Result<void> Stop(const std::string& id, Milliseconds grace) = 0;
  // Removes every trace of an ended (or never started) workload; FailedPrecondition while it runs.
  virtual Result<void> Forget(const std::string& id) = 0;
  virtual Result<Usage> Measure(const std::string& id) = 0;
  // All ids known, for finding orphans.
  virtual Result<std::vector<std::string>> List() = 0;

  // Called (from a backend thread) soon after a workload starts or ends, with its id: only a hint to reconcile earlier.
  virtual void OnChange(std::function<void(const std::string&)> callback) = 0;

  virtual SandboxLevel level() const = 0;
  virtual std::string level_reason() const = 0;  // why not a higher one
  virtual std::vector<Flavor> Flavors() const = 0;
};

}  // namespace atelier::compute
