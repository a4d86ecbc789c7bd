#include "training/testing/listing_samples.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace atelier::training {
namespace {

constexpr Status kStatuses[] = {Status::kCompleted, Status::kCompleted, Status::kFailed, Status::kRunning,
                                Status::kCompleted, Status::kWaiting,   Status::kKilled};

RunState RunOf(int number) {
  RunState run;
  run.status = kStatuses[static_cast<std::size_t>(number) % std::size(kStatuses)];
  if (run.status == Status::kWaiting) return run;
  run.started = FromUnixMillis(1'000 + number * 37 % 500);
  // Some clocks went backwards.
  if (run.status != Status::kRunning) run.ended = *run.started + Milliseconds(number * 91 % 700 - 20);
  return run;
}

JobVersion MakeVersion(JobRepository& repository, JobSummary& summary, const RunState& run) {
  JobVersion version;
  version.job_id = summary.job.id;
  auto made = summary.version_count == 0 ? repository.CreateJobWithVersion(summary.job, version)
                                         : repository.AddVersion(version);
  EXPECT_TRUE(made) << made.error().message;
  version = made.value_or(version);
  summary.job.id = version.job_id;
  EXPECT_TRUE(repository.Update(version.id, version.run, run));
  version.run = run;
  return version;
}

}  // namespace

std::vector<ListedJob> ListedJobs(int jobs) {
  std::vector<ListedJob> all;
  for (int i = 0; i < jobs; ++i) {
    ListedJob listed;
    listed.job.project_id = i % 31 == 30 ? "p2" : "p1";
    listed.job.name = fmt::format("{}-{}", i % 2 == 0 ? "Mnist" : "ocr", i * 7919 % 100'003);
    listed.job.description = fmt::format("d{}", i % 5);
    listed.job.workspace_id = i % 4 == 0 ? "w" : "0";
    listed.job.created = FromUnixMillis(10'000 + i * 13 % 97);
    if (i % 10 != 9) listed.runs.push_back(RunOf(i));
    if (i % 6 == 5) listed.runs.push_back(RunOf(i + 1));
    all.push_back(std::move(listed));
  }
  return all;
}

std::vector<JobSummary> FillForListing(JobRepository& repository, int jobs) {
  std::vector<JobSummary> all;
  for (const auto& [job, runs] : ListedJobs(jobs)) {
    JobSummary summary{.job = job, .newest = std::nullopt, .version_count = 0};
    for (const auto& run : runs) {
      summary.newest = MakeVersion(repository, summary, run);
      ++summary.version_count;
    }
    if (runs.empty()) {
      auto made = repository.CreateJob(job);
      EXPECT_TRUE(made) << made.error().message;
      summary.job = made.value_or(job);
    }
    if (job.project_id == "p1") all.push_back(std::move(summary));
  }
  return all;
}

std::vector<JobQuery> ListingQueries() {
  std::vector<JobQuery> queries;
  const std::vector<std::vector<Status>> statuses = {
      {}, {Status::kCompleted}, {Status::kRunning, Status::kFailed}, {Status::kUnknown, Status::kLost}};
  for (auto order : {JobOrder::kName, JobOrder::kDescription, JobOrder::kStatus, JobOrder::kDuration,
                     JobOrder::kVersionCount, JobOrder::kCreated})
    for (bool descending : {false, true})
      for (const auto& list : statuses)
        for (const char* search : {"", "MNIST-1", "%"})
          for (int page : {1, 2, 3, 60'000})
            queries.push_back({.statuses = list,
                               .workspace_id = page == 2 ? "w" : "",
                               .search = search,
                               .order = order,
                               .descending = descending,
                               .page = page,
                               .per_page = 7});
  return queries;
}

std::string Describe(const JobQuery& query) {
  std::string statuses;
  for (auto status : query.statuses) statuses += fmt::format(" {}", static_cast<int>(status));
  return fmt::format("order {}{}, statuses [{}], workspace '{}', search '{}', page {} of {}",
                     static_cast<int>(query.order), query.descending ? " descending" : "", statuses, query.workspace_id,
                     query.search, query.page, query.per_page);
}

std::vector<std::int64_t> IdsOf(const JobPage& page) {
  std::vector<std::int64_t> ids;
  for (const auto& summary : page.jobs) ids.push_back(summary.job.id);
  return ids;
}

}  // namespace atelier::training
