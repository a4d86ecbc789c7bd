#include "api/modelarts/training_json.h"

#include <fmt/format.h>

namespace atelier::api {
namespace {

using training::JobVersion;

std::int64_t StatusNumber(const JobVersion& version) { return static_cast<int>(version.run.status); }

std::string GibText(std::uint64_t bytes) { return std::to_string(bytes >> 30); }

std::string ResourceId(const JobVersion& version) { return fmt::format("job{:08x}", version.id); }

json::array Series(const std::vector<float>& values) {
  json::array texts;
  for (float value : values) texts.emplace_back(fmt::format("{:.1f}", value));
  return texts;
}

json::object UsageJson(const training::UsageSeries& usage) {
  return {{"cpuUsage", Series(usage.cpu_percent)},
          {"memUsage", Series(usage.memory_percent)},
          {"gpuUtil", json::array()},
          {"gpuMemUsage", json::array()},
          {"diskReadRate", json::array()},
          {"diskWriteRate", json::array()},
          {"recvBytesRate", json::array()},
          {"sendBytesRate", json::array()},
          {"interval", usage.interval_minutes}};
}

json::array ParametersJson(const std::vector<training::Parameter>& parameters) {
  json::array entries;
  for (const auto& [label, value] : parameters) entries.push_back({{"label", label}, {"value", value}});
  return entries;
}

json::array SourcesJson(const std::string& data_url) {
  json::array sources;
  if (!data_url.empty()) sources.push_back({{"type", "obs"}, {"data_url", data_url}});
  return sources;
}

// 0 stands for "none" in the domain; clients expect null.
json::value NumberOrNull(std::int64_t number) { return number == 0 ? json::value(nullptr) : json::value(number); }

json::value MillisOrNull(const std::optional<TimePoint>& time) {
  return time ? json::value(ToUnixMillis(*time)) : json::value(nullptr);
}

void AddNulls(json::object& to, std::initializer_list<std::string_view> keys) {
  for (auto key : keys) to[key] = nullptr;
}

// The fields that lists and details share.
json::object VersionJson(const training::VersionDetails& details) {
  const auto& version = details.version;
  const auto& spec = version.spec;
  json::object body = {
      {"version_id", version.id},
      {"version_name", version.name()},
      {"pre_version_id", NumberOrNull(spec.pre_version_id)},
      {"engine_type", spec.engine_type},
      {"engine_name", spec.engine_type_name},
      {"engine_id", spec.engine_id},
      {"engine_version", spec.engine_name},
      {"status", StatusNumber(version)},
      {"app_url", spec.app_url},
      {"boot_file_url", spec.boot_file_url},
      {"create_time", ToUnixMillis(version.created)},
      {"parameter", ParametersJson(spec.parameters)},
      {"duration", details.duration.count()},
      {"spec_id", spec.spec_id},
      {"core", std::to_string(spec.cores)},
      {"cpu", GibText(spec.memory_bytes)},
      {"gpu", false},
      {"gpu_num", 0},
      {"gpu_type", ""},
      {"worker_server_num", spec.worker_count},
      {"data_url", spec.data_url},
      {"train_url", spec.train_url},
      {"log_url", spec.log_url},
      {"data_source", SourcesJson(spec.data_url)},
      {"model_id", NumberOrNull(spec.model_id)},
      {"model_metric_list", version.run.metrics.empty() ? "{}" : version.run.metrics},
      {"resource_id", ResourceId(version)},
      {"start_time", MillisOrNull(version.run.started)},
      {"volumes", json::array()},
      // Not of the cloud: what really ran, why it is in this state, how it was isolated.
      {"running_engine", version.run.running_engine},
      {"status_reason", details.reason},
      {"sandbox_level", version.run.sandbox_level},
  };
  AddNulls(body, {"dataset_id", "dataset_version_id", "dataset_name", "dataset_version_name", "user_image_url",
                  "user_command", "pool_id", "pool_name", "nas_mount_path", "nas_share_addr", "nas_type"});
  return body;
}

json::object JobJson(const training::JobSummary& summary, TimePoint now) {
  const auto& newest = summary.newest;
  return {{"job_id", summary.job.id},
          {"job_name", summary.job.name},
          {"version_id", newest ? json::value(newest->id) : json::value(nullptr)},
          {"status", newest ? StatusNumber(*newest) : 0},
          {"create_time", ToUnixMillis(summary.job.created)},
          {"duration", newest ? training::DurationOf(newest->run, now).count() : 0},
          {"job_desc", summary.job.description},
          {"workspace_id", summary.job.workspace_id},
          {"version_count", summary.version_count},
          {"status_reason", newest ? newest->run.reason : ""}};
}

}  // namespace

json::object CreatedVersionJson(const training::JobReceipt& receipt) {
  json::object body = {
      {"is_success", true},
      {"job_id", receipt.job.id},
      {"job_name", receipt.job.name},
      {"status", receipt.version ? StatusNumber(*receipt.version) : static_cast<int>(training::Status::kInit)},
      {"create_time", ToUnixMillis(receipt.version ? receipt.version->created : receipt.job.created)}};
  if (receipt.version) {
    body["version_id"] = receipt.version->id;
    body["version_name"] = receipt.version->name();
  }
  return body;
}

json::object CreatedJobJson(const training::JobReceipt& receipt) {
  auto body = CreatedVersionJson(receipt);
  if (receipt.version) body["resource_id"] = ResourceId(*receipt.version);
  return body;
}

json::object JobListJson(const training::JobListPage& page, TimePoint now) {
  json::array jobs;
  for (const auto& summary : page.page.jobs) jobs.push_back(JobJson(summary, now));
  return {{"is_success", true},
          {"job_total_count", page.page.total},
          {"job_count_limit", page.left},
          {"quotas", page.quota},
          {"jobs", std::move(jobs)}};
}

json::object VersionListJson(const training::VersionPage& page) {
  json::array versions;
  for (const auto& details : page.versions) {
    auto body = VersionJson(details);
    // A text here, an object in the details: so the cloud answers.
    body["system_metric_list"] = CompactJson(UsageJson(details.version.run.usage));
    versions.push_back(std::move(body));
  }
  return {{"is_success", true},          {"job_id", page.job.id},
          {"job_name", page.job.name},   {"job_desc", page.job.description},
          {"version_count", page.total}, {"versions", std::move(versions)}};
}

json::object VersionDetailsJson(const training::VersionDetails& details) {
  auto body = VersionJson(details);
  const auto& spec = details.version.spec;
  body["is_success"] = true;
  body["job_id"] = details.job.id;
  body["job_name"] = details.job.name;
  body["job_desc"] = details.job.description;
  body["workspace_id"] = details.job.workspace_id;
  body["system_metric_list"] = UsageJson(details.version.run.usage);
  body["spec_code"] = spec.flavor;
  body["flavor_code"] = spec.flavor;
  body["job_type"] = 1;
  body["pool_type"] = "SYSTEM_DEFINED";
  body["max_num"] = 1;
  body["storage"] = "";
  body["no_resource"] = false;
  body["is_zombie"] = false;
  body["model_outputs"] = json::array();
  body["task_summary"] = json::object();
  AddNulls(body, {"pod_version", "algorithm_id", "inputs", "outputs", "npu_info", "retrain_model_id",
                  "user_frame_image", "autosearch_config", "error_result"});
  return body;
}

json::object LogFilesJson(const std::vector<std::string>& files) {
  json::array names;
  for (const auto& file : files) names.emplace_back(file);
  return {{"is_success", true}, {"log_file_list", std::move(names)}};
}

json::object LogJson(const training::LogPage& page) {
  return {{"is_success", true},
          {"content", page.content},
          {"lines", page.lines},
          {"start_line", training::FormatCursor(page.begin)},
          {"end_line", training::FormatCursor(page.end)}};
}

json::object SpecsJson(const std::vector<compute::Flavor>& flavors) {
  json::array specs;
  for (const auto& flavor : flavors)
    specs.push_back({{"spec_id", flavor.spec_id},
                     {"core", std::to_string(flavor.cores)},
                     {"cpu", GibText(flavor.memory_bytes)},
                     {"gpu_num", 0},
                     {"gpu_type", ""},
                     {"spec_code", flavor.code},
                     {"unit_num", 1},
                     {"max_num", 1},
                     {"storage", ""},
                     {"interface_type", 1},
                     {"no_resource", !flavor.available}});
  return {{"is_success", true}, {"spec_total_count", specs.size()}, {"specs", std::move(specs)}};
}

json::object EnginesJson(const std::vector<training::EngineListing>& engines) {
  json::array entries;
  for (const auto& engine : engines)
    entries.push_back({{"engine_type", engine.type},
                       {"engine_name", engine.type_name},
                       {"engine_id", engine.id},
                       {"engine_version", engine.name},
                       // Not of the cloud: whether it runs here at once.
                       {"state", engine.state},
                       {"note", engine.note}});
  return {{"is_success", true}, {"engines", std::move(entries)}};
}

}  // namespace atelier::api
