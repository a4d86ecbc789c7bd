// Jobs of every kind that lists tell apart, and every way to ask for them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/job_repository.h"

namespace atelier::training {

struct ListedJob {
  Job job;
  std::vector<RunState> runs;  // one for each version
};

// In the project p1, a few in p2: without a version, with several, waiting, running and ended, with equal descriptions.
std::vector<ListedJob> ListedJobs(int jobs);
// Makes them in the repository. Gives those of p1 as the rules of job_listing.h want them.
std::vector<JobSummary> FillForListing(JobRepository& repository, int jobs);

// All orders in both directions, with and without filters, at several pages.
std::vector<JobQuery> ListingQueries();

std::string Describe(const JobQuery& query);
std::vector<std::int64_t> IdsOf(const JobPage& page);

}  // namespace atelier::training
