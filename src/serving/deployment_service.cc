#include "serving/deployment_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/log.h"
#include "serving/deployment_state.h"
#include "serving/deployment_validation.h"
#include "serving/update_history.h"

namespace atelier::serving {
namespace {

constexpr std::chrono::milliseconds kTick{50};
// The clock of the wall may be set; a schedule is looked at this often at least.
constexpr std::chrono::minutes kLookAgain{5};

Result<ModelReadiness> AskRegistry(registry::ModelService& models, const Service& service, const std::string& id) {
  auto model = models.Find({service.project_id, service.owner}, id);
  if (model) return ReadinessOf(*model);
  if (model.error().kind != ErrorKind::kNotFound) return std::unexpected(std::move(model).error());
  return ModelReadiness{ModelReadiness::State::kRefused, "the model is not there any more"};
}

}  // namespace

std::string ReplicaId(const Service& service, const ModelDeployment& deployment, std::size_t replica) {
  std::string hex;
  for (char c : service.id)
    if (c != '-' && hex.size() < 12) hex += c;
  auto generation = deployment.generation == 0 ? std::string() : fmt::format("g{}-", deployment.generation);
  return fmt::format("svc-{}-{}d{}-r{}-a{}", hex, generation, deployment.slot, replica,
                     deployment.attempts.at(replica));
}

DeploymentService::State::State(ServiceRepository& r, registry::ModelService& m, ReplicaRunner& u, const Clock& c,
                                Hooks h)
    : repository(r),
      models(m),
      runner(u),
      clock(c),
      hooks(std::move(h)),
      reconciler([&m](const std::string& id) { return m.PackageDirectory(id); }, u, c, hooks.drained,
                 [&m](const Service& service, const std::string& id) { return AskRegistry(m, service, id); }),
      loop("services", kTick, [this] { return Pass(); }) {}

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

Result<std::vector<ModelDeployment>> DeploymentService::State::Resolve(const Caller& caller,
                                                                       const std::vector<DeployRequest::Item>& items,
                                                                       bool wait_for_models) {
  std::vector<ModelDeployment> deployments;
  for (const auto& item : items) {
    auto model = models.Find({caller.project_id, caller.user_name}, item.model_id);
    if (!model)
      return NotFound(fmt::format("Model {} does not exist.", item.model_id), "ModelArts.3507", item.model_id);
    bool usable = model->status == registry::ModelStatus::kPublished ||
                  (wait_for_models && model->status == registry::ModelStatus::kPublishing);
    if (!usable)
      return InvalidArgument(
          fmt::format("Model ({}, {}) is {}: only published models can be deployed.{}", model->name, model->version,
                      registry::ToString(model->status), model->reason.empty() ? "" : " " + model->reason),
          "ModelArts.3515", item.model_id);
    deployments.push_back({item.model_id,
                           model->name,
                           model->version,
                           item.weight,
                           item.specification,
                           item.instance_count,
                           item.environment,
                           {}});
  }
  return deployments;
}

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
  service.schedule = request.schedule;
  service.additional_properties = request.additional_properties;
  service.created = service.updated = service.transition = state_->clock.Now();
  ATELIER_TRY(auto wanted, state_->Resolve(caller, request.items, request.wait_for_models));
  if (request.infer_type == "batch") {
    const auto& spec = *request.items.front().batch;
    if (state_->hooks.check_batch) ATELIER_CHECK(state_->hooks.check_batch(caller, spec));
    service.batch.emplace();
    service.batch->spec = spec;
    service.batch->started = service.created;
    wanted.front().weight = 100;
  }
  service.deployments = PlanUpdate({}, std::move(wanted), 0);
  StartSchedule(service, service.created);
  BeginRecord(service, service.created, service.deployments);
  AddEvent(service, service.created, true, "start to deploy service");
  AddEvent(service, service.created, true, "preparing environment");
  if (auto inserted = state_->repository.Insert(service); !inserted) {
    if (inserted.error().kind != ErrorKind::kAlreadyExists) return std::unexpected(std::move(inserted).error());
    return AlreadyExists(fmt::format("Service {} already exists.", service.name), "ModelArts.3503", service.name);
  }
  Wake();
  return service;
}

Result<Service> DeploymentService::Find(const Caller& caller, const std::string& id) {
  std::lock_guard lock(state_->counting);
  ATELIER_TRY(auto service, state_->Row(caller, id));
  state_->AddUnsaved(service);
  return service;
}

Result<ServicePage> DeploymentService::List(const Caller& caller, const ServiceFilter& filter) {
  std::lock_guard lock(state_->counting);
  ATELIER_TRY(ServicePage page, state_->repository.List(caller.project_id, filter));
  for (auto& service : page.services) state_->AddUnsaved(service);
  return page;
}

Result<std::vector<std::string>> DeploymentService::ServicesUsing(const std::string& model_id) {
  return state_->repository.Using(model_id);
}

ReconcileLoop::Outcome DeploymentService::State::Pass() {
  auto services = repository.All();
  if (!services) {
    LogError("services: cannot list", {{"error", services.error().message}});
    return ReconcileLoop::Outcome::kUnsettled;
  }
  bool settled = true;
  std::chrono::milliseconds next = kLookAgain;
  bool scheduled = false;
  for (const auto& service : *services) {
    auto done = Advance(service.id);
    if (!done)
      LogWarning("services: step failed, will be repeated", {{"service", service.id}, {"error", done.error().message}});
    settled = settled && done && *done;
    if (!service.stop_at || service.desired != DesiredState::kRunning) continue;
    scheduled = true;
    next = std::clamp<std::chrono::milliseconds>(*service.stop_at - clock.Now(), kTick, next);
  }
  if (scheduled) loop.WakeAfter(next);
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
    ATELIER_CHECK(repository.Remove(step.service.id));
    std::lock_guard lock(counting);
    saved.erase(step.service.id);
    return {};
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
  if (ScheduleEnded(*found, clock.Now())) {
    SwitchTo(*found, false, "stopping service: its schedule has ended");
    ATELIER_CHECK(Update(*found));
  }
  ATELIER_TRY(DeploymentReconciler::Step step, reconciler.Advance(*found));
  if (auto stored = Store(step); !stored) {
    reconciler.Undo(step);
    return std::unexpected(std::move(stored).error());
  }
  if (step.route && hooks.publish_route) hooks.publish_route(*step.route);
  return step.settled;
}

}  // namespace atelier::serving
