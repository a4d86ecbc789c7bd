#include "api/modelarts/training_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/modelarts/training_json.h"
#include "api/modelarts/training_request_json.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using training::JobService;

http::Response Reply(const json::object& body) { return http::Response::Json(200, CompactJson(body)); }
http::Response Done() { return Reply({{"is_success", true}}); }

// A number of the path. Anything else names nothing: some clients look for names where ids belong, and expect 404.
Result<std::int64_t> PathId(const PlatformCall& call, std::string_view name) {
  auto argument = call.arguments.find(name);
  std::string text = argument == call.arguments.end() ? "" : argument->second;
  if (auto number = ParseNumber<std::int64_t>(text)) return *number;
  return NotFound(fmt::format("{}: expected a number, got '{}'; the list of jobs shows the ids", name, text), {}, text);
}

struct VersionIds {
  std::int64_t job = 0, version = 0;
};
Result<VersionIds> PathIds(const PlatformCall& call) {
  VersionIds ids;
  ATELIER_TRY(ids.job, PathId(call, "job_id"));
  ATELIER_TRY(ids.version, PathId(call, "version_id"));
  return ids;
}

const std::string& ProjectOf(const PlatformCall& call) { return call.principal.project_id; }

Result<http::Response> CreateJob(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto request, ParseCreateJob(call.body));
  ATELIER_TRY(auto receipt, jobs.CreateJob(ProjectOf(call), request));
  return Reply(CreatedJobJson(receipt));
}

Result<http::Response> ListJobs(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto query, ParseJobQuery(call.request.query));
  ATELIER_TRY(auto page, jobs.ListJobs(ProjectOf(call), query));
  return Reply(JobListJson(page, jobs.Now()));
}

Result<http::Response> DescribeJob(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto job_id, PathId(call, "job_id"));
  ATELIER_TRY(auto description, ParseDescription(call.body));
  ATELIER_CHECK(jobs.Describe(ProjectOf(call), job_id, description));
  return Done();
}

Result<http::Response> DeleteJob(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto job_id, PathId(call, "job_id"));
  ATELIER_CHECK(jobs.DeleteJob(ProjectOf(call), job_id));
  return Done();
}

Result<http::Response> CreateVersion(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto job_id, PathId(call, "job_id"));
  ATELIER_TRY(auto request, ParseCreateVersion(call.body));
  ATELIER_TRY(auto receipt, jobs.CreateVersion(ProjectOf(call), job_id, request.run, request.description));
  return Reply(CreatedVersionJson(receipt));
}

Result<http::Response> ListVersions(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto job_id, PathId(call, "job_id"));
  ATELIER_TRY(auto query, ParseVersionQuery(call.request.query));
  ATELIER_TRY(auto page, jobs.ListVersions(ProjectOf(call), job_id, query.page, query.per_page));
  return Reply(VersionListJson(page));
}

Result<http::Response> ShowVersion(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto ids, PathIds(call));
  ATELIER_TRY(auto details, jobs.FindVersion(ProjectOf(call), ids.job, ids.version));
  return Reply(VersionDetailsJson(details));
}

Result<http::Response> StopVersion(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto ids, PathIds(call));
  ATELIER_CHECK(jobs.Stop(ProjectOf(call), ids.job, ids.version));
  return Done();
}

Result<http::Response> DeleteVersion(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto ids, PathIds(call));
  ATELIER_CHECK(jobs.DeleteVersion(ProjectOf(call), ids.job, ids.version));
  return Done();
}

Result<http::Response> ListLogFiles(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto ids, PathIds(call));
  ATELIER_TRY(auto files, jobs.LogFiles(ProjectOf(call), ids.job, ids.version));
  return Reply(LogFilesJson(files));
}

Result<http::Response> ReadLog(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto ids, PathIds(call));
  ATELIER_TRY(auto request, ParseLogQuery(call.request.query));
  ATELIER_TRY(auto page, jobs.ReadLog(ProjectOf(call), ids.job, ids.version, request.file, request.query));
  return Reply(LogJson(page));
}

Result<http::Response> ListSpecs(JobService& jobs, const PlatformCall& call) {
  ATELIER_TRY(auto query, ParseCatalogueQuery(call.request.query));
  ATELIER_TRY(auto engines, jobs.Engines());
  bool known = query.engine_id == 0 ||
               std::ranges::any_of(engines, [&](const auto& engine) { return engine.id == query.engine_id; });
  if (!known)
    return InvalidArgument(
        fmt::format("engine_id: expected an engine of job/ai-engines, or 0 for any, got {}", query.engine_id),
        "ModelArts.0104", "engine_id");
  return Reply(SpecsJson(jobs.Flavors()));
}

Result<http::Response> ListEngines(JobService& jobs, const PlatformCall& call) {
  ATELIER_CHECK(ParseCatalogueQuery(call.request.query));
  ATELIER_TRY(auto engines, jobs.Engines());
  return Reply(EnginesJson(engines));
}

Result<http::Response> ListAlgorithms(JobService&, const PlatformCall&) {
  return Reply({{"is_success", true}, {"model_total_count", 0}, {"models", json::array()}});
}

using Handler = Result<http::Response> (*)(JobService&, const PlatformCall&);

PlatformRoute MakeRoute(JobService& jobs, const char* method, const char* path, const char* action, Handler handler) {
  PlatformTarget target{.handler = [&jobs, handler](const PlatformCall& call) { return handler(jobs, call); },
                        .error_shape = ErrorShape::kTraining};
  return {.method = method,
          .pattern = fmt::format("/v1/{{project_id}}{}", path),
          .action = action,
          .target = std::move(target)};
}

}  // namespace

std::vector<PlatformRoute> TrainingRoutes(JobService& jobs) {
  const std::string version = "/training-jobs/{job_id}/versions/{version_id}";
  std::vector<PlatformRoute> routes;
  auto add = [&](const char* method, const std::string& path, const char* action, Handler handler) {
    routes.push_back(MakeRoute(jobs, method, path.c_str(), action, handler));
  };
  add("POST", "/training-jobs", "CreateTrainingJob", CreateJob);
  add("GET", "/training-jobs", "ListTrainingJobs", ListJobs);
  add("PUT", "/training-jobs/{job_id}", "UpdateTrainingJob", DescribeJob);
  add("DELETE", "/training-jobs/{job_id}", "DeleteTrainingJob", DeleteJob);
  add("POST", "/training-jobs/{job_id}/versions", "CreateTrainingJobVersion", CreateVersion);
  add("GET", "/training-jobs/{job_id}/versions", "ListTrainingJobVersions", ListVersions);
  add("GET", version, "ShowTrainingJobVersion", ShowVersion);
  add("DELETE", version, "DeleteTrainingJobVersion", DeleteVersion);
  add("POST", version + "/stop", "StopTrainingJobVersion", StopVersion);
  add("GET", version + "/log/file-names", "ListTrainingJobLogFiles", ListLogFiles);
  add("GET", version + "/aom-log", "ReadTrainingJobLog", ReadLog);
  add("GET", "/job/resource-specs", "ListJobResourceSpecs", ListSpecs);
  add("GET", "/job/ai-engines", "ListJobEngines", ListEngines);
  add("GET", "/built-in-algorithms", "ListBuiltInAlgorithms", ListAlgorithms);
  return routes;
}

}  // namespace atelier::api
