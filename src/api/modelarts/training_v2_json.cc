#include "api/modelarts/training_v2_json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/strings.h"

namespace atelier::api {
namespace {

using training::RunRecord;
using training::VersionDetails;
using training::WholeJobs;

std::int64_t Seconds(TimePoint time) { return ToUnixMillis(time) / 1000; }

json::object MapJson(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [name, value] : map) object[name] = value;
  return object;
}

json::object MetadataJson(const VersionDetails& details) {
  const auto& job = details.job;
  const auto& container = details.version.spec.container;
  return {{"id", job.uuid},
          {"name", job.name},
          {"description", job.description},
          {"create_time", ToUnixMillis(job.created)},
          {"workspace_id", job.workspace_id},
          {"user_name", container ? container->user_name : ""},
          {"annotations", container ? MapJson(container->annotations) : json::object()},
          // Not of the cloud: the number under which API v1 knows the job.
          {"job_id", job.id}};
}

json::object RecordJson(const RunRecord& record) {
  return {{"start_at", Seconds(record.started)},
          {"end_at", record.ended ? Seconds(*record.ended) : 0},
          {"start_type", "init_or_rescheduled"},
          {"end_reason", record.end_reason},
          {"end_related_task", record.end_reason.empty() ? "" : WholeJobs::kTask},
          {"end_recover", record.restarted ? "job_reschedule" : ""}};
}

json::object StatusJson(const VersionDetails& details) {
  const auto& run = details.version.run;
  json::array records, statuses;
  for (const auto& record : run.history.records) records.push_back(RecordJson(record));
  if (!run.history.records.empty() && run.history.records.back().exit_code)
    statuses.push_back({{"task", WholeJobs::kTask},
                        {"exit_code", *run.history.records.back().exit_code},
                        {"message", run.history.records.back().end_reason}});
  return {{"phase", training::PhaseOf(run.status)},
          {"secondary_phase", training::SecondaryPhaseOf(run.status)},
          {"duration", details.duration.count()},
          {"start_time", run.started ? ToUnixMillis(*run.started) : 0},
          {"node_count_metrics", nullptr},
          {"tasks", json::array{WholeJobs::kTask}},
          {"task_statuses", std::move(statuses)},
          {"running_records", std::move(records)},
          // Not of the cloud: why it waits or ended, what really runs and how it is isolated.
          {"status_reason", details.reason},
          {"running_engine", run.running_engine},
          {"sandbox_level", run.sandbox_level}};
}

json::array ChannelsJson(const std::vector<training::ShownChannel>& channels) {
  json::array entries;
  for (const auto& [channel, folder] : channels)
    entries.push_back({{"name", channel.name},
                       {"description", channel.description},
                       {"local_dir", folder},
                       {"access_method", channel.access == training::AccessMethod::kEnvironment ? "env" : "parameter"},
                       {"remote", {{"obs", {{"obs_url", channel.url}}}}}});
  return entries;
}

json::array ParametersJson(const training::JobSpec& spec) {
  json::array entries;
  for (const auto& [name, value] : spec.parameters) {
    std::string note;
    if (spec.container)
      if (auto found = spec.container->parameter_notes.find(name); found != spec.container->parameter_notes.end())
        note = found->second;
    entries.push_back({{"name", name},
                       {"value", value},
                       {"description", note},
                       {"constraint",
                        {{"type", "String"},
                         {"editable", true},
                         {"required", false},
                         {"sensitive", false},
                         {"valid_type", "None"},
                         {"valid_range", json::array()}}}});
  }
  return entries;
}

json::object AlgorithmJson(const WholeJobs& jobs, const VersionDetails& details) {
  const auto& spec = details.version.spec;
  json::object body = {{"code_dir", spec.app_url},
                       {"boot_file", spec.boot_file_url},
                       {"parameters", ParametersJson(spec)},
                       {"policies", json::object()},
                       {"inputs", ChannelsJson(jobs.Inputs(details.version))},
                       {"outputs", ChannelsJson(jobs.Outputs(details.version))},
                       {"engine",
                        {{"engine_id", spec.engine_name},
                         {"engine_name", spec.engine_type_name},
                         {"engine_version", spec.engine_name},
                         {"install_sys_packages", false}}},
                       {"environments", json::array()}};
  if (!spec.container) return body;
  const auto& container = *spec.container;
  if (!container.algorithm_id.empty()) body["id"] = container.algorithm_id;
  if (!container.algorithm_name.empty()) body["name"] = container.algorithm_name;
  if (!container.command.empty()) body["command"] = container.command;
  if (!container.local_code_dir.empty()) body["local_code_dir"] = container.local_code_dir;
  if (!container.working_dir.empty()) body["working_dir"] = container.working_dir;
  // A list of objects in the reply, although the request has an object: so the cloud answers.
  if (!container.environment.empty()) body["environments"] = json::array{MapJson(container.environment)};
  return body;
}

std::string FlavorName(int cores, std::uint64_t memory_bytes) {
  return fmt::format("{} vCPUs | {} GiB", cores, memory_bytes >> 30);
}

json::object FlavorDetail(const std::string& code, int cores, std::uint64_t memory_bytes) {
  return {{"flavor_type", "CPU"},
          {"billing", {{"code", code}, {"unit_num", 1}}},
          {"flavor_info",
           {{"max_num", 1},
            {"cpu", {{"arch", "x86"}, {"core_num", cores}}},
            {"memory", {{"size", memory_bytes >> 30}, {"unit", "GB"}}}}}};
}

json::object SpecJson(const training::JobSpec& spec) {
  const auto& container = spec.container;
  json::object body = {{"resource",
                        {{"policy", "regular"},
                         {"flavor_id", spec.flavor},
                         {"flavor_name", FlavorName(spec.cores, spec.memory_bytes)},
                         {"node_count", spec.worker_count},
                         {"pool_id", container ? container->pool_id : ""},
                         {"flavor_detail", FlavorDetail(spec.flavor, spec.cores, spec.memory_bytes)}}},
                       {"log_export_path", json::object()},
                       {"volumes", json::array()}};
  if (!spec.log_url.empty()) body["log_export_path"] = {{"obs_url", spec.log_url}};
  if (container && container->auto_stop_hours > 0)
    body["auto_stop"] = {{"time_unit", "HOURS"}, {"duration", container->auto_stop_hours}};
  return body;
}

// One value a minute, whatever the interval of the series is.
json::array PerMinute(const std::vector<float>& series, int interval_minutes) {
  json::array values;
  for (float value : series)
    for (int minute = 0; minute < interval_minutes; ++minute)
      values.emplace_back(std::round(static_cast<double>(value) * 100) / 100);
  return values;
}

struct Stage {
  const char* name;
  const char* message;
  std::optional<TimePoint> from, to;
};

}  // namespace

json::object JobV2Json(const WholeJobs& jobs, const VersionDetails& details) {
  return {{"kind", "job"},
          {"metadata", MetadataJson(details)},
          {"status", StatusJson(details)},
          {"algorithm", AlgorithmJson(jobs, details)},
          {"spec", SpecJson(details.version.spec)},
          {"endpoints", json::object()}};
}

json::object SearchJson(const WholeJobs& jobs, const SearchBody& asked, const training::JobSearchPage& page) {
  json::array items;
  for (const auto& summary : page.jobs)
    items.push_back(JobV2Json(jobs, jobs.jobs().Detail(summary.job, *summary.newest)));
  return {{"total", page.total},
          {"count", page.matches},
          {"limit", asked.search.per_page},
          {"offset", asked.search.page},
          {"sort_by", asked.sort_by},
          {"order", asked.order},
          {"group_by", asked.group_by},
          {"workspace_id", asked.workspace_id},
          {"ai_project", "default-ai-project"},
          {"items", std::move(items)}};
}

json::object EventsJson(const EventsQuery& asked, const training::EventPage& page) {
  json::array events;
  for (const auto& event : page.events)
    events.push_back({{"time", FormatIso8601(event.time)},
                      {"level", ToString(event.level)},
                      {"message", event.message},
                      {"source", ToString(event.source)}});
  return {{"total", page.total},        {"limit", asked.query.limit},     {"offset", asked.query.offset},
          {"order", asked.order},       {"start_time", asked.start_time}, {"end_time", asked.end_time},
          {"events", std::move(events)}};
}

json::object MetricsJson(const training::UsageSeries& usage) {
  json::array metrics;
  auto add = [&](const char* name, json::array values) {
    metrics.push_back({{"metric", name}, {"value", std::move(values)}});
  };
  add("cpuUsage", PerMinute(usage.cpu_percent, usage.interval_minutes));
  add("memUsage", PerMinute(usage.memory_percent, usage.interval_minutes));
  // There are no accelerators here: no sample at any minute.
  json::array none(usage.cpu_percent.size() * static_cast<std::size_t>(usage.interval_minutes), json::value(-1));
  for (const char* name : {"gpuUtil", "gpuMemUsage", "npuUtil", "npuMemUsage"}) add(name, none);
  return {{"metrics", std::move(metrics)}};
}

json::array TasksJson(const VersionDetails& details) {
  return {{{"task", WholeJobs::kTask},
           {"ip", "127.0.0.1"},
           {"host_ip", "127.0.0.1"},
           {"schedule_count", details.version.run.restarts + 1}}};
}

json::object StagesJson(const VersionDetails& details) {
  const auto& run = details.version.run;
  json::array records;
  auto count = std::max<std::size_t>(1, run.history.records.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto* record = i < run.history.records.size() ? &run.history.records[i] : nullptr;
    auto begun = record != nullptr ? std::optional(record->started) : std::nullopt;
    auto ended = record != nullptr ? record->ended : run.ended;
    auto waits = i == 0 ? std::optional(details.version.created) : run.history.records[i - 1].ended;
    const Stage stages[] = {{"scheduling", "The job waits for its turn.", waits, begun},
                            {"running", "The script runs.", begun, ended},
                            {"end", "The run has ended.", ended, ended}};
    json::array entries;
    for (const auto& stage : stages)
      if (stage.from)
        entries.push_back({{"job_id", details.job.uuid},
                           {"name", stage.name},
                           {"en_message", stage.message},
                           {"start_time", FormatIso8601(*stage.from)},
                           {"end_time", stage.to ? FormatIso8601(*stage.to) : ""},
                           {"stage_order", entries.size() + 1},
                           {"sub_stages", json::array()}});
    records.push_back({{"record_order", i + 1}, {"stages", std::move(entries)}});
  }
  return {{"total_count", count}, {"running_records", std::move(records)}};
}

json::object FlavorsV2Json(const std::vector<compute::Flavor>& flavors, std::string_view flavor_type) {
  json::array entries;
  for (const auto& flavor : flavors) {
    if (!flavor_type.empty() && !EqualsIgnoreCase(flavor_type, "CPU")) continue;
    auto entry = FlavorDetail(flavor.code, flavor.cores, flavor.memory_bytes);
    entry["flavor_id"] = flavor.code;
    entry["flavor_name"] = FlavorName(flavor.cores, flavor.memory_bytes);
    entry["max_num"] = 1;  // one node: no distributed mode
    entry["attributes"] = {{"available", flavor.available ? "true" : "false"}};
    entries.push_back(std::move(entry));
  }
  return {{"total_count", entries.size()}, {"flavors", std::move(entries)}};
}

json::object EnginesV2Json(const std::vector<training::EngineListing>& engines) {
  json::array items;
  for (const auto& engine : engines)
    items.push_back({{"engine_id", engine.name},
                     {"engine_name", engine.type_name},
                     {"engine_version", engine.name},
                     {"v1_compatible", false},
                     {"run_user", ""},
                     {"image_info", {{"cpu_image_url", ""}, {"gpu_image_url", ""}, {"image_version", ""}}},
                     // As the cloud's list of pairs; state and note tell whether it runs here at once.
                     {"tags",
                      {{{"key", "auto_search"}, {"value", "False"}},
                       {{"key", "state"}, {"value", engine.state}},
                       {{"key", "note"}, {"value", engine.note}}}}});
  return {{"total", items.size()}, {"items", std::move(items)}};
}

}  // namespace atelier::api
