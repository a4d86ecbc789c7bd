#include "storage/training_listing.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "storage/database.h"
#include "storage/training_repository.h"
#include "training/testing/listing_samples.h"

namespace atelier::storage {
namespace {

using testing::HasSubstr;
using testing::Not;
using training::JobOrder;
using training::JobQuery;
using training::JobSummary;
using training::Status;

constexpr int kJobs = 10'000;

// Writes many rows with two statements that are prepared once: the repository would take a minute for ten thousand
// jobs.
class Filler {
 public:
  explicit Filler(soci::session& sql)
      : job_((sql.prepare << "INSERT INTO training_job(id, uuid, project_id, name, description, created_at, "
                             "last_number, deleting, workspace_id) VALUES(:i, :u, :p, :n, :d, :c, 1, 0, :w)",
              soci::use(job_id_), soci::use(uuid_), soci::use(project_), soci::use(name_), soci::use(description_),
              soci::use(created_), soci::use(workspace_))),
        version_((sql.prepare
                      << "INSERT INTO training_version(id, job_id, number, created_at, engine_id, engine_type, "
                         "engine_type_name, engine_name, app_url, boot_file_url, data_url, train_url, log_url, "
                         "parameters, spec_id, flavor, cores, memory_bytes, worker_count, pre_version_id, model_id, "
                         "status, reason, fault, running_engine, sandbox_level, started_at, ended_at, usage_interval, "
                         "usage_cpu, usage_memory, mirror, cleaned, deleting) VALUES(:i, :j, :n, 0, 0, 0, '', '', '', "
                         "'', '', '', '', '[]', 0, '', 0, 0, 1, 0, 0, :s, '', '', '', '', :b, :e, 1, '', '', 0, 1, 0)",
                  soci::use(version_id_), soci::use(job_id_), soci::use(number_), soci::use(status_),
                  soci::use(started_), soci::use(ended_))) {}

  JobSummary Add(const training::ListedJob& listed) {
    JobSummary summary{.job = listed.job, .newest = std::nullopt, .version_count = 0};
    summary.job.id = ++job_id_;
    project_ = listed.job.project_id;
    name_ = listed.job.name;
    uuid_ = std::to_string(job_id_);
    workspace_ = listed.job.workspace_id;
    description_ = listed.job.description;
    created_ = ToUnixMillis(listed.job.created);
    job_.execute(true);
    for (const auto& run : listed.runs) {
      summary.newest.emplace();
      summary.newest->id = ++version_id_;
      summary.newest->run = run;
      number_ = ++summary.version_count;
      status_ = static_cast<int>(run.status);
      started_ = run.started ? ToUnixMillis(*run.started) : 0;
      ended_ = run.ended ? ToUnixMillis(*run.ended) : 0;
      version_.execute(true);
    }
    return summary;
  }

 private:
  std::int64_t job_id_ = 0, version_id_ = 0, created_ = 0, started_ = 0, ended_ = 0;
  int number_ = 0, status_ = 0;
  std::string uuid_, project_, name_, description_, workspace_;
  soci::statement job_, version_;  // last: bound to the members above
};

class TrainingListingTest : public testing::Test {
 protected:
  void Fill(int jobs) {
    auto work = [&](soci::session& sql) -> Result<void> {
      Filler filler(sql);
      for (const auto& listed : training::ListedJobs(jobs)) {
        auto summary = filler.Add(listed);
        if (listed.job.project_id == "p1") all_.push_back(std::move(summary));
      }
      return {};
    };
    auto written = database_->Write(work);
    ASSERT_TRUE(written) << written.error().message;
  }

  JobListing Counted(const JobQuery& query) {
    JobListing listing;
    EXPECT_TRUE(database_->Read([&](soci::session& sql) -> Result<void> {
      listing = CountListing(sql, "p1", query, now_);
      return {};
    }));
    return listing;
  }

  // SQLite's own words about how it would run the statement of the page.
  std::string PlanOf(JobListing listing) {
    listing.where = JobConditions("p1", listing.query);
    std::string plan;
    EXPECT_TRUE(database_->Read([&](soci::session& sql) -> Result<void> {
      std::string detail;
      int id = 0, parent = 0, unused = 0;
      auto prepared = (sql.prepare << "EXPLAIN QUERY PLAN " << JobPageStatement(listing), soci::into(id),
                       soci::into(parent), soci::into(unused), soci::into(detail));
      listing.where.BindTo(prepared);
      soci::statement select(prepared);
      select.execute();
      while (select.fetch()) plan += detail + "\n";
      return {};
    }));
    return plan;
  }

  TemporaryDirectory folder_;
  std::unique_ptr<Database> database_ = *Database::Open(folder_.path() / "control.db", "control");
  SqlTrainingRepository repository_{*database_};
  const TimePoint now_ = FromUnixMillis(1'000'000);
  std::vector<JobSummary> all_;
};

TEST_F(TrainingListingTest, TenThousandJobsAnswerAsTheRulesSay) {
  Fill(kJobs);
  EXPECT_EQ(*repository_.CountJobs("p1"), all_.size());
  for (auto order : {JobOrder::kName, JobOrder::kDescription, JobOrder::kStatus, JobOrder::kDuration,
                     JobOrder::kVersionCount, JobOrder::kCreated})
    for (const auto& query : {JobQuery{.order = order, .descending = true, .page = 9, .per_page = 1000},
                              JobQuery{.statuses = {Status::kKilled}, .order = order},
                              JobQuery{.workspace_id = "w", .order = order, .page = 5, .per_page = 50},
                              JobQuery{.search = "MNIST-77", .order = order, .page = 2}}) {
      auto page = repository_.ListJobs("p1", query, now_);
      auto expected = SelectJobs(all_, query, now_);
      ASSERT_TRUE(page) << page.error().message;
      EXPECT_EQ(page->total, expected.total) << Describe(query);
      EXPECT_EQ(IdsOf(*page), IdsOf(expected)) << Describe(query);
    }
}

TEST_F(TrainingListingTest, TenThousandJobsAreSearchedAsTheRulesSay) {
  Fill(kJobs);
  auto filter = [](const char* key, const char* op, std::vector<std::string> values) {
    return training::ParseSearchFilter(key, op, values).value();
  };
  for (const auto& search :
       {training::JobSearch{.page = 3}, training::JobSearch{.workspace_id = "w", .page = 40},
        training::JobSearch{.filters = {filter("status", "in", {"Running"})}, .per_page = 20},
        training::JobSearch{.filters = {filter("name", "like", {"mnist-77"}), filter("status", "not", {"Failed"})}},
        training::JobSearch{.filters = {filter("duration", "between", {"100", "300"})},
                            .order = {training::SearchField::kDuration},
                            .descending = false,
                            .page = 2}}) {
    auto page = repository_.Search("p1", search, now_);
    auto expected = training::SearchJobs(all_, search, now_);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->total, expected.total);
    EXPECT_EQ(page->matches, expected.matches);
    ASSERT_EQ(page->jobs.size(), expected.jobs.size());
    for (std::size_t i = 0; i < page->jobs.size(); ++i) EXPECT_EQ(page->jobs[i].job.id, expected.jobs[i].job.id);
  }
}

TEST_F(TrainingListingTest, APageWithoutAFilterIsReadInTheOrderOfItsIndex) {
  for (const auto& [order, index] : {std::pair(JobOrder::kName, "training_job_by_name"),
                                     std::pair(JobOrder::kDescription, "training_job_by_description"),
                                     std::pair(JobOrder::kStatus, "training_job_by_status"),
                                     std::pair(JobOrder::kVersionCount, "training_job_by_versions"),
                                     std::pair(JobOrder::kCreated, "training_job_by_creation")})
    for (bool descending : {false, true}) {
      auto plan = PlanOf({.query = {.order = order, .descending = descending}, .now = now_});
      EXPECT_EQ(plan,
                fmt::format("SEARCH training_job USING COVERING INDEX {} (project_id=? AND deleting=?)\n", index));
    }
}

TEST_F(TrainingListingTest, OnlyRunningJobsAreSortedByDuration) {
  auto plan = PlanOf({.query = {.order = JobOrder::kDuration, .descending = true}, .now = now_});
  const std::string search = "INDEX training_job_by_duration (project_id=? AND deleting=? AND running=?)\n";
  EXPECT_EQ(plan, "MERGE (UNION ALL)\nLEFT\nSEARCH training_job USING COVERING " + search +
                      "RIGHT\nSEARCH training_job USING " + search + "USE TEMP B-TREE FOR ORDER BY\n");
}

TEST_F(TrainingListingTest, AFilterTakesTheCheaperWay) {
  JobListing listing{.query = {.statuses = {Status::kCompleted}}, .now = now_, .jobs = kJobs, .matching = kJobs / 2};
  auto common = PlanOf(listing);
  EXPECT_THAT(common, HasSubstr("INDEX training_job_by_name"));
  EXPECT_THAT(common, Not(HasSubstr("TEMP B-TREE")));
  listing.matching = 20;
  EXPECT_THAT(PlanOf(listing), HasSubstr("INDEX training_job_by_status (project_id=? AND deleting=? AND status=?)"));
  listing.query = {.search = "x", .order = JobOrder::kCreated};
  EXPECT_THAT(PlanOf(listing), HasSubstr("INDEX training_job_by_name"));
  listing.matching = kJobs;
  EXPECT_THAT(PlanOf(listing), HasSubstr("INDEX training_job_by_creation"));
  listing.query = {.workspace_id = "w"};
  listing.matching = 20;
  EXPECT_THAT(PlanOf(listing),
              HasSubstr("INDEX training_job_by_workspace (project_id=? AND deleting=? AND workspace_id=?"));
}

TEST_F(TrainingListingTest, CountsFollowEveryChange) {
  Fill(40);
  auto count = [&](Status status) { return Counted({.statuses = {status}}).matching; };
  auto of = [&](Status status) { return SelectJobs(all_, {.statuses = {status}}, now_).total; };
  for (auto status : {Status::kUnknown, Status::kCompleted, Status::kFailed, Status::kRunning, Status::kWaiting})
    EXPECT_EQ(count(status), of(status)) << static_cast<int>(status);
  auto completed = of(Status::kCompleted), unknown = of(Status::kUnknown);
  auto page = SelectJobs(all_, {.statuses = {Status::kCompleted}, .per_page = 1}, now_);
  const auto& job = page.jobs.at(0);
  ASSERT_EQ(job.version_count, 1);
  ASSERT_TRUE(repository_.MarkVersionDeleting(job.newest->id));
  EXPECT_EQ(count(Status::kCompleted), completed - 1);
  EXPECT_EQ(count(Status::kUnknown), unknown + 1) << "a job without a version";
  ASSERT_TRUE(repository_.RemoveVersion(job.newest->id));
  ASSERT_TRUE(repository_.MarkJobDeleting(job.job.id));
  ASSERT_TRUE(repository_.RemoveJob(job.job.id));
  EXPECT_EQ(count(Status::kUnknown), unknown);
  EXPECT_EQ(Counted({}).jobs, all_.size() - 1);
}

}  // namespace
}  // namespace atelier::storage
