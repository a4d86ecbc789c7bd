// Filter, order and page of the job list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "training/job_summary.h"
#include "training/types.h"

namespace atelier::training {

enum class JobOrder { kName, kDescription, kStatus, kDuration, kVersionCount, kCreated };

struct JobQuery {
  std::vector<Status> statuses = {};  // of the newest version; empty: any
  std::string workspace_id = {};      // empty: any
  std::string search = {};            // part of the name; case does not matter
  JobOrder order = JobOrder::kName;
  bool descending = false;
  int page = 1;       // 1..65535
  int per_page = 10;  // 1..1000
};

// "job_name", "create_time", ... as clients send them.
Result<JobOrder> ParseJobOrder(std::string_view text);

// From the start to the end, or to now; 0 before the start.
Milliseconds DurationOf(const RunState& run, TimePoint now);

struct JobPage {
  std::vector<JobSummary> jobs;
  std::size_t total = 0;  // that pass the filter
};
// The rules of the list over jobs in memory. JobRepository::ListJobs answers the same from wherever the jobs are.
JobPage SelectJobs(std::vector<JobSummary> all, const JobQuery& query, TimePoint now);

}  // namespace atelier::training
