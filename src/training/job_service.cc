#include "training/job_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "training/request_checker.h"
#include "training/run_layout.h"
#include "training/state_machine.h"

namespace atelier::training {
namespace {

constexpr std::chrono::minutes kSilence(5);
constexpr std::size_t kMostLogLines = 500;
constexpr std::size_t kMostVersions = 1000;
// Stopping races with the reconciler's own writes; each lost race means that it moved the version on.
constexpr int kMostRaces = 100;

std::unexpected<Error> NoSuchJob(std::int64_t job_id) {
  return NotFound(fmt::format("there is no training job {}", job_id), {}, std::to_string(job_id));
}

// Mounts need absolute paths.
JobOptions WithAbsoluteFolder(JobOptions options) {
  options.runner.directory = fs::absolute(options.runner.directory);
  return options;
}

// How long the log has been as it is.
std::chrono::minutes SilenceOf(const fs::path& log, TimePoint now) {
  std::error_code error;
  auto written = fs::last_write_time(log, error);
  if (error) return std::chrono::minutes(0);
  auto written_at = std::chrono::time_point_cast<Milliseconds>(std::chrono::file_clock::to_sys(written));
  return std::chrono::floor<std::chrono::minutes>(now - written_at);
}

}  // namespace

JobService::JobService(JobPorts ports, JobOptions options)
    : ports_(ports),
      options_(WithAbsoluteFolder(std::move(options))),
      runner_(ports.repository, ports.artifacts, ports.engines, ports.backend, ports.clock, options_.runner),
      reconciler_(ports.repository, ports.backend, runner_, options_.reconciler) {}

void JobService::Start() { reconciler_.Start(); }

Result<JobReceipt> JobService::CreateJob(const std::string& project_id, const JobRequest& request) {
  ATELIER_CHECK(CheckJobName(request.name));
  ATELIER_CHECK(CheckDescription(request.description));
  Job job{.id = 0,
          .project_id = project_id,
          .name = request.name,
          .description = request.description,
          .workspace_id = request.workspace_id,
          .created = ports_.clock.Now()};
  if (!request.create_version) {
    ATELIER_TRY(auto created, ports_.repository.CreateJob(std::move(job)));
    return JobReceipt{created, std::nullopt};
  }
  // The name before the rest: checking places costs listings.
  ATELIER_TRY(auto namesake, ports_.repository.FindJobByName(project_id, request.name));
  if (namesake)
    return AlreadyExists(fmt::format("Job name:{} is existed", request.name), "ModelArts.0103", request.name);
  RequestChecker checker(ports_.artifacts, ports_.engines, ports_.backend.Flavors());
  JobVersion version;
  version.created = job.created;
  ATELIER_TRY(version.spec, checker.Check(project_id, request.run));
  ATELIER_TRY(auto created, ports_.repository.CreateJobWithVersion(std::move(job), std::move(version)));
  reconciler_.Wake();
  ATELIER_TRY(auto made, OwnedJob(project_id, created.job_id));
  return JobReceipt{made, created};
}

Result<JobReceipt> JobService::CreateVersion(const std::string& project_id, std::int64_t job_id,
                                             const RunRequest& request, const std::string& description) {
  ATELIER_TRY(auto job, OwnedJob(project_id, job_id));
  ATELIER_CHECK(CheckDescription(description));
  if (request.pre_version_id != 0)
    if (auto previous = Owned(project_id, job_id, request.pre_version_id); !previous)
      return InvalidArgument(
          fmt::format("config.pre_version_id: expected a version of job {}, got {}", job_id, request.pre_version_id),
          "ModelArts.0104", "config.pre_version_id");
  RequestChecker checker(ports_.artifacts, ports_.engines, ports_.backend.Flavors());
  JobVersion version;
  version.job_id = job_id;
  version.created = ports_.clock.Now();
  ATELIER_TRY(version.spec, checker.Check(project_id, request));
  ATELIER_TRY(auto created, ports_.repository.AddVersion(std::move(version)));
  if (!description.empty()) ATELIER_CHECK(ports_.repository.SetDescription(job_id, description));
  reconciler_.Wake();
  ATELIER_TRY(job, OwnedJob(project_id, job_id));
  return JobReceipt{job, created};
}

Result<JobListPage> JobService::ListJobs(const std::string& project_id, const JobQuery& query) {
  ATELIER_TRY(auto count, ports_.repository.CountJobs(project_id));
  ATELIER_TRY(auto page, ports_.repository.ListJobs(project_id, query, ports_.clock.Now()));
  ATELIER_TRY(auto quota, options_.job_quota(project_id));
  auto left = quota - std::min(quota, count);
  return JobListPage{.page = std::move(page), .quota = quota, .left = left};
}

Result<VersionPage> JobService::ListVersions(const std::string& project_id, std::int64_t job_id, int page,
                                             int per_page) {
  ATELIER_TRY(auto job, OwnedJob(project_id, job_id));
  auto limit = page > 0 ? static_cast<std::size_t>(per_page) : kMostVersions;
  auto offset = page > 0 ? static_cast<std::size_t>(page - 1) * limit : 0;
  ATELIER_TRY(auto rows, ports_.repository.ListVersions(job_id, offset, limit));
  VersionPage listed{.job = job, .versions = {}, .total = rows.total};
  for (auto& version : rows.versions) listed.versions.push_back(Detail(job, std::move(version)));
  return listed;
}

Result<VersionDetails> JobService::FindVersionNamed(const std::string& project_id, std::int64_t job_id,
                                                    const std::string& name) {
  ATELIER_TRY(auto job, OwnedJob(project_id, job_id));
  std::optional<JobVersion> found;
  if (name.empty()) {
    ATELIER_TRY(auto newest, ports_.repository.ListVersions(job_id, 0, 1));
    if (!newest.versions.empty()) found = std::move(newest.versions.front());
  } else if (auto number = ParseNumber<int>(name.substr(1)); number && VersionName(*number) == name) {
    ATELIER_TRY(found, ports_.repository.FindNumber(job_id, *number));
  }
  if (!found || found->run.deleting)
    return NotFound(name.empty() ? fmt::format("training job {} has no version", job.name)
                                 : fmt::format("training job {} has no version {}", job.name, name),
                    {}, name);
  return Detail(job, *std::move(found));
}

Result<VersionDetails> JobService::FindVersion(const std::string& project_id, std::int64_t job_id,
                                               std::int64_t version_id) {
  return Owned(project_id, job_id, version_id);
}

Result<void> JobService::Describe(const std::string& project_id, std::int64_t job_id, const std::string& description) {
  ATELIER_CHECK(OwnedJob(project_id, job_id));
  ATELIER_CHECK(CheckDescription(description));
  return ports_.repository.SetDescription(job_id, description);
}

Result<void> JobService::Stop(const std::string& project_id, std::int64_t job_id, std::int64_t version_id) {
  for (int race = 0; race < kMostRaces; ++race) {
    ATELIER_TRY(auto details, Owned(project_id, job_id, version_id));
    const auto& run = details.version.run;
    auto next = Next(run.status, Event::kStopAsked);
    if (!next)
      return FailedPrecondition(fmt::format("This job can't be stop. job status: {}", static_cast<int>(run.status)),
                                "ModelArts.0105", details.job.name);
    auto after = run;
    after.status = *next;
    after.history.Note(ports_.clock.Now(), EventLevel::kInfo, EventSource::kJob, "Training job is being terminated.");
    auto updated = ports_.repository.Update(version_id, run, after);
    if (!updated && updated.error().kind == ErrorKind::kConflict) continue;
    reconciler_.Wake();
    return updated;
  }
  return Unavailable(fmt::format("job version {} is changing too fast; try again", version_id));
}

Result<void> JobService::DeleteVersion(const std::string& project_id, std::int64_t job_id, std::int64_t version_id) {
  ATELIER_CHECK(Owned(project_id, job_id, version_id));
  ATELIER_CHECK(ports_.repository.MarkVersionDeleting(version_id));
  reconciler_.Wake();
  return {};
}

Result<void> JobService::DeleteJob(const std::string& project_id, std::int64_t job_id) {
  ATELIER_CHECK(OwnedJob(project_id, job_id));
  ATELIER_CHECK(ports_.repository.MarkJobDeleting(job_id));
  reconciler_.Wake();
  return {};
}

Result<std::vector<std::string>> JobService::LogFiles(const std::string& project_id, std::int64_t job_id,
                                                      std::int64_t version_id) {
  ATELIER_TRY(auto details, Owned(project_id, job_id, version_id));
  return std::vector<std::string>{LogFileName(details.job.name)};
}

Result<LogPage> JobService::ReadLog(const std::string& project_id, std::int64_t job_id, std::int64_t version_id,
                                    const std::string& file, LogQuery query) {
  ATELIER_TRY(auto details, Owned(project_id, job_id, version_id));
  auto name = LogFileName(details.job.name);
  if (file != name)
    return InvalidArgument(fmt::format("log_file: expected {}, got '{}'", name, file), "ModelArts.0104", "log_file");
  if (query.lines > kMostLogLines)
    return InvalidArgument(fmt::format("lines: expected 0 to {}, got {}", kMostLogLines, query.lines), "ModelArts.0104",
                           "lines");
  query.whole_tail = IsFinal(details.version.run.status);
  return ReadLogPage(LogOf(details.version), query);
}

std::vector<compute::Flavor> JobService::Flavors() const { return ports_.backend.Flavors(); }
Result<std::vector<EngineListing>> JobService::Engines() { return ports_.engines.List(); }

Result<Job> JobService::OwnedJob(const std::string& project_id, std::int64_t job_id) {
  ATELIER_TRY(auto job, ports_.repository.FindJob(job_id));
  if (!job || job->project_id != project_id || job->deleting) return NoSuchJob(job_id);
  return *job;
}

Result<VersionDetails> JobService::Owned(const std::string& project_id, std::int64_t job_id, std::int64_t version_id) {
  ATELIER_TRY(auto job, OwnedJob(project_id, job_id));
  ATELIER_TRY(auto version, ports_.repository.FindVersion(version_id));
  if (!version || version->job_id != job_id || version->run.deleting)
    return NotFound(fmt::format("there is no version {} of training job {}", version_id, job_id), {},
                    std::to_string(version_id));
  return Detail(job, *std::move(version));
}

fs::path JobService::LogOf(const JobVersion& version) const {
  return RunLayout(options_.runner.directory, version).log;
}

VersionDetails JobService::Detail(const Job& job, JobVersion version) const {
  auto now = ports_.clock.Now();
  VersionDetails details{
      .job = job, .version = {}, .duration = DurationOf(version.run, now), .reason = version.run.reason};
  if (version.run.status == Status::kRunning && details.reason.empty()) {
    auto silence = SilenceOf(LogOf(version), now);
    if (silence >= kSilence) details.reason = fmt::format("no output for {} min", silence.count());
  }
  details.version = std::move(version);
  return details;
}

}  // namespace atelier::training
