#include "training/job_service.h"

#include <gtest/gtest.h>

#include <thread>

#include "training/run_layout.h"
#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

class JobServiceTest : public testing::Test {
 protected:
  TrainingWorld world_;
};

TEST_F(JobServiceTest, CreatesAndShows) {
  auto receipt = world_.service->CreateJob(kProject, world_.MnistRequest());
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_EQ(receipt->version->run.status, Status::kInit);
  EXPECT_EQ(receipt->version->name(), "V0001");
  auto details = world_.service->FindVersion(kProject, receipt->job.id, receipt->version->id);
  ASSERT_TRUE(details);
  EXPECT_EQ(details->version, *receipt->version);
  EXPECT_EQ(details->job.name, "trainjob-mnist");
}

TEST_F(JobServiceTest, RefusesADuplicateNameBeforeAnythingElse) {
  world_.Create(world_.MnistRequest());
  auto request = world_.MnistRequest();
  request.run.app_url = "nonsense";
  auto again = world_.service->CreateJob(kProject, request);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "Job name:trainjob-mnist is existed");
  EXPECT_EQ(again.error().code, "ModelArts.0103");
}

TEST_F(JobServiceTest, AJobWithoutAVersion) {
  JobRequest request;
  request.name = "empty";
  request.create_version = false;
  auto receipt = world_.service->CreateJob(kProject, request);
  ASSERT_TRUE(receipt);
  EXPECT_FALSE(receipt->version.has_value());
  EXPECT_EQ(world_.service->ListVersions(kProject, receipt->job.id, 0, 10)->total, 0U);
}

TEST_F(JobServiceTest, OtherProjectsSeeNothing) {
  auto version = world_.Create(world_.MnistRequest());
  auto not_found = [](const auto& result) { return !result && result.error().kind == ErrorKind::kNotFound; };
  EXPECT_TRUE(not_found(world_.service->FindVersion("other", version.job_id, version.id)));
  EXPECT_TRUE(not_found(world_.service->ListVersions("other", version.job_id, 0, 10)));
  EXPECT_TRUE(not_found(world_.service->Stop("other", version.job_id, version.id)));
  EXPECT_TRUE(not_found(world_.service->DeleteJob("other", version.job_id)));
  EXPECT_TRUE(not_found(world_.service->DeleteVersion(kProject, version.job_id, version.id + 1)));
  EXPECT_TRUE(not_found(world_.service->FindVersion(kProject, version.job_id + 1, version.id)));
  EXPECT_EQ(world_.service->ListJobs("other", {})->page.total, 0U);
}

TEST_F(JobServiceTest, QuotaIsShown) {
  world_.options.job_quota = [](const std::string& project_id) {
    return Result<std::size_t>(project_id == kProject ? 2 : 0);
  };
  world_.Restart();
  world_.Create(world_.MnistRequest("a"));
  EXPECT_EQ(world_.service->ListJobs(kProject, {})->quota, 2U);
  EXPECT_EQ(world_.service->ListJobs(kProject, {})->left, 1U);
  for (const char* name : {"b", "c"}) world_.Create(world_.MnistRequest(name));
  EXPECT_EQ(world_.service->ListJobs(kProject, {})->left, 0U) << "the quota may have been lowered since";
}

TEST_F(JobServiceTest, JobsLieInAWorkspace) {
  auto request = world_.MnistRequest("a");
  request.workspace_id = "w";
  world_.Create(request);
  world_.Create(world_.MnistRequest("b"));
  EXPECT_EQ(world_.service->ListJobs(kProject, {.workspace_id = "w"})->page.jobs.at(0).job.name, "a");
  EXPECT_EQ(world_.service->ListJobs(kProject, {.workspace_id = "0"})->page.jobs.at(0).job.name, "b");
  EXPECT_EQ(world_.service->ListJobs(kProject, {})->page.total, 2U);
}

TEST_F(JobServiceTest, VersionsArePagedNewestFirst) {
  auto first = world_.Create(world_.MnistRequest());
  auto run = world_.MnistRequest().run;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(world_.service->CreateVersion(kProject, first.job_id, run, ""));
  auto all = world_.service->ListVersions(kProject, first.job_id, 0, 2);
  ASSERT_EQ(all->versions.size(), 4U);
  EXPECT_EQ(all->versions.front().version.number, 4);
  auto page = world_.service->ListVersions(kProject, first.job_id, 2, 3);
  ASSERT_EQ(page->versions.size(), 1U);
  EXPECT_EQ(page->versions.front().version.number, 1);
  EXPECT_EQ(page->total, 4U);
  run.pre_version_id = 999;
  EXPECT_FALSE(world_.service->CreateVersion(kProject, first.job_id, run, ""));
}

TEST_F(JobServiceTest, StopIsRefusedAtTheEnd) {
  auto version = world_.Create(world_.MnistRequest());
  world_.Settle();
  world_.backend.Finish(version.workload_id());
  world_.Settle();
  auto stopped = world_.service->Stop(kProject, version.job_id, version.id);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kFailedPrecondition);
  EXPECT_EQ(stopped.error().message, "This job can't be stop. job status: 10");
}

TEST_F(JobServiceTest, LogsAreReadByTheirName) {
  auto version = world_.Create(world_.MnistRequest("jobtest_TF"));
  EXPECT_EQ(*world_.service->LogFiles(kProject, version.job_id, version.id),
            std::vector<std::string>{"job-jobtest-tf.0"});
  EXPECT_EQ(world_.service->ReadLog(kProject, version.job_id, version.id, "job-jobtest-tf.0", {})->lines, 0U);
  world_.Settle();
  auto page =
      world_.service->ReadLog(kProject, version.job_id, version.id, "job-jobtest-tf.0", {.cursor = 0, .lines = 1});
  EXPECT_TRUE(page->content.starts_with("[Modelarts Service Log]engine: "));
  EXPECT_FALSE(world_.service->ReadLog(kProject, version.job_id, version.id, "other", {}));
  EXPECT_FALSE(world_.service->ReadLog(kProject, version.job_id, version.id, "job-jobtest-tf.0", {.lines = 501}));
}

TEST_F(JobServiceTest, SilenceIsTold) {
  auto version = world_.Create(world_.MnistRequest());
  world_.Settle();
  auto written = fs::last_write_time(RunLayout(world_.options.runner.directory, version).log);
  auto written_at = std::chrono::time_point_cast<Milliseconds>(std::chrono::file_clock::to_sys(written));
  world_.clock.Advance(written_at - world_.clock.Now() + std::chrono::minutes(12));
  EXPECT_EQ(world_.service->FindVersion(kProject, version.job_id, version.id)->reason, "no output for 12 min");
}

TEST_F(JobServiceTest, DescriptionsChange) {
  auto version = world_.Create(world_.MnistRequest());
  ASSERT_TRUE(world_.service->Describe(kProject, version.job_id, "better words"));
  EXPECT_EQ(world_.service->ListJobs(kProject, {})->page.jobs.front().job.description, "better words");
  EXPECT_FALSE(world_.service->Describe(kProject, version.job_id, std::string(257, 'x')));
}

TEST_F(JobServiceTest, WorksOnItsOwnThreads) {
  world_.options.reconciler.tick = std::chrono::milliseconds(5);
  world_.Restart();
  world_.service->Start();
  auto reaches = [&](const JobVersion& version, Status status) {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < deadline) {
      if (world_.Stored(version).run.status == status) return true;
      std::this_thread::yield();
    }
    return false;
  };
  std::vector<JobVersion> versions;
  for (int i = 0; i < 8; ++i) versions.push_back(world_.Create(world_.MnistRequest("job" + std::to_string(i))));
  for (const auto& version : versions) ASSERT_TRUE(reaches(version, Status::kRunning));
  for (const auto& version : versions) world_.backend.Finish(version.workload_id());
  for (const auto& version : versions) EXPECT_TRUE(reaches(version, Status::kCompleted));
}

}  // namespace
}  // namespace atelier::training
