#include "serving/predict_router.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>

namespace atelier::serving {

struct PredictRouter::Shared {
  struct Counters {
    std::atomic<std::uint64_t> invocations{0}, failures{0};
  };
  mutable std::mutex mutex;
  std::map<std::string, std::shared_ptr<Counters>, std::less<>> by_service;  // guarded by mutex
  std::atomic<std::size_t> in_flight{0};

  std::shared_ptr<Counters> For(const std::string& service_id) {
    std::lock_guard lock(mutex);
    auto& counters = by_service[service_id];
    if (!counters) counters = std::make_shared<Counters>();
    return counters;
  }
};

struct PredictRouter::Entry {
  ServiceRoute route;
  std::shared_ptr<Shared::Counters> counters;
  std::map<std::string, std::shared_ptr<Dispatcher>> dispatchers;  // by replica id
  std::size_t turn = 0;                                            // round robin among the replicas of a target
};

PredictRouter::PredictRouter(boost::asio::any_io_executor executor, PredictRouterOptions options)
    : executor_(std::move(executor)),
      options_(options),
      shared_(std::make_shared<Shared>()),
      random_(std::random_device{}()) {}

PredictRouter::~PredictRouter() {
  for (auto& [id, entry] : entries_)
    for (auto& [replica, dispatcher] : entry->dispatchers) dispatcher->Close();
}

void PredictRouter::Publish(const ServiceRoute& route) {
  boost::asio::post(executor_, [this, route] { Apply(route); });
}

void PredictRouter::Apply(const ServiceRoute& route) {
  auto& entry = entries_[route.service_id];
  if (!entry) {
    entry = std::make_shared<Entry>();
    entry->counters = shared_->For(route.service_id);
  }
  entry->route = route;
  std::map<std::string, std::shared_ptr<Dispatcher>> kept;
  for (const auto& target : route.targets)
    for (const auto& replica : target.ready) {
      auto& dispatcher = kept[replica.id];
      if (auto found = entry->dispatchers.find(replica.id); found != entry->dispatchers.end()) {
        dispatcher = found->second;
        continue;
      }
      DispatcherOptions options;
      options.workers = replica.workers;
      options.queue_limit = options_.queue_limit;
      options.request_deadline = options_.request_deadline;
      dispatcher = std::make_shared<Dispatcher>(executor_, replica.run_directory, options);
    }
  for (auto& [id, dispatcher] : entry->dispatchers)
    if (!kept.contains(id)) dispatcher->Close();
  entry->dispatchers = std::move(kept);
  if (route.gone) entries_.erase(route.service_id);
}

ServiceCounts PredictRouter::Counts(const std::string& service_id) const {
  std::lock_guard lock(shared_->mutex);
  auto found = shared_->by_service.find(service_id);
  if (found == shared_->by_service.end()) return {};
  return {found->second->invocations.load(), found->second->failures.load()};
}

std::size_t PredictRouter::InFlight() const { return shared_->in_flight.load(); }

Result<void> PredictRouter::Admit(const std::string& service_id, const std::string& project_id) const {
  auto found = entries_.find(service_id);
  if (found == entries_.end())
    return NotFound(
        "The API does not exist or has not been published in the environment: there is no service " + service_id + ".",
        "APIG.0101", service_id);
  if (found->second->route.project_id != project_id)
    return PermissionDenied("The service belongs to another project than the one of these credentials.",
                            "ModelArts.0210", service_id);
  return {};
}

std::shared_ptr<Dispatcher> PredictRouter::Choose(Entry& entry) {
  int total = 0;
  for (const auto& target : entry.route.targets)
    if (!target.ready.empty()) total += target.weight;
  const ServiceRoute::Target* chosen = nullptr;
  // Weights of targets without a ready replica fall to the others; a weight of 0 is served only when nothing else is.
  int ticket = total > 0 ? static_cast<int>(random_() % static_cast<unsigned>(total)) : 0;
  for (const auto& target : entry.route.targets) {
    if (target.ready.empty() || (total > 0 && target.weight == 0)) continue;
    chosen = &target;
    if (ticket < target.weight) break;
    ticket -= target.weight;
  }
  if (chosen == nullptr) return nullptr;
  // The replica with the fewest requests; equal ones take turns.
  std::shared_ptr<Dispatcher> best;
  std::size_t best_load = 0;
  std::size_t start = entry.turn++;
  for (std::size_t i = 0; i < chosen->ready.size(); ++i) {
    const auto& replica = chosen->ready[(start + i) % chosen->ready.size()];
    auto dispatcher = entry.dispatchers.at(replica.id);
    auto stats = dispatcher->stats();
    std::size_t load = stats.queued + stats.running;
    if (!best || load < best_load) {
      best = std::move(dispatcher);
      best_load = load;
    }
  }
  return best;
}

Task<Result<PredictReply>> PredictRouter::Predict(const std::string& service_id, PredictRequest request) {
  auto found = entries_.find(service_id);
  if (found == entries_.end()) co_return NotFound("there is no service " + service_id, "APIG.0101", service_id);
  auto entry = found->second;  // kept alive over the suspension
  auto shared = shared_;
  auto dispatcher = Choose(*entry);
  entry->counters->invocations.fetch_add(1, std::memory_order_relaxed);
  if (!dispatcher) {
    entry->counters->failures.fetch_add(1, std::memory_order_relaxed);
    std::string status(ToString(entry->route.status));
    co_return Unavailable("Service " + entry->route.service_name + " is " + status + ": no replica is ready to answer.",
                          "ModelArts.4503", service_id);
  }
  shared->in_flight.fetch_add(1, std::memory_order_relaxed);
  auto reply = co_await dispatcher->Predict(std::move(request));
  shared->in_flight.fetch_sub(1, std::memory_order_relaxed);
  if (!reply || reply->status >= 400) entry->counters->failures.fetch_add(1, std::memory_order_relaxed);
  co_return reply;
}

}  // namespace atelier::serving
