// The training jobs of all projects: what the API surfaces call.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "compute/backend.h"
#include "training/artifact_store.h"
#include "training/engine_source.h"
#include "training/job_listing.h"
#include "training/job_repository.h"
#include "training/job_request.h"
#include "training/log_reader.h"
#include "training/reconciler.h"
#include "training/version_runner.h"

namespace atelier::training {

struct JobOptions {
  RunnerOptions runner;
  ReconcilerOptions reconciler;
  // How many jobs a project may have, for lists to show; whether one more may be is decided before it comes here.
  std::function<Result<std::size_t>(const std::string& project_id)> job_quota = [](const std::string&) {
    return Result<std::size_t>(10'000);
  };
};

// The ports it stands on; all must outlive the service.
struct JobPorts {
  JobRepository& repository;
  ArtifactStore& artifacts;
  EngineSource& engines;
  compute::Backend& backend;
  const Clock& clock;
};

struct JobReceipt {
  Job job;
  std::optional<JobVersion> version;  // absent for a job made without one
};

struct VersionDetails {
  Job job;
  JobVersion version;
  Milliseconds duration{0};
  std::string reason;  // the run's reason; for a running one that has been silent for minutes, that
};

struct VersionPage {
  Job job;
  std::vector<VersionDetails> versions;
  std::size_t total = 0;
};

struct JobListPage {
  JobPage page;
  std::size_t quota = 0;
  std::size_t left = 0;  // how many more jobs can be made
};

// Thread-safe. Jobs of another project do not exist for a caller: NotFound. Acknowledged changes are durable; the work
// itself happens behind (Reconciler).
class JobService {
 public:
  JobService(JobPorts ports, JobOptions options);

  // Begins to work on what is pending. Without it (tests) the work is driven through reconciler().
  void Start();

  Result<JobReceipt> CreateJob(const std::string& project_id, const JobRequest& request);
  // `description`: replaces the job's when not empty.
  Result<JobReceipt> CreateVersion(const std::string& project_id, std::int64_t job_id, const RunRequest& request,
                                   const std::string& description);
  Result<JobListPage> ListJobs(const std::string& project_id, const JobQuery& query);
  // `page` 0: the newest 1000.
  Result<VersionPage> ListVersions(const std::string& project_id, std::int64_t job_id, int page, int per_page);
  Result<VersionDetails> FindVersion(const std::string& project_id, std::int64_t job_id, std::int64_t version_id);
  // "V0002", or the newest for an empty name.
  Result<VersionDetails> FindVersionNamed(const std::string& project_id, std::int64_t job_id, const std::string& name);
  Result<void> Describe(const std::string& project_id, std::int64_t job_id, const std::string& description);

  // FailedPrecondition, ModelArts.0105, when it has ended or is being stopped.
  Result<void> Stop(const std::string& project_id, std::int64_t job_id, std::int64_t version_id);
  // A running version is stopped first. Gone for callers at once; the rest happens behind. Outputs in the object store
  // stay.
  Result<void> DeleteVersion(const std::string& project_id, std::int64_t job_id, std::int64_t version_id);
  Result<void> DeleteJob(const std::string& project_id, std::int64_t job_id);

  Result<std::vector<std::string>> LogFiles(const std::string& project_id, std::int64_t job_id,
                                            std::int64_t version_id);
  Result<LogPage> ReadLog(const std::string& project_id, std::int64_t job_id, std::int64_t version_id,
                          const std::string& file, LogQuery query);

  std::vector<compute::Flavor> Flavors() const;
  Result<std::vector<EngineListing>> Engines();
  TimePoint Now() const { return ports_.clock.Now(); }
  Reconciler& reconciler() { return reconciler_; }

  // For the other views of the same jobs (whole_jobs.h).
  const JobPorts& ports() const { return ports_; }
  const JobOptions& options() const { return options_; }
  VersionDetails Detail(const Job& job, JobVersion version) const;
  std::filesystem::path LogOf(const JobVersion& version) const;

 private:
  Result<Job> OwnedJob(const std::string& project_id, std::int64_t job_id);
  Result<VersionDetails> Owned(const std::string& project_id, std::int64_t job_id, std::int64_t version_id);

  JobPorts ports_;
  const JobOptions options_;
  VersionRunner runner_;
  Reconciler reconciler_;  // last: its threads use the members above
};

}  // namespace atelier::training
