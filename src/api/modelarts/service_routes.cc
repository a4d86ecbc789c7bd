#include "api/modelarts/service_routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/modelarts/paging.h"
#include "api/modelarts/service_json.h"
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
  if (auto sort = query.Get("sort_by"); sort && !sort->empty()) filter.sort_by = *sort;
  ATELIER_TRY(filter.ascending, QueryAscending(query, false));
  ATELIER_TRY(filter.limit, QueryNumber(query, "limit", 1000, 1, 1000));
  ATELIER_TRY(filter.offset, QueryNumber(query, "offset", 0, 0, 1'000'000));
  ATELIER_TRY(auto page, services.List(CallerOf(call), filter));
  json::array items;
  for (const auto& service : page.services) items.push_back(ServiceListItem(service, call.base_url));
  return Answer({{"total_count", page.total}, {"count", page.services.size()}, {"services", items}});
}

Result<http::Response> ShowService(DeploymentService& services, const PlatformCall& call) {
  ATELIER_TRY(auto service, services.Find(CallerOf(call), call.arguments.at("service_id")));
  return Answer(ServiceDetails(service, call.base_url));
}

// Some clients always send `config`, with one empty entry where nothing of it is to change.
bool ChangesModels(const json::object& object) {
  const auto* config = object.if_contains("config");
  if (config == nullptr) return false;
  if (!config->is_array()) return true;
  return std::ranges::any_of(config->as_array(),
                             [](const auto& entry) { return !entry.is_object() || !entry.as_object().empty(); });
}

// Section 4.6: a status wins over everything else in the body.
Result<http::Response> UpdateService(DeploymentService& services, const PlatformCall& call) {
  const auto& id = call.arguments.at("service_id");
  ATELIER_TRY(json::object object, ParseJsonObject(call.body));
  ATELIER_TRY(auto status, ReadString(object, "status"));
  if (status) {
    if (*status != "running" && *status != "stopped")
      return InvalidArgument(fmt::format("status: expected running or stopped, got '{}'", *status), "ModelArts.0104",
                             "status");
    ATELIER_CHECK(services.SetRunning(CallerOf(call), id, *status == "running"));
    return Answer({});
  }
  if (ChangesModels(object))
    return MakeError(
        ErrorKind::kUnimplemented,
        "changing the models of a running service is not served yet: deploy a second service and delete this one",
        "ModelArts.3519", "config");
  ATELIER_TRY(auto description, ReadString(object, "description"));
  if (!description)
    return InvalidArgument("nothing to update: expected 'status' or 'description'", "ModelArts.3610", "status");
  ATELIER_CHECK(services.Describe(CallerOf(call), id, *description));
  return Answer({});
}

// One id, or several with commas between them.
Result<http::Response> DeleteServices(DeploymentService& services, const PlatformCall& call) {
  auto caller = CallerOf(call);
  auto ids = Split(call.arguments.at("service_id"), ',');
  for (auto id : ids) ATELIER_CHECK(services.Find(caller, std::string(id)));
  for (auto id : ids) ATELIER_CHECK(services.Delete(caller, std::string(id)));
  return Answer({});
}

Result<http::Response> MonitorService(DeploymentService& services, const PlatformCall& call) {
  const auto& id = call.arguments.at("service_id");
  ATELIER_TRY(auto service, services.Find(CallerOf(call), id));
  ATELIER_TRY(auto ready, services.ReadyCounts(CallerOf(call), id));
  return Answer(ServiceMonitor(service, ready));
}

Result<http::Response> ListEvents(DeploymentService& services, const PlatformCall& call) {
  ATELIER_TRY(auto service, services.Find(CallerOf(call), call.arguments.at("service_id")));
  ATELIER_TRY(auto limit, QueryNumber(call.request.query, "limit", 100, 1, 1000));
  ATELIER_TRY(auto page, QueryNumber(call.request.query, "offset", 0, 0, 1000));
  ATELIER_TRY(bool ascending, QueryAscending(call.request.query, false));
  auto type = QueryText(call.request.query, "event_type");
  auto events = service.events;
  if (!ascending) std::ranges::reverse(events);
  std::erase_if(events,
                [&](const auto& event) { return !type.empty() && type != (event.normal ? "normal" : "abnormal"); });
  json::array items;
  for (std::size_t i = page * limit; i < events.size() && items.size() < limit; ++i)
    items.push_back(json::object{{"event_type", events[i].normal ? "normal" : "abnormal"},
                                 {"event_info", events[i].text},
                                 {"occur_time", ToUnixMillis(events[i].time)}});
  return Answer({{"service_id", service.id},
                 {"service_name", service.name},
                 {"total_count", events.size()},
                 {"count", items.size()},
                 {"events", items}});
}

// The update history; `output` (an addition of this product) is the tail of what the predictors printed.
Result<http::Response> ShowLogs(DeploymentService& services, const PlatformCall& call) {
  constexpr std::size_t kTail = 64 * 1024;
  const auto& id = call.arguments.at("service_id");
  ATELIER_TRY(auto service, services.Find(CallerOf(call), id));
  ATELIER_TRY(auto output, services.LogTail(CallerOf(call), id, kTail));
  auto details = ServiceDetails(service, call.base_url);
  json::object entry{{"update_time", ToUnixMillis(service.updated)},
                     {"result", service.status == serving::ServiceStatus::kFailed      ? "FAIL"
                                : service.status == serving::ServiceStatus::kDeploying ? "RUNNING"
                                                                                       : "SUCCESS"},
                     {"config", details["config"]},
                     {"extend_config", json::array{}},
                     {"cluster_id", ""}};
  return Answer(
      {{"service_id", service.id}, {"service_name", service.name}, {"logs", json::array{entry}}, {"output", output}});
}

Result<http::Response> ListSpecifications(const std::vector<compute::Flavor>& flavors) {
  json::array items;
  for (const auto& flavor : flavors) {
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
                                 {"extend_params", 1}});
  }
  return Answer({{"total_count", items.size()}, {"count", items.size()}, {"specifications", items}});
}

}  // namespace

std::vector<PlatformRoute> ServiceRoutes(DeploymentService& services, std::vector<compute::Flavor> flavors) {
  auto with =
      [&services](Result<http::Response> (*handler)(DeploymentService&, const PlatformCall&)) -> PlatformTarget {
    return {[&services, handler](const PlatformCall& call) { return handler(services, call); }, ErrorShape::kModelArts};
  };
  PlatformTarget specifications{
      [flavors = std::move(flavors)](const PlatformCall&) { return ListSpecifications(flavors); },
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
      {"GET", "/v1/{project_id}/services/{service_id}/monitor", "MonitorService", with(MonitorService)},
      {"GET", "/v1/{project_id}/services/{service_id}/events", "ListServiceEvents", with(ListEvents)},
      {"GET", "/v1/{project_id}/services/{service_id}/logs", "ShowServiceLogs", with(ShowLogs)},
      {"GET", "/v1/{project_id}/clusters", "ListClusters", clusters},
  };
}

}  // namespace atelier::api
