#include "training/reconciler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "training/run_layout.h"
#include "training/state_machine.h"
#include "training/testing/training_world.h"

namespace atelier::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kModel = "/test-modelarts/mnist/mnist-model/model/saved_model.pb";

std::size_t CountOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class ReconcilerTest : public testing::Test {
 protected:
  JobVersion StartMnist() {
    auto version = world_.Create(world_.MnistRequest());
    world_.Settle();
    EXPECT_EQ(world_.Stored(version).run.status, Status::kRunning);
    return version;
  }
  // One look, as the tick would take it.
  void Tick() { EXPECT_TRUE(world_.service->reconciler().RunPass()); }

  TrainingWorld world_;
};

TEST_F(ReconcilerTest, ARunFromCreationToItsEnd) {
  auto version = StartMnist();
  world_.WriteOutput(version, "model/saved_model.pb", "graph");
  world_.clock.Advance(Milliseconds(5'000));
  world_.backend.Finish(version.workload_id());
  world_.Settle();

  auto ended = world_.Stored(version);
  EXPECT_EQ(ended.run.status, Status::kCompleted);
  EXPECT_EQ(ended.run.reason, "");
  EXPECT_EQ(ended.run.running_engine, "TF-2.15.1-python3.11");
  EXPECT_EQ(ended.run.sandbox_level, "full");
  EXPECT_EQ(*ended.run.ended - *ended.run.started, Milliseconds(5'000));
  EXPECT_EQ(ended.run.usage.cpu_percent.size(), 1U) << "a short run has the sample of its whole";
  EXPECT_TRUE(ended.run.cleaned);
  EXPECT_EQ(world_.artifacts.Objects()[kModel], "graph");
  EXPECT_THAT(world_.LogOf(version), HasSubstr("[Modelarts Service Log]Training end with return code: 0\n"
                                               "[Modelarts Service Log]Training completed.\n"));
  RunLayout layout(world_.options.runner.directory, version);
  for (const auto& gone : {layout.code, layout.data, layout.output, layout.scratch, layout.home})
    EXPECT_FALSE(fs::exists(gone));
  EXPECT_TRUE(world_.backend.List()->empty());
  EXPECT_TRUE(world_.repository.Pending()->empty());
}

TEST_F(ReconcilerTest, OutputsAreLiveWhileItRuns) {
  auto version = StartMnist();
  world_.WriteOutput(version, "events.out", "one");
  world_.WriteOutput(version, "temporary", "gone soon");
  Tick();
  EXPECT_FALSE(world_.artifacts.Objects().contains("/test-modelarts/mnist/mnist-model/events.out"));
  fs::remove(world_.OutputOf(version) / "temporary");
  Tick();
  EXPECT_EQ(world_.artifacts.Objects()["/test-modelarts/mnist/mnist-model/events.out"], "one");
  EXPECT_FALSE(world_.artifacts.Objects().contains("/test-modelarts/mnist/mnist-model/temporary"));
  auto stores = world_.artifacts.stores();
  Tick();
  EXPECT_EQ(world_.artifacts.stores(), stores) << "nothing changed, nothing is stored";
  world_.WriteOutput(version, "events.out", "one two");
  Tick();
  EXPECT_EQ(world_.artifacts.Objects()["/test-modelarts/mnist/mnist-model/events.out"], "one two");
}

TEST_F(ReconcilerTest, WhatTheScriptTookBackIsTakenBack) {
  auto version = StartMnist();
  world_.WriteOutput(version, "checkpoint-1", "old");
  world_.WriteOutput(version, "checkpoint-2", "old");
  Tick();
  Tick();
  fs::remove(world_.OutputOf(version) / "checkpoint-1");
  fs::remove(world_.OutputOf(version) / "checkpoint-2");
  world_.artifacts.Put("test-modelarts", "mnist/mnist-model/checkpoint-2", "the user's own meanwhile");
  world_.backend.Finish(version.workload_id());
  world_.Settle();
  auto objects = world_.artifacts.Objects();
  EXPECT_FALSE(objects.contains("/test-modelarts/mnist/mnist-model/checkpoint-1"));
  EXPECT_EQ(objects["/test-modelarts/mnist/mnist-model/checkpoint-2"], "the user's own meanwhile");
}

TEST_F(ReconcilerTest, LinksInOutputsDoNotLeakFiles) {
  auto version = StartMnist();
  ASSERT_TRUE(WriteFileDurably(world_.folder.path() / "secret", "keep out"));
  fs::create_symlink(world_.folder.path() / "secret", world_.OutputOf(version) / "link");
  world_.backend.Finish(version.workload_id());
  world_.Settle();
  for (const auto& [key, bytes] : world_.artifacts.Objects()) EXPECT_NE(bytes, "keep out") << key;
  EXPECT_THAT(world_.LogOf(version),
              HasSubstr("note: 1 outputs were not stored (links, pipes, or names that are no object keys): link"));
  EXPECT_EQ(world_.Stored(version).run.status, Status::kCompleted);
}

// A script that ends well when it is asked to stop has not trained to the end.
TEST_F(ReconcilerTest, ARunThatWasStoppedFromOutsideHasFailed) {
  auto version = StartMnist();
  compute::Exit exit;
  exit.message = "stopped from outside: its launcher was sent SIGTERM";
  world_.backend.Finish(version.workload_id(), exit);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kFailed);
  EXPECT_EQ(world_.Stored(version).run.reason, exit.message);
}

TEST_F(ReconcilerTest, AFailureHasItsReason) {
  auto version = StartMnist();
  RunLayout layout(world_.options.runner.directory, version);
  ASSERT_TRUE(WriteFileDurably(layout.log,
                               world_.LogOf(version) +
                                   "Traceback (most recent call last):\n  File \"/x/train.py\", line 7, in <module>\n"
                                   "ValueError: boom"));
  world_.WriteOutput(version, "partial", "kept");
  world_.backend.Finish(version.workload_id(), 3);
  world_.Settle();
  auto ended = world_.Stored(version);
  EXPECT_EQ(ended.run.status, Status::kFailed);
  EXPECT_EQ(ended.run.reason, "exit code 3: ValueError: boom (train.py, line 7)");
  EXPECT_THAT(world_.LogOf(version),
              HasSubstr("ValueError: boom\n[Modelarts Service Log]Training end with return code: 3\n"
                        "[Modelarts Service Log]Training failed: exit code 3: ValueError: boom (train.py, line 7)\n"));
  EXPECT_EQ(world_.artifacts.Objects()["/test-modelarts/mnist/mnist-model/partial"], "kept");
}

TEST_F(ReconcilerTest, EveryWaitHasAReason) {
  world_.engines.SetReadiness(
      {.state = EngineReadiness::State::kInstalling, .runtime = {}, .reason = "downloading tensorflow (40 %)"});
  auto version = world_.Create(world_.MnistRequest());
  world_.Settle();
  auto waiting = world_.Stored(version);
  EXPECT_EQ(waiting.run.status, Status::kWaiting);
  EXPECT_EQ(waiting.run.reason, "the engine TF-1.8.0-python2.7 is being installed: downloading tensorflow (40 %)");
  world_.engines.SetReadiness(
      {.state = EngineReadiness::State::kReady,
       .runtime = {.name = "e", .python = "/p/python", .read_only = {}, .python_path = {}, .environment = {}},
       .reason = {}});
  world_.backend.FailNextStart(ResourceExhausted("2 of 2 cores are taken").error());
  Tick();
  EXPECT_EQ(world_.Stored(version).run.reason, "waiting for room: 2 of 2 cores are taken");
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kRunning);
  EXPECT_EQ(world_.Stored(version).run.reason, "");
}

TEST_F(ReconcilerTest, WhatCannotStartSaysWhy) {
  world_.engines.SetReadiness(
      {.state = EngineReadiness::State::kImpossible, .runtime = {}, .reason = "the package index cannot be reached"});
  auto first = world_.Create(world_.MnistRequest("a"));
  world_.Settle();
  EXPECT_EQ(world_.Stored(first).run.status, Status::kSubmitFailed);
  EXPECT_EQ(world_.Stored(first).run.reason,
            "the engine TF-1.8.0-python2.7 cannot be used: the package index cannot be reached");
  EXPECT_THAT(world_.LogOf(first), HasSubstr("Training failed: the engine"));
  EXPECT_TRUE(world_.Stored(first).run.cleaned);
}

TEST_F(ReconcilerTest, AWorkloadThatIsRefusedEndsTheVersion) {
  auto version = world_.Create(world_.MnistRequest());
  world_.backend.FailNextStart(InvalidArgument("no such interpreter").error());
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kSubmitFailed);
  EXPECT_EQ(world_.Stored(version).run.reason, "could not start: no such interpreter");
}

TEST_F(ReconcilerTest, ABucketThatWentAwayEndsTheVersion) {
  auto version = world_.Create(world_.MnistRequest());
  world_.artifacts.RemoveBucket("test-modelarts");
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kSubmitFailed);
  EXPECT_THAT(world_.Stored(version).run.reason, HasSubstr("could not prepare the inputs: there is no bucket"));
}

TEST_F(ReconcilerTest, OutputsThatCannotBeStoredAreKept) {
  auto version = StartMnist();
  world_.WriteOutput(version, "model/saved_model.pb", "hours of work");
  world_.artifacts.RemoveBucket("test-modelarts");
  world_.backend.Finish(version.workload_id());
  world_.Settle();
  auto ended = world_.Stored(version);
  EXPECT_EQ(ended.run.status, Status::kFailed);
  EXPECT_THAT(ended.run.reason,
              HasSubstr("the outputs could not be stored: there is no bucket test-modelarts; they are kept in"));
  RunLayout layout(world_.options.runner.directory, version);
  EXPECT_EQ(ReadFile(layout.unpublished / "model" / "saved_model.pb"), "hours of work");
}

TEST_F(ReconcilerTest, AnUnavailableStoreIsWaitedFor) {
  auto version = StartMnist();
  world_.WriteOutput(version, "model/saved_model.pb", "graph");
  world_.artifacts.AllowWrites(0);
  world_.backend.Finish(version.workload_id());
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kRunning);
  world_.artifacts.AllowWrites(100);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kCompleted);
  EXPECT_EQ(world_.artifacts.Objects()[kModel], "graph");
}

TEST_F(ReconcilerTest, WritingTooMuchEndsTheRun) {
  world_.options.runner.workload.disk_limit = 64 << 10;
  world_.Restart();
  auto version = StartMnist();
  ASSERT_TRUE(WriteFileDurably(RunLayout(world_.options.runner.directory, version).scratch / "big",
                               std::string(256 << 10, 'x')));
  world_.Settle();
  EXPECT_TRUE(world_.backend.StopGrace(version.workload_id()).has_value() || world_.backend.List()->empty());
  world_.Settle();
  auto ended = world_.Stored(version);
  EXPECT_EQ(ended.run.status, Status::kFailed);
  EXPECT_THAT(ended.run.reason, HasSubstr("wrote more than 64.0 KiB"));
}

TEST_F(ReconcilerTest, StoppingARunningVersion) {
  auto version = StartMnist();
  world_.WriteOutput(version, "partial", "kept");
  world_.backend.IgnoreStop(version.workload_id());
  ASSERT_TRUE(world_.service->Stop(kProject, version.job_id, version.id));
  EXPECT_EQ(world_.Stored(version).run.status, Status::kKilling);
  auto again = world_.service->Stop(kProject, version.job_id, version.id);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "This job can't be stop. job status: 9");
  EXPECT_EQ(again.error().code, "ModelArts.0105");
  world_.Settle();
  EXPECT_EQ(world_.backend.StopGrace(version.workload_id()), Milliseconds(10'000));
  EXPECT_EQ(world_.Stored(version).run.status, Status::kKilling);
  compute::Exit killed;
  killed.code = 143;
  killed.signal = 15;
  world_.backend.Finish(version.workload_id(), killed);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kKilled);
  EXPECT_EQ(world_.Stored(version).run.reason, "stopped on request");
  EXPECT_EQ(world_.artifacts.Objects()["/test-modelarts/mnist/mnist-model/partial"], "kept");
  EXPECT_THAT(world_.LogOf(version), HasSubstr("Training stopped.\n"));
}

TEST_F(ReconcilerTest, StoppingBeforeTheStart) {
  auto version = world_.Create(world_.MnistRequest());
  ASSERT_TRUE(world_.service->Stop(kProject, version.job_id, version.id));
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kKilled);
  EXPECT_EQ(world_.backend.start_count(), 0);
}

TEST_F(ReconcilerTest, ALostRunIsToldAsLost) {
  auto version = StartMnist();
  compute::Exit lost;
  lost.lost = true;
  world_.backend.Finish(version.workload_id(), lost);
  world_.Settle();
  EXPECT_EQ(world_.Stored(version).run.status, Status::kLost);
  EXPECT_THAT(world_.Stored(version).run.reason, HasSubstr("vanished"));
}

TEST_F(ReconcilerTest, UsageIsSampledPerMinute) {
  auto version = StartMnist();
  Tick();
  world_.backend.SetUsage(version.workload_id(), {.cpu_seconds = 60, .memory_bytes = 2ULL << 30});
  world_.clock.Advance(Milliseconds(30'000));
  Tick();
  EXPECT_TRUE(world_.Stored(version).run.usage.cpu_percent.empty());
  world_.clock.Advance(Milliseconds(30'000));
  Tick();
  EXPECT_THAT(world_.Stored(version).run.usage.cpu_percent, ElementsAre(50));
  EXPECT_THAT(world_.Stored(version).run.usage.memory_percent, ElementsAre(25));
}

TEST_F(ReconcilerTest, LaterVersionsHaveFoldersAndTheFirstIsMirrored) {
  auto first = StartMnist();
  auto request = world_.MnistRequest().run;
  request.pre_version_id = first.id;
  auto receipt = world_.service->CreateVersion(kProject, first.job_id, request, "");
  ASSERT_TRUE(receipt) << receipt.error().message;
  auto second = *receipt->version;
  EXPECT_EQ(second.name(), "V0002");
  EXPECT_EQ(second.spec.train_url, "/test-modelarts/mnist/mnist-model/");
  world_.Settle();
  world_.WriteOutput(first, "model/saved_model.pb", "first");
  world_.WriteOutput(second, "model/saved_model.pb", "second");
  world_.backend.Finish(second.workload_id());
  world_.Settle();
  auto objects = world_.artifacts.Objects();
  EXPECT_EQ(objects["/test-modelarts/mnist/mnist-model/V0002/model/saved_model.pb"], "second");
  EXPECT_FALSE(objects.contains("/test-modelarts/mnist/mnist-model/V0001/model/saved_model.pb")) << "it still runs";
  world_.backend.Finish(first.workload_id());
  world_.Settle();
  objects = world_.artifacts.Objects();
  EXPECT_EQ(objects[kModel], "first");
  EXPECT_EQ(objects["/test-modelarts/mnist/mnist-model/V0001/model/saved_model.pb"], "first");
}

TEST_F(ReconcilerTest, DeletingStopsCleansAndLeavesOutputs) {
  auto version = StartMnist();
  world_.WriteOutput(version, "model/saved_model.pb", "graph");
  ASSERT_TRUE(world_.service->DeleteJob(kProject, version.job_id));
  EXPECT_EQ(world_.service->FindVersion(kProject, version.job_id, version.id).error().kind, ErrorKind::kNotFound);
  world_.Settle();
  world_.Settle();
  EXPECT_FALSE(world_.repository.FindVersion(version.id)->has_value());
  EXPECT_FALSE(world_.repository.FindJob(version.job_id)->has_value());
  EXPECT_TRUE(world_.backend.List()->empty());
  EXPECT_FALSE(fs::exists(RunLayout(world_.options.runner.directory, version).root));
  EXPECT_EQ(world_.artifacts.Objects()[kModel], "graph");
  EXPECT_TRUE(world_.service->CreateJob(kProject, world_.MnistRequest())) << "the name is free again";
}

TEST_F(ReconcilerTest, TheLogGoesToLogUrl) {
  auto request = world_.MnistRequest("My_Job");
  request.run.log_url = "/test-modelarts/logs/";
  auto version = world_.Create(request);
  world_.Settle();
  world_.backend.Finish(version.workload_id());
  world_.Settle();
  EXPECT_EQ(world_.artifacts.Objects()["/test-modelarts/logs/job-my-job.0"], world_.LogOf(version));
}

TEST_F(ReconcilerTest, WorkloadsWithoutAVersionAreReaped) {
  compute::Workload stray;
  stray.id = "job-77-v0001";
  stray.command = {"/bin/true"};
  stray.log_file = world_.folder.path() / "stray.log";
  ASSERT_TRUE(world_.backend.Start(stray));
  auto other = stray;
  other.id = "service-1";
  ASSERT_TRUE(world_.backend.Start(other));
  auto version = StartMnist();
  ASSERT_TRUE(world_.service->reconciler().ReapOrphans());
  auto left = *world_.backend.List();
  std::ranges::sort(left);
  EXPECT_THAT(left, ElementsAre(version.workload_id(), "service-1"));
}

// The server dies at its n-th write to the database or to the object store; a new one must bring the run to the same
// end.
class CrashTest : public testing::TestWithParam<bool> {
 protected:
  static void Drive(TrainingWorld& world, const JobVersion& version) {
    for (int pass = 0; pass < 12; ++pass) {
      // A pass that fails is the crash being tested.
      if (!world.service->reconciler().RunPass()) return;
    }
    auto observation = *world.backend.Observe(version.workload_id());
    if (observation.phase != compute::Phase::kRunning) return;
    world.WriteOutput(version, "model/saved_model.pb", "graph");
    world.WriteOutput(version, "model/variables/variables.index", "index");
    world.backend.Finish(version.workload_id());
    for (int pass = 0; pass < 12; ++pass)
      if (!world.service->reconciler().RunPass()) return;
  }
};

TEST_P(CrashTest, ARestartedServerEndsTheRunAsIfNothingHadHappened) {
  for (int writes = 0; writes < 14; ++writes) {
    SCOPED_TRACE(writes);
    TrainingWorld world;
    auto version = world.Create(world.MnistRequest());
    GetParam() ? world.repository.AllowWrites(writes) : world.artifacts.AllowWrites(writes);
    Drive(world, version);
    world.Restart();
    world.repository.AllowWrites(1000);
    world.artifacts.AllowWrites(1000);
    Drive(world, version);
    world.Settle();

    auto ended = world.Stored(version);
    EXPECT_EQ(ended.run.status, Status::kCompleted) << ended.run.reason;
    EXPECT_TRUE(ended.run.cleaned);
    EXPECT_EQ(world.backend.start_count(), 1) << "adopted, not started again";
    EXPECT_TRUE(world.backend.List()->empty());
    auto objects = world.artifacts.Objects();
    EXPECT_EQ(objects[kModel], "graph");
    EXPECT_EQ(objects["/test-modelarts/mnist/mnist-model/model/variables/variables.index"], "index");
    auto log = world.LogOf(version);
    EXPECT_EQ(CountOf(log, "]engine: "), 1U) << log;
    EXPECT_EQ(CountOf(log, "Training end with return code: 0"), 1U) << log;
    EXPECT_EQ(CountOf(log, "Training completed."), 1U) << log;
    RunLayout layout(world.options.runner.directory, version);
    EXPECT_THAT(std::vector<fs::path>(fs::directory_iterator(layout.root), {}), ElementsAre(layout.log));
  }
}

INSTANTIATE_TEST_SUITE_P(AtEveryWrite, CrashTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Database" : "ObjectStore"; });

}  // namespace
}  // namespace atelier::training
