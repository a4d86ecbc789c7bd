#include "serving/rollout.h"

#include <algorithm>
#include <utility>

#include "serving/deployment_service.h"

namespace atelier::serving {
namespace {

bool SameReplicas(const ModelDeployment& a, const ModelDeployment& b) {
  return a.model_id == b.model_id && a.specification == b.specification && a.environment == b.environment;
}

bool SameGroup(const ModelDeployment& a, const ModelDeployment& b) {
  return a.generation == b.generation && a.slot == b.slot;
}

template <class Deployments>
auto* FindGroup(Deployments& deployments, const ModelDeployment& like) {
  auto found = std::ranges::find_if(deployments, [&](const auto& one) { return SameGroup(one, like); });
  return found == deployments.end() ? nullptr : &*found;
}

void Leave(Service& service, ModelDeployment deployment) {
  deployment.instance_count = 0;
  service.leaving.push_back(std::move(deployment));
}

// Replicas of a group that was kept are counted in one place only: where it serves.
void TakeAttempts(const Service& service, std::vector<ModelDeployment>& deployments) {
  for (auto& deployment : deployments)
    if (const auto* kept = FindGroup(service.deployments, deployment)) deployment.attempts = kept->attempts;
}

void MakeRoom(ModelDeployment& deployment, int instances) {
  auto count = static_cast<std::size_t>(instances);
  if (deployment.attempts.size() < count) deployment.attempts.resize(count, 0);
}

}  // namespace

std::vector<ModelDeployment> PlanUpdate(const std::vector<ModelDeployment>& current,
                                        std::vector<ModelDeployment> wanted, int generation) {
  int slot = 0;
  for (auto& one : wanted) {
    auto kept = std::ranges::find_if(current, [&](const auto& old) { return SameReplicas(old, one); });
    if (kept != current.end()) {
      one.generation = kept->generation;
      one.slot = kept->slot;
      one.attempts = kept->attempts;
    } else {
      one.generation = generation;
      one.slot = slot++;
      one.attempts.clear();
    }
    MakeRoom(one, one.instance_count);
  }
  return wanted;
}

void BeginUpdate(Service& service, std::vector<ModelDeployment> wanted, TimePoint now, std::int64_t timeout_seconds) {
  ServiceUpdate update;
  update.deployments = PlanUpdate(service.deployments, std::move(wanted), ++service.last_generation);
  update.started = now;
  update.timeout_seconds = timeout_seconds;
  for (const auto& next : update.deployments)
    if (auto* kept = FindGroup(service.deployments, next)) MakeRoom(*kept, next.instance_count);
  service.update = std::move(update);
}

void FinishUpdate(Service& service) {
  auto next = std::move(service.update->deployments);
  service.deploy_timeout_seconds = service.update->timeout_seconds;
  TakeAttempts(service, next);
  auto old = std::exchange(service.deployments, std::move(next));
  for (auto& one : old)
    if (FindGroup(service.deployments, one) == nullptr) Leave(service, std::move(one));
  service.update.reset();
}

void AbandonUpdate(Service& service) {
  if (!service.update) return;
  for (auto& one : service.update->deployments)
    if (FindGroup(service.deployments, one) == nullptr) Leave(service, std::move(one));
  service.update.reset();
}

void ReplaceConfiguration(Service& service, std::vector<ModelDeployment> wanted) {
  BeginUpdate(service, std::move(wanted), {}, service.deploy_timeout_seconds);
  FinishUpdate(service);
}

std::vector<Place> PlacesOf(Service& service) {
  std::vector<Place> places;
  for (std::size_t d = 0; d < service.deployments.size(); ++d) {
    auto& deployment = service.deployments[d];
    const auto* next = service.update ? FindGroup(service.update->deployments, deployment) : nullptr;
    auto serving = static_cast<std::size_t>(deployment.instance_count);
    auto coming = next == nullptr ? 0 : static_cast<std::size_t>(next->instance_count);
    for (std::size_t r = 0; r < deployment.attempts.size(); ++r) {
      auto duty = r < serving ? Duty::kServe : r < coming ? Duty::kCome : Duty::kLeave;
      places.push_back({&deployment, r, duty, d, r < coming});
    }
  }
  if (service.update)
    for (auto& deployment : service.update->deployments)
      if (FindGroup(service.deployments, deployment) == nullptr)
        for (std::size_t r = 0; r < deployment.attempts.size(); ++r)
          places.push_back({&deployment, r, Duty::kCome, 0, true});
  for (auto& deployment : service.leaving)
    for (std::size_t r = 0; r < deployment.attempts.size(); ++r)
      places.push_back({&deployment, r, Duty::kLeave, 0, false});
  return places;
}

std::vector<std::string> ReplicaIds(const Service& service) {
  Service copy = service;
  std::vector<std::string> ids;
  for (const auto& place : PlacesOf(copy)) ids.push_back(ReplicaId(copy, *place.deployment, place.index));
  return ids;
}

RolloutStep NextStep(const RolloutInputs& inputs) {
  bool ready = std::ranges::all_of(
      inputs.wanted, [](const ReplicaView& replica) { return replica.phase == ReplicaView::Phase::kReady; });
  if (ready) return RolloutStep::kSwitch;
  return inputs.gave_up || inputs.timed_out ? RolloutStep::kAbandon : RolloutStep::kWait;
}

}  // namespace atelier::serving
