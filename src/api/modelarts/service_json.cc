#include "api/modelarts/service_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>

namespace atelier::api {
namespace {

using serving::DeployRequest;
using serving::ModelDeployment;
using serving::Service;
using serving::ServiceStatus;

// Beyond int stays beyond every limit, instead of wrapping into it.
int Narrow(std::int64_t number) {
  return static_cast<int>(
      std::clamp<std::int64_t>(number, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}

Result<DeployRequest::Item> ParseItem(const json::value& value, std::size_t index) {
  const auto* object = value.if_object();
  if (object == nullptr)
    return InvalidArgument(fmt::format("config[{}]: expected an object", index), "ModelArts.0104", "config");
  DeployRequest::Item item;
  ATELIER_TRY(auto model_id, ReadString(*object, "model_id"));
  item.model_id = model_id.value_or("");
  ATELIER_TRY(auto specification, ReadString(*object, "specification"));
  if (!specification)
    return InvalidArgument(fmt::format("config[{}]: 'specification' is missing", index), "ModelArts.3610",
                           "specification");
  item.specification = *specification;
  ATELIER_TRY(auto weight, ReadInt(*object, "weight"));
  item.weight = Narrow(weight.value_or(100));
  ATELIER_TRY(auto count, ReadInt(*object, "instance_count"));
  item.instance_count = Narrow(count.value_or(1));
  ATELIER_TRY(const json::object* envs, ReadObject(*object, "envs"));
  if (envs != nullptr)
    for (const auto& [name, text] : *envs) {
      if (!text.is_string())
        return InvalidArgument(fmt::format("config[{}]: envs['{}'] must be a string", index, std::string_view(name)),
                               "ModelArts.0104", "envs");
      item.environment[std::string(name)] = std::string(text.as_string());
    }
  ATELIER_TRY(auto timeout, ReadInt(*object, "deploy_timeout_in_seconds"));
  if (timeout && (*timeout < 1 || *timeout > 7200))
    return InvalidArgument(
        fmt::format("config[{}]: 'deploy_timeout_in_seconds' must be 1 to 7200, got {}", index, *timeout),
        "ModelArts.0104");
  return item;
}

json::object ConfigItem(const ModelDeployment& deployment, ServiceStatus status) {
  json::object environment;
  for (const auto& [name, value] : deployment.environment) environment[name] = value;
  return {{"model_id", deployment.model_id},
          {"model_name", deployment.model_name},
          {"model_version", deployment.model_version},
          {"source_type", ""},
          {"status", status == ServiceStatus::kRunning      ? "ready"
                     : status == ServiceStatus::kConcerning ? "concerning"
                                                            : "notReady"},
          {"specification", deployment.specification},
          {"weight", deployment.weight},
          {"instance_count", deployment.instance_count},
          {"scaling", false},
          {"support_debug", false},
          {"envs", environment},
          {"additional_properties", json::object{}}};
}

int Progress(ServiceStatus status) {
  switch (status) {
    case ServiceStatus::kRunning:
    case ServiceStatus::kConcerning:
      return 100;
    case ServiceStatus::kDeploying:
      return 50;
    default:
      return 0;
  }
}

}  // namespace

std::string AccessAddress(const Service& service, const std::string& base_url) {
  return base_url + "/v1/infers/" + service.id;
}

Result<DeployRequest> ParseDeployRequest(std::string_view body) {
  ATELIER_TRY(json::object object, ParseJsonObject(body));
  DeployRequest request;
  ATELIER_TRY(auto name, ReadString(object, "service_name"));
  if (!name) return InvalidArgument("'service_name' is missing", "ModelArts.3610", "service_name");
  request.name = *name;
  ATELIER_TRY(auto infer_type, ReadString(object, "infer_type"));
  if (!infer_type) return InvalidArgument("'infer_type' is missing: real-time", "ModelArts.3610", "infer_type");
  request.infer_type = *infer_type;
  ATELIER_TRY(auto description, ReadString(object, "description"));
  request.description = description.value_or("");
  if (const auto* id = object.if_contains("workspace_id");
      id != nullptr && id->is_string() && !id->get_string().empty())
    request.workspace_id = std::string(id->as_string());
  ATELIER_TRY(const json::array* config, ReadArray(object, "config"));
  if (config == nullptr)
    return InvalidArgument("'config' is missing: an array of models to deploy", "ModelArts.3610", "config");
  for (std::size_t i = 0; i < config->size(); ++i) {
    ATELIER_TRY(auto item, ParseItem((*config)[i], i));
    request.items.push_back(std::move(item));
    ATELIER_TRY(auto timeout, ReadInt((*config)[i].as_object(), "deploy_timeout_in_seconds"));
    if (timeout) request.deploy_timeout_seconds = *timeout;
  }
  return request;
}

json::object ServiceListItem(const Service& service, const std::string& base_url) {
  json::object item{{"service_id", service.id},
                    {"service_name", service.name},
                    {"description", service.description},
                    {"tenant", service.project_id},
                    {"project", service.project_id},
                    {"owner", service.owner},
                    {"publish_at", ToUnixMillis(service.created)},
                    {"update_time", ToUnixMillis(service.updated)},
                    {"transition_at", ToUnixMillis(service.transition)},
                    {"infer_type", "real-time"},
                    {"workspace_id", service.workspace_id},
                    {"status", serving::ToString(service.status)},
                    {"progress", Progress(service.status)},
                    {"invocation_times", service.invocations},
                    {"failed_times", service.failures},
                    {"is_shared", false},
                    {"shared_count", 0},
                    {"is_free", true},
                    {"schedule", json::array{}},
                    {"additional_properties", json::object{}},
                    {"access_address", AccessAddress(service, base_url)}};
  if (!service.reason.empty()) item["error_msg"] = service.reason;
  return item;
}

json::object ServiceDetails(const Service& service, const std::string& base_url) {
  auto details = ServiceListItem(service, base_url);
  json::array config;
  for (const auto& deployment : service.deployments) config.push_back(ConfigItem(deployment, service.status));
  details["config"] = config;
  return details;
}

json::object ServiceMonitor(const Service& service, const std::vector<int>& ready) {
  json::array monitors;
  int wanted = 0;
  for (std::size_t i = 0; i < service.deployments.size(); ++i) {
    const auto& deployment = service.deployments[i];
    wanted += deployment.instance_count;
    monitors.push_back(json::object{{"model_id", deployment.model_id},
                                    {"model_name", deployment.model_name},
                                    {"model_version", deployment.model_version},
                                    {"invocation_times", service.invocations},
                                    {"failed_times", service.failures},
                                    {"model_running_instance_count", i < ready.size() ? ready[i] : 0},
                                    {"model_instance_count", deployment.instance_count}});
  }
  return {{"service_id", service.id},
          {"service_name", service.name},
          {"monitors", monitors},
          {"service_running_instance_count", std::accumulate(ready.begin(), ready.end(), 0)},
          {"service_instance_count", wanted}};
}

}  // namespace atelier::api
