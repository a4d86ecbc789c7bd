// Training jobs in control.db.
#pragma once

#include "storage/database.h"
#include "training/job_repository.h"

namespace atelier::storage {

// Thread-safe; keeps no state but the database's. Parameters are kept as JSON, usage series as comma-separated numbers.
class SqlTrainingRepository final : public training::JobRepository {
 public:
  explicit SqlTrainingRepository(Database& control) : control_(control) {}

  Result<training::Job> CreateJob(training::Job job) override;
  Result<training::JobVersion> CreateJobWithVersion(training::Job job, training::JobVersion first) override;
  Result<training::JobVersion> AddVersion(training::JobVersion version) override;
  Result<std::optional<training::Job>> FindJob(std::int64_t job_id) override;
  Result<std::optional<training::Job>> FindJobByUuid(const std::string& uuid) override;
  Result<std::optional<training::Job>> FindJobByName(const std::string& project_id, const std::string& name) override;
  Result<std::size_t> CountJobs(const std::string& project_id) override;
  Result<std::optional<training::JobVersion>> FindVersion(std::int64_t version_id) override;
  Result<std::optional<training::JobVersion>> NewestVersion(std::int64_t job_id) override;
  Result<std::optional<training::JobVersion>> FindNumber(std::int64_t job_id, int number) override;
  Result<training::JobPage> ListJobs(const std::string& project_id, const training::JobQuery& query,
                                     TimePoint now) override;
  Result<training::VersionRows> ListVersions(std::int64_t job_id, std::size_t offset, std::size_t limit) override;
  Result<training::JobSearchPage> Search(const std::string& project_id, const training::JobSearch& search,
                                         TimePoint now) override;
  Result<std::vector<training::JobVersion>> Pending() override;
  Result<std::vector<std::int64_t>> EmptyDeletedJobs() override;
  Result<void> SetDescription(std::int64_t job_id, const std::string& description) override;
  Result<void> Update(std::int64_t version_id, const training::RunState& before,
                      const training::RunState& after) override;
  Result<void> MarkJobDeleting(std::int64_t job_id) override;
  Result<void> MarkVersionDeleting(std::int64_t version_id) override;
  Result<void> RemoveVersion(std::int64_t version_id) override;
  Result<void> RemoveJob(std::int64_t job_id) override;
  Result<std::vector<training::PublishedFile>> Published(std::int64_t version_id) override;
  Result<void> RecordPublished(std::int64_t version_id, const std::vector<training::PublishedFile>& files) override;
  Result<void> ForgetPublished(std::int64_t version_id, const std::vector<std::string>& paths) override;

 private:
  Database& control_;
};

}  // namespace atelier::storage
