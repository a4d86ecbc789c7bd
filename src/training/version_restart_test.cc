#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "training/state_machine.h"
#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

using testing::HasSubstr;

class VersionRestartTest : public testing::Test {
 protected:
  JobVersion Start(std::map<std::string, std::string> annotations, std::int64_t hours = 0) {
    auto request = world_.MnistContainer();
    request.annotations = std::move(annotations);
    request.run.auto_stop_hours = hours;
    auto version = world_.Create(request);
    world_.Settle();
    return version;
  }
  std::vector<std::string> Messages(const JobVersion& version) {
    std::vector<std::string> messages;
    for (const auto& event : world_.Stored(version).run.history.events) messages.push_back(event.message);
    return messages;
  }
  TrainingWorld world_;
};

TEST_F(VersionRestartTest, AFailedRunIsStartedAgainAsOftenAsAsked) {
  auto version = Start({{"fault-tolerance/job-retry-num", "2"}});
  for (const char* workload : {"job-1-v0001", "job-1-v0001-1", "job-1-v0001-2"}) {
    ASSERT_TRUE(world_.backend.Started(workload).has_value()) << workload;
    EXPECT_EQ(world_.Stored(version).run.status, Status::kRunning);
    world_.clock.Advance(Milliseconds(1'000));
    world_.backend.Finish(workload, 3);
    world_.Settle();
  }
  auto ended = world_.Stored(version).run;
  EXPECT_EQ(ended.status, Status::kFailed);
  EXPECT_EQ(ended.restarts, 2);
  ASSERT_EQ(ended.history.records.size(), 3U);
  EXPECT_TRUE(ended.history.records[1].restarted);
  EXPECT_FALSE(ended.history.records[2].restarted);
  EXPECT_EQ(ended.history.records[2].exit_code, 3);
  EXPECT_EQ(*ended.ended - *ended.started, Milliseconds(3'000)) << "from the first start";
  EXPECT_THAT(world_.LogOf(version), HasSubstr("restart 2 of 2\n"));
  EXPECT_TRUE(world_.backend.List()->empty()) << "no workload is forgotten to be forgotten";
  EXPECT_THAT(Messages(version),
              testing::ElementsAre("Training job created.", "Training job is being prepared.",
                                   "[worker-0] training started.", "[worker-0] Training finished. Exit code 3.",
                                   "Training job is started again (restart 1 of 2): exit code 3",
                                   "[worker-0] training started.", "[worker-0] Training finished. Exit code 3.",
                                   "Training job is started again (restart 2 of 2): exit code 3",
                                   "[worker-0] training started.", "[worker-0] Training finished. Exit code 3.",
                                   "Upload training output(parameter name: train_url) finished.",
                                   "Training job failed: exit code 3"));
}

TEST_F(VersionRestartTest, TheSecondRunFindsWhatTheFirstWrote) {
  auto version = Start({{"fault-tolerance/job-retry-num", "1"}});
  auto checkpoint = world_.OutputOf(version).parent_path() / "train_url_0/checkpoint";
  ASSERT_TRUE(WriteFileDurably(checkpoint, "half"));
  world_.backend.Finish("job-1-v0001", 1);
  world_.Settle();
  EXPECT_EQ(ReadFile(checkpoint), "half");
  world_.backend.Finish("job-1-v0001-1", 0);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kCompleted);
  EXPECT_EQ(world_.Stored(version).run.reason, "");
  EXPECT_EQ(world_.artifacts.Objects()["/test-modelarts/mnist/mnist-model/checkpoint"], "half");
}

TEST_F(VersionRestartTest, OutputsAreStoredWhenItCannotStartAgain) {
  auto version = Start({{"fault-tolerance/job-retry-num", "1"}});
  ASSERT_TRUE(WriteFileDurably(world_.OutputOf(version).parent_path() / "train_url_0/checkpoint", "half"));
  world_.engines.SetReadiness({.state = EngineReadiness::State::kImpossible, .runtime = {}, .reason = "removed"});
  world_.backend.Finish("job-1-v0001", 1);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kSubmitFailed);
  EXPECT_THAT(world_.Stored(version).run.reason, HasSubstr("removed"));
  EXPECT_EQ(world_.artifacts.Objects()["/test-modelarts/mnist/mnist-model/checkpoint"], "half");
  EXPECT_TRUE(world_.backend.List()->empty());
}

TEST_F(VersionRestartTest, AStopEndsTheRestarts) {
  auto version = Start({{"fault-tolerance/job-unconditional-retry", "true"}});
  world_.backend.Finish("job-1-v0001", 1);
  world_.Settle();
  auto job = world_.repository.FindJob(version.job_id)->value();
  ASSERT_TRUE(world_.whole->Terminate(kProject, job.uuid));
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kKilling);
  world_.backend.Finish("job-1-v0001-1", 143);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kKilled);
  EXPECT_EQ(world_.Stored(version).run.restarts, 1);
}

TEST_F(VersionRestartTest, ACrashAnywhereDoesNotRepeatARestart) {
  for (int writes = 0; writes < 12; ++writes) {
    TrainingWorld world;
    auto request = world.MnistContainer();
    request.annotations = {{"fault-tolerance/job-retry-num", "1"}};
    auto version = world.Create(request);
    world.Settle();
    world.backend.Finish("job-1-v0001", 1);
    world.repository.AllowWrites(writes);
    // Errors are what a dying process sees; only what is stored counts.
    if (auto interrupted = world.service->reconciler().RunUntilQuiet(); !interrupted)
      EXPECT_FALSE(interrupted.error().message.empty());
    world.repository.AllowWrites(1'000);
    world.Restart();
    world.Settle();
    EXPECT_EQ(world.Stored(version).run.restarts, 1) << writes;
    EXPECT_EQ(world.Stored(version).run.status, Status::kRunning) << writes;
    world.backend.Finish("job-1-v0001-1", 0);
    world.Settle();
    EXPECT_EQ(world.Stored(version).run.status, Status::kCompleted) << writes;
    EXPECT_EQ(world.Stored(version).run.history.records.size(), 2U) << writes;
    EXPECT_TRUE(world.backend.List()->empty()) << writes;
  }
}

TEST_F(VersionRestartTest, ItsTimeIsUp) {
  auto version = Start({{"fault-tolerance/job-retry-num", "5"}}, 2);
  world_.clock.Advance(std::chrono::hours(2) - Milliseconds(1));
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kRunning);
  world_.clock.Advance(Milliseconds(1));
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kKilling);
  world_.backend.Finish("job-1-v0001", 143);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kKilled);
  EXPECT_EQ(world_.Stored(version).run.reason, "stopped after 2 h, as spec.auto_stop asked");
}

}  // namespace
}  // namespace atelier::training
