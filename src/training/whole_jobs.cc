#include "training/whole_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/strings.h"
#include "training/container_checker.h"
#include "training/run_channels.h"
#include "training/run_log.h"
#include "training/state_machine.h"

namespace atelier::training {
namespace {

std::unexpected<Error> NoSuchJob(const std::string& uuid) {
  return NotFound(fmt::format("Training job (ID: {}) not found.", uuid), "ModelArts.2775", uuid);
}

std::unexpected<Error> NameIsTaken(const std::string& name) {
  return AlreadyExists(fmt::format("Duplicate training job (name {}).", name), "ModelArts.2751", name);
}

// An error of the parts that both APIs share, under v2's code.
template <class T>
Result<T> UnderCode(Result<T> result, std::string_view code) {
  if (!result) result.error().code = code;
  return result;
}

std::vector<ShownChannel> Shown(const std::vector<RunChannel>& channels, const RunState& run) {
  std::vector<ShownChannel> shown;
  for (const auto& each : channels)
    shown.push_back({each.channel, run.sandbox_level == "none" ? each.host.string() : each.inside});
  return shown;
}

}  // namespace

EventPage SelectEvents(const std::vector<JobEvent>& events, const EventQuery& query) {
  std::vector<JobEvent> passing;
  auto part = ToLower(query.pattern);
  std::ranges::copy_if(events, std::back_inserter(passing), [&](const JobEvent& event) {
    return (!query.level || event.level == *query.level) && (!query.source || event.source == *query.source) &&
           (!query.from || event.time >= *query.from) && (!query.to || event.time <= *query.to) &&
           ToLower(event.message).find(part) != std::string::npos;
  });
  if (query.descending) std::ranges::reverse(passing);
  EventPage page{.events = {}, .total = passing.size()};
  auto begin = std::min(passing.size(), query.offset);
  auto end = begin + std::min(passing.size() - begin, query.limit);
  page.events.assign(passing.begin() + static_cast<std::ptrdiff_t>(begin),
                     passing.begin() + static_cast<std::ptrdiff_t>(end));
  return page;
}

Result<VersionDetails> WholeJobs::Create(const std::string& project_id, ContainerJobRequest request) {
  const auto& ports = jobs_.ports();
  ATELIER_CHECK(UnderCode(CheckJobName(request.name), "ModelArts.2788"));
  ATELIER_CHECK(UnderCode(CheckDescription(request.description), "ModelArts.2788"));
  ATELIER_TRY(bool taken, IsNameTaken(project_id, request.name));
  if (taken) return NameIsTaken(request.name);
  if (!request.algorithm_id.empty()) {
    if (!algorithms_)
      return NotFound(fmt::format("algorithm not found: {}", request.algorithm_id), "ModelArts.2755",
                      request.algorithm_id);
    ATELIER_TRY(auto algorithm, algorithms_(project_id, request.algorithm_id));
    request.algorithm_name = algorithm.name;
    ATELIER_TRY(request.run, LayOver(algorithm, std::move(request.run)));
  }
  ContainerChecker checker(ports.artifacts, ports.engines, ports.backend.Flavors());
  JobVersion version;
  version.created = ports.clock.Now();
  ATELIER_TRY(version.spec, checker.Check(project_id, request));
  version.run.history.Note(version.created, EventLevel::kInfo, EventSource::kJob, "Training job created.");
  Job job{.id = 0,
          .project_id = project_id,
          .name = request.name,
          .description = request.description,
          .workspace_id = request.workspace_id,
          .created = version.created};
  auto created = ports.repository.CreateJobWithVersion(std::move(job), std::move(version));
  if (!created && created.error().kind == ErrorKind::kAlreadyExists) return NameIsTaken(request.name);
  if (!created) return std::unexpected(std::move(created).error());
  jobs_.reconciler().Wake();
  ATELIER_TRY(auto made, ports.repository.FindJob(created->job_id));
  if (!made) return NoSuchJob(request.name);  // deleted in this instant
  return jobs_.Detail(*made, *std::move(created));
}

Result<JobSearchPage> WholeJobs::Search(const std::string& project_id, const JobSearch& search) {
  return jobs_.ports().repository.Search(project_id, search, jobs_.Now());
}

Result<Job> WholeJobs::OwnedJob(const std::string& project_id, const std::string& uuid) {
  ATELIER_TRY(auto job, jobs_.ports().repository.FindJobByUuid(ToLower(uuid)));
  if (!job || job->project_id != project_id || job->deleting) return NoSuchJob(uuid);
  return *std::move(job);
}

Result<VersionDetails> WholeJobs::Find(const std::string& project_id, const std::string& uuid) {
  ATELIER_TRY(auto job, OwnedJob(project_id, uuid));
  ATELIER_TRY(auto newest, jobs_.ports().repository.NewestVersion(job.id));
  if (!newest) return NoSuchJob(uuid);
  return jobs_.Detail(job, *std::move(newest));
}

Result<void> WholeJobs::Describe(const std::string& project_id, const std::string& uuid,
                                 const std::string& description) {
  ATELIER_TRY(auto details, Find(project_id, uuid));
  ATELIER_CHECK(UnderCode(CheckDescription(description), "ModelArts.2788"));
  return jobs_.ports().repository.SetDescription(details.job.id, description);
}

Result<VersionDetails> WholeJobs::Terminate(const std::string& project_id, const std::string& uuid) {
  ATELIER_TRY(auto details, Find(project_id, uuid));
  auto stopped = jobs_.Stop(project_id, details.job.id, details.version.id);
  if (!stopped && stopped.error().kind == ErrorKind::kFailedPrecondition)
    return FailedPrecondition(
        fmt::format("The training job cannot be terminated: it is {}. Only creating, waiting or running jobs can be.",
                    PhaseOf(details.version.run.status)),
        "ModelArts.2796", uuid);
  if (!stopped) return std::unexpected(std::move(stopped).error());
  return Find(project_id, uuid);
}

Result<void> WholeJobs::Delete(const std::string& project_id, const std::string& uuid) {
  ATELIER_TRY(auto details, Find(project_id, uuid));
  return jobs_.DeleteJob(project_id, details.job.id);
}

Result<void> WholeJobs::DeleteAll(const std::string& project_id, const std::vector<std::string>& uuids) {
  if (uuids.empty() || uuids.size() > kMostBatch)
    return InvalidArgument(fmt::format("jobs: expected 1 to {}, got {}", kMostBatch, uuids.size()), "ModelArts.2788",
                           "jobs");
  for (const auto& uuid : uuids) ATELIER_CHECK(Find(project_id, uuid));
  for (const auto& uuid : uuids) {
    auto deleted = Delete(project_id, uuid);
    // Named twice, or deleted by another caller meanwhile.
    if (!deleted && deleted.error().kind != ErrorKind::kNotFound) return deleted;
  }
  return {};
}

Result<bool> WholeJobs::IsNameTaken(const std::string& project_id, const std::string& name) {
  ATELIER_TRY(auto job, jobs_.ports().repository.FindJobByName(project_id, name));
  return job.has_value();
}

Result<VersionDetails> WholeJobs::FindTask(const std::string& project_id, const std::string& uuid,
                                           const std::string& task) {
  ATELIER_TRY(auto details, Find(project_id, uuid));
  if (task != kTask)
    return InvalidArgument(fmt::format("the job has one task, {}; got '{}'", kTask, task), "ModelArts.2788", "task");
  return details;
}

Result<LogPage> WholeJobs::ReadLog(const std::string& project_id, const std::string& uuid, const std::string& task,
                                   LogQuery query) {
  ATELIER_TRY(auto details, FindTask(project_id, uuid, task));
  query.whole_tail = IsFinal(details.version.run.status);
  return ReadLogPage(jobs_.LogOf(details.version), query);
}

Result<LogPreview> WholeJobs::PreviewLog(const std::string& project_id, const std::string& uuid,
                                         const std::string& task) {
  ATELIER_TRY(auto details, FindTask(project_id, uuid, task));
  auto log = jobs_.LogOf(details.version);
  LogPreview preview{.content = ReplaceInvalidUtf8(LogTail(log, kMostPreview)), .full_size = 0};
  std::error_code absent;
  auto size = fs::file_size(log, absent);
  if (!absent) preview.full_size = size;
  return preview;
}

Result<fs::path> WholeJobs::FindLog(const std::string& project_id, const std::string& uuid, const std::string& task) {
  ATELIER_TRY(auto details, FindTask(project_id, uuid, task));
  auto log = jobs_.LogOf(details.version);
  std::error_code error;
  if (fs::is_regular_file(log, error)) return log;
  return InvalidArgument("the log has not been generated yet; try again when the job runs", "ModelArts.2818", uuid);
}

std::vector<ShownChannel> WholeJobs::Inputs(const JobVersion& version) const {
  return Shown(InputsOf(version.spec, RunLayout(jobs_.options().runner.directory, version)), version.run);
}

std::vector<ShownChannel> WholeJobs::Outputs(const JobVersion& version) const {
  return Shown(OutputsOf(version.spec, RunLayout(jobs_.options().runner.directory, version)), version.run);
}

Result<EventPage> WholeJobs::Events(const std::string& project_id, const std::string& uuid, const EventQuery& query) {
  ATELIER_TRY(auto details, Find(project_id, uuid));
  return SelectEvents(details.version.run.history.events, query);
}

}  // namespace atelier::training
