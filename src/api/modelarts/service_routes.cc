#include "api/modelarts/service_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "api/modelarts/paging.h"
#include "api/modelarts/service_events.h"
#include "api/modelarts/service_json.h"
#include "api/modelarts/service_request_json.h"
#include "base/json.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using serving::Caller;
using serving::DeploymentService;

Caller CallerOf(const PlatformCall& call) { return {call.principal.project_id, call.principal.user_name}; }
http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }

Result<http::Response> DeployService(DeploymentService& services, const PlatformCall& call) {
  ATELIER_TRY(auto request, ParseDeployRequest(call.body));
  ATELIER_TRY(auto service, services.Deploy(CallerOf(call), request));
  return Answer({{"service_id", service.id}, {"resource_ids", json::array{"INF-" + service.id.substr(0, 8)}}});
}

Result<http::Response> ListServices(DeploymentService& services, const PlatformCall& call) {
  const auto& query = call.request.query;
  serving::ServiceFilter filter;
  filter.id = QueryText(query, "service_id");
  filter.name = QueryText(query, "service_name");
  filter.model_id = QueryText(query, "model_id");
  filter.status = QueryText(query, "status");
  filter.infer_type = QueryText(query, "infer_type");
  filter.workspace_id = QueryText(query, "workspace_id");
  ATELIER_TRY(filter.sort_by, QueryChoice(query, "sort_by", {"publish_at", "service_name", "transition_at"}));
  ATELIER_TRY(filter.ascending, QueryAscending(query, false));
  ATELIER_TRY(filter.limit, QueryNumber(query, "limit", 1000, 1, 1000));
  ATELIER_TRY(filter.offset, QueryNumber(query, "offset", 0, 0, 1'000'000));
  // There are no pools and no tags: nothing is in one, nothing has one.
  if (!QueryText(query, "cluster_id").empty() || !QueryText(query, "tags").empty())
    return Answer({{"total_count", 0}, {"count", 0}, {"services", json::array{}}});
  ATELIER_TRY(auto page, services.List(CallerOf(call), filter));
  json::array items;
  for (const auto& service : page.services) items.push_back(ServiceListItem(service, call.base_url));
  return Answer({{"total_count", page.total}, {"count", page.services.size()}, {"services", items}});
}

Result<http::Response> ShowService(DeploymentService& services, const PlatformCall& call) {
  ATELIER_TRY(auto service, services.Find(CallerOf(call), call.arguments.at("service_id")));
  return Answer(ServiceDetails(service, call.base_url));
}

Result<http::Response> UpdateService(DeploymentService& services, const PlatformCall& call) {
  ATELIER_TRY(auto changes, ParseServiceChanges(call.body));
  ATELIER_CHECK(services.Change(CallerOf(call), call.arguments.at("service_id"), changes));
  return Answer({});
}

// One id, or several with commas between them.
Result<http::Response> DeleteServices(DeploymentService& services, const PlatformCall& call) {
  constexpr std::size_t kMost = 100;
  auto caller = CallerOf(call);
  auto ids = Split(call.arguments.at("service_id"), ',');
  if (ids.size() > kMost)
    return InvalidArgument(fmt::format("at most {} services can be deleted at a time, got {}", kMost, ids.size()),
                           "ModelArts.0104", "service_id");
  for (auto id : ids) ATELIER_CHECK(services.Find(caller, std::string(id)));
  for (auto id : ids) ATELIER_CHECK(services.Delete(caller, std::string(id)));
  return Answer({});
}

// The update history; `output` (an addition of this product) is the tail of what the predictors printed.
Result<http::Response> ShowLogs(DeploymentService& services, const PlatformCall& call) {
  constexpr std::size_t kTail = 64 * 1024;
  const auto& id = call.arguments.at("service_id");
  ATELIER_TRY(auto service, services.Find(CallerOf(call), id));
  std::optional<TimePoint> only;
  if (auto text = QueryText(call.request.query, "update_time"); !text.empty()) {
    ATELIER_TRY(only, QueryTime(call.request.query, "update_time"));
  }
  ATELIER_TRY(auto output, services.LogTail(CallerOf(call), id, kTail));
  return Answer({{"service_id", service.id},
                 {"service_name", service.name},
                 {"logs", UpdateHistory(service, only)},
                 {"output", output}});
}

Result<http::Response> ListServiceEvents(DeploymentService& services, const PlatformCall& call) {
  ATELIER_TRY(auto service, services.Find(CallerOf(call), call.arguments.at("service_id")));
  ATELIER_TRY(auto wanted, ParseEventQuery(call.request.query));
  return Answer(ServiceEvents(service, wanted));
}

// A batch service has one task, the newest run; a real-time service has none.
Result<http::Response> ListServiceTasks(DeploymentService& services, const PlatformCall& call) {
  ATELIER_TRY(auto service, services.Find(CallerOf(call), call.arguments.at("service_id")));
  json::array tasks;
  if (service.batch) tasks.push_back(TaskObject(service));
  return Answer({{"total_count", tasks.size()}, {"count", tasks.size()}, {"tasks", tasks}});
}

Result<http::Response> ShowServiceTask(DeploymentService& services, const PlatformCall& call) {
  ATELIER_TRY(auto service, services.Find(CallerOf(call), call.arguments.at("service_id")));
  const auto& id = call.arguments.at("task_id");
  if (!service.batch || TaskId(service) != id)
    return NotFound(fmt::format("Task {} does not exist: GET .../tasks lists those of the service.", id),
                    "ModelArts.3502", id);
  return Answer(TaskObject(service));
}

PlatformTarget UnservedTask(std::string why) {
  return {.handler = {}, .error_shape = ErrorShape::kModelArts, .unserved = std::move(why)};
}

Result<http::Response> ListSpecifications(const std::vector<compute::Flavor>& flavors, const PlatformCall& call) {
  ATELIER_TRY(auto limit, QueryNumber(call.request.query, "limit", 1000, 1, 1000));
  ATELIER_TRY(auto page, QueryNumber(call.request.query, "offset", 0, 0, 1'000'000));
  json::array items;
  for (std::size_t i = page * limit; i < flavors.size() && items.size() < limit; ++i) {
    const auto& flavor = flavors[i];
    auto gib = flavor.memory_bytes >> 30;
    items.push_back(json::object{{"specification", flavor.code},
                                 {"billing_spec", flavor.code},
                                 {"category", "CPU"},
                                 {"cpu_info", json::object{{"arch", "x86"}, {"cpu", flavor.cores}}},
                                 {"memory_info", json::object{{"unit", "GiB"}, {"memory", gib}}},
                                 {"gpu_info", json::object{}},
                                 {"npu_info", json::object{}},
                                 {"display_en", fmt::format("CPU: {} vCPUs {} GiB", flavor.cores, gib)},
                                 {"is_open", true},
                                 {"spec_status", "normal"},
                                 {"is_free", true},
                                 {"over_quota", false},
                                 {"extend_params", 1},
                                 {"source_type", ""}});
  }
  return Answer({{"total_count", flavors.size()}, {"count", items.size()}, {"specifications", items}});
}

}  // namespace

std::vector<PlatformRoute> ServiceRoutes(DeploymentService& services, std::vector<compute::Flavor> flavors) {
  auto size_of = [flavors](const std::string& specification) {
    auto found = std::ranges::find(flavors, specification, &compute::Flavor::code);
    if (found == flavors.end()) return ReplicaSize{};
    return ReplicaSize{static_cast<double>(found->cores), found->memory_bytes};
  };
  PlatformTarget monitor{[&services, size_of](const PlatformCall& call) -> Result<http::Response> {
                           ATELIER_TRY(auto seen, services.Monitor(CallerOf(call), call.arguments.at("service_id")));
                           return Answer(ServiceMonitorObject(seen, size_of));
                         },
                         ErrorShape::kModelArts};
  auto with =
      [&services](Result<http::Response> (*handler)(DeploymentService&, const PlatformCall&)) -> PlatformTarget {
    return {[&services, handler](const PlatformCall& call) { return handler(services, call); }, ErrorShape::kModelArts};
  };
  PlatformTarget specifications{
      [flavors = std::move(flavors)](const PlatformCall& call) { return ListSpecifications(flavors, call); },
      ErrorShape::kModelArts};
  PlatformTarget clusters{[](const PlatformCall&) -> Result<http::Response> {
                            return Answer({{"count", 0}, {"total_count", 0}, {"clusters", json::array{}}});
                          },
                          ErrorShape::kModelArts};
  return {
      {"POST", "/v1/{project_id}/services", "DeployService", with(DeployService)},
      {"GET", "/v1/{project_id}/services", "ListServices", with(ListServices)},
      {"GET", "/v1/{project_id}/services/specifications", "ListSpecifications", specifications},
      {"GET", "/v1/{project_id}/services/{service_id}", "ShowService", with(ShowService)},
      {"PUT", "/v1/{project_id}/services/{service_id}", "UpdateService", with(UpdateService)},
      {"DELETE", "/v1/{project_id}/services/{service_id}", "DeleteServices", with(DeleteServices)},
      {"GET", "/v1/{project_id}/services/{service_id}/monitor", "MonitorService", monitor},
      {"GET", "/v1/{project_id}/services/{service_id}/events", "ListServiceEvents", with(ListServiceEvents)},
      {"GET", "/v1/{project_id}/services/{service_id}/logs", "ShowServiceLogs", with(ShowLogs)},
      {"GET", "/v1/{project_id}/services/{service_id}/tasks", "ListServiceTasks", with(ListServiceTasks)},
      {"POST", "/v1/{project_id}/services/{service_id}/tasks", "CreateServiceTask",
       UnservedTask("Tasks beside the one of a batch service are not served by this server")},
      {"GET", "/v1/{project_id}/services/{service_id}/tasks/{task_id}", "ShowServiceTask", with(ShowServiceTask)},
      {"DELETE", "/v1/{project_id}/services/{service_id}/tasks/{task_id}", "DeleteServiceTask",
       UnservedTask("Deleting a task apart from its service is not served by this server")},
      {"GET", "/v1/{project_id}/clusters", "ListClusters", clusters},
  };
}

}  // namespace atelier::api
