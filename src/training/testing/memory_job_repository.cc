#include "training/testing/memory_job_repository.h"

#include <algorithm>

#include "base/ids.h"
#include "training/state_machine.h"

namespace atelier::training {

void MemoryJobRepository::AllowWrites(int count) {
  std::lock_guard lock(mutex_);
  writes_left_ = count;
}

Result<void> MemoryJobRepository::SpendWrite() {
  if (writes_left_ <= 0) return Unavailable("the repository takes no writes now");
  --writes_left_;
  return {};
}

Result<Job> MemoryJobRepository::InsertJob(Job job) {
  ATELIER_CHECK(SpendWrite());
  for (const auto& [id, other] : jobs_)
    if (other.project_id == job.project_id && other.name == job.name && !other.deleting)
      return AlreadyExists("Job name:" + job.name + " is existed", "ModelArts.0103", job.name);
  job.id = ++last_job_;
  if (job.uuid.empty()) job.uuid = NewUuid();
  jobs_[job.id] = job;
  return job;
}

Result<Job> MemoryJobRepository::CreateJob(Job job) {
  std::lock_guard lock(mutex_);
  return InsertJob(std::move(job));
}

Result<JobVersion> MemoryJobRepository::CreateJobWithVersion(Job job, JobVersion first) {
  std::lock_guard lock(mutex_);
  ATELIER_TRY(auto made, InsertJob(std::move(job)));
  jobs_[made.id].last_number = 1;
  first.id = ++last_version_;
  first.job_id = made.id;
  first.number = 1;
  versions_[first.id] = first;
  return first;
}

Result<JobVersion> MemoryJobRepository::AddVersion(JobVersion version) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  auto job = jobs_.find(version.job_id);
  if (job == jobs_.end() || job->second.deleting) return NotFound("there is no such training job");
  version.id = ++last_version_;
  version.number = ++job->second.last_number;
  for (auto& [id, other] : versions_)
    if (other.job_id == version.job_id && other.number == 1 && other.run.mirror == Mirror::kNone &&
        !version.spec.train_url.empty() && other.spec.train_url == version.spec.train_url)
      other.run.mirror = Mirror::kWanted;
  versions_[version.id] = version;
  return version;
}

Result<std::optional<Job>> MemoryJobRepository::FindJob(std::int64_t job_id) {
  std::lock_guard lock(mutex_);
  auto found = jobs_.find(job_id);
  return found == jobs_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<Job>> MemoryJobRepository::FindJobByUuid(const std::string& uuid) {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find_if(jobs_, [&](const auto& item) { return item.second.uuid == uuid; });
  return found == jobs_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<Job>> MemoryJobRepository::FindJobByName(const std::string& project_id, const std::string& name) {
  std::lock_guard lock(mutex_);
  auto found = std::ranges::find_if(jobs_, [&](const auto& item) {
    return item.second.project_id == project_id && item.second.name == name && !item.second.deleting;
  });
  return found == jobs_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<JobVersion>> MemoryJobRepository::NewestVersion(std::int64_t job_id) {
  ATELIER_TRY(auto rows, ListVersions(job_id, 0, 1));
  return rows.versions.empty() ? std::nullopt : std::optional(std::move(rows.versions.front()));
}

Result<JobSearchPage> MemoryJobRepository::Search(const std::string& project_id, const JobSearch& search,
                                                  TimePoint now) {
  ATELIER_TRY(auto summaries, Summaries(project_id));
  return SearchJobs(std::move(summaries), search, now);
}

Result<std::optional<JobVersion>> MemoryJobRepository::FindVersion(std::int64_t version_id) {
  std::lock_guard lock(mutex_);
  auto found = versions_.find(version_id);
  return found == versions_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::optional<JobVersion>> MemoryJobRepository::FindNumber(std::int64_t job_id, int number) {
  std::lock_guard lock(mutex_);
  for (const auto& [id, version] : versions_)
    if (version.job_id == job_id && version.number == number) return version;
  return std::nullopt;
}

Result<std::vector<JobSummary>> MemoryJobRepository::Summaries(const std::string& project_id) {
  std::lock_guard lock(mutex_);
  std::vector<JobSummary> summaries;
  for (const auto& [id, job] : jobs_) {
    if (job.project_id != project_id || job.deleting) continue;
    JobSummary summary{.job = job, .newest = std::nullopt, .version_count = 0};
    for (const auto& [version_id, version] : versions_) {
      if (version.job_id != id || version.run.deleting) continue;
      summary.newest = version;
      ++summary.version_count;
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

Result<JobPage> MemoryJobRepository::ListJobs(const std::string& project_id, const JobQuery& query, TimePoint now) {
  ATELIER_TRY(auto all, Summaries(project_id));
  return SelectJobs(std::move(all), query, now);
}

Result<std::size_t> MemoryJobRepository::CountJobs(const std::string& project_id) {
  ATELIER_TRY(auto all, Summaries(project_id));
  return all.size();
}

Result<VersionRows> MemoryJobRepository::ListVersions(std::int64_t job_id, std::size_t offset, std::size_t limit) {
  std::lock_guard lock(mutex_);
  VersionRows rows;
  for (auto entry = versions_.rbegin(); entry != versions_.rend(); ++entry) {
    const auto& version = entry->second;
    if (version.job_id != job_id || version.run.deleting) continue;
    if (rows.total >= offset && rows.versions.size() < limit) rows.versions.push_back(version);
    ++rows.total;
  }
  return rows;
}

Result<std::vector<JobVersion>> MemoryJobRepository::Pending() {
  std::lock_guard lock(mutex_);
  std::vector<JobVersion> pending;
  for (const auto& [id, version] : versions_) {
    const auto& run = version.run;
    if (!IsFinal(run.status) || !run.cleaned || run.deleting || run.mirror == Mirror::kWanted)
      pending.push_back(version);
  }
  return pending;
}

Result<std::vector<std::int64_t>> MemoryJobRepository::EmptyDeletedJobs() {
  std::lock_guard lock(mutex_);
  std::vector<std::int64_t> ids;
  for (const auto& [id, job] : jobs_) {
    auto of_job = [&](const auto& item) { return item.second.job_id == id; };
    if (job.deleting && std::ranges::none_of(versions_, of_job)) ids.push_back(id);
  }
  return ids;
}

Result<void> MemoryJobRepository::SetDescription(std::int64_t job_id, const std::string& description) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  if (auto found = jobs_.find(job_id); found != jobs_.end()) found->second.description = description;
  return {};
}

Result<void> MemoryJobRepository::Update(std::int64_t version_id, const RunState& before, const RunState& after) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  auto found = versions_.find(version_id);
  if (found == versions_.end() || found->second.run.status != before.status ||
      found->second.run.deleting != before.deleting || found->second.run.mirror != before.mirror)
    return MakeError(ErrorKind::kConflict, "the version was changed meanwhile");
  found->second.run = after;
  return {};
}

Result<void> MemoryJobRepository::MarkJobDeleting(std::int64_t job_id) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  if (auto found = jobs_.find(job_id); found != jobs_.end()) found->second.deleting = true;
  for (auto& [id, version] : versions_)
    if (version.job_id == job_id) version.run.deleting = true;
  return {};
}

Result<void> MemoryJobRepository::MarkVersionDeleting(std::int64_t version_id) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  if (auto found = versions_.find(version_id); found != versions_.end()) found->second.run.deleting = true;
  return {};
}

Result<void> MemoryJobRepository::RemoveVersion(std::int64_t version_id) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  versions_.erase(version_id);
  published_.erase(version_id);
  return {};
}

Result<void> MemoryJobRepository::RemoveJob(std::int64_t job_id) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  jobs_.erase(job_id);
  return {};
}

Result<std::vector<PublishedFile>> MemoryJobRepository::Published(std::int64_t version_id) {
  std::lock_guard lock(mutex_);
  std::vector<PublishedFile> files;
  for (const auto& [path, file] : published_[version_id]) files.push_back(file);
  return files;
}

Result<void> MemoryJobRepository::RecordPublished(std::int64_t version_id, const std::vector<PublishedFile>& files) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  for (const auto& file : files) published_[version_id][file.path] = file;
  return {};
}

Result<void> MemoryJobRepository::ForgetPublished(std::int64_t version_id, const std::vector<std::string>& paths) {
  std::lock_guard lock(mutex_);
  ATELIER_CHECK(SpendWrite());
  for (const auto& path : paths) published_[version_id].erase(path);
  return {};
}

}  // namespace atelier::training
