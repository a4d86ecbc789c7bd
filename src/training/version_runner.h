// Takes one version one step further towards its end. Every step can be repeated after a crash at any instruction.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "compute/backend.h"
#include "training/artifact_store.h"
#include "training/engine_source.h"
#include "training/job_repository.h"
#include "training/output_publisher.h"
#include "training/run_layout.h"
#include "training/state_machine.h"
#include "training/workload_builder.h"

namespace atelier::training {

struct RunnerOptions {
  std::filesystem::path directory;  // <data-dir>/jobs
  Milliseconds stop_grace{10'000};
  Milliseconds sample_interval{60'000};
  WorkloadOptions workload;
};

// What the reconciler remembers of a version between two steps. All of it may be lost at any time.
struct RunMemory {
  PublishMemory publish;
  bool stop_sent = false;
  int failures = 0;  // of storing or starting, in a row
  std::optional<compute::Usage> last_usage;
  TimePoint last_sample;
};

enum class StepOutcome {
  kAgain,  // something was done, the next step can follow at once
  kLater,  // nothing to do before something changes outside: look again at the next tick
  kDone,   // nothing will ever be left to do
};

// Not thread-safe per version (one step of a version at a time); different versions may be stepped on different
// threads.
class VersionRunner {
 public:
  VersionRunner(JobRepository& repository, ArtifactStore& artifacts, EngineSource& engines, compute::Backend& backend,
                const Clock& clock, RunnerOptions options);

  // Reads the version afresh, then acts. An error is about the platform, not the run: it is logged and tried again
  // later.
  Result<StepOutcome> Step(std::int64_t version_id, RunMemory& memory);

 private:
  struct Context;

  Result<StepOutcome> StepByStatus(Context& context);
  Result<StepOutcome> Submit(Context& context);
  Result<StepOutcome> RefuseSubmit(Context& context, std::string reason);
  Result<StepOutcome> Wait(Context& context, const std::string& reason);
  Result<void> PrepareInputs(Context& context);
  Result<void> MakeFolders(const Context& context);
  Result<StepOutcome> Watch(Context& context);
  Result<StepOutcome> WatchAlive(Context& context);
  Result<StepOutcome> SampleUsage(Context& context);
  Result<StepOutcome> Finish(Context& context, const compute::Observation& observation);
  // The run failed and may be started once more: back to WAITING.
  Result<StepOutcome> Restart(Context& context, const compute::Observation& observation, const std::string& reason);
  // Traces of the workload before the last restart.
  Result<void> ForgetPrevious(const Context& context);
  // What became of storing something: not settled is tried again later; a failure is told to the user.
  struct Settlement {
    bool settled = false;
    std::string failure;
    std::vector<std::string> notes;  // for the log
  };
  Result<Settlement> PublishRest(Context& context);
  Result<Settlement> PublishLog(Context& context);
  Result<StepOutcome> Clean(Context& context);
  Result<StepOutcome> Remove(Context& context);
  // Writes the state after `event` with further changes; kAgain also when someone else was first (the next step reads
  // afresh).
  Result<StepOutcome> Move(Context& context, std::optional<Event> event, RunState after);

  JobRepository& repository_;
  ArtifactStore& artifacts_;
  EngineSource& engines_;
  compute::Backend& backend_;
  const Clock& clock_;
  const RunnerOptions options_;
  OutputPublisher publisher_;
};

}  // namespace atelier::training
