#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "base/strings.h"
#include "cli/commands.h"
#include "cli/job_status.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kPoll = 300ms;
constexpr int kCompleted = 10;

bool IsFinal(std::int64_t status) {
  for (std::int64_t end : {3, 5, 6, 10, 11, 12, 13, 14, 16, 17, 21, 22})
    if (status == end) return true;
  return false;
}

Result<PlatformClient> Connect(const Common& common) {
  ATELIER_TRY(Connection connection, FindConnection(common.data_dir));
  return PlatformClient(std::move(connection));
}

std::string VersionPath(const JobVersionRef& ref) {
  return fmt::format("v1:/training-jobs/{}/versions/{}", ref.job_id, ref.version_id);
}

Result<std::int64_t> EngineId(PlatformClient& client, const std::string& engine) {
  ATELIER_TRY(auto answer, client.Call("GET", "v1:/job/ai-engines"));
  std::string known;
  for (const auto& item : answer.at("engines").as_array()) {
    if (Text(item.as_object(), "engine_version") == engine) return Number(item.as_object(), "engine_id");
    known += (known.empty() ? "" : ", ") + Text(item.as_object(), "engine_version");
  }
  return NotFound(fmt::format("unknown engine '{}'; there are {}", engine, known));
}

std::string ObsPath(std::string text, bool folder) {
  for (std::string_view scheme : {"obs://", "s3://"})
    if (text.starts_with(scheme)) text = "/" + text.substr(scheme.size());
  if (folder && !text.empty() && !text.ends_with('/')) text += '/';
  return text;
}

Result<void> Configure(PlatformClient& client, const JobOptions& options, json::object& config) {
  auto set = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) config[key] = value;
  };
  if (!options.engine.empty()) {
    ATELIER_TRY(config["engine_id"], EngineId(client, options.engine));
  }
  set("app_url", ObsPath(options.code, true));
  if (!options.boot.empty()) {
    auto boot = ObsPath(options.boot, false);
    // A bare file name lies in the code directory.
    config["boot_file_url"] = boot.starts_with('/') ? boot : std::string(config.at("app_url").as_string()) + boot;
  }
  set("data_url", ObsPath(options.data, true));
  set("train_url", ObsPath(options.output, true));
  if (!options.flavor.empty()) config["flavor"] = json::object{{"code", options.flavor}};
  json::array parameters;
  for (const auto& parameter : options.parameters) {
    auto equals = parameter.find('=');
    if (equals == std::string::npos)
      return InvalidArgument("a parameter is written label=value, got '" + parameter + "'");
    parameters.push_back(json::object{{"label", parameter.substr(0, equals)}, {"value", parameter.substr(equals + 1)}});
  }
  if (!parameters.empty()) config["parameter"] = parameters;
  return {};
}

// Prints the log as it grows until the version has ended; the exit code says whether it succeeded.
Result<int> Follow(PlatformClient& client, const JobVersionRef& ref, bool follow) {
  ATELIER_TRY(auto names, client.Call("GET", VersionPath(ref) + "/log/file-names"));
  const auto& files = names.at("log_file_list").as_array();
  std::string file = files.empty() ? "" : std::string(files[0].as_string());
  std::string cursor = "0";
  for (;;) {
    ATELIER_TRY(auto version, client.Call("GET", VersionPath(ref)));
    bool ended = IsFinal(Number(version, "status"));
    for (;;) {
      ATELIER_TRY(auto page, client.Call("GET", fmt::format("{}/aom-log?log_file={}&base_line={}&lines=500&order=desc",
                                                            VersionPath(ref), PercentEncode(file), cursor)));
      auto content = Text(page, "content");
      fmt::print("{}", content);
      std::fflush(stdout);
      auto end = Text(page, "end_line");
      if (content.empty() || end.empty() || end == cursor) break;
      cursor = end;
    }
    if (ended || !follow) {
      if (!ended) return 0;
      auto reason = Text(version, "status_reason");
      if (follow)
        fmt::print(stderr, "{} {}: {}{} after {}\n", ref.job_name, ref.version_name,
                   JobStatusText(Number(version, "status")), reason.empty() ? "" : " (" + reason + ")",
                   ShowDuration(Number(version, "duration")));
      return follow && Number(version, "status") != kCompleted ? 1 : 0;
    }
    std::this_thread::sleep_for(kPoll);
  }
}

Result<int> Created(const Common& common, PlatformClient& client, const json::object& answer, const std::string& name,
                    bool follow) {
  JobVersionRef ref{Number(answer, "job_id"), Number(answer, "version_id"), name, Text(answer, "version_name")};
  if (common.json && !follow)
    fmt::print("{}\n", PrettyJson(answer));
  else
    fmt::print(stderr, "created job {} (id {}), version {}\n", ref.job_name, ref.job_id, ref.version_name);
  return follow ? Follow(client, ref, true) : Result<int>(0);
}

}  // namespace

Result<int> CreateJob(const Common& common, const JobOptions& options) {
  ATELIER_TRY(auto client, Connect(common));
  json::object config{{"worker_server_num", 1}};
  ATELIER_CHECK(Configure(client, options, config));
  if (options.flavor.empty()) config["flavor"] = json::object{{"code", "modelarts.vm.cpu.2u"}};
  json::object body{{"job_name", options.name}, {"job_desc", options.description}, {"config", config}};
  ATELIER_TRY(auto answer, client.Call("POST", "v1:/training-jobs", body));
  return Created(common, client, answer, options.name, options.follow);
}

Result<int> RerunJob(const Common& common, const std::string& job, const JobOptions& options) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto ref, FindJobVersion(client, job, ""));
  ATELIER_TRY(auto last, client.Call("GET", VersionPath(ref)));
  json::object config{{"worker_server_num", 1}, {"pre_version_id", ref.version_id}};
  for (auto key : {"engine_id", "app_url", "boot_file_url", "data_url", "train_url", "parameter", "spec_id"})
    if (const auto* value = last.if_contains(key); value != nullptr && !value->is_null()) config[key] = *value;
  if (!options.flavor.empty()) config.erase("spec_id");
  ATELIER_CHECK(Configure(client, options, config));
  ATELIER_TRY(auto answer, client.Call("POST", fmt::format("v1:/training-jobs/{}/versions", ref.job_id),
                                       json::object{{"config", config}}));
  return Created(common, client, answer, ref.job_name, options.follow);
}

Result<int> ListJobs(const Common& common, const std::string& search) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto answer,
              client.Call("GET", "v1:/training-jobs?per_page=1000&sortBy=create_time&order=desc&search_content=" +
                                     PercentEncode(search)));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("jobs")));
    return 0;
  }
  Table table({"ID", "NAME", "VERSIONS", "STATUS", "CREATED (UTC)", "DURATION"},
              {true, false, true, false, false, true});
  for (const auto& item : answer.at("jobs").as_array()) {
    const auto& job = item.as_object();
    table.Add({Text(job, "job_id"), Text(job, "job_name"), Text(job, "version_count"),
               JobStatusText(Number(job, "status")), ShowTime(Number(job, "create_time")),
               ShowDuration(Number(job, "duration"))});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> ShowJob(const Common& common, const std::string& job, const std::string& version) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto ref, FindJobVersion(client, job, version));
  ATELIER_TRY(auto details, client.Call("GET", VersionPath(ref)));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(details));
    return 0;
  }
  Table table({"FIELD", "VALUE"});
  table.Add({"job", fmt::format("{} (id {})", ref.job_name, ref.job_id)});
  table.Add({"version", fmt::format("{} (id {})", ref.version_name, ref.version_id)});
  table.Add({"status", JobStatusText(Number(details, "status"))});
  for (const auto& [title, key] :
       std::initializer_list<std::pair<std::string, std::string>>{{"reason", "status_reason"},
                                                                  {"engine", "engine_version"},
                                                                  {"running engine", "running_engine"},
                                                                  {"code", "app_url"},
                                                                  {"boot file", "boot_file_url"},
                                                                  {"data", "data_url"},
                                                                  {"output", "train_url"},
                                                                  {"flavor", "spec_code"},
                                                                  {"sandbox", "sandbox_level"}})
    if (auto text = Text(details, key); !text.empty()) table.Add({title, text});
  table.Add({"created (UTC)", ShowTime(Number(details, "create_time"))});
  table.Add({"duration", ShowDuration(Number(details, "duration"))});
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> StopJob(const Common& common, const std::string& job, const std::string& version) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto ref, FindJobVersion(client, job, version));
  ATELIER_TRY(auto answer, client.Call("POST", VersionPath(ref) + "/stop"));
  fmt::print("stopping {} {}\n", ref.job_name, ref.version_name);
  return 0;
}

Result<int> DeleteJob(const Common& common, const std::string& job, const std::string& version) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto ref, FindJobVersion(client, job, version));
  auto path = version.empty() ? fmt::format("v1:/training-jobs/{}", ref.job_id) : VersionPath(ref);
  ATELIER_TRY(auto answer, client.Call("DELETE", path));
  fmt::print("deleted {}{}\n", ref.job_name, version.empty() ? "" : " " + ref.version_name);
  return 0;
}

Result<int> JobLogs(const Common& common, const std::string& job, const std::string& version, bool follow) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto ref, FindJobVersion(client, job, version));
  return Follow(client, ref, follow);
}

Result<int> WaitForJob(const Common& common, const std::string& job, const std::string& version, int timeout_seconds) {
  ATELIER_TRY(auto client, Connect(common));
  ATELIER_TRY(auto ref, FindJobVersion(client, job, version));
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(timeout_seconds);
  for (;;) {
    ATELIER_TRY(auto details, client.Call("GET", VersionPath(ref)));
    auto status = Number(details, "status");
    if (IsFinal(status)) {
      auto reason = Text(details, "status_reason");
      fmt::print("{} {}: {}{}\n", ref.job_name, ref.version_name, JobStatusText(status),
                 reason.empty() ? "" : " (" + reason + ")");
      return status == kCompleted ? 0 : 1;
    }
    if (std::chrono::steady_clock::now() > deadline)
      return MakeError(ErrorKind::kDeadlineExceeded,
                       fmt::format("{} {} is still {} after {} s", ref.job_name, ref.version_name,
                                   JobStatusText(status), timeout_seconds));
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace atelier::cli
