#include "serving/service_status.h"

#include <algorithm>
#include <array>
#include <utility>

namespace atelier::serving {
namespace {

constexpr std::array<std::pair<ServiceStatus, std::string_view>, 8> kNames = {
    {{ServiceStatus::kDeploying, "deploying"},
     {ServiceStatus::kRunning, "running"},
     {ServiceStatus::kConcerning, "concerning"},
     {ServiceStatus::kFailed, "failed"},
     {ServiceStatus::kStopping, "stopping"},
     {ServiceStatus::kStopped, "stopped"},
     {ServiceStatus::kDeleting, "deleting"},
     {ServiceStatus::kFinished, "finished"}}};

constexpr std::array<std::pair<UpdateResult, std::string_view>, 3> kResults = {
    {{UpdateResult::kRunning, "RUNNING"}, {UpdateResult::kSuccess, "SUCCESS"}, {UpdateResult::kFail, "FAIL"}}};

bool All(const std::vector<ReplicaView>& replicas, ReplicaView::Phase phase) {
  return std::ranges::all_of(replicas, [&](const ReplicaView& replica) { return replica.phase == phase; });
}

}  // namespace

std::string_view ToString(ServiceStatus status) {
  for (auto [value, name] : kNames)
    if (value == status) return name;
  return "failed";
}

std::optional<ServiceStatus> ParseServiceStatus(std::string_view text) {
  for (auto [value, name] : kNames)
    if (name == text) return value;
  return std::nullopt;
}

std::string_view ToString(UpdateResult result) {
  for (auto [value, name] : kResults)
    if (value == result) return name;
  return "FAIL";
}

std::optional<UpdateResult> ParseUpdateResult(std::string_view text) {
  for (auto [value, name] : kResults)
    if (name == text) return value;
  return std::nullopt;
}

ServiceStatus ShownStatus(const Service& service) {
  if (service.batch) return ShownBatchStatus(service);
  return service.update ? ServiceStatus::kDeploying : service.status;
}

std::optional<Milliseconds> LengthOf(const Schedule& schedule) {
  if (schedule.time_unit == "DAYS") return std::chrono::days(schedule.duration);
  if (schedule.time_unit == "HOURS") return std::chrono::hours(schedule.duration);
  if (schedule.time_unit == "MINUTES") return std::chrono::minutes(schedule.duration);
  return std::nullopt;
}

ServiceStatus DeriveStatus(const StatusInputs& inputs) {
  switch (inputs.desired) {
    case DesiredState::kDeleted:
      return ServiceStatus::kDeleting;
    case DesiredState::kStopped:
      return All(inputs.replicas, ReplicaView::Phase::kAbsent) ? ServiceStatus::kStopped : ServiceStatus::kStopping;
    case DesiredState::kRunning:
      break;
  }
  // A failed service stays failed until it is started again: no flapping while its replicas are being stopped.
  if (inputs.current == ServiceStatus::kFailed) return ServiceStatus::kFailed;
  if (!inputs.replicas.empty() && All(inputs.replicas, ReplicaView::Phase::kReady)) return ServiceStatus::kRunning;
  bool has_run = inputs.current == ServiceStatus::kRunning || inputs.current == ServiceStatus::kConcerning;
  bool any_ready = std::ranges::any_of(
      inputs.replicas, [](const ReplicaView& replica) { return replica.phase == ReplicaView::Phase::kReady; });
  if (has_run) return inputs.gave_up && !any_ready ? ServiceStatus::kFailed : ServiceStatus::kConcerning;
  if (inputs.gave_up || inputs.timed_out) return ServiceStatus::kFailed;
  return ServiceStatus::kDeploying;
}

}  // namespace atelier::serving
