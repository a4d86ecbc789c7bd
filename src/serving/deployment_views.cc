// What is told of a service while it works: its calls, its output, what it takes of the machine.
#include <algorithm>
#include <set>

#include "base/log.h"
#include "serving/deployment_service.h"
#include "serving/deployment_state.h"

namespace atelier::serving {
namespace {

// CPU is told over this time at least.
constexpr std::chrono::seconds kLeastInterval{1};
constexpr std::size_t kMostSamples = 10'000;  // of replicas, those of deleted services included

CallCounts Less(const CallCounts& a, const CallCounts& b) {
  return {a.invocations - b.invocations, a.failures - b.failures};
}

void Add(CallCounts& to, const CallCounts& more) {
  to.invocations += more.invocations;
  to.failures += more.failures;
}

}  // namespace

ServiceCounts DeploymentService::State::Unsaved(const std::string& id) {
  if (!hooks.counts) return {};
  auto counts = hooks.counts(id);
  const auto& before = saved[id];
  counts.invocations -= before.invocations;
  counts.failures -= before.failures;
  for (auto& [model, calls] : counts.by_model)
    if (auto known = before.by_model.find(model); known != before.by_model.end()) calls = Less(calls, known->second);
  return counts;
}

void DeploymentService::State::AddUnsaved(Service& service) {
  auto fresh = Unsaved(service.id);
  service.invocations += fresh.invocations;
  service.failures += fresh.failures;
  for (const auto& [model, calls] : fresh.by_model) Add(service.model_calls[model], calls);
}

Result<void> DeploymentService::State::Update(Service service) {
  std::lock_guard lock(counting);
  auto fresh = Unsaved(service.id);
  AddUnsaved(service);
  // Bounded: models that the service has no more are not told of any more.
  std::erase_if(service.model_calls, [&](const auto& one) {
    auto is = [&](const ModelDeployment& deployment) { return deployment.model_id == one.first; };
    return std::ranges::none_of(service.deployments, is) && std::ranges::none_of(service.leaving, is);
  });
  ATELIER_CHECK(repository.Update(service));
  auto& before = saved[service.id];
  before.invocations += fresh.invocations;
  before.failures += fresh.failures;
  for (const auto& [model, calls] : fresh.by_model) Add(before.by_model[model], calls);
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

Result<std::string> DeploymentService::LogTail(const Caller& caller, const std::string& id, std::size_t max_bytes) {
  ATELIER_TRY(Service service, Find(caller, id));
  std::string text;
  for (const auto& replica : ReplicaIds(service)) {
    auto tail = state_->runner.LogTail(replica, max_bytes);
    if (tail)
      text += *tail;
    else if (tail.error().kind != ErrorKind::kNotFound)
      return std::unexpected(std::move(tail).error());
  }
  return text;
}

double DeploymentService::State::CoresUsed(const std::string& replica_id, const ReplicaUsage& usage) {
  auto now = clock.Now();
  if (samples.size() >= kMostSamples) samples.clear();
  auto [found, fresh] = samples.try_emplace(replica_id, Sample{usage.started, 0, 0});
  auto& last = found->second;
  auto interval = now - last.time;
  if (fresh ? interval > Milliseconds(0) : interval >= kLeastInterval)
    last = {now, usage.cpu_seconds,
            std::max(0.0, usage.cpu_seconds - last.cpu_seconds) / std::chrono::duration<double>(interval).count()};
  return last.cores;
}

Result<ServiceMonitor> DeploymentService::Monitor(const Caller& caller, const std::string& id) {
  ServiceMonitor monitor;
  ATELIER_TRY(monitor.service, Find(caller, id));
  auto& service = monitor.service;
  if (state_->hooks.counts) monitor.requests_last_minute = state_->hooks.counts(id).last_minute;
  for (const auto& deployment : service.deployments)
    monitor.models.push_back({deployment, service.model_calls[deployment.model_id]});
  std::lock_guard lock(state_->measuring);
  std::set<std::string> seen;
  for (const auto& place : PlacesOf(service)) {
    if (place.duty != Duty::kServe) continue;
    auto& model = monitor.models[place.target];
    auto replica = ReplicaId(service, *place.deployment, place.index);
    ATELIER_TRY(ReplicaView view, state_->runner.Observe(replica));
    if (view.phase == ReplicaView::Phase::kReady) ++model.ready;
    if (view.phase != ReplicaView::Phase::kReady && view.phase != ReplicaView::Phase::kStarting) continue;
    auto usage = state_->runner.Measure(replica);
    if (!usage && usage.error().kind == ErrorKind::kNotFound) continue;  // it has ended since
    if (!usage) return std::unexpected(std::move(usage).error());
    model.memory_bytes += usage->memory_bytes;
    model.cores_used += state_->CoresUsed(replica, *usage);
    seen.insert(replica);
  }
  // "svc-<id>-": samples of this service's replicas that are gone.
  if (!seen.empty()) {
    auto prefix = seen.begin()->substr(0, seen.begin()->find('-', 4) + 1);
    std::erase_if(state_->samples,
                  [&](const auto& one) { return one.first.starts_with(prefix) && !seen.contains(one.first); });
  }
  return monitor;
}

}  // namespace atelier::serving
