// What is asked of a service that exists: another state, another configuration, its end.
#include <fmt/format.h>

#include <utility>

#include "serving/deployment_service.h"
#include "serving/deployment_state.h"
#include "serving/deployment_validation.h"
#include "serving/update_history.h"

namespace atelier::serving {
namespace {

std::unexpected<Error> NotNow(const Service& service) {
  return FailedPrecondition(
      fmt::format(
          "Service {} is {}: only services in [running, concerning, failed, stopped] can be updated. Wait until "
          "that is done.",
          service.name, ToString(ShownStatus(service))),
      "ModelArts.3519", service.id);
}

bool IsEnding(const Service& service) {
  return service.status == ServiceStatus::kStopping || service.status == ServiceStatus::kDeleting;
}

std::size_t ReplicasOf(const std::vector<ModelDeployment>& deployments) {
  std::size_t replicas = 0;
  for (const auto& deployment : deployments) replicas += static_cast<std::size_t>(deployment.instance_count);
  return replicas;
}

}  // namespace

void StartSchedule(Service& service, TimePoint now) {
  service.stop_at.reset();
  if (!service.schedule) return;
  if (auto length = LengthOf(*service.schedule)) service.stop_at = now + *length;
}

Result<Service> DeploymentService::State::Row(const Caller& caller, const std::string& id) {
  ATELIER_TRY(auto service, repository.Find(id));
  if (!service || service->project_id != caller.project_id)
    return NotFound(fmt::format("Service {} does not exist.", id), "ModelArts.3502", id);
  return *std::move(service);
}

void DeploymentService::State::SwitchTo(Service& service, bool running, const std::string& why) {
  if (service.update) {
    AbandonUpdate(service);
    EndRecord(service, UpdateResult::kFail, "the service was stopped before it was done");
  } else if (!running) {
    EndRecord(service, UpdateResult::kFail, "the service was stopped before it was running");
  }
  service.desired = running ? DesiredState::kRunning : DesiredState::kStopped;
  service.status = running ? ServiceStatus::kDeploying : ServiceStatus::kStopping;
  service.reason.clear();
  service.update_error.clear();
  service.updated = service.transition = clock.Now();
  service.stop_at.reset();
  if (running) StartSchedule(service, service.updated);
  if (running && service.batch) StartAgain(*service.batch, service.updated);
  reconciler.BeginDeployment(service);
  AddEvent(service, service.updated, true, why);
}

Result<void> DeploymentService::State::TakeBatch(const Caller& caller, Service& service,
                                                 const std::vector<DeployRequest::Item>& items) {
  if (!service.batch) return {};
  auto status = ShownStatus(service);
  if (status != ServiceStatus::kStopped && status != ServiceStatus::kFinished && status != ServiceStatus::kFailed)
    return FailedPrecondition(
        fmt::format("Service {} is {}: a batch service takes a configuration in [stopped, finished, failed] only. Stop "
                    "it first.",
                    service.name, ToString(status)),
        "ModelArts.3519", service.id);
  if (items.size() != 1)
    return InvalidArgument(fmt::format("config: a batch service has one model, got {}", items.size()), "ModelArts.0104",
                           "config");
  if (!items[0].batch) return {};
  if (hooks.check_batch) ATELIER_CHECK(hooks.check_batch(caller, *items[0].batch));
  service.batch->spec = *items[0].batch;
  return {};
}

Result<void> DeploymentService::State::TakeConfiguration(const Caller& caller, Service& service,
                                                         const ServiceChanges& changes) {
  if (IsEnding(service) || ShownStatus(service) == ServiceStatus::kDeploying) return NotNow(service);
  ATELIER_CHECK(TakeBatch(caller, service, *changes.items));
  ATELIER_TRY(auto wanted, Resolve(caller, *changes.items, changes.wait_for_models));
  std::size_t has = ReplicasOf(service.deployments), wants = ReplicasOf(wanted);
  if (wants > has && hooks.check_replicas) ATELIER_CHECK(hooks.check_replicas(caller, wants - has));
  auto now = clock.Now();
  auto timeout = changes.deploy_timeout_seconds.value_or(service.deploy_timeout_seconds);
  BeginRecord(service, now, wanted);
  service.updated = now;
  reconciler.BeginDeployment(service);  // a replica that was given up gets another chance
  if (service.status == ServiceStatus::kRunning || service.status == ServiceStatus::kConcerning) {
    BeginUpdate(service, std::move(wanted), now, timeout);
    AddEvent(service, now, true, "start to update service");
    AddEvent(service, now, true, "preparing environment");
    return {};
  }
  service.deploy_timeout_seconds = timeout;
  ReplaceConfiguration(service, std::move(wanted));
  if (service.status == ServiceStatus::kStopped) {
    EndRecord(service, UpdateResult::kSuccess);
    AddEvent(service, now, true, "the configuration was changed; it serves when the service is started");
  } else {
    SwitchTo(service, true, "start to deploy service");
  }
  return {};
}

Result<void> DeploymentService::Change(const Caller& caller, const std::string& id, const ServiceChanges& changes) {
  ATELIER_CHECK(ValidateChanges(changes, state_->runner));
  {
    std::lock_guard lock(state_->rows);
    ATELIER_TRY(Service service, state_->Row(caller, id));
    auto now = state_->clock.Now();
    if (changes.description) service.description = *changes.description;
    if (changes.additional_properties) service.additional_properties = *changes.additional_properties;
    if (changes.schedule) {
      service.schedule = *changes.schedule;
      service.stop_at.reset();
      if (service.desired == DesiredState::kRunning) StartSchedule(service, now);
    }
    service.updated = now;
    if (changes.running) {
      auto wanted = *changes.running ? DesiredState::kRunning : DesiredState::kStopped;
      bool so_already = service.desired == wanted && service.status != ServiceStatus::kFailed;
      if (!so_already && IsEnding(service)) return NotNow(service);
      if (!so_already)
        state_->SwitchTo(service, *changes.running, *changes.running ? "start to deploy service" : "stopping service");
    } else if (changes.items) {
      ATELIER_CHECK(state_->TakeConfiguration(caller, service, changes));
    }
    ATELIER_CHECK(state_->Update(service));
  }
  Wake();
  return {};
}

Result<void> DeploymentService::SetRunning(const Caller& caller, const std::string& id, bool running) {
  ServiceChanges changes;
  changes.running = running;
  return Change(caller, id, changes);
}

Result<void> DeploymentService::Describe(const Caller& caller, const std::string& id, const std::string& description) {
  ServiceChanges changes;
  changes.description = description;
  return Change(caller, id, changes);
}

Result<void> DeploymentService::Delete(const Caller& caller, const std::string& id) {
  {
    std::lock_guard lock(state_->rows);
    ATELIER_TRY(Service service, state_->Row(caller, id));
    if (service.desired == DesiredState::kDeleted) return {};
    AbandonUpdate(service);
    service.desired = DesiredState::kDeleted;
    service.status = ServiceStatus::kDeleting;
    service.updated = service.transition = state_->clock.Now();
    ATELIER_CHECK(state_->Update(service));
  }
  Wake();
  return {};
}

}  // namespace atelier::serving
