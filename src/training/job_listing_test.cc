#include "training/job_listing.h"

#include <gtest/gtest.h>

namespace atelier::training {
namespace {

JobSummary Make(std::int64_t id, const std::string& name, Status status, int versions, std::int64_t millis) {
  JobSummary summary;
  summary.job = {.id = id, .project_id = "p", .name = name, .description = "", .created = FromUnixMillis(1'000 - id)};
  summary.newest.emplace();
  summary.newest->run.status = status;
  summary.newest->run.started = FromUnixMillis(0);
  summary.newest->run.ended = FromUnixMillis(millis);
  summary.version_count = versions;
  return summary;
}

std::vector<JobSummary> Three() {
  return {Make(1, "beta", Status::kRunning, 3, 10), Make(2, "Alpha-mnist", Status::kCompleted, 1, 30),
          Make(3, "gamma-MNIST", Status::kFailed, 2, 20)};
}

std::vector<std::int64_t> Ids(const JobPage& page) {
  std::vector<std::int64_t> ids;
  for (const auto& summary : page.jobs) ids.push_back(summary.job.id);
  return ids;
}

using Ints = std::vector<std::int64_t>;

TEST(JobListingTest, Orders) {
  auto order = [](JobOrder by, bool descending) {
    return Ids(SelectJobs(Three(), {.order = by, .descending = descending}, FromUnixMillis(100)));
  };
  EXPECT_EQ(order(JobOrder::kName, false), (Ints{2, 1, 3}));
  EXPECT_EQ(order(JobOrder::kName, true), (Ints{3, 1, 2}));
  EXPECT_EQ(order(JobOrder::kStatus, false), (Ints{1, 2, 3}));
  EXPECT_EQ(order(JobOrder::kDuration, false), (Ints{1, 3, 2}));
  EXPECT_EQ(order(JobOrder::kVersionCount, false), (Ints{2, 3, 1}));
  EXPECT_EQ(order(JobOrder::kCreated, false), (Ints{3, 2, 1}));
  EXPECT_EQ(order(JobOrder::kDescription, false), (Ints{1, 2, 3}));
}

TEST(JobListingTest, FiltersAndPages) {
  auto now = FromUnixMillis(100);
  EXPECT_EQ(Ids(SelectJobs(Three(), {.search = "mnist"}, now)), (Ints{2, 3}));
  EXPECT_EQ(Ids(SelectJobs(Three(), {.statuses = {Status::kRunning, Status::kFailed}}, now)), (Ints{1, 3}));
  auto page = SelectJobs(Three(), {.page = 2, .per_page = 2}, now);
  EXPECT_EQ(Ids(page), (Ints{3}));
  EXPECT_EQ(page.total, 3U);
  EXPECT_TRUE(SelectJobs(Three(), {.page = 65535, .per_page = 1000}, now).jobs.empty());
}

TEST(JobListingTest, NamesOfOrders) {
  EXPECT_EQ(*ParseJobOrder("create_time"), JobOrder::kCreated);
  EXPECT_FALSE(ParseJobOrder("size"));
}

TEST(UsageSeriesTest, KeepsTheWholeCourseInBoundedSpace) {
  UsageSeries series;
  constexpr int kMonth = 31 * 24 * 60;
  for (int minute = 0; minute < kMonth; minute += series.interval_minutes) series.Add(50, 25);
  EXPECT_LE(series.cpu_percent.size(), UsageSeries::kMostSamples);
  EXPECT_EQ(series.cpu_percent.size(), series.memory_percent.size());
  EXPECT_EQ(series.interval_minutes, 32);
  EXPECT_FLOAT_EQ(series.cpu_percent.front(), 50);
  EXPECT_FLOAT_EQ(series.memory_percent.back(), 25);
}

}  // namespace
}  // namespace atelier::training
