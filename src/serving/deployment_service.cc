#include "serving/deployment_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "base/reconcile_loop.h"
#include "serving/deployment_reconciler.h"
#include "serving/deployment_validation.h"

namespace atelier::serving {
namespace {

constexpr std::chrono::milliseconds kTick{50};

bool IsTransitional(ServiceStatus status) {
  return status == ServiceStatus::kStopping || status == ServiceStatus::kDeleting;
}

}  // namespace

std::string ReplicaId(const Service& service, std::size_t deployment, std::size_t replica) {
  std::string hex;
  for (char c : service.id)
    if (c != '-' && hex.size() < 12) hex += c;
  return fmt::format("svc-{}-d{}-r{}-a{}", hex, deployment, replica,
                     service.deployments[deployment].attempts.at(replica));
}

// Service rows change under `rows`: callers and the reconciler read, change and write a row as one step.
struct DeploymentService::State {
  ServiceRepository& repository;
  registry::ModelService& models;
  ReplicaRunner& runner;
  const Clock& clock;
  Hooks hooks;
  std::mutex rows;
  std::mutex counting;                         // taken after `rows`; guards:
  std::map<std::string, ServiceCounts> saved;  // what of the counts since the server's start is in the rows
  // Replicas whose rows have gone on to another attempt, until the runner lets them be forgotten (their launcher may
  // still be ending). Guarded by `rows`. Lost in a crash, they are orphans, which the next start forgets.
  std::set<std::string> ending;
  DeploymentReconciler reconciler;
  ReconcileLoop loop;
  bool stopped = false;

  State(ServiceRepository& r, registry::ModelService& m, ReplicaRunner& u, const Clock& c, Hooks h)
      : repository(r),
        models(m),
        runner(u),
        clock(c),
        hooks(std::move(h)),
        reconciler([&m](const std::string& id) { return m.PackageDirectory(id); }, u, c),
        loop("services", kTick, [this] { return Pass(); }) {}

  ReconcileLoop::Outcome Pass();
  Result<bool> Advance(const std::string& id);  // true when nothing is left to do
  Result<void> Store(const DeploymentReconciler::Step& step);
  void ForgetEnded();
  Result<void> Update(Service service);  // and what was counted since
  void SaveCounts();
  ServiceCounts Unsaved(const std::string& id);  // the caller holds `counting`
};

DeploymentService::DeploymentService(ServiceRepository& repository, registry::ModelService& models,
                                     ReplicaRunner& runner, const Clock& clock, Hooks hooks)
    : state_(std::make_unique<State>(repository, models, runner, clock, std::move(hooks))) {}

DeploymentService::~DeploymentService() { Stop(); }
void DeploymentService::Start() { state_->loop.Start(); }
void DeploymentService::Stop() {
  if (std::exchange(state_->stopped, true)) return;
  state_->loop.Stop();
  state_->SaveCounts();
}
void DeploymentService::Wake() { state_->loop.Wake(); }

Result<Service> DeploymentService::Deploy(const Caller& caller, const DeployRequest& request) {
  ATELIER_CHECK(ValidateDeployRequest(request, state_->runner));
  Service service;
  service.id = NewUuid();
  service.project_id = caller.project_id;
  service.owner = caller.user_name;
  service.name = request.name;
  service.description = request.description;
  service.workspace_id = request.workspace_id;
  service.deploy_timeout_seconds = request.deploy_timeout_seconds;
  service.created = service.updated = service.transition = state_->clock.Now();
  for (const auto& item : request.items) {
    auto model = state_->models.Find({caller.project_id, caller.user_name}, item.model_id);
    if (!model)
      return NotFound(fmt::format("Model {} does not exist.", item.model_id), "ModelArts.3507", item.model_id);
    if (model->status != registry::ModelStatus::kPublished)
      return InvalidArgument(
          fmt::format("Model ({}, {}) is {}: only published models can be deployed.{}", model->name, model->version,
                      registry::ToString(model->status), model->reason.empty() ? "" : " " + model->reason),
          "ModelArts.3515", item.model_id);
    service.deployments.push_back({item.model_id, model->name, model->version, item.weight, item.specification,
                                   item.instance_count, item.environment,
                                   std::vector<int>(static_cast<std::size_t>(item.instance_count), 0)});
  }
  service.events.push_back({service.created, true, "start to deploy service"});
  if (auto inserted = state_->repository.Insert(service); !inserted) {
    if (inserted.error().kind != ErrorKind::kAlreadyExists) return std::unexpected(std::move(inserted).error());
    return AlreadyExists(fmt::format("Service {} already exists.", service.name), "ModelArts.3503", service.name);
  }
  Wake();
  return service;
}

ServiceCounts DeploymentService::State::Unsaved(const std::string& id) {
  if (!hooks.counts) return {};
  auto counts = hooks.counts(id);
  const auto& before = saved[id];
  return {counts.invocations - before.invocations, counts.failures - before.failures};
}

Result<void> DeploymentService::State::Update(Service service) {
  std::lock_guard lock(counting);
  auto fresh = Unsaved(service.id);
  service.invocations += fresh.invocations;
  service.failures += fresh.failures;
  ATELIER_CHECK(repository.Update(service));
  auto& before = saved[service.id];
  before.invocations += fresh.invocations;
  before.failures += fresh.failures;
  return {};
}

void DeploymentService::State::SaveCounts() {
  std::lock_guard lock(rows);
  auto services = repository.All();
  auto stored = services ? Result<void>{} : std::unexpected(services.error());
  for (std::size_t i = 0; stored && i < services->size(); ++i) {
    counting.lock();
    auto fresh = Unsaved((*services)[i].id);
    counting.unlock();
    if (fresh.invocations > 0) stored = Update((*services)[i]);
  }
  if (!stored) LogWarning("services: the numbers of calls are not saved", {{"error", stored.error().message}});
}

Result<Service> DeploymentService::Find(const Caller& caller, const std::string& id) {
  std::lock_guard lock(state_->counting);
  ATELIER_TRY(auto service, state_->repository.Find(id));
  if (!service || service->project_id != caller.project_id)
    return NotFound(fmt::format("Service {} does not exist.", id), "ModelArts.3502", id);
  auto fresh = state_->Unsaved(id);
  service->invocations += fresh.invocations;
  service->failures += fresh.failures;
  return *std::move(service);
}

Result<ServicePage> DeploymentService::List(const Caller& caller, const ServiceFilter& filter) {
  std::lock_guard lock(state_->counting);
  ATELIER_TRY(ServicePage page, state_->repository.List(caller.project_id, filter));
  for (auto& service : page.services) {
    auto fresh = state_->Unsaved(service.id);
    service.invocations += fresh.invocations;
    service.failures += fresh.failures;
  }
  return page;
}

namespace {

// Reads a row of the caller's project under the lock that the caller holds.
Result<Service> Row(ServiceRepository& repository, const Caller& caller, const std::string& id) {
  ATELIER_TRY(auto service, repository.Find(id));
  if (!service || service->project_id != caller.project_id)
    return NotFound(fmt::format("Service {} does not exist.", id), "ModelArts.3502", id);
  return *std::move(service);
}

}  // namespace

Result<void> DeploymentService::SetRunning(const Caller& caller, const std::string& id, bool running) {
  {
    std::lock_guard lock(state_->rows);
    ATELIER_TRY(Service service, Row(state_->repository, caller, id));
    auto wanted = running ? DesiredState::kRunning : DesiredState::kStopped;
    if (service.desired == wanted && service.status != ServiceStatus::kFailed) return {};
    if (IsTransitional(service.status))
      return FailedPrecondition(
          fmt::format("Service {} is {}: wait until that is done.", service.name, ToString(service.status)),
          "ModelArts.3519", id);
    service.desired = wanted;
    service.status = running ? ServiceStatus::kDeploying : ServiceStatus::kStopping;
    service.reason.clear();
    service.updated = service.transition = state_->clock.Now();
    state_->reconciler.BeginDeployment(service);
    AddEvent(service, service.updated, true, running ? "start to deploy service" : "stopping service");
    ATELIER_CHECK(state_->Update(service));
  }
  Wake();
  return {};
}

Result<void> DeploymentService::Describe(const Caller& caller, const std::string& id, const std::string& description) {
  if (description.size() > 100)
    return InvalidArgument("description: at most 100 characters are allowed", "ModelArts.0104", "description");
  std::lock_guard lock(state_->rows);
  ATELIER_TRY(Service service, Row(state_->repository, caller, id));
  service.description = description;
  service.updated = state_->clock.Now();
  return state_->Update(service);
}

Result<void> DeploymentService::Delete(const Caller& caller, const std::string& id) {
  {
    std::lock_guard lock(state_->rows);
    ATELIER_TRY(Service service, Row(state_->repository, caller, id));
    if (service.desired == DesiredState::kDeleted) return {};
    service.desired = DesiredState::kDeleted;
    service.status = ServiceStatus::kDeleting;
    service.updated = service.transition = state_->clock.Now();
    ATELIER_CHECK(state_->Update(service));
  }
  Wake();
  return {};
}

Result<std::vector<std::string>> DeploymentService::ServicesUsing(const std::string& model_id) {
  return state_->repository.Using(model_id);
}

Result<std::string> DeploymentService::LogTail(const Caller& caller, const std::string& id, std::size_t max_bytes) {
  ATELIER_TRY(Service service, Find(caller, id));
  std::string text;
  for (std::size_t d = 0; d < service.deployments.size(); ++d)
    for (std::size_t r = 0; r < service.deployments[d].attempts.size(); ++r) {
      auto tail = state_->runner.LogTail(ReplicaId(service, d, r), max_bytes);
      if (tail)
        text += *tail;
      else if (tail.error().kind != ErrorKind::kNotFound)
        return std::unexpected(std::move(tail).error());
    }
  return text;
}

Result<std::vector<int>> DeploymentService::ReadyCounts(const Caller& caller, const std::string& id) {
  ATELIER_TRY(Service service, Find(caller, id));
  std::vector<int> counts;
  for (std::size_t d = 0; d < service.deployments.size(); ++d) {
    counts.push_back(0);
    for (std::size_t r = 0; r < service.deployments[d].attempts.size(); ++r) {
      ATELIER_TRY(ReplicaView view, state_->runner.Observe(ReplicaId(service, d, r)));
      if (view.phase == ReplicaView::Phase::kReady) ++counts.back();
    }
  }
  return counts;
}

ReconcileLoop::Outcome DeploymentService::State::Pass() {
  auto services = repository.All();
  if (!services) {
    LogError("services: cannot list", {{"error", services.error().message}});
    return ReconcileLoop::Outcome::kUnsettled;
  }
  bool settled = true;
  for (const auto& service : *services) {
    auto done = Advance(service.id);
    if (!done)
      LogWarning("services: step failed, will be repeated", {{"service", service.id}, {"error", done.error().message}});
    settled = settled && done && *done;
  }
  std::lock_guard lock(rows);
  ForgetEnded();
  settled = settled && ending.empty();
  return settled ? ReconcileLoop::Outcome::kSettled : ReconcileLoop::Outcome::kUnsettled;
}

// A deleted service's id is never used again: its workloads are forgotten first, while the row still names them.
Result<void> DeploymentService::State::Store(const DeploymentReconciler::Step& step) {
  if (step.changed && !step.remove) ATELIER_CHECK(Update(step.service));
  if (step.remove) {
    for (const auto& id : step.forget) ATELIER_CHECK(runner.Forget(id));
    return repository.Remove(step.service.id);
  }
  ending.insert(step.forget.begin(), step.forget.end());
  ForgetEnded();
  return {};
}

// The row names these ids no more, so no later step would come back to them.
void DeploymentService::State::ForgetEnded() {
  std::erase_if(ending, [this](const std::string& id) {
    auto forgotten = runner.Forget(id);
    if (!forgotten && forgotten.error().kind != ErrorKind::kFailedPrecondition)
      LogWarning("services: an ended replica cannot be forgotten yet",
                 {{"replica", id}, {"error", forgotten.error().message}});
    return forgotten.has_value();
  });
}

Result<bool> DeploymentService::State::Advance(const std::string& id) {
  std::lock_guard lock(rows);
  ATELIER_TRY(auto found, repository.Find(id));
  if (!found) return true;
  ATELIER_TRY(DeploymentReconciler::Step step, reconciler.Advance(*found));
  if (auto stored = Store(step); !stored) {
    reconciler.Undo(step);
    return std::unexpected(std::move(stored).error());
  }
  if (step.route && hooks.publish_route) hooks.publish_route(*step.route);
  return step.settled;
}

}  // namespace atelier::serving
