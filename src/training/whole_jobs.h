// Training jobs as API v2 sees them: a job is one thing with a UUID, shown as its newest version; jobs without any
// version are not there. The same jobs as JobService's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "training/container_request.h"
#include "training/job_service.h"

namespace atelier::training {

// The end of a log.
struct LogPreview {
  std::string content;
  std::uint64_t full_size = 0;
};

struct EventQuery {
  std::optional<EventLevel> level = {};
  std::optional<EventSource> source = {};
  std::string pattern = {};  // part of the message
  std::optional<TimePoint> from = {}, to = {};
  bool descending = true;
  std::size_t offset = 0, limit = 50;
};
struct EventPage {
  std::vector<JobEvent> events;
  std::size_t total = 0;  // that pass
};
// An input or output and the folder in which the script finds it.
struct ShownChannel {
  Channel channel;
  std::string folder;
};

// Pure: which events a query shows.
EventPage SelectEvents(const std::vector<JobEvent>& events, const EventQuery& query);

// Thread-safe. Errors carry the codes of API v2: 2775 for a job that is not there (or another project's), 2751 for a
// name that is taken, 2796 for what cannot be stopped, 2788 for another task than worker-0.
class WholeJobs {
 public:
  static constexpr std::size_t kMostPreview = 5ULL << 20;
  static constexpr std::size_t kMostBatch = 100;
  static constexpr const char* kTask = "worker-0";  // jobs run on one node

  // `jobs` must outlive it. Without a lookup there are no algorithms.
  explicit WholeJobs(JobService& jobs, AlgorithmLookup algorithms = {})
      : jobs_(jobs), algorithms_(std::move(algorithms)) {}

  Result<VersionDetails> Create(const std::string& project_id, ContainerJobRequest request);
  Result<JobSearchPage> Search(const std::string& project_id, const JobSearch& search);
  Result<VersionDetails> Find(const std::string& project_id, const std::string& uuid);
  // The same, for a request that also names a task: InvalidArgument for another than worker-0.
  Result<VersionDetails> FindTask(const std::string& project_id, const std::string& uuid, const std::string& task);
  Result<void> Describe(const std::string& project_id, const std::string& uuid, const std::string& description);
  Result<VersionDetails> Terminate(const std::string& project_id, const std::string& uuid);
  Result<void> Delete(const std::string& project_id, const std::string& uuid);
  // All of them, or none when one is not there.
  Result<void> DeleteAll(const std::string& project_id, const std::vector<std::string>& uuids);
  Result<bool> IsNameTaken(const std::string& project_id, const std::string& name);

  Result<LogPage> ReadLog(const std::string& project_id, const std::string& uuid, const std::string& task,
                          LogQuery query);
  Result<LogPreview> PreviewLog(const std::string& project_id, const std::string& uuid, const std::string& task);
  // The log's file on the host; InvalidArgument, 2818, while there is none.
  Result<std::filesystem::path> FindLog(const std::string& project_id, const std::string& uuid,
                                        const std::string& task);
  Result<EventPage> Events(const std::string& project_id, const std::string& uuid, const EventQuery& query);

  // Without a sandbox the folders are the host's.
  std::vector<ShownChannel> Inputs(const JobVersion& version) const;
  std::vector<ShownChannel> Outputs(const JobVersion& version) const;

  JobService& jobs() const { return jobs_; }

 private:
  Result<Job> OwnedJob(const std::string& project_id, const std::string& uuid);

  JobService& jobs_;
  const AlgorithmLookup algorithms_;
};

}  // namespace atelier::training
