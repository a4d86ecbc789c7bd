// The wire shapes of real-time services (modelarts-api section 4).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/json.h"
#include "serving/deployment_service.h"

namespace atelier::api {

json::object ServiceListItem(const serving::Service& service, const std::string& base_url);  // section 4.4
// The task of a batch service (section 4.1): the newest run, under a name of its own. Only of a batch service.
std::string TaskId(const serving::Service& service);
json::object TaskObject(const serving::Service& service);
json::object ServiceDetails(const serving::Service& service, const std::string& base_url);  // section 4.3
// What a specification gives to a replica.
struct ReplicaSize {
  double cores = 0;
  std::uint64_t memory_bytes = 0;
};
using SizeOf = std::function<ReplicaSize(const std::string& specification)>;
json::object ServiceMonitorObject(const serving::ServiceMonitor& monitor, const SizeOf& size_of);  // section 4.7

// The "logs" of section 4.7: the configurations that were asked for, newest first; `only`: the one of that time.
json::array UpdateHistory(const serving::Service& service, std::optional<TimePoint> only);

// Where predictions go: "<base>/v1/infers/<service id>".
std::string AccessAddress(const serving::Service& service, const std::string& base_url);

}  // namespace atelier::api
