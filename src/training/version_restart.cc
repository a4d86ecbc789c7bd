// Starting a failed run once more.
#include <fmt/format.h>

#include "training/output_tree.h"
#include "training/run_log.h"
#include "training/version_context.h"
#include "training/version_ending.h"
#include "training/version_runner.h"

namespace atelier::training {

Result<StepOutcome> VersionRunner::Restart(Context& context, const compute::Observation& observation,
                                           const std::string& reason) {
  auto& [version, job, layout, memory] = context;
  auto most = version.spec.container->restart.most_restarts;
  auto after = version.run;
  ++after.restarts;
  after.reason = reason;
  after.fault.clear();
  NoteRestart(observation, clock_.Now(), reason, most, after);
  // Outputs, scratch and code stay as the failed run left them: the next one may go on from its checkpoints.
  ATELIER_CHECK(EndLog(layout.log, PlatformLines({fmt::format("Training failed: {}", reason),
                                                  fmt::format("restart {} of {}", after.restarts, most)})));
  ATELIER_CHECK(RemoveScriptTree(layout.site_packages));
  ATELIER_TRY(auto outcome, Move(context, Event::kRestart, std::move(after)));
  memory.stop_sent = false;
  memory.failures = 0;
  memory.last_usage.reset();
  return outcome;
}

Result<void> VersionRunner::ForgetPrevious(const Context& context) {
  auto restarts = context.version.run.restarts;
  if (restarts == 0) return {};
  return backend_.Forget(context.version.workload_id(restarts - 1));
}

}  // namespace atelier::training
