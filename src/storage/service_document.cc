#include "storage/service_document.h"

#include "base/json.h"
#include "base/strings.h"
#include "storage/document_fields.h"

namespace atelier::storage {
namespace {

using serving::DesiredState;
using serving::ModelDeployment;
using serving::Service;

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
          {"attempts", attempts},
          {"generation", deployment.generation},
          {"slot", deployment.slot}};
}

json::array DeploymentArray(const std::vector<ModelDeployment>& deployments) {
  json::array array;
  for (const auto& deployment : deployments) array.push_back(DeploymentObject(deployment));
  return array;
}

// `position`: among its kind; rows of the time before updates have no slots.
ModelDeployment ReadDeployment(const json::object& object, int position) {
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
  const auto* generation = object.if_contains("generation");
  deployment.generation = generation == nullptr ? 0 : generation->to_number<int>();
  const auto* slot = object.if_contains("slot");
  deployment.slot = slot == nullptr ? position : slot->to_number<int>();
  return deployment;
}

std::vector<ModelDeployment> ReadDeployments(const json::value& value) {
  std::vector<ModelDeployment> deployments;
  for (const auto& item : value.as_array())
    deployments.push_back(ReadDeployment(item.as_object(), static_cast<int>(deployments.size())));
  return deployments;
}

json::object BatchObject(const serving::BatchTask& batch) {
  const auto& [after, total, objects, counted, requests, failures] = batch.progress;
  json::object object{{"src_path", batch.spec.src_path},
                      {"dest_path", batch.spec.dest_path},
                      {"req_uri", batch.spec.req_uri},
                      {"mapping_type", batch.spec.mapping_type},
                      {"mapping_rule", batch.spec.mapping_rule},
                      {"run", batch.run},
                      {"started", ToUnixMillis(batch.started)},
                      {"outcome", serving::ToString(batch.outcome)},
                      {"after", HexEncode(after)},
                      {"objects_total", total},
                      {"objects", objects},
                      {"counted", counted},
                      {"requests", requests},
                      {"failures", failures}};
  if (batch.finished) object["finished"] = ToUnixMillis(*batch.finished);
  return object;
}

serving::BatchTask ReadBatch(const json::object& object) {
  serving::BatchTask batch;
  batch.spec = {Text(object, "src_path"), Text(object, "dest_path"), Text(object, "req_uri"),
                Text(object, "mapping_type"), Text(object, "mapping_rule")};
  batch.run = static_cast<int>(Number(object, "run"));
  batch.started = FromUnixMillis(Number(object, "started"));
  batch.outcome = serving::ParseBatchOutcome(Text(object, "outcome")).value_or(serving::BatchOutcome::kFailed);
  auto count = [&](std::string_view key) { return static_cast<std::uint64_t>(Number(object, key)); };
  batch.progress = {HexDecode(Text(object, "after")).value_or(""),
                    count("objects_total"),
                    count("objects"),
                    object.at("counted").as_bool(),
                    count("requests"),
                    count("failures")};
  if (object.contains("finished")) batch.finished = FromUnixMillis(Number(object, "finished"));
  return batch;
}

// What rows of the time before updates do not have.
json::object LaterMembers(const Service& service) {
  json::array history;
  for (const auto& record : service.history)
    history.push_back(json::object{{"time", ToUnixMillis(record.time)},
                                   {"result", serving::ToString(record.result)},
                                   {"config", DeploymentArray(record.config)},
                                   {"reason", record.reason}});
  json::object calls;
  for (const auto& [model, counts] : service.model_calls)
    calls[model] = json::object{{"invocations", counts.invocations}, {"failures", counts.failures}};
  json::object later{{"leaving", DeploymentArray(service.leaving)},
                     {"last_generation", service.last_generation},
                     {"update_error", service.update_error},
                     {"history", history},
                     {"model_calls", calls},
                     {"additional_properties", service.additional_properties}};
  if (service.update)
    later["update"] = json::object{{"deployments", DeploymentArray(service.update->deployments)},
                                   {"started", ToUnixMillis(service.update->started)},
                                   {"timeout_seconds", service.update->timeout_seconds},
                                   {"trouble", service.update->trouble}};
  if (service.schedule)
    later["schedule"] =
        json::object{{"time_unit", service.schedule->time_unit}, {"duration", service.schedule->duration}};
  if (service.stop_at) later["stop_at"] = ToUnixMillis(*service.stop_at);
  if (service.batch) later["batch"] = BatchObject(*service.batch);
  return later;
}

void ReadLaterMembers(const json::object& later, Service& service) {
  service.leaving = ReadDeployments(later.at("leaving"));
  service.last_generation = later.at("last_generation").to_number<int>();
  service.update_error = Text(later, "update_error");
  for (const auto& value : later.at("history").as_array()) {
    const auto& record = value.as_object();
    service.history.push_back(
        {FromUnixMillis(Number(record, "time")),
         serving::ParseUpdateResult(Text(record, "result")).value_or(serving::UpdateResult::kFail),
         ReadDeployments(record.at("config")), Text(record, "reason")});
  }
  for (const auto& [model, value] : later.at("model_calls").as_object()) {
    const auto& counts = value.as_object();
    service.model_calls[std::string(model)] = {static_cast<std::uint64_t>(Number(counts, "invocations")),
                                               static_cast<std::uint64_t>(Number(counts, "failures"))};
  }
  service.additional_properties = Text(later, "additional_properties");
  if (const auto* update = later.if_contains("update"))
    service.update = serving::ServiceUpdate{
        ReadDeployments(update->as_object().at("deployments")), FromUnixMillis(Number(update->as_object(), "started")),
        Number(update->as_object(), "timeout_seconds"), Text(update->as_object(), "trouble")};
  if (const auto* schedule = later.if_contains("schedule"))
    service.schedule =
        serving::Schedule{Text(schedule->as_object(), "time_unit"), Number(schedule->as_object(), "duration")};
  if (later.contains("stop_at")) service.stop_at = FromUnixMillis(Number(later, "stop_at"));
  if (const auto* batch = later.if_contains("batch")) service.batch = ReadBatch(batch->as_object());
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
  service.deployments = ReadDeployments(object.at("deployments"));
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
  if (const auto* later = object.if_contains("later")) ReadLaterMembers(later->as_object(), service);
  return service;
}

}  // namespace

std::string ServiceDocument(const Service& service) {
  json::array events;
  for (const auto& event : service.events)
    events.push_back(json::object{{"time", ToUnixMillis(event.time)}, {"normal", event.normal}, {"text", event.text}});
  return CompactJson(json::object{{"id", service.id},
                                  {"project_id", service.project_id},
                                  {"owner", service.owner},
                                  {"name", service.name},
                                  {"description", service.description},
                                  {"workspace_id", service.workspace_id},
                                  {"deployments", DeploymentArray(service.deployments)},
                                  {"desired", DesiredText(service.desired)},
                                  {"status", serving::ToString(service.status)},
                                  {"reason", service.reason},
                                  {"created", ToUnixMillis(service.created)},
                                  {"updated", ToUnixMillis(service.updated)},
                                  {"transition", ToUnixMillis(service.transition)},
                                  {"deploy_timeout_seconds", service.deploy_timeout_seconds},
                                  {"events", events},
                                  {"invocations", service.invocations},
                                  {"failures", service.failures},
                                  {"later", LaterMembers(service)}});
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
