#include "storage/service_document.h"

#include "base/json.h"

namespace atelier::storage {
namespace {

using serving::DesiredState;
using serving::ModelDeployment;
using serving::Service;

std::string Text(const json::object& object, std::string_view key) { return std::string(object.at(key).as_string()); }
std::int64_t Number(const json::object& object, std::string_view key) {
  return object.at(key).to_number<std::int64_t>();
}

json::object DeploymentObject(const ModelDeployment& deployment) {
  json::object environment;
  for (const auto& [name, value] : deployment.environment) environment[name] = value;
  json::array attempts;
  for (int attempt : deployment.attempts) attempts.emplace_back(attempt);
  return {{"model_id", deployment.model_id},
          {"model_name", deployment.model_name},
          {"model_version", deployment.model_version},
          {"weight", deployment.weight},
          {"specification", deployment.specification},
          {"instance_count", deployment.instance_count},
          {"environment", environment},
          {"attempts", attempts}};
}

ModelDeployment ReadDeployment(const json::object& object) {
  ModelDeployment deployment;
  deployment.model_id = Text(object, "model_id");
  deployment.model_name = Text(object, "model_name");
  deployment.model_version = Text(object, "model_version");
  deployment.weight = static_cast<int>(Number(object, "weight"));
  deployment.specification = Text(object, "specification");
  deployment.instance_count = static_cast<int>(Number(object, "instance_count"));
  for (const auto& [name, value] : object.at("environment").as_object())
    deployment.environment[std::string(name)] = std::string(value.as_string());
  for (const auto& attempt : object.at("attempts").as_array()) deployment.attempts.push_back(attempt.to_number<int>());
  return deployment;
}

std::string_view DesiredText(DesiredState desired) {
  switch (desired) {
    case DesiredState::kRunning:
      return "running";
    case DesiredState::kStopped:
      return "stopped";
    case DesiredState::kDeleted:
      return "deleted";
  }
  return "stopped";
}

DesiredState ParseDesired(std::string_view text) {
  if (text == "running") return DesiredState::kRunning;
  return text == "deleted" ? DesiredState::kDeleted : DesiredState::kStopped;
}

Service ReadService(const json::object& object) {
  Service service;
  service.id = Text(object, "id");
  service.project_id = Text(object, "project_id");
  service.owner = Text(object, "owner");
  service.name = Text(object, "name");
  service.description = Text(object, "description");
  service.workspace_id = Text(object, "workspace_id");
  for (const auto& value : object.at("deployments").as_array())
    service.deployments.push_back(ReadDeployment(value.as_object()));
  service.desired = ParseDesired(Text(object, "desired"));
  service.status = serving::ParseServiceStatus(Text(object, "status")).value_or(serving::ServiceStatus::kFailed);
  service.reason = Text(object, "reason");
  service.created = FromUnixMillis(Number(object, "created"));
  service.updated = FromUnixMillis(Number(object, "updated"));
  service.transition = FromUnixMillis(Number(object, "transition"));
  service.deploy_timeout_seconds = Number(object, "deploy_timeout_seconds");
  for (const auto& value : object.at("events").as_array()) {
    const auto& event = value.as_object();
    service.events.push_back(
        {FromUnixMillis(Number(event, "time")), event.at("normal").as_bool(), Text(event, "text")});
  }
  service.invocations = static_cast<std::uint64_t>(Number(object, "invocations"));
  service.failures = static_cast<std::uint64_t>(Number(object, "failures"));
  return service;
}

}  // namespace

std::string ServiceDocument(const Service& service) {
  json::array deployments;
  for (const auto& deployment : service.deployments) deployments.push_back(DeploymentObject(deployment));
  json::array events;
  for (const auto& event : service.events)
    events.push_back(json::object{{"time", ToUnixMillis(event.time)}, {"normal", event.normal}, {"text", event.text}});
  return CompactJson(json::object{{"id", service.id},
                                  {"project_id", service.project_id},
                                  {"owner", service.owner},
                                  {"name", service.name},
                                  {"description", service.description},
                                  {"workspace_id", service.workspace_id},
                                  {"deployments", deployments},
                                  {"desired", DesiredText(service.desired)},
                                  {"status", serving::ToString(service.status)},
                                  {"reason", service.reason},
                                  {"created", ToUnixMillis(service.created)},
                                  {"updated", ToUnixMillis(service.updated)},
                                  {"transition", ToUnixMillis(service.transition)},
                                  {"deploy_timeout_seconds", service.deploy_timeout_seconds},
                                  {"events", events},
                                  {"invocations", service.invocations},
                                  {"failures", service.failures}});
}

Result<Service> ParseServiceDocument(std::string_view text) {
  ATELIER_TRY(json::object object, ParseJsonObject(text));
  try {
    return ReadService(object);
  } catch (const std::exception& problem) {
    return Internal(std::string("a service row cannot be read: ") + problem.what());
  }
}

}  // namespace atelier::storage
