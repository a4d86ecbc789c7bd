#include "serving/batch_task.h"

#include <fmt/format.h>

#include <algorithm>

#include "serving/types.h"

namespace atelier::serving {

std::string_view ToString(BatchOutcome outcome) {
  switch (outcome) {
    case BatchOutcome::kNone:
      return "none";
    case BatchOutcome::kFinished:
      return "finished";
    case BatchOutcome::kFailed:
      return "failed";
  }
  return "none";
}

std::optional<BatchOutcome> ParseBatchOutcome(std::string_view text) {
  for (auto outcome : {BatchOutcome::kNone, BatchOutcome::kFinished, BatchOutcome::kFailed})
    if (ToString(outcome) == text) return outcome;
  return std::nullopt;
}

void StartAgain(BatchTask& task, TimePoint now) {
  ++task.run;
  task.started = now;
  task.finished.reset();
  task.outcome = BatchOutcome::kNone;
  task.progress = {};
}

int PercentOf(const BatchTask& task) {
  if (task.outcome == BatchOutcome::kFinished) return 100;
  const auto& progress = task.progress;
  if (progress.objects_total == 0) return 0;
  return static_cast<int>(std::min<std::uint64_t>(99, progress.objects * 100 / progress.objects_total));
}

std::string TaskMark(const std::string& service_id, const BatchTask& task) {
  return fmt::format("{}/{}", service_id, task.run);
}

bool WantsBatchWork(const Service& service) {
  return service.batch && service.batch->outcome == BatchOutcome::kNone && service.desired == DesiredState::kRunning &&
         (service.status == ServiceStatus::kRunning || service.status == ServiceStatus::kConcerning);
}

// The replicas of a task that has ended are stopped; until they are gone it is as if it still ran.
ServiceStatus ShownBatchStatus(const Service& service) {
  switch (service.status) {
    case ServiceStatus::kConcerning:
      return ServiceStatus::kRunning;
    case ServiceStatus::kStopping:
      return service.batch->outcome == BatchOutcome::kNone ? ServiceStatus::kStopping : ServiceStatus::kRunning;
    case ServiceStatus::kStopped:
      if (service.batch->outcome == BatchOutcome::kFinished) return ServiceStatus::kFinished;
      return service.batch->outcome == BatchOutcome::kFailed ? ServiceStatus::kFailed : ServiceStatus::kStopped;
    default:
      return service.status;
  }
}

}  // namespace atelier::serving
