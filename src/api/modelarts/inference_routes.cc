#include "api/modelarts/inference_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "api/modelarts/inference_json.h"
#include "api/modelarts/inference_request.h"
#include "api/modelarts/json_fields.h"
#include "api/modelarts/paging.h"
#include "base/strings.h"
#include "serving/unit_models.h"

namespace atelier::api {
namespace {

struct Rooms {
  serving::DeploymentService& services;
  registry::ModelService& models;
  std::vector<compute::Flavor> flavors;

  std::string DefaultFlavor() const { return flavors.empty() ? "" : flavors.front().code; }
};

serving::Caller CallerOf(const PlatformCall& call) { return {call.principal.project_id, call.principal.user_name}; }
registry::Caller ModelCallerOf(const PlatformCall& call) {
  return {call.principal.project_id, call.principal.user_name};
}
http::Response Answer(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }

FindModel Finder(const Rooms& rooms, const PlatformCall& call) {
  return [&models = rooms.models, caller = ModelCallerOf(call)](const std::string& id) {
    auto model = models.Find(caller, id);
    return model ? std::optional(*std::move(model)) : std::nullopt;
  };
}

Result<serving::Service> ServiceOf(const Rooms& rooms, const PlatformCall& call) {
  return rooms.services.Find(CallerOf(call), call.arguments.at("service_id"));
}

json::object Details(const Rooms& rooms, const PlatformCall& call, const serving::Service& service) {
  return InferenceDetails(service, Finder(rooms, call), call.base_url);
}

Result<http::Response> Show(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto service, ServiceOf(rooms, call));
  return Answer(Details(rooms, call, service));
}

// The service's own tags have routes of their own, which know what a tag may be.
Result<void> RefuseTags(const PlatformCall& call) {
  ATELIER_TRY(json::object body, ParseJsonObject(call.body));
  const auto* tags = body.if_contains("tags");
  if (tags == nullptr || tags->is_null() || (tags->is_array() && tags->get_array().empty()) ||
      (tags->is_string() && tags->get_string().empty()))
    return {};
  return MakeError(ErrorKind::kUnimplemented,
                   "'tags' are not taken here: POST .../services/{service_id}/tags/create gives a service its tags",
                   "ModelArts.0104", "tags");
}

Result<http::Response> Create(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_CHECK(RefuseTags(call));
  ATELIER_TRY(auto wanted, ParseInferenceCreation(call.body, rooms.DefaultFlavor()));
  ATELIER_TRY(auto units, serving::ResolveUnits(rooms.models, ModelCallerOf(call), wanted.name, wanted.workspace_id,
                                                *wanted.units, {}));
  serving::DeployRequest request;
  request.name = wanted.name;
  request.description = wanted.description.value_or("");
  request.workspace_id = wanted.workspace_id;
  request.items = std::move(units.items);
  request.deploy_timeout_seconds = wanted.timeout_seconds.value_or(request.deploy_timeout_seconds);
  request.schedule = wanted.schedule.value_or(std::nullopt);
  request.wait_for_models = true;
  auto service = rooms.services.Deploy(CallerOf(call), request);
  if (!service) {
    serving::Discard(rooms.models, ModelCallerOf(call), units.imported);
    return std::unexpected(std::move(service).error());
  }
  return Answer(Details(rooms, call, *service));
}

Result<http::Response> Update(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_CHECK(RefuseTags(call));
  ATELIER_TRY(auto wanted, ParseInferenceRequest(call.body, rooms.DefaultFlavor()));
  ATELIER_TRY(auto service, ServiceOf(rooms, call));
  if (!wanted.name.empty() && wanted.name != service.name)
    return MakeError(ErrorKind::kUnimplemented,
                     fmt::format("a service keeps its name, '{}': '{}' is not taken", service.name, wanted.name),
                     "ModelArts.0104", "name");
  serving::ServiceChanges changes;
  changes.description = wanted.description;
  changes.schedule = wanted.schedule;
  changes.wait_for_models = true;
  std::vector<std::string> imported;
  if (wanted.units) {
    ATELIER_TRY(auto units, serving::ResolveUnits(rooms.models, ModelCallerOf(call), service.name, service.workspace_id,
                                                  *wanted.units, service.deployments));
    changes.items = std::move(units.items);
    changes.deploy_timeout_seconds = wanted.timeout_seconds;
    imported = std::move(units.imported);
  }
  if (!changes.items && !changes.description && !changes.schedule)
    return InvalidArgument("nothing to update: expected one of 'group_configs', 'description', 'schedule'",
                           "ModelArts.3610", "group_configs");
  if (auto changed = rooms.services.Change(CallerOf(call), service.id, changes); !changed) {
    serving::Discard(rooms.models, ModelCallerOf(call), imported);
    return std::unexpected(std::move(changed).error());
  }
  return Show(rooms, call);
}

Result<http::Response> Start(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_CHECK(rooms.services.SetRunning(CallerOf(call), call.arguments.at("service_id"), true));
  return Show(rooms, call);
}

Result<http::Response> Stop(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_CHECK(rooms.services.SetRunning(CallerOf(call), call.arguments.at("service_id"), false));
  return Show(rooms, call);
}

// All of them, or none when one is not there.
Result<http::Response> Delete(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto ids, ParseServiceIds(call.body));
  for (const auto& id : ids) ATELIER_CHECK(rooms.services.Find(CallerOf(call), id));
  json::array responses;
  for (const auto& id : ids) {
    ATELIER_CHECK(rooms.services.Delete(CallerOf(call), id));
    // One without anything to stop may have gone already.
    if (auto service = rooms.services.Find(CallerOf(call), id))
      responses.push_back(Details(rooms, call, *service));
    else
      responses.push_back(json::object{{"id", id}, {"status", "DELETING"}});
  }
  return Answer({{"service_responses", responses}});
}

Result<std::string> SortOf(const http::Query& query) {
  ATELIER_TRY(auto key, QueryChoice(query, "sort_key", {"update_at", "create_at", "name"}));
  if (key == "name") return "service_name";
  return key == "create_at" ? "publish_at" : "transition_at";
}

Result<http::Response> List(const Rooms& rooms, const PlatformCall& call) {
  const auto& query = call.request.query;
  ATELIER_TRY(auto window, ReadWindow(query));
  for (const char* name : {"user_name", "description", "auth_type"})
    if (!QueryText(query, name).empty())
      return MakeError(
          ErrorKind::kUnimplemented,
          fmt::format("services cannot be listed by '{}'; by id, name, status and workspace_id they can", name),
          "ModelArts.0104", name);
  serving::ServiceFilter filter;
  filter.id = QueryText(query, "id");
  filter.name = QueryText(query, "name");
  filter.workspace_id = QueryText(query, "workspace_id");
  ATELIER_TRY(filter.sort_by, SortOf(query));
  ATELIER_TRY(filter.ascending, ReadDirection(query));
  filter.limit = window.limit;
  filter.offset = window.offset / window.limit;
  if (auto status = QueryText(query, "status"); !status.empty()) {
    auto known = FilterStatus(status);
    if (!known) return PageOf({}, window);
    filter.status = *known;
  }
  // Nothing is in a pool, comes from the gallery or is another kind of service.
  for (const char* name : {"pool_id", "pool_name", "asset_id", "node_ip", "tags"})
    if (!QueryText(query, name).empty()) return PageOf({}, window);
  if (auto type = ToUpper(QueryText(query, "type")); !type.empty() && type != "REAL_TIME") return PageOf({}, window);
  ATELIER_TRY(auto page, rooms.services.List(CallerOf(call), filter));
  json::array items;
  for (const auto& service : page.services) items.push_back(InferenceListItem(service));
  return PageAnswer(std::move(items), window, page.total);
}

Result<http::Response> ListEvents(const Rooms& rooms, const PlatformCall& call) {
  const auto& query = call.request.query;
  ATELIER_TRY(auto service, ServiceOf(rooms, call));
  ATELIER_TRY(auto window, ReadWindow(query));
  ATELIER_CHECK(QueryChoice(query, "sort_key", {"update_at", "create_at"}));
  ATELIER_TRY(bool ascending, ReadDirection(query));
  auto type = ToUpper(QueryText(query, "event_type"));
  auto text = ToLower(QueryText(query, "event_info_key"));
  TimePoint from = TimePoint::min(), until = TimePoint::max();
  if (!QueryText(query, "start_time").empty()) {
    ATELIER_TRY(from, QueryTime(query, "start_time"));
  }
  if (!QueryText(query, "end_time").empty()) {
    ATELIER_TRY(until, QueryTime(query, "end_time"));
  }
  json::array events;
  for (std::size_t i = 0; i < service.events.size(); ++i) {
    const auto& event = service.events[ascending ? i : service.events.size() - 1 - i];
    if (event.time < from || event.time > until || ToLower(event.text).find(text) == std::string::npos) continue;
    if (!type.empty() && type != (event.normal ? "NORMAL" : "ABNORMAL")) continue;
    events.push_back(InferenceEvent(service, ascending ? i : service.events.size() - 1 - i));
  }
  return PageOf(events, window);
}

Result<http::Response> ListFlavors(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto window, ReadWindow(call.request.query));
  json::array items;
  for (const auto& flavor : rooms.flavors) items.push_back(InferenceFlavor(flavor));
  return PageOf(items, window);
}

Result<http::Response> ListDeployments(const Rooms& rooms, const PlatformCall& call) {
  const auto& query = call.request.query;
  ATELIER_TRY(auto service, ServiceOf(rooms, call));
  ATELIER_TRY(auto window, ReadWindow(query));
  ATELIER_CHECK(QueryChoice(query, "sort_key", {"update_at", "create_at"}));
  ATELIER_TRY(bool ascending, ReadDirection(query));
  auto status = ToUpper(QueryText(query, "status"));
  json::array items;
  if (status.empty() || status == InferenceStatus(service))
    for (const auto& deployment : service.deployments) items.push_back(DeploymentListItem(service, deployment));
  if (!ascending) std::ranges::reverse(items);
  return PageOf(items, window);
}

Result<http::Response> ShowDeployment(const Rooms& rooms, const PlatformCall& call) {
  ATELIER_TRY(auto service, ServiceOf(rooms, call));
  const auto& id = call.arguments.at("deployment_id");
  auto found = std::ranges::find(service.deployments, id, &serving::ModelDeployment::model_id);
  if (found == service.deployments.end())
    return NotFound(fmt::format("Service {} has no deployment {}.", service.name, id), "ModelArts.3502", id);
  return Answer(DeploymentDetails(service, *found, Finder(rooms, call)));
}

}  // namespace

std::vector<PlatformRoute> InferenceRoutes(serving::DeploymentService& services, registry::ModelService& models,
                                           std::vector<compute::Flavor> flavors) {
  auto rooms = std::make_shared<const Rooms>(Rooms{services, models, std::move(flavors)});
  auto with = [rooms](Result<http::Response> (*handler)(const Rooms&, const PlatformCall&)) -> PlatformTarget {
    return {[rooms, handler](const PlatformCall& call) { return handler(*rooms, call); }, ErrorShape::kModelArts};
  };
  const std::string all = "/v2/{project_id}/services";
  const std::string one = all + "/{service_id}";
  return {
      {"POST", all, "CreateInferService", with(Create)},
      {"GET", all, "ListInferServices", with(List)},
      {"POST", all + "/delete", "BatchDeleteInferServices", with(Delete)},
      {"GET", all + "/flavors", "ListInferClusterFlavors", with(ListFlavors)},
      {"GET", one, "ShowInferService", with(Show)},
      {"PUT", one, "UpdateInferService", with(Update)},
      {"POST", one + "/start", "StartInferService", with(Start)},
      {"POST", one + "/stop", "StopInferService", with(Stop)},
      {"GET", one + "/events", "ListInferServiceEvents", with(ListEvents)},
      {"GET", one + "/deployments", "ListInferDeployments", with(ListDeployments)},
      {"GET", one + "/deployments/{deployment_id}", "ShowInferDeployment", with(ShowDeployment)},
  };
}

}  // namespace atelier::api
