// What the one who carries out batch tasks asks and says: which tasks, how far, how they ended.
#include "serving/deployment_service.h"
#include "serving/deployment_state.h"
#include "serving/update_history.h"

namespace atelier::serving {
namespace {

bool IsThisRun(const std::optional<Service>& service, int run) {
  return service && WantsBatchWork(*service) && service->batch->run == run;
}

}  // namespace

Result<std::vector<Service>> DeploymentService::BatchesToRun() {
  std::vector<Service> wanted;
  ATELIER_TRY(auto services, state_->repository.All());
  for (auto& service : services)
    if (WantsBatchWork(service)) wanted.push_back(std::move(service));
  return wanted;
}

Result<bool> DeploymentService::WantsBatch(const std::string& id, int run) {
  std::lock_guard lock(state_->rows);
  ATELIER_TRY(auto service, state_->repository.Find(id));
  return IsThisRun(service, run);
}

Result<bool> DeploymentService::SaveBatch(const std::string& id, int run, const BatchProgress& progress) {
  std::lock_guard lock(state_->rows);
  ATELIER_TRY(auto service, state_->repository.Find(id));
  if (!service || !service->batch || service->batch->run != run) return false;
  service->batch->progress = progress;  // of a task that is being stopped, too: it is what was written
  ATELIER_CHECK(state_->Update(*service));
  return WantsBatchWork(*service);
}

Result<void> DeploymentService::EndBatch(const std::string& id, int run, BatchOutcome outcome,
                                         const std::string& reason) {
  {
    std::lock_guard lock(state_->rows);
    ATELIER_TRY(auto service, state_->repository.Find(id));
    if (!IsThisRun(service, run)) return {};
    service->batch->outcome = outcome;
    service->batch->finished = state_->clock.Now();
    state_->SwitchTo(*service, false, outcome == BatchOutcome::kFinished ? "batch task finished" : "batch task failed");
    service->reason = reason;
    ATELIER_CHECK(state_->Update(*service));
  }
  Wake();
  return {};
}

}  // namespace atelier::serving
