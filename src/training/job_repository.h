// Port: where jobs and versions are kept. Implemented by storage/ (SOCI) and training/testing/ (memory).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "training/job_search.h"
#include "training/job_summary.h"
#include "training/types.h"

namespace atelier::training {

// Thread-safe. Every write is durable when it returns. Absent things are nullopt, not errors. Ids are never used twice.
// Jobs and versions that are being deleted are still here; whoever shows them filters (`deleting`).
class JobRepository {
 public:
  virtual ~JobRepository() = default;

  // Gives the job its id, and a UUID unless it has one. AlreadyExists (code ModelArts.0103) when a job of the project
  // that is not being deleted has the name.
  virtual Result<Job> CreateJob(Job job) = 0;
  // The same, with its version 1, in one transaction.
  virtual Result<JobVersion> CreateJobWithVersion(Job job, JobVersion first) = 0;
  // Gives id and the job's next number. In the same transaction marks the job's version 1 as Mirror::kWanted when it
  // has the same non-empty train_url and is Mirror::kNone. NotFound when the job is gone or being deleted.
  virtual Result<JobVersion> AddVersion(JobVersion version) = 0;

  virtual Result<std::optional<Job>> FindJob(std::int64_t job_id) = 0;
  virtual Result<std::optional<Job>> FindJobByUuid(const std::string& uuid) = 0;
  // Not being deleted.
  virtual Result<std::optional<Job>> FindJobByName(const std::string& project_id, const std::string& name) = 0;
  virtual Result<std::size_t> CountJobs(const std::string& project_id) = 0;  // without those being deleted
  virtual Result<std::optional<JobVersion>> FindVersion(std::int64_t version_id) = 0;
  virtual Result<std::vector<JobSummary>> Summaries(const std::string& project_id) = 0;  // without those being deleted
  virtual Result<std::optional<JobVersion>> NewestVersion(std::int64_t job_id) = 0;      // of those not being deleted
  // As SearchJobs over the summaries, at a cost that does not grow with them.
  virtual Result<JobSearchPage> Search(const std::string& project_id, const JobSearch& search, TimePoint now) = 0;
  virtual Result<std::vector<JobVersion>> Versions(
      std::int64_t job_id) = 0;  // newest first, without those being deleted
  // What the reconciler has to look at: not final, not cleaned, being deleted, or mirror wanted. Oldest first.
  virtual Result<std::vector<JobVersion>> Pending() = 0;
  // Jobs being deleted that have no versions left.
  virtual Result<std::vector<std::int64_t>> EmptyDeletedJobs() = 0;

  virtual Result<void> SetDescription(std::int64_t job_id, const std::string& description) = 0;
  // Writes the changing part if status, deleting and mirror are still what `before` says; Conflict otherwise (someone
  // else moved it).
  virtual Result<void> Update(std::int64_t version_id, const RunState& before, const RunState& after) = 0;
  virtual Result<void> MarkJobDeleting(std::int64_t job_id) = 0;  // and all of its versions
  virtual Result<void> MarkVersionDeleting(std::int64_t version_id) = 0;
  virtual Result<void> RemoveVersion(std::int64_t version_id) = 0;  // with its published files; absent is fine
  virtual Result<void> RemoveJob(std::int64_t job_id) = 0;          // absent is fine

  // The files a version has stored, by path.
  virtual Result<std::vector<PublishedFile>> Published(std::int64_t version_id) = 0;
  virtual Result<void> RecordPublished(std::int64_t version_id,
                                       const std::vector<PublishedFile>& files) = 0;  // adds or replaces
  virtual Result<void> ForgetPublished(std::int64_t version_id, const std::vector<std::string>& paths) = 0;
};

}  // namespace atelier::training
