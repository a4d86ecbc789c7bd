#include "storage/training_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/strings.h"
#include "storage/training_documents.h"

namespace atelier::storage {
namespace {

using training::Job;
using training::JobVersion;
using training::RunState;

// What SOCI fills before it becomes a JobVersion: numbers for enumerations and flags, texts for lists.
struct VersionRow {
  JobVersion version;
  std::int64_t created = 0, memory = 0, started = 0, ended = 0;
  int status = 0, mirror = 0, cleaned = 0, deleting = 0;
  std::string parameters, usage_cpu, usage_memory, container, history;
};

constexpr const char* kVersionColumns =
    "SELECT id, job_id, number, created_at, engine_id, engine_type, engine_type_name, engine_name, app_url, "
    "boot_file_url, data_url, train_url, log_url, parameters, spec_id, flavor, cores, memory_bytes, worker_count, "
    "pre_version_id, model_id, status, reason, fault, running_engine, sandbox_level, started_at, ended_at, "
    "usage_interval, usage_cpu, usage_memory, metrics, mirror, cleaned, deleting, container, restarts, history "
    "FROM training_version ";
constexpr const char* kJobColumns =
    "SELECT id, uuid, project_id, name, description, created_at, last_number, deleting, workspace_id "
    "FROM training_job ";

std::string ParametersText(const std::vector<training::Parameter>& parameters) {
  json::array pairs;
  for (const auto& [label, value] : parameters) pairs.push_back(json::array{label, value});
  return CompactJson(pairs);
}

Result<std::vector<training::Parameter>> ParseParameters(const std::string& text) {
  ATELIER_TRY(auto value, ParseJson(text));
  std::vector<training::Parameter> parameters;
  for (const auto& pair : value.as_array())
    parameters.push_back({std::string(pair.at(0).as_string()), std::string(pair.at(1).as_string())});
  return parameters;
}

std::string SeriesText(const std::vector<float>& series) { return fmt::format("{}", fmt::join(series, ",")); }

Result<std::vector<float>> ParseSeries(const std::string& text) {
  std::vector<float> series;
  if (text.empty()) return series;
  for (auto piece : Split(text, ',')) {
    auto number = ParseNumber<float>(piece);
    if (!number) return Internal(fmt::format("'{}' in a usage series of control.db is no number", piece));
    series.push_back(*number);
  }
  return series;
}

std::int64_t MillisOrZero(const std::optional<TimePoint>& time) { return time ? ToUnixMillis(*time) : 0; }
std::optional<TimePoint> TimeUnlessZero(std::int64_t millis) {
  return millis == 0 ? std::nullopt : std::optional(FromUnixMillis(millis));
}

Result<JobVersion> Finish(VersionRow row) {
  auto& version = row.version;
  version.created = FromUnixMillis(row.created);
  version.spec.memory_bytes = static_cast<std::uint64_t>(row.memory);
  ATELIER_TRY(version.spec.parameters, ParseParameters(row.parameters));
  version.run.status = static_cast<training::Status>(row.status);
  version.run.mirror = static_cast<training::Mirror>(row.mirror);
  version.run.started = TimeUnlessZero(row.started);
  version.run.ended = TimeUnlessZero(row.ended);
  version.run.cleaned = row.cleaned != 0;
  version.run.deleting = row.deleting != 0;
  ATELIER_TRY(version.run.usage.cpu_percent, ParseSeries(row.usage_cpu));
  ATELIER_TRY(version.run.usage.memory_percent, ParseSeries(row.usage_memory));
  ATELIER_TRY(version.spec.container, ParseContainer(row.container));
  ATELIER_TRY(version.run.history, ParseHistory(row.history));
  return std::move(version);
}

Result<std::vector<JobVersion>> FetchVersions(soci::details::prepare_temp_type prepared) {
  VersionRow row;
  auto& [version, created, memory, started, ended, status, mirror, cleaned, deleting, parameters, cpu, ram, container,
         history] = row;
  auto& spec = version.spec;
  auto& run = version.run;
  soci::statement select =
      (prepared, soci::into(version.id), soci::into(version.job_id), soci::into(version.number), soci::into(created),
       soci::into(spec.engine_id), soci::into(spec.engine_type), soci::into(spec.engine_type_name),
       soci::into(spec.engine_name), soci::into(spec.app_url), soci::into(spec.boot_file_url),
       soci::into(spec.data_url), soci::into(spec.train_url), soci::into(spec.log_url), soci::into(parameters),
       soci::into(spec.spec_id), soci::into(spec.flavor), soci::into(spec.cores), soci::into(memory),
       soci::into(spec.worker_count), soci::into(spec.pre_version_id), soci::into(spec.model_id), soci::into(status),
       soci::into(run.reason), soci::into(run.fault), soci::into(run.running_engine), soci::into(run.sandbox_level),
       soci::into(started), soci::into(ended), soci::into(run.usage.interval_minutes), soci::into(cpu), soci::into(ram),
       soci::into(run.metrics), soci::into(mirror), soci::into(cleaned), soci::into(deleting), soci::into(container),
       soci::into(run.restarts), soci::into(history));
  select.execute();
  std::vector<JobVersion> versions;
  while (select.fetch()) {
    ATELIER_TRY(auto finished, Finish(row));
    versions.push_back(std::move(finished));
  }
  return versions;
}

Result<std::vector<Job>> FetchJobs(soci::details::prepare_temp_type prepared) {
  Job job;
  std::int64_t created = 0;
  int deleting = 0;
  soci::statement select = (prepared, soci::into(job.id), soci::into(job.uuid), soci::into(job.project_id),
                            soci::into(job.name), soci::into(job.description), soci::into(created),
                            soci::into(job.last_number), soci::into(deleting), soci::into(job.workspace_id));
  select.execute();
  std::vector<Job> jobs;
  while (select.fetch()) {
    job.created = FromUnixMillis(created);
    job.deleting = deleting != 0;
    jobs.push_back(job);
  }
  return jobs;
}

}  // namespace

Result<std::vector<Job>> SelectJobs(soci::session& sql, const std::string& condition, const std::string& a,
                                    const std::string& b) {
  return FetchJobs((sql.prepare << kJobColumns + condition, soci::use(a), soci::use(b)));
}

Result<std::vector<Job>> SelectJobs(soci::session& sql, const std::string& condition, const std::string& a) {
  return FetchJobs((sql.prepare << kJobColumns + condition, soci::use(a)));
}

Result<std::vector<Job>> SelectJobs(soci::session& sql, const std::string& condition, std::int64_t argument) {
  return FetchJobs((sql.prepare << kJobColumns + condition, soci::use(argument)));
}

Result<std::vector<Job>> SelectJobs(soci::session& sql, const std::string& condition) {
  return FetchJobs((sql.prepare << kJobColumns + condition));
}

Result<std::vector<JobVersion>> SelectVersions(soci::session& sql, const std::string& condition,
                                               std::int64_t argument) {
  return FetchVersions((sql.prepare << kVersionColumns + condition, soci::use(argument)));
}

Result<std::vector<JobVersion>> SelectVersions(soci::session& sql, const std::string& condition) {
  return FetchVersions((sql.prepare << kVersionColumns + condition));
}

void InsertJob(soci::session& sql, const Job& job) {
  std::int64_t created = ToUnixMillis(job.created);
  int deleting = job.deleting ? 1 : 0;
  sql << "INSERT INTO training_job(id, uuid, project_id, name, description, created_at, last_number, deleting, "
         "workspace_id) VALUES(:i, :u, :p, :n, :d, :c, :l, :x, :w)",
      soci::use(job.id), soci::use(job.uuid), soci::use(job.project_id), soci::use(job.name),
      soci::use(job.description), soci::use(created), soci::use(job.last_number), soci::use(deleting),
      soci::use(job.workspace_id);
}

void InsertVersion(soci::session& sql, const JobVersion& version) {
  const auto& spec = version.spec;
  std::int64_t created = ToUnixMillis(version.created);
  auto memory = static_cast<std::int64_t>(spec.memory_bytes);
  std::string parameters = ParametersText(spec.parameters), container = ContainerText(spec.container);
  sql << "INSERT INTO training_version(id, job_id, number, created_at, engine_id, engine_type, engine_type_name, "
         "engine_name, app_url, boot_file_url, data_url, train_url, log_url, parameters, spec_id, flavor, cores, "
         "memory_bytes, worker_count, pre_version_id, model_id, status, reason, fault, running_engine, sandbox_level, "
         "started_at, ended_at, usage_interval, usage_cpu, usage_memory, mirror, cleaned, deleting, container) "
         "VALUES(:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, :k, :l, :m, :n, :o, :p, :q, :r, :s, :t, :u, "
         "1, '', '', '', '', 0, 0, 1, '', '', 0, 0, 0, :v)",
      soci::use(version.id), soci::use(version.job_id), soci::use(version.number), soci::use(created),
      soci::use(spec.engine_id), soci::use(spec.engine_type), soci::use(spec.engine_type_name),
      soci::use(spec.engine_name), soci::use(spec.app_url), soci::use(spec.boot_file_url), soci::use(spec.data_url),
      soci::use(spec.train_url), soci::use(spec.log_url), soci::use(parameters), soci::use(spec.spec_id),
      soci::use(spec.flavor), soci::use(spec.cores), soci::use(memory), soci::use(spec.worker_count),
      soci::use(spec.pre_version_id), soci::use(spec.model_id), soci::use(container);
  UpdateRun(sql, version.id, version.run);
}

void UpdateRun(soci::session& sql, std::int64_t version_id, const RunState& run) {
  int status = static_cast<int>(run.status), mirror = static_cast<int>(run.mirror);
  int cleaned = run.cleaned ? 1 : 0, deleting = run.deleting ? 1 : 0;
  std::int64_t started = MillisOrZero(run.started), ended = MillisOrZero(run.ended);
  std::string cpu = SeriesText(run.usage.cpu_percent), memory = SeriesText(run.usage.memory_percent);
  std::string history = HistoryText(run.history);
  sql << "UPDATE training_version SET status = :a, reason = :b, fault = :c, running_engine = :d, sandbox_level = :e, "
         "started_at = :f, ended_at = :g, usage_interval = :h, usage_cpu = :i, usage_memory = :j, metrics = :k, "
         "mirror = :l, cleaned = :m, deleting = :n, restarts = :o, history = :p WHERE id = :q",
      soci::use(status), soci::use(run.reason), soci::use(run.fault), soci::use(run.running_engine),
      soci::use(run.sandbox_level), soci::use(started), soci::use(ended), soci::use(run.usage.interval_minutes),
      soci::use(cpu), soci::use(memory), soci::use(run.metrics), soci::use(mirror), soci::use(cleaned),
      soci::use(deleting), soci::use(run.restarts), soci::use(history), soci::use(version_id);
}

}  // namespace atelier::storage
