#include "api/modelarts/service_json.h"

#include <cmath>
#include <ranges>

namespace atelier::api {
namespace {

using serving::ModelDeployment;
using serving::Service;
using serving::ServiceStatus;

json::object ConfigItem(const ModelDeployment& deployment, std::string_view status) {
  json::object environment;
  for (const auto& [name, value] : deployment.environment) environment[name] = value;
  return {{"model_id", deployment.model_id},
          {"model_name", deployment.model_name},
          {"model_version", deployment.model_version},
          {"source_type", ""},
          {"status", status},
          {"specification", deployment.specification},
          {"custom_spec", json::object{}},
          {"weight", deployment.weight},
          {"instance_count", deployment.instance_count},
          {"scaling", false},
          {"support_debug", false},
          {"envs", environment},
          {"additional_properties", json::object{}}};
}

// 0 without a value, as the details have it where nothing has begun or ended.
std::int64_t EndOf(const Service& service) {
  if (service.batch->finished) return ToUnixMillis(*service.batch->finished);
  bool over = service.status == ServiceStatus::kStopped || service.status == ServiceStatus::kFailed;
  return over ? ToUnixMillis(service.transition) : 0;
}

void DescribeBatch(const Service& service, json::object& item) {
  const auto& batch = *service.batch;
  item.erase("access_address");
  item["progress"] = serving::PercentOf(batch);
  item["invocation_times"] = batch.progress.requests;
  item["failed_times"] = batch.progress.failures;
  item["start_time"] = ToUnixMillis(batch.started);
  item["finished_time"] = EndOf(service);
}

void DescribeMapping(const Service& service, json::object& config) {
  const auto& spec = service.batch->spec;
  config.erase("weight");
  config["src_path"] = spec.src_path;
  config["dest_path"] = spec.dest_path;
  config["req_uri"] = spec.req_uri;
  config["mapping_type"] = spec.mapping_type;
  auto rule = ParseJson(spec.mapping_rule);
  config["mapping_rule"] = rule ? *std::move(rule) : json::value(json::object{});
  config["src_type"] = "";
  config["start_time"] = ToUnixMillis(service.batch->started);
  config["finished_time"] = EndOf(service);
}

json::array ConfigArray(const std::vector<ModelDeployment>& deployments, std::string_view status) {
  json::array config;
  for (const auto& deployment : deployments) config.push_back(ConfigItem(deployment, status));
  return config;
}

std::string_view ReadyText(ServiceStatus status) {
  if (status == ServiceStatus::kRunning) return "ready";
  return status == ServiceStatus::kConcerning ? "concerning" : "notReady";
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

json::array ScheduleArray(const Service& service) {
  if (!service.schedule) return {};
  return {json::object{
      {"type", "stop"}, {"time_unit", service.schedule->time_unit}, {"duration", service.schedule->duration}}};
}

json::value Properties(const Service& service) {
  auto value = ParseJson(service.additional_properties);
  return value ? *std::move(value) : json::value(json::object{});
}

}  // namespace

std::string AccessAddress(const Service& service, const std::string& base_url) {
  return base_url + "/v1/infers/" + service.id;
}

json::object ServiceListItem(const Service& service, const std::string& base_url) {
  auto status = serving::ShownStatus(service);
  json::object item{{"service_id", service.id},
                    {"service_name", service.name},
                    {"description", service.description},
                    {"tenant", service.project_id},
                    {"project", service.project_id},
                    {"owner", service.owner},
                    {"publish_at", ToUnixMillis(service.created)},
                    {"update_time", ToUnixMillis(service.updated)},
                    {"transition_at", ToUnixMillis(service.transition)},
                    {"operation_time", ToUnixMillis(service.transition)},
                    {"infer_type", serving::InferType(service)},
                    {"workspace_id", service.workspace_id},
                    {"status", serving::ToString(status)},
                    {"progress", Progress(status)},
                    {"cluster_id", ""},
                    {"invocation_times", service.invocations},
                    {"failed_times", service.failures},
                    {"is_shared", false},
                    {"shared_count", 0},
                    {"is_free", true},
                    {"is_opened_sample_collection", false},
                    {"schedule", ScheduleArray(service)},
                    {"additional_properties", Properties(service)},
                    {"access_address", AccessAddress(service, base_url)}};
  if (service.batch) DescribeBatch(service, item);
  if (service.stop_at) item["due_time"] = ToUnixMillis(*service.stop_at);
  if (!service.reason.empty()) item["error_msg"] = service.reason;
  return item;
}

std::string TaskId(const Service& service) { return service.id + "-" + std::to_string(service.batch->run); }

json::object TaskObject(const Service& service) {
  json::object task{{"task_id", TaskId(service)},
                    {"service_id", service.id},
                    {"status", serving::ToString(serving::ShownStatus(service))},
                    {"src_path", service.batch->spec.src_path},
                    {"dest_path", service.batch->spec.dest_path}};
  DescribeBatch(service, task);
  if (!service.reason.empty()) task["error_msg"] = service.reason;
  return task;
}

json::object ServiceDetails(const Service& service, const std::string& base_url) {
  auto details = ServiceListItem(service, base_url);
  details["pool_name"] = "";
  details["load_balancer_policy"] = "LEAST_CONNECTIONS";
  auto config = ConfigArray(service.deployments, ReadyText(service.status));
  if (service.batch)
    for (auto& item : config) DescribeMapping(service, item.as_object());
  details["config"] = std::move(config);
  return details;
}

json::object ServiceMonitorObject(const serving::ServiceMonitor& monitor, const SizeOf& size_of) {
  constexpr double kMegabyte = 1 << 20;
  json::array monitors;
  int wanted = 0, ready = 0;
  for (const auto& model : monitor.models) {
    const auto& deployment = model.deployment;
    wanted += deployment.instance_count;
    ready += model.ready;
    auto size = size_of(deployment.specification);
    monitors.push_back(
        json::object{{"model_id", deployment.model_id},
                     {"model_name", deployment.model_name},
                     {"model_version", deployment.model_version},
                     {"invocation_times", model.calls.invocations},
                     {"failed_times", model.calls.failures},
                     {"cpu_core_usage", model.cores_used},
                     {"cpu_core_total", size.cores * deployment.instance_count},
                     {"cpu_memory_usage", std::llround(static_cast<double>(model.memory_bytes) / kMegabyte)},
                     {"cpu_memory_total",
                      std::llround(static_cast<double>(size.memory_bytes) / kMegabyte * deployment.instance_count)},
                     {"gpu_usage", 0},
                     {"gpu_total", 0},
                     {"gpu_memory_usage", 0},
                     {"gpu_memory_total", 0},
                     {"npu_usage", 0},
                     {"npu_total", 0},
                     {"model_running_instance_count", model.ready},
                     {"model_instance_count", deployment.instance_count},
                     {"node_id", ""},
                     {"node_name", ""}});
  }
  return {{"service_id", monitor.service.id},
          {"service_name", monitor.service.name},
          {"monitors", monitors},
          {"service_running_instance_count", ready},
          {"service_instance_count", wanted},
          {"req_count_per_min", monitor.requests_last_minute}};
}

json::array UpdateHistory(const Service& service, std::optional<TimePoint> only) {
  json::array logs;
  for (const auto& record : std::views::reverse(service.history)) {
    if (only && record.time != *only) continue;
    bool ready = record.result == serving::UpdateResult::kSuccess;
    json::object entry{{"update_time", ToUnixMillis(record.time)},
                       {"result", serving::ToString(record.result)},
                       {"config", ConfigArray(record.config, ready ? "ready" : "notReady")},
                       {"extend_config", json::array{}},
                       {"cluster_id", ""}};
    if (!record.reason.empty()) entry["error_msg"] = record.reason;
    logs.push_back(std::move(entry));
  }
  return logs;
}

}  // namespace atelier::api
