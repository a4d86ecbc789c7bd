// JobRepository in memory, for tests. A budget of writes lets a test "crash" between any two of them.
#pragma once

#include <limits>
#include <map>
#include <mutex>

#include "training/job_repository.h"

namespace atelier::training {

class MemoryJobRepository final : public JobRepository {
 public:
  Result<Job> CreateJob(Job job) override;
  Result<JobVersion> CreateJobWithVersion(Job job, JobVersion first) override;
  Result<JobVersion> AddVersion(JobVersion version) override;
  Result<std::optional<Job>> FindJob(std::int64_t job_id) override;
  Result<std::optional<Job>> FindJobByUuid(const std::string& uuid) override;
  Result<std::optional<Job>> FindJobByName(const std::string& project_id, const std::string& name) override;
  Result<std::size_t> CountJobs(const std::string& project_id) override;
  Result<std::optional<JobVersion>> FindVersion(std::int64_t version_id) override;
  Result<std::optional<JobVersion>> NewestVersion(std::int64_t job_id) override;
  Result<std::optional<JobVersion>> FindNumber(std::int64_t job_id, int number) override;
  Result<JobPage> ListJobs(const std::string& project_id, const JobQuery& query, TimePoint now) override;
  Result<JobSearchPage> Search(const std::string& project_id, const JobSearch& search, TimePoint now) override;
  Result<VersionRows> ListVersions(std::int64_t job_id, std::size_t offset, std::size_t limit) override;
  Result<std::vector<JobVersion>> Pending() override;
  Result<std::vector<std::int64_t>> EmptyDeletedJobs() override;
  Result<void> SetDescription(std::int64_t job_id, const std::string& description) override;
  Result<void> Update(std::int64_t version_id, const RunState& before, const RunState& after) override;
  Result<void> MarkJobDeleting(std::int64_t job_id) override;
  Result<void> MarkVersionDeleting(std::int64_t version_id) override;
  Result<void> RemoveVersion(std::int64_t version_id) override;
  Result<void> RemoveJob(std::int64_t job_id) override;
  Result<std::vector<PublishedFile>> Published(std::int64_t version_id) override;
  Result<void> RecordPublished(std::int64_t version_id, const std::vector<PublishedFile>& files) override;
  Result<void> ForgetPublished(std::int64_t version_id, const std::vector<std::string>& paths) override;

  // After this many further writes every write fails with Unavailable, as if the process had died there.
  void AllowWrites(int count);

 private:
  Result<void> SpendWrite();
  Result<Job> InsertJob(Job job);
  Result<std::vector<JobSummary>> Summaries(const std::string& project_id);

  std::mutex mutex_;  // guards all of:
  int writes_left_ = std::numeric_limits<int>::max();
  std::int64_t last_job_ = 0, last_version_ = 0;
  std::map<std::int64_t, Job> jobs_;
  std::map<std::int64_t, JobVersion> versions_;
  std::map<std::int64_t, std::map<std::string, PublishedFile>> published_;
};

}  // namespace atelier::training
