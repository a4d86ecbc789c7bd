#include "training/whole_jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

using testing::HasSubstr;

class WholeJobsTest : public testing::Test {
 protected:
  std::string Create(const std::string& name) {
    auto details = world_.whole->Create(kProject, world_.MnistContainer(name));
    EXPECT_TRUE(details) << details.error().message;
    return details ? details->job.uuid : "";
  }
  TrainingWorld world_;
};

TEST_F(WholeJobsTest, OneSetOfJobsSeenThroughBothInterfaces) {
  auto uuid = Create("second");
  auto first = world_.Create(world_.MnistRequest("first"));
  auto first_uuid = world_.repository.FindJob(first.job_id)->value().uuid;
  EXPECT_EQ(world_.whole->Find(kProject, first_uuid)->version.id, first.id);
  EXPECT_EQ(world_.whole->Find(kProject, ToUpper(uuid))->version.name(), "V0001");
  auto listed = world_.service->ListJobs(kProject, {});
  EXPECT_EQ(listed->page.total, 2U);

  auto job = world_.whole->Find(kProject, first_uuid)->job;
  auto second_version = world_.service->CreateVersion(kProject, job.id, world_.MnistRequest().run, "");
  ASSERT_TRUE(second_version) << second_version.error().message;
  EXPECT_EQ(world_.whole->Find(kProject, first_uuid)->version.id, second_version->version->id) << "the newest";
  auto shown = world_.whole->Inputs(first);
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].channel.name, "data_url");
  EXPECT_EQ(shown[0].folder, "/home/work/modelarts/inputs/data_url_0");
}

TEST_F(WholeJobsTest, AJobWithoutVersionsIsNotThere) {
  auto request = world_.MnistRequest("empty");
  request.create_version = false;
  auto receipt = world_.service->CreateJob(kProject, request);
  ASSERT_TRUE(receipt);
  auto found = world_.whole->Find(kProject, receipt->job.uuid);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "ModelArts.2775");
  EXPECT_EQ(world_.whole->Search(kProject, {})->total, 0U);
  EXPECT_TRUE(*world_.whole->IsNameTaken(kProject, "empty")) << "names are one namespace";
  EXPECT_EQ(world_.whole->Create(kProject, world_.MnistContainer("empty")).error().code, "ModelArts.2751");
}

TEST_F(WholeJobsTest, RefusesUnderItsCodes) {
  auto uuid = Create("a");
  EXPECT_EQ(world_.whole->Create(kProject, world_.MnistContainer("a")).error().message,
            "Duplicate training job (name a).");
  EXPECT_EQ(world_.service->CreateJob(kProject, world_.MnistRequest("a")).error().code, "ModelArts.0103");
  EXPECT_EQ(world_.whole->Create(kProject, world_.MnistContainer("%%")).error().code, "ModelArts.2788");
  EXPECT_EQ(world_.whole->Find("another project", uuid).error().message, "Training job (ID: " + uuid + ") not found.");
  EXPECT_EQ(world_.whole->Describe(kProject, uuid, std::string(257, 'x')).error().code, "ModelArts.2788");
  EXPECT_EQ(world_.whole->PreviewLog(kProject, uuid, "worker-1").error().code, "ModelArts.2788");
  EXPECT_EQ(world_.whole->FindLog(kProject, uuid, "worker-0").error().code, "ModelArts.2818");
  auto with_algorithm = world_.MnistContainer("b");
  with_algorithm.algorithm_id = "none";
  EXPECT_EQ(world_.whole->Create(kProject, with_algorithm).error().code, "ModelArts.2755");
}

TEST_F(WholeJobsTest, AnAlgorithmFillsTheJobIn) {
  WholeJobs jobs(*world_.service, [&](const std::string& project, const std::string& id) -> Result<AlgorithmTemplate> {
    EXPECT_EQ(project, kProject);
    AlgorithmTemplate algorithm;
    algorithm.id = id;
    algorithm.name = "digits";
    algorithm.run = world_.MnistContainer().run;
    return algorithm;
  });
  ContainerJobRequest request;
  request.name = "from-algorithm";
  request.algorithm_id = "1";
  auto details = jobs.Create(kProject, request);
  ASSERT_TRUE(details) << details.error().message;
  EXPECT_EQ(details->version.spec.container->algorithm_name, "digits");
  EXPECT_EQ(details->version.spec.parameters, (std::vector<Parameter>{{"max_steps", "1000"}}));
}

TEST_F(WholeJobsTest, TerminateActsOnTheNewestVersionOnce) {
  auto uuid = Create("a");
  world_.Settle();
  EXPECT_EQ(world_.whole->Terminate(kProject, uuid)->version.run.status, Status::kKilling);
  auto again = world_.whole->Terminate(kProject, uuid);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "ModelArts.2796");
  EXPECT_EQ(again.error().kind, ErrorKind::kFailedPrecondition);
}

TEST_F(WholeJobsTest, DeletesAllOrNone) {
  auto a = Create("a"), b = Create("b");
  EXPECT_EQ(world_.whole->DeleteAll(kProject, {a, "nobody"}).error().code, "ModelArts.2775");
  EXPECT_TRUE(world_.whole->Find(kProject, a));
  EXPECT_TRUE(world_.whole->DeleteAll(kProject, {a, b, a}));
  EXPECT_FALSE(world_.whole->Find(kProject, a));
  EXPECT_FALSE(world_.whole->DeleteAll(kProject, {}));
  EXPECT_FALSE(world_.whole->DeleteAll(kProject, std::vector<std::string>(101, a)));
}

TEST_F(WholeJobsTest, LogsAndEvents) {
  auto uuid = Create("a");
  EXPECT_EQ(world_.whole->PreviewLog(kProject, uuid, "worker-0")->full_size, 0U);
  world_.Settle();
  auto preview = world_.whole->PreviewLog(kProject, uuid, "worker-0");
  EXPECT_THAT(preview->content, HasSubstr("[Modelarts Service Log]"));
  EXPECT_EQ(preview->full_size, preview->content.size());
  EXPECT_EQ(world_.whole->ReadLog(kProject, uuid, "worker-0", {.cursor = 0, .lines = 1})->lines, 1U);
  auto events = world_.whole->Events(kProject, uuid, {});
  ASSERT_TRUE(events);
  EXPECT_EQ(events->events.front().message, "[worker-0] training started.") << "newest first";
}

TEST(SelectEventsTest, FiltersPagesAndOrders) {
  std::vector<JobEvent> events;
  for (int i = 0; i < 6; ++i)
    events.push_back({.time = FromUnixMillis(i),
                      .level = i % 2 == 0 ? EventLevel::kInfo : EventLevel::kError,
                      .source = i < 3 ? EventSource::kJob : EventSource::kTask,
                      .message = "Event " + std::to_string(i)});
  auto messages = [&](const EventQuery& query) {
    std::string text;
    for (const auto& event : SelectEvents(events, query).events) text += event.message.back();
    return text;
  };
  EXPECT_EQ(messages({}), "543210");
  EXPECT_EQ(messages({.descending = false}), "012345");
  EXPECT_EQ(messages({.level = EventLevel::kError}), "531");
  EXPECT_EQ(messages({.source = EventSource::kTask}), "543");
  EXPECT_EQ(messages({.source = EventSource::kCluster}), "");
  EXPECT_EQ(messages({.pattern = "EVENT 4"}), "4");
  EXPECT_EQ(messages({.from = FromUnixMillis(2), .to = FromUnixMillis(3)}), "32");
  EXPECT_EQ(messages({.offset = 4, .limit = 5}), "10");
  EXPECT_EQ(messages({.offset = 99}), "");
  EXPECT_EQ(SelectEvents(events, {.limit = 2}).total, 6U);
}

}  // namespace
}  // namespace atelier::training
