#include "serving/update_history.h"

#include <utility>

namespace atelier::serving {
namespace {

constexpr std::size_t kMaxEvents = 200;
constexpr std::size_t kMaxRecords = 20;

}  // namespace

void AddEvent(Service& service, TimePoint time, bool normal, std::string text) {
  service.events.push_back({time, normal, std::move(text)});
  if (service.events.size() > kMaxEvents) service.events.erase(service.events.begin());
}

void BeginRecord(Service& service, TimePoint time, const std::vector<ModelDeployment>& config) {
  EndRecord(service, UpdateResult::kFail, "another configuration was asked for");
  service.history.push_back({time, UpdateResult::kRunning, config, {}});
  if (service.history.size() > kMaxRecords) service.history.erase(service.history.begin());
}

void EndRecord(Service& service, UpdateResult result, std::string reason) {
  if (service.history.empty() || service.history.back().result != UpdateResult::kRunning) return;
  service.history.back().result = result;
  service.history.back().reason = std::move(reason);
}

}  // namespace atelier::serving
