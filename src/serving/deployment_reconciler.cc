#include "serving/deployment_reconciler.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "serving/service_status.h"
#include "serving/update_history.h"

namespace atelier::serving {
namespace {

using Phase = ReplicaView::Phase;

constexpr int kMaxFailures = 3;  // in a row before a replica is given up
constexpr std::chrono::milliseconds kFirstBackoff{500};
// Replicas of an update that start at a time, beside those that serve.
constexpr std::size_t kStartsAtOnce = 4;

std::string Slot(const Service& service, const Place& place) {
  return fmt::format("{}/{}/{}/{}", service.id, place.deployment->generation, place.deployment->slot, place.index);
}

std::string Label(const Place& place) {
  return fmt::format("[{} {}]", place.deployment->model_name, place.deployment->model_version);
}

bool WantsRunning(const Service& service) {
  return service.desired == DesiredState::kRunning && service.status != ServiceStatus::kFailed;
}

}  // namespace

DeploymentReconciler::DeploymentReconciler(PackageOf package_of, ReplicaRunner& runner, const Clock& clock,
                                           Drained drained, ModelReadinessOf readiness)
    : package_of_(std::move(package_of)),
      runner_(runner),
      clock_(clock),
      drained_(std::move(drained)),
      readiness_(std::move(readiness)) {}

void DeploymentReconciler::BeginDeployment(const Service& service) {
  std::erase_if(backoffs_, [&](const auto& one) { return one.first.starts_with(service.id + "/"); });
}

Result<std::vector<DeploymentReconciler::Replica>> DeploymentReconciler::Observe(Service& service) {
  std::vector<Replica> replicas;
  for (auto& place : PlacesOf(service)) {
    ATELIER_TRY(ReplicaView view, runner_.Observe(ReplicaId(service, *place.deployment, place.index)));
    replicas.push_back({place, std::move(view)});
  }
  return replicas;
}

Result<DeploymentReconciler::Step> DeploymentReconciler::Advance(Service service) {
  Step step;
  step.service = std::move(service);
  ATELIER_TRY(auto replicas, Observe(step.service));
  GivenUp given_up;
  if (WantsRunning(step.service)) {
    ATELIER_TRY(given_up, KeepRunning(step, replicas));
  } else {
    ATELIER_CHECK(StopAll(step, replicas));
  }
  if (step.service.update && Roll(step, replicas, given_up.coming)) {
    ATELIER_TRY(replicas, Observe(step.service));
    given_up.serving = 0;  // of the configuration before; the next step counts anew
  }
  Derive(step, replicas, given_up.serving);
  PublishRoute(step, replicas);
  if (!step.service.leaving.empty() && std::ranges::all_of(replicas, [](const Replica& replica) {
        return replica.place.duty != Duty::kLeave || replica.view.phase == Phase::kAbsent;
      })) {
    step.service.leaving.clear();
    step.changed = true;
  }
  return step;
}

Result<DeploymentReconciler::GivenUp> DeploymentReconciler::KeepRunning(Step& step, std::vector<Replica>& replicas) {
  GivenUp given_up;
  auto starting = static_cast<std::size_t>(std::ranges::count_if(replicas, [](const Replica& replica) {
    return replica.place.duty == Duty::kCome && replica.view.phase == Phase::kStarting;
  }));
  for (auto& replica : replicas) {
    if (replica.place.duty == Duty::kLeave) {
      ATELIER_CHECK(Retire(step, replica));
      continue;
    }
    ATELIER_TRY(bool kept, KeepOne(step, replica, starting));
    if (!kept) ++(replica.place.duty == Duty::kServe ? given_up.serving : given_up.coming);
  }
  return given_up;
}

Result<bool> DeploymentReconciler::KeepOne(Step& step, Replica& replica, std::size_t& starting) {
  auto slot = Slot(step.service, replica.place);
  switch (replica.view.phase) {
    case Phase::kAbsent: {
      auto backoff = backoffs_.find(slot);
      if (backoff != backoffs_.end() && clock_.Now() < backoff->second.not_before) break;
      if (replica.place.duty == Duty::kCome && starting >= kStartsAtOnce) break;
      ATELIER_TRY(auto model, AskForModel(step, replica));
      if (model == ModelReadiness::State::kRefused) return false;
      if (model == ModelReadiness::State::kWaiting) break;
      ATELIER_CHECK(StartReplica(step, replica));
      step.changed = true;
      replica.view.phase = Phase::kStarting;
      if (replica.place.duty == Duty::kCome) ++starting;
      break;
    }
    case Phase::kEnded:
      return Restart(step, replica);
    case Phase::kReady:
      backoffs_.erase(slot);
      break;
    case Phase::kStarting:
      break;
  }
  return true;
}

Result<ModelReadiness::State> DeploymentReconciler::AskForModel(Step& step, const Replica& replica) {
  if (!readiness_) return ModelReadiness::State::kReady;
  ATELIER_TRY(ModelReadiness model, readiness_(step.service, replica.place.deployment->model_id));
  if (model.state != ModelReadiness::State::kRefused) return model.state;
  auto& told =
      replica.place.duty == Duty::kCome && step.service.update ? step.service.update->trouble : step.service.reason;
  auto why = fmt::format("{} {}", Label(replica.place), model.reason);
  if (told == why) return model.state;
  told = why;
  step.changed = true;
  return model.state;
}

bool DeploymentReconciler::Restart(Step& step, Replica& replica) {
  auto& backoff = backoffs_[Slot(step.service, replica.place)];
  if (backoff.failures >= kMaxFailures) return false;  // said already
  auto why = fmt::format("{} {}", Label(replica.place), replica.view.reason);
  if (replica.place.duty == Duty::kCome && step.service.update)
    step.service.update->trouble = why;
  else
    step.service.reason = why;
  step.changed = true;
  if (++backoff.failures >= kMaxFailures) {
    AddEvent(step.service, clock_.Now(), false,
             fmt::format("{} given up after {} failed starts: {}", Label(replica.place), backoff.failures,
                         replica.view.reason));
    return false;
  }
  backoff.not_before = clock_.Now() + kFirstBackoff * (1 << (backoff.failures - 1));
  AddEvent(step.service, clock_.Now(), false,
           fmt::format("{} ended and will be restarted: {}", Label(replica.place), replica.view.reason));
  Replace(step, replica);
  return true;
}

void DeploymentReconciler::Replace(Step& step, Replica& replica) {
  auto& deployment = *replica.place.deployment;
  step.forget.push_back(ReplicaId(step.service, deployment, replica.place.index));
  ++deployment.attempts[replica.place.index];
  step.changed = true;
  replica.view.phase = Phase::kAbsent;
}

// It gets no new requests any more; what it has been given it still answers.
Result<void> DeploymentReconciler::Retire(Step& step, Replica& replica) {
  auto id = ReplicaId(step.service, *replica.place.deployment, replica.place.index);
  switch (replica.view.phase) {
    case Phase::kAbsent:
      break;
    case Phase::kStarting:
      return runner_.Stop(id);
    case Phase::kReady:
      if (!drained_ || drained_(id)) return runner_.Stop(id);
      break;
    case Phase::kEnded:
      Replace(step, replica);
      backoffs_.erase(Slot(step.service, replica.place));
      break;
  }
  return {};
}

Result<void> DeploymentReconciler::StopAll(Step& step, std::vector<Replica>& replicas) {
  for (auto& replica : replicas) {
    switch (replica.view.phase) {
      case Phase::kAbsent:
        break;
      case Phase::kStarting:
      case Phase::kReady:
        ATELIER_CHECK(runner_.Stop(ReplicaId(step.service, *replica.place.deployment, replica.place.index)));
        break;
      case Phase::kEnded:
        Replace(step, replica);
        break;
    }
  }
  return {};
}

bool DeploymentReconciler::Roll(Step& step, const std::vector<Replica>& replicas, std::size_t given_up) {
  auto& service = step.service;
  auto now = clock_.Now();
  RolloutInputs inputs;
  inputs.gave_up = given_up > 0;
  inputs.timed_out = now - service.update->started > std::chrono::seconds(service.update->timeout_seconds);
  for (const auto& replica : replicas)
    if (replica.place.next) inputs.wanted.push_back(replica.view);
  auto next = NextStep(inputs);
  if (next == RolloutStep::kWait) return false;
  step.changed = true;
  service.updated = now;
  if (next == RolloutStep::kSwitch) {
    FinishUpdate(service);
    service.update_error.clear();
    EndRecord(service, UpdateResult::kSuccess);
    AddEvent(service, now, true, "update is done: the new configuration serves");
    LogInfo("service updated", {{"service", service.id}, {"name", service.name}});
    return true;
  }
  auto why = service.update->trouble.empty() ? fmt::format("not ready within {} s", service.update->timeout_seconds)
                                             : service.update->trouble;
  AbandonUpdate(service);
  service.update_error = "the update failed: " + why + "; the previous configuration serves on";
  EndRecord(service, UpdateResult::kFail, why);
  AddEvent(service, now, false, service.update_error);
  LogInfo("service update failed", {{"service", service.id}, {"name", service.name}, {"reason", why}});
  return true;
}

void DeploymentReconciler::Derive(Step& step, const std::vector<Replica>& replicas, std::size_t given_up) {
  auto& service = step.service;
  auto now = clock_.Now();
  bool has_run = service.status == ServiceStatus::kRunning || service.status == ServiceStatus::kConcerning;
  StatusInputs inputs{service.desired,
                      service.status,
                      {},
                      false,
                      now - service.transition > std::chrono::seconds(service.deploy_timeout_seconds)};
  bool wants = WantsRunning(service);
  for (const auto& replica : replicas)
    if (!wants || replica.place.duty == Duty::kServe) inputs.replicas.push_back(replica.view);
  auto not_ready =
      std::ranges::count_if(inputs.replicas, [](const ReplicaView& view) { return view.phase != Phase::kReady; });
  inputs.gave_up = given_up > 0 && (!has_run || given_up == static_cast<std::size_t>(not_ready));
  auto status = DeriveStatus(inputs);
  // A new configuration is on its way: it may be what mends the old one.
  if (service.update && status == ServiceStatus::kFailed) status = ServiceStatus::kConcerning;
  if (status == ServiceStatus::kRunning) {
    if (!service.update) EndRecord(service, UpdateResult::kSuccess);
    if (service.reason != service.update_error) step.changed = true;
    service.reason = service.update_error;
    if (!service.update_error.empty()) status = ServiceStatus::kConcerning;
  }
  if (status != service.status) SetStatus(step, status);
  bool quiet = std::ranges::all_of(replicas, [](const Replica& replica) {
    return replica.place.duty != Duty::kLeave || replica.view.phase == Phase::kAbsent;
  });
  bool all_gone = std::ranges::all_of(replicas, [](const Replica& r) { return r.view.phase == Phase::kAbsent; });
  step.remove = service.desired == DesiredState::kDeleted && all_gone;
  bool serves = wants && not_ready == 0 && !service.update && quiet;
  step.settled =
      step.remove || serves || ((status == ServiceStatus::kStopped || status == ServiceStatus::kFailed) && all_gone);
}

void DeploymentReconciler::SetStatus(Step& step, ServiceStatus status) {
  auto& service = step.service;
  auto now = clock_.Now();
  service.status = status;
  service.transition = service.updated = now;
  if (status == ServiceStatus::kFailed) {
    if (service.reason.empty()) service.reason = fmt::format("not ready within {} s", service.deploy_timeout_seconds);
    EndRecord(service, UpdateResult::kFail, service.reason);
  }
  AddEvent(service, now, status != ServiceStatus::kFailed && status != ServiceStatus::kConcerning,
           fmt::format("service is {}{}", ToString(status), service.reason.empty() ? "" : ": " + service.reason));
  LogInfo("service status",
          {{"service", service.id}, {"name", service.name}, {"status", ToString(status)}, {"reason", service.reason}});
  step.changed = true;
}

// The texts are the reference's (modelarts-api section 4.7). There is no image here: what a replica needs is its
// engine's environment and the package, both of which are on the machine when the start has succeeded.
Result<void> DeploymentReconciler::StartReplica(Step& step, const Replica& replica) {
  auto& service = step.service;
  const auto& deployment = *replica.place.deployment;
  ReplicaSpec spec;
  spec.id = ReplicaId(service, deployment, replica.place.index);
  spec.service_name = service.name;
  spec.model_name = deployment.model_name;
  spec.package = package_of_(deployment.model_id);
  spec.specification = deployment.specification;
  spec.environment = deployment.environment;
  ATELIER_CHECK(runner_.Start(spec));
  auto label = Label(replica.place);
  auto now = clock_.Now();
  if (replica.place.index == 0 && deployment.attempts[0] == 0)
    for (const char* done : {"prepare environment success", "schedule resource success", "pull image success"})
      AddEvent(service, now, true, fmt::format("{} {}", label, done));
  AddEvent(service, now, true, label + " starting model");
  return {};
}

void DeploymentReconciler::PublishRoute(Step& step, const std::vector<Replica>& replicas) {
  const auto& service = step.service;
  ServiceRoute route{service.id, service.name, service.project_id, service.status, {}, step.remove};
  std::string fingerprint = fmt::format("{}{}", ToString(route.status), step.remove);
  for (const auto& deployment : service.deployments) {
    route.targets.push_back({deployment.model_id, deployment.weight, {}});
    fingerprint += fmt::format("|{}={}", deployment.model_id, deployment.weight);
  }
  for (const auto& replica : replicas) {
    if (replica.view.phase != Phase::kReady || replica.place.duty == Duty::kCome) continue;
    if (service.desired != DesiredState::kRunning) continue;  // stopping: no new requests
    auto id = ReplicaId(service, *replica.place.deployment, replica.place.index);
    bool leaves = replica.place.duty == Duty::kLeave;
    fingerprint += (leaves ? "|-" : "|") + id;
    if (leaves)
      route.leaving.push_back(id);
    else
      route.targets[replica.place.target].ready.push_back(
          {id, runner_.RunDirectory(id), runner_.Workers(replica.place.deployment->specification)});
  }
  auto& last = published_[service.id];
  if (last != fingerprint) {
    last = fingerprint;
    step.route = std::move(route);
  }
  if (step.remove) published_.erase(service.id);
}

}  // namespace atelier::serving
