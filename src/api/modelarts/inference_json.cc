#include "api/modelarts/inference_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/modelarts/paging.h"
#include "api/modelarts/service_json.h"
#include "base/strings.h"
#include "serving/unit_models.h"

namespace atelier::api {
namespace {

using serving::ModelDeployment;
using serving::Service;

std::string VersionOf(const Service& service) { return std::to_string(service.last_generation + 1); }
std::string Millis(TimePoint time) { return std::to_string(ToUnixMillis(time)); }

json::array Schedules(const Service& service) {
  if (!service.schedule) return {};
  json::object one{{"type", "STOP"},
                   {"time_unit", service.schedule->time_unit},
                   {"duration", service.schedule->duration},
                   {"processed", !service.stop_at}};
  if (service.stop_at) one["due_time"] = ToUnixMillis(*service.stop_at);
  return {one};
}

json::object Unit(const Service& service, const ModelDeployment& deployment, const FindModel& find) {
  json::object environment;
  for (const auto& [name, value] : deployment.environment) environment[name] = value;
  json::object model{{"source", "MODEL"}, {"source_id", deployment.model_id}, {"address", deployment.model_id}};
  auto found = find(deployment.model_id);
  if (found && !found->source_location.empty()) {
    model["source"] = "OBS";
    model["address"] = found->source_location;
  }
  return {{"id", deployment.model_id},           {"name", serving::UnitName(service.name, deployment.model_name)},
          {"flavor", deployment.specification},  {"count", deployment.instance_count},
          {"weight", deployment.weight},         {"envs", environment},
          {"models", json::array{model}},        {"model_id", deployment.model_id},
          {"model_name", deployment.model_name}, {"model_version", deployment.model_version}};
}

json::object Group(const Service& service, const FindModel& find) {
  json::array units;
  for (const auto& deployment : service.deployments) units.push_back(Unit(service, deployment, find));
  return {{"id", service.id},
          {"name", service.name},
          {"count", 1},
          {"weight", 100},
          {"deploy_type", "SINGLE"},
          {"workload_type", "DEPLOYMENT"},
          {"status", InferenceStatus(service)},
          {"version", VersionOf(service)},
          {"unit_configs", units}};
}

json::object Head(const Service& service) {
  return {{"id", service.id},
          {"name", service.name},
          {"workspace_id", service.workspace_id},
          {"description", service.description},
          {"type", "REAL_TIME"},
          {"deploy_type", "SINGLE"},
          {"status", InferenceStatus(service)},
          {"user_name", service.owner},
          {"auth_type", "TOKEN"},
          {"tags", json::array{}},
          {"schedule", Schedules(service)},
          {"frozen_infos", json::array{}}};
}

}  // namespace

std::string InferenceStatus(const Service& service) {
  if (service.update) return "UPGRADING";
  return ToUpper(serving::ToString(service.status));
}

std::optional<std::string> FilterStatus(std::string_view status) {
  if (ToUpper(status) == "UPGRADING") return "deploying";
  auto known = serving::ParseServiceStatus(ToLower(status));
  if (!known) return std::nullopt;
  return std::string(serving::ToString(*known));
}

json::object InferenceListItem(const Service& service) {
  auto item = Head(service);
  item["version"] = VersionOf(service);
  item["version_count"] = service.last_generation + 1;
  item["create_at"] = ToUnixMillis(service.created);
  item["update_at"] = ToUnixMillis(service.updated);
  return item;
}

json::object InferenceDetails(const Service& service, const FindModel& find, const std::string& base_url) {
  auto details = Head(service);
  auto address = AccessAddress(service, base_url);
  auto minutes = (service.deploy_timeout_seconds + 59) / 60;
  details["failure_reason"] = service.reason;
  details["deploy_timeout_minutes"] = minutes;
  details["predict_url"] = json::array{json::object{{"type", "PUBLIC"}, {"urls", json::array{address}}}};
  details["version"] = json::object{{"id", fmt::format("{}-{}", service.id, VersionOf(service))},
                                    {"version", VersionOf(service)},
                                    {"description", service.description},
                                    {"predict_url", address},
                                    {"deploy_timeout_minutes", minutes},
                                    {"instance_groups", json::array{Group(service, find)}}};
  details["create_at"] = Millis(service.created);
  details["update_at"] = Millis(service.updated);
  return details;
}

json::object DeploymentListItem(const Service& service, const ModelDeployment& deployment) {
  return {{"id", deployment.model_id},
          {"name", serving::UnitName(service.name, deployment.model_name)},
          {"infer_name", service.name},
          {"service_group_name", service.name},
          {"status", InferenceStatus(service)},
          {"weight", deployment.weight},
          {"traffic_ratio", std::to_string(deployment.weight)},
          {"version", deployment.model_version},
          {"deploy_type", "SINGLE"},
          {"create_at", ToUnixMillis(service.created)},
          {"update_at", ToUnixMillis(service.updated)},
          {"frozen_infos", json::array{}}};
}

json::object DeploymentDetails(const Service& service, const ModelDeployment& deployment, const FindModel& find) {
  auto details = DeploymentListItem(service, deployment);
  details["deployment_name"] = details["name"];
  details["description"] = service.description;
  details["count"] = 1;
  details["workload_type"] = "DEPLOYMENT";
  details["user_name"] = service.owner;
  details["unit_configs"] = json::array{Unit(service, deployment, find)};
  details["create_at"] = FormatIso8601(service.created);
  details["update_at"] = FormatIso8601(service.updated);
  return details;
}

json::object InferenceEvent(const Service& service, std::size_t index) {
  const auto& event = service.events[index];
  return {{"id", fmt::format("{}-{}-{}", service.id, ToUnixMillis(event.time), index)},
          {"service_id", service.id},
          {"service_version_id", fmt::format("{}-{}", service.id, VersionOf(service))},
          {"event_count", 1},
          {"event_type", event.normal ? "NORMAL" : "ABNORMAL"},
          {"event_info", event.text},
          {"event_info_cn", event.text},
          {"create_at", ToUnixMillis(event.time)},
          {"update_at", ToUnixMillis(event.time)}};
}

json::object InferenceFlavor(const compute::Flavor& flavor) {
  auto gib = flavor.memory_bytes >> 30;
  return {{"id", flavor.code},
          {"name", flavor.code},
          {"arch", "X86"},
          {"category", "CPU"},
          {"description", fmt::format("CPU: {} vCPUs {} GiB", flavor.cores, gib)},
          {"feature", "DEFAULT"},
          {"free", true},
          {"memory", gib},
          {"sold_out", !flavor.available},
          {"storages", json::array{}},
          {"vcpus", flavor.cores}};
}

json::object ApiKeyObject(const iam::App& app, const std::string& domain_id,
                          const std::vector<NamedService>& services) {
  json::array bound;
  for (const auto& service : services) bound.push_back(json::object{{"id", service.id}, {"name", service.name}});
  return {{"key_id", app.id},
          {"name", app.name},
          {"description", app.remark},
          {"create_time", Millis(app.created)},
          {"scope", "SERVICE"},
          {"domain_id", domain_id},
          {"project_id", app.project_id},
          {"services", bound},
          {"workspace_id", "0"}};
}

Result<Window> ReadWindow(const http::Query& query) {
  Window window;
  ATELIER_TRY(window.limit, QueryNumber(query, "limit", window.limit, 1, 500));
  ATELIER_TRY(window.offset, QueryNumber(query, "offset", 0, 0, 1'000'000));
  if (window.offset % window.limit == 0) return window;
  return InvalidArgument(fmt::format("offset: expected a multiple of limit, {}, got {}", window.limit, window.offset),
                         "ModelArts.0104", "offset");
}

Result<bool> ReadDirection(const http::Query& query) {
  auto text = ToLower(QueryText(query, "sort_dir"));
  if (text.empty() || text == "desc") return false;
  if (text == "asc") return true;
  return InvalidArgument(fmt::format("sort_dir: expected asc or desc, got '{}'", text), "ModelArts.0104", "sort_dir");
}

http::Response PageAnswer(json::array data, const Window& window, std::size_t total) {
  json::object body{{"current", window.offset / window.limit},
                    {"size", data.size()},
                    {"pages", (total + window.limit - 1) / window.limit},
                    {"total", total}};
  body["data"] = std::move(data);
  return http::Response::Json(200, CompactJson(body));
}

http::Response PageOf(const json::array& all, const Window& window) {
  json::array data;
  for (std::size_t i = window.offset; i < all.size() && data.size() < window.limit; ++i) data.push_back(all[i]);
  return PageAnswer(std::move(data), window, all.size());
}

}  // namespace atelier::api
