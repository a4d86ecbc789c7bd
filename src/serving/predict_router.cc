#include "serving/predict_router.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <set>
#include <utility>

#include "serving/rate_meter.h"
#include "serving/weighted_turn.h"

namespace atelier::serving {

namespace {

std::uint64_t SecondNow() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

struct Calls {
  std::atomic<std::uint64_t> invocations{0}, failures{0};
};

struct ServiceCalls : Calls {
  RateMeter rate;
  std::map<std::string, std::shared_ptr<Calls>> by_model;  // guarded by Shared::mutex
};

}  // namespace

struct PredictRouter::Shared {
  mutable std::mutex mutex;
  std::map<std::string, std::shared_ptr<ServiceCalls>, std::less<>> by_service;  // guarded by mutex
  std::multiset<std::string, std::less<>> open;  // replicas that have a line, or will have one; guarded by mutex
  std::atomic<std::size_t> in_flight{0};

  std::shared_ptr<ServiceCalls> For(const std::string& service_id) {
    std::lock_guard lock(mutex);
    auto& counters = by_service[service_id];
    if (!counters) counters = std::make_shared<ServiceCalls>();
    return counters;
  }
  std::shared_ptr<Calls> ForModel(ServiceCalls& service, const std::string& model_id) {
    std::lock_guard lock(mutex);
    auto& counters = service.by_model[model_id];
    if (!counters) counters = std::make_shared<Calls>();
    return counters;
  }
  void Open(const std::string& replica_id) {
    std::lock_guard lock(mutex);
    open.insert(replica_id);
  }
  void Close(const std::string& replica_id) {
    std::lock_guard lock(mutex);
    if (auto found = open.find(replica_id); found != open.end()) open.erase(found);
  }
};

// What leads to one replica.
struct PredictRouter::Line {
  std::string replica_id;
  std::shared_ptr<Dispatcher> dispatcher;
  std::size_t in_flight = 0;
  bool leaving = false;  // gets nothing new; closed with the last answer
  bool closed = false;
};

struct PredictRouter::Entry {
  ServiceRoute route;
  std::shared_ptr<ServiceCalls> counters;
  std::vector<std::shared_ptr<Calls>> target_counters;  // as route.targets
  std::map<std::string, std::shared_ptr<Line>> lines;   // by replica id
  std::vector<WeightedTurn::Choice> choices;            // as route.targets
  WeightedTurn turns;                                   // among the targets
  std::size_t turn = 0;                                 // round robin among the replicas of a target
};

PredictRouter::PredictRouter(boost::asio::any_io_executor executor, PredictRouterOptions options)
    : executor_(std::move(executor)), options_(options), shared_(std::make_shared<Shared>()) {}

PredictRouter::~PredictRouter() {
  for (auto& [id, entry] : entries_)
    for (auto& [replica, line] : entry->lines) CloseLine(*line);
}

// A replica is open from now on, not from when the route is applied: who asks in between must not be told that it has
// drained.
void PredictRouter::Publish(const ServiceRoute& route) {
  for (const auto& target : route.targets)
    for (const auto& replica : target.ready) shared_->Open(replica.id);
  boost::asio::post(executor_, [this, route] {
    Apply(route);
    for (const auto& target : route.targets)
      for (const auto& replica : target.ready) shared_->Close(replica.id);
  });
}

bool PredictRouter::Drained(const std::string& replica_id) const {
  std::lock_guard lock(shared_->mutex);
  return !shared_->open.contains(replica_id);
}

std::shared_ptr<PredictRouter::Line> PredictRouter::MakeLine(const ServiceRoute::Replica& replica) {
  DispatcherOptions options;
  options.workers = replica.workers;
  options.queue_limit = options_.queue_limit;
  options.request_deadline = options_.request_deadline;
  auto line = std::make_shared<Line>();
  line->replica_id = replica.id;
  line->dispatcher = std::make_shared<Dispatcher>(executor_, replica.run_directory, options);
  shared_->Open(replica.id);
  return line;
}

void PredictRouter::CloseLine(Line& line) {
  if (std::exchange(line.closed, true)) return;
  line.dispatcher->Close();
  shared_->Close(line.replica_id);
}

void PredictRouter::Apply(const ServiceRoute& route) {
  auto& entry = entries_[route.service_id];
  if (!entry) {
    entry = std::make_shared<Entry>();
    entry->counters = shared_->For(route.service_id);
  }
  entry->route = route;
  entry->target_counters.clear();
  entry->choices.clear();
  entry->turns.Reset();
  std::map<std::string, std::shared_ptr<Line>> kept;
  for (const auto& target : route.targets) {
    entry->target_counters.push_back(shared_->ForModel(*entry->counters, target.model_id));
    entry->choices.push_back({target.weight, !target.ready.empty()});
    for (const auto& replica : target.ready) {
      auto found = entry->lines.find(replica.id);
      auto line = found != entry->lines.end() && !found->second->closed ? found->second : MakeLine(replica);
      line->leaving = false;
      kept[replica.id] = std::move(line);
    }
  }
  for (const auto& id : route.leaving)
    if (auto found = entry->lines.find(id); found != entry->lines.end() && found->second->in_flight > 0) {
      found->second->leaving = true;
      kept[id] = found->second;
    }
  for (auto& [id, line] : entry->lines)
    if (!kept.contains(id)) CloseLine(*line);
  entry->lines = std::move(kept);
  if (!route.gone) return;
  entries_.erase(route.service_id);
  std::lock_guard lock(shared_->mutex);
  shared_->by_service.erase(route.service_id);
}

ServiceCounts PredictRouter::Counts(const std::string& service_id) const {
  std::lock_guard lock(shared_->mutex);
  auto found = shared_->by_service.find(service_id);
  if (found == shared_->by_service.end()) return {};
  const auto& calls = *found->second;
  ServiceCounts counts{calls.invocations.load(), calls.failures.load(), calls.rate.LastMinute(SecondNow()), {}};
  for (const auto& [model, of_model] : calls.by_model)
    counts.by_model[model] = {of_model->invocations.load(), of_model->failures.load()};
  return counts;
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

// The shares of targets without a ready replica fall to the others; a weight of 0 is served only when nothing else is.
// Of the target's replicas the one with the fewest requests; equal ones take turns.
std::shared_ptr<PredictRouter::Line> PredictRouter::Choose(Entry& entry, std::size_t& target) {
  target = entry.turns.Next(entry.choices);
  if (target == WeightedTurn::kNone) return nullptr;
  const auto& ready = entry.route.targets[target].ready;
  std::shared_ptr<Line> best;
  std::size_t start = entry.turn++;
  for (std::size_t i = 0; i < ready.size(); ++i) {
    const auto& line = entry.lines.at(ready[(start + i) % ready.size()].id);
    if (!best || line->in_flight < best->in_flight) best = line;
  }
  return best;
}

Task<Result<PredictReply>> PredictRouter::Predict(const std::string& service_id, PredictRequest request) {
  auto found = entries_.find(service_id);
  if (found == entries_.end()) co_return NotFound("there is no service " + service_id, "APIG.0101", service_id);
  auto entry = found->second;  // kept alive over the suspension
  auto shared = shared_;
  std::size_t target = 0;
  auto line = Choose(*entry, target);
  entry->counters->invocations.fetch_add(1, std::memory_order_relaxed);
  entry->counters->rate.Count(SecondNow());
  if (!line) {
    entry->counters->failures.fetch_add(1, std::memory_order_relaxed);
    std::string status(ToString(entry->route.status));
    co_return Unavailable("Service " + entry->route.service_name + " is " + status + ": no replica is ready to answer.",
                          "ModelArts.4503", service_id);
  }
  auto calls = entry->target_counters[target];
  calls->invocations.fetch_add(1, std::memory_order_relaxed);
  shared->in_flight.fetch_add(1, std::memory_order_relaxed);
  ++line->in_flight;
  auto reply = co_await line->dispatcher->Predict(std::move(request));
  shared->in_flight.fetch_sub(1, std::memory_order_relaxed);
  if (--line->in_flight == 0 && line->leaving && !std::exchange(line->closed, true)) {
    line->dispatcher->Close();
    shared->Close(line->replica_id);
    entry->lines.erase(line->replica_id);
  }
  if (!reply || reply->status >= 400) {
    entry->counters->failures.fetch_add(1, std::memory_order_relaxed);
    calls->failures.fetch_add(1, std::memory_order_relaxed);
  }
  co_return reply;
}

}  // namespace atelier::serving
