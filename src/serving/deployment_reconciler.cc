#include "serving/deployment_reconciler.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "serving/service_status.h"

namespace atelier::serving {
namespace {

constexpr std::size_t kMaxEvents = 200;
constexpr int kMaxFailures = 3;  // in a row before a replica is given up
constexpr std::chrono::milliseconds kFirstBackoff{500};

std::string Slot(const Service& service, std::size_t deployment, std::size_t index) {
  return fmt::format("{}/{}/{}", service.id, deployment, index);
}

std::string Label(const Service& service, std::size_t deployment) {
  const auto& item = service.deployments[deployment];
  return fmt::format("[{} {}]", item.model_name, item.model_version);
}

}  // namespace

void AddEvent(Service& service, TimePoint time, bool normal, std::string text) {
  service.events.push_back({time, normal, std::move(text)});
  if (service.events.size() > kMaxEvents) service.events.erase(service.events.begin());
}

DeploymentReconciler::DeploymentReconciler(PackageOf package_of, ReplicaRunner& runner, const Clock& clock)
    : package_of_(std::move(package_of)), runner_(runner), clock_(clock) {}

void DeploymentReconciler::BeginDeployment(const Service& service) {
  for (std::size_t d = 0; d < service.deployments.size(); ++d)
    for (std::size_t r = 0; r < service.deployments[d].attempts.size(); ++r) backoffs_.erase(Slot(service, d, r));
}

Result<std::vector<DeploymentReconciler::Replica>> DeploymentReconciler::Observe(const Service& service) {
  std::vector<Replica> replicas;
  for (std::size_t d = 0; d < service.deployments.size(); ++d)
    for (std::size_t r = 0; r < service.deployments[d].attempts.size(); ++r) {
      ATELIER_TRY(ReplicaView view, runner_.Observe(ReplicaId(service, d, r)));
      replicas.push_back({d, r, std::move(view)});
    }
  return replicas;
}

Result<DeploymentReconciler::Step> DeploymentReconciler::Advance(Service service) {
  Step step;
  step.service = std::move(service);
  ATELIER_TRY(auto replicas, Observe(step.service));
  std::size_t given_up = 0;
  bool want_running = step.service.desired == DesiredState::kRunning && step.service.status != ServiceStatus::kFailed;
  if (want_running) {
    ATELIER_TRY(given_up, KeepRunning(step, replicas));
  } else {
    ATELIER_CHECK(StopAll(step, replicas));
  }
  auto now = clock_.Now();
  bool has_run = step.service.status == ServiceStatus::kRunning || step.service.status == ServiceStatus::kConcerning;
  auto not_ready =
      std::ranges::count_if(replicas, [](const Replica& r) { return r.view.phase != ReplicaView::Phase::kReady; });
  bool gave_up = given_up > 0 && (!has_run || given_up == static_cast<std::size_t>(not_ready));
  StatusInputs inputs{step.service.desired,
                      step.service.status,
                      {},
                      gave_up,
                      now - step.service.transition > std::chrono::seconds(step.service.deploy_timeout_seconds)};
  for (const auto& replica : replicas) inputs.replicas.push_back(replica.view);
  auto status = DeriveStatus(inputs);
  bool all_gone =
      std::ranges::all_of(replicas, [](const Replica& r) { return r.view.phase == ReplicaView::Phase::kAbsent; });
  if (status != step.service.status) {
    step.service.status = status;
    step.service.transition = step.service.updated = now;
    if (status == ServiceStatus::kRunning) step.service.reason.clear();
    if (status == ServiceStatus::kFailed && step.service.reason.empty())
      step.service.reason = fmt::format("not ready within {} s", step.service.deploy_timeout_seconds);
    AddEvent(step.service, now, status != ServiceStatus::kFailed && status != ServiceStatus::kConcerning,
             fmt::format("service is {}{}", ToString(status),
                         step.service.reason.empty() ? "" : ": " + step.service.reason));
    LogInfo("service status", {{"service", step.service.id},
                               {"name", step.service.name},
                               {"status", ToString(status)},
                               {"reason", step.service.reason}});
    step.changed = true;
  }
  step.remove = step.service.desired == DesiredState::kDeleted && all_gone;
  step.settled = step.remove || status == ServiceStatus::kRunning ||
                 ((status == ServiceStatus::kStopped || status == ServiceStatus::kFailed) && all_gone);
  PublishRoute(step, replicas);
  return step;
}

Result<std::size_t> DeploymentReconciler::KeepRunning(Step& step, std::vector<Replica>& replicas) {
  std::size_t given_up = 0;
  for (auto& replica : replicas) {
    switch (replica.view.phase) {
      case ReplicaView::Phase::kAbsent: {
        auto backoff = backoffs_.find(Slot(step.service, replica.deployment, replica.index));
        if (backoff != backoffs_.end() && clock_.Now() < backoff->second.not_before) break;
        ATELIER_CHECK(StartReplica(step.service, replica));
        AddEvent(step.service, clock_.Now(), true, Label(step.service, replica.deployment) + " starting model");
        step.changed = true;
        replica.view.phase = ReplicaView::Phase::kStarting;
        break;
      }
      case ReplicaView::Phase::kEnded:
        if (!Restart(step, replica)) ++given_up;
        break;
      case ReplicaView::Phase::kReady:
        backoffs_.erase(Slot(step.service, replica.deployment, replica.index));
        break;
      case ReplicaView::Phase::kStarting:
        break;
    }
  }
  return given_up;
}

bool DeploymentReconciler::Restart(Step& step, Replica& replica) {
  auto& backoff = backoffs_[Slot(step.service, replica.deployment, replica.index)];
  if (backoff.failures >= kMaxFailures) return false;  // said already
  step.service.reason = fmt::format("{} {}", Label(step.service, replica.deployment), replica.view.reason);
  step.changed = true;
  if (++backoff.failures >= kMaxFailures) {
    AddEvent(step.service, clock_.Now(), false,
             fmt::format("{} given up after {} failed starts: {}", Label(step.service, replica.deployment),
                         backoff.failures, replica.view.reason));
    return false;
  }
  backoff.not_before = clock_.Now() + kFirstBackoff * (1 << (backoff.failures - 1));
  AddEvent(
      step.service, clock_.Now(), false,
      fmt::format("{} ended and will be restarted: {}", Label(step.service, replica.deployment), replica.view.reason));
  Replace(step, replica);
  return true;
}

void DeploymentReconciler::Replace(Step& step, Replica& replica) {
  step.forget.push_back(ReplicaId(step.service, replica.deployment, replica.index));
  ++step.service.deployments[replica.deployment].attempts[replica.index];
  step.changed = true;
  replica.view.phase = ReplicaView::Phase::kAbsent;
}

Result<void> DeploymentReconciler::StopAll(Step& step, std::vector<Replica>& replicas) {
  for (auto& replica : replicas) {
    switch (replica.view.phase) {
      case ReplicaView::Phase::kAbsent:
        break;
      case ReplicaView::Phase::kStarting:
      case ReplicaView::Phase::kReady:
        ATELIER_CHECK(runner_.Stop(ReplicaId(step.service, replica.deployment, replica.index)));
        break;
      case ReplicaView::Phase::kEnded:
        Replace(step, replica);
        break;
    }
  }
  return {};
}

Result<void> DeploymentReconciler::StartReplica(const Service& service, const Replica& replica) {
  const auto& deployment = service.deployments[replica.deployment];
  ReplicaSpec spec;
  spec.id = ReplicaId(service, replica.deployment, replica.index);
  spec.service_name = service.name;
  spec.model_name = deployment.model_name;
  spec.package = package_of_(deployment.model_id);
  spec.specification = deployment.specification;
  spec.environment = deployment.environment;
  return runner_.Start(spec);
}

void DeploymentReconciler::PublishRoute(Step& step, const std::vector<Replica>& replicas) {
  ServiceRoute route{step.service.id, step.service.name, step.service.project_id, step.service.status, {}, step.remove};
  for (const auto& deployment : step.service.deployments)
    route.targets.push_back({deployment.model_id, deployment.weight, {}});
  std::string fingerprint = fmt::format("{}{}", ToString(route.status), step.remove);
  for (const auto& replica : replicas) {
    if (replica.view.phase != ReplicaView::Phase::kReady) continue;
    if (step.service.desired != DesiredState::kRunning) continue;  // stopping: no new requests
    auto id = ReplicaId(step.service, replica.deployment, replica.index);
    fingerprint += "|" + id;
    route.targets[replica.deployment].ready.push_back(
        {id, runner_.RunDirectory(id), runner_.Workers(step.service.deployments[replica.deployment].specification)});
  }
  auto& last = published_[step.service.id];
  if (last != fingerprint) {
    last = fingerprint;
    step.route = std::move(route);
  }
  if (step.remove) published_.erase(step.service.id);
}

}  // namespace atelier::serving
