#include "api/modelarts/training_v2_routes.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "api/modelarts/training_v2_fields.h"
#include "api/modelarts/training_v2_json.h"
#include "api/modelarts/training_v2_log_link.h"
#include "api/modelarts/training_v2_request.h"
#include "base/strings.h"

namespace atelier::api {
namespace {

using training::WholeJobs;

// What the handlers stand on. Shared by the routes, which are copied.
struct Surface {
  WholeJobs& jobs;
  LogLinks links;
};

http::Response Reply(const json::value& body, int status = 200) {
  return http::Response::Json(status, CompactJson(body));
}

std::string Argument(const PlatformCall& call, std::string_view name) {
  auto found = call.arguments.find(name);
  return found == call.arguments.end() ? "" : found->second;
}
std::string JobOf(const PlatformCall& call) { return Argument(call, "training_job_id"); }
std::string TaskOf(const PlatformCall& call) { return Argument(call, "task_id"); }
const std::string& ProjectOf(const PlatformCall& call) { return call.principal.project_id; }

Result<http::Response> CreateJob(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto request, ParseContainerJob(call.body));
  request.user_name = call.principal.user_name;
  ATELIER_TRY(auto details, surface.jobs.Create(ProjectOf(call), std::move(request)));
  return Reply(JobV2Json(surface.jobs, details), 201);
}

Result<http::Response> SearchJobs(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto asked, ParseSearch(call.body));
  ATELIER_TRY(auto page, surface.jobs.Search(ProjectOf(call), asked.search));
  return Reply(SearchJson(surface.jobs, asked, page));
}

Result<http::Response> ShowJob(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto details, surface.jobs.Find(ProjectOf(call), JobOf(call)));
  return Reply(JobV2Json(surface.jobs, details));
}

Result<http::Response> DescribeJob(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto description, ParseDescriptionV2(call.body));
  ATELIER_CHECK(surface.jobs.Describe(ProjectOf(call), JobOf(call), description));
  return Reply(nullptr);
}

Result<http::Response> ActOnJob(const Surface& surface, const PlatformCall& call) {
  ATELIER_CHECK(ParseTerminate(call.body));
  ATELIER_TRY(auto details, surface.jobs.Terminate(ProjectOf(call), JobOf(call)));
  return Reply(JobV2Json(surface.jobs, details), 202);
}

Result<http::Response> DeleteJob(const Surface& surface, const PlatformCall& call) {
  ATELIER_CHECK(surface.jobs.Delete(ProjectOf(call), JobOf(call)));
  return Reply("", 202);
}

Result<http::Response> DeleteJobs(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto ids, ParseBatchDelete(call.body));
  ATELIER_CHECK(surface.jobs.DeleteAll(ProjectOf(call), ids));
  return Reply("", 202);
}

Result<http::Response> CheckName(const Surface& surface, const PlatformCall& call) {
  auto name = call.request.query.Get("job_name").value_or("");
  if (name.empty()) return RefuseV2("job_name", "a name", "nothing");
  ATELIER_TRY(bool taken, surface.jobs.IsNameTaken(ProjectOf(call), std::string(name)));
  return Reply({{"is_duplicate", taken}});
}

Result<http::Response> LinkLog(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto content_type, LogContentType(call.request));
  LogGrant grant{
      .project_id = ProjectOf(call), .job_id = JobOf(call), .task = TaskOf(call), .content_type = content_type};
  ATELIER_CHECK(surface.jobs.FindLog(grant.project_id, grant.job_id, grant.task));
  return Reply({{"obs_url", call.base_url + surface.links.Make(grant, surface.jobs.jobs().Now())}});
}

// Open to whoever has the link.
Result<http::Response> SendLog(const Surface& surface, const PlatformCall& call) {
  LogGrant grant{
      .project_id = Argument(call, "project_id"), .job_id = JobOf(call), .task = TaskOf(call), .content_type = {}};
  ATELIER_TRY(grant, surface.links.Check(std::move(grant), call.request.query, surface.jobs.jobs().Now()));
  ATELIER_TRY(auto log, surface.jobs.FindLog(grant.project_id, grant.job_id, grant.task));
  ATELIER_TRY(auto file, OpenFile(log, O_RDONLY));
  std::error_code error;
  auto size = fs::file_size(log, error);
  if (error) return ErrnoError("stat " + log.string(), error.value());
  http::Response response;
  bool text = grant.content_type == "text/plain";
  response.headers.Set("Content-Type", text ? "text/plain; charset=utf-8" : grant.content_type);
  if (!text)
    response.headers.Set("Content-Disposition", fmt::format("attachment; filename=\"modelarts-job-{}-{}.log\"",
                                                            ToLower(grant.job_id), grant.task));
  // A browser must not run what a script has printed.
  response.headers.Set("X-Content-Type-Options", "nosniff");
  response.body =
      std::vector<http::FileExtent>{{.file = std::make_shared<UniqueFd>(std::move(file)), .offset = 0, .length = size}};
  return response;
}

Result<http::Response> PreviewLog(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto preview, surface.jobs.PreviewLog(ProjectOf(call), JobOf(call), TaskOf(call)));
  auto size = preview.content.size();
  return Reply({{"content", preview.content}, {"current_size", size}, {"full_size", preview.full_size}});
}

Result<http::Response> ReadLog(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto query, ParseLogQueryV2(call.request.query));
  ATELIER_TRY(auto page, surface.jobs.ReadLog(ProjectOf(call), JobOf(call), TaskOf(call), query));
  return Reply({{"start_line", training::FormatCursor(page.begin)},
                {"end_line", training::FormatCursor(page.end)},
                {"lines", page.lines},
                {"content", page.content}});
}

Result<http::Response> ShowMetrics(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto details, surface.jobs.FindTask(ProjectOf(call), JobOf(call), TaskOf(call)));
  return Reply(MetricsJson(details.version.run.usage));
}

Result<http::Response> ListEvents(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto asked, ParseEventsQuery(call.request.query));
  ATELIER_TRY(auto page, surface.jobs.Events(ProjectOf(call), JobOf(call), asked.query));
  return Reply(EventsJson(asked, page));
}

Result<http::Response> ListTasks(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto details, surface.jobs.Find(ProjectOf(call), JobOf(call)));
  return Reply(TasksJson(details));
}

Result<http::Response> ListStages(const Surface& surface, const PlatformCall& call) {
  ATELIER_TRY(auto details, surface.jobs.Find(ProjectOf(call), JobOf(call)));
  return Reply(StagesJson(details));
}

Result<http::Response> ListFlavors(const Surface& surface, const PlatformCall& call) {
  return Reply(FlavorsV2Json(surface.jobs.jobs().Flavors(), call.request.query.Get("flavor_type").value_or("")));
}

Result<http::Response> ListEngines(const Surface& surface, const PlatformCall&) {
  ATELIER_TRY(auto engines, surface.jobs.jobs().Engines());
  return Reply(EnginesV2Json(engines));
}

using Handler = Result<http::Response> (*)(const Surface&, const PlatformCall&);

struct Row {
  const char* method;
  const char* path;  // below /v2/{project_id}
  const char* action;
  Handler handler;
};

constexpr const char* kContentAction = "DownloadTrainingJobLogV2";

constexpr Row kRows[] = {
    {"POST", "/training-jobs", "CreateTrainingJobV2", CreateJob},
    {"POST", "/training-job-searches", "SearchTrainingJobsV2", SearchJobs},
    {"POST", "/training-jobs/batch-delete", "BatchDeleteTrainingJobsV2", DeleteJobs},
    {"GET", "/training-jobs/{training_job_id}", "ShowTrainingJobV2", ShowJob},
    {"PUT", "/training-jobs/{training_job_id}", "UpdateTrainingJobV2", DescribeJob},
    {"DELETE", "/training-jobs/{training_job_id}", "DeleteTrainingJobV2", DeleteJob},
    {"POST", "/training-jobs/{training_job_id}/actions", "StopTrainingJobV2", ActOnJob},
    {"GET", "/training-jobs/{training_job_id}/tasks/{task_id}/logs/url", "ShowTrainingJobLogUrlV2", LinkLog},
    {"GET", "/training-jobs/{training_job_id}/tasks/{task_id}/logs/content", kContentAction, SendLog},
    {"GET", "/training-jobs/{training_job_id}/tasks/{task_id}/logs/preview", "PreviewTrainingJobLogV2", PreviewLog},
    {"GET", "/training-jobs/{training_job_id}/logs/{task_id}", "ReadTrainingJobLogV2", ReadLog},
    {"GET", "/training-jobs/{training_job_id}/metrics/{task_id}", "ShowTrainingJobMetricsV2", ShowMetrics},
    {"GET", "/training-jobs/{training_job_id}/events", "ListTrainingJobEventsV2", ListEvents},
    {"GET", "/training-jobs/{training_job_id}/tasks", "ListTrainingJobTasksV2", ListTasks},
    {"GET", "/training-jobs/{training_job_id}/stages", "ListTrainingJobStagesV2", ListStages},
    {"GET", "/training-job-flavors", "ListTrainingJobFlavorsV2", ListFlavors},
    {"GET", "/training-job-engines", "ListTrainingJobEnginesV2", ListEngines},
    {"GET", "/training-job-names", "CheckTrainingJobNameV2", CheckName},
};

}  // namespace

std::vector<PlatformRoute> TrainingV2Routes(WholeJobs& jobs) {
  auto surface = std::make_shared<Surface>(Surface{.jobs = jobs, .links = {}});
  std::vector<PlatformRoute> routes;
  for (const auto& row : kRows) {
    PlatformTarget target{
        .handler = [surface, handler = row.handler](const PlatformCall& call) { return handler(*surface, call); },
        .error_shape = ErrorShape::kTrainingV2};
    target.open = row.action == std::string_view(kContentAction);
    // A search changes nothing: every role may make it.
    if (row.action == std::string_view("SearchTrainingJobsV2"))
      target.need = iam::Need{iam::Operation::kRead, iam::Scope::kProject};
    routes.push_back({.method = row.method,
                      .pattern = fmt::format("/v2/{{project_id}}{}", row.path),
                      .action = row.action,
                      .target = std::move(target)});
  }
  return routes;
}

}  // namespace atelier::api
