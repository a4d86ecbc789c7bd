// What every Backend promises, held on the fake (which other rooms test with) and on real processes.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <memory>

#include "compute/testing/fake_backend.h"
#include "compute/testing/local_fixture.h"

namespace atelier::compute {
namespace {

// How a test makes things happen on either side.
class Side {
 public:
  virtual ~Side() = default;
  virtual Backend& backend() = 0;
  virtual Workload Running(const std::string& id) = 0;  // runs until stopped or ended
  virtual void End(const std::string& id, int code) = 0;
};

class FakeSide final : public Side {
 public:
  Backend& backend() override { return fake_; }
  Workload Running(const std::string& id) override {
    Workload workload;
    workload.id = id;
    workload.command = {"/bin/run"};
    workload.log_file = "/log";
    return workload;
  }
  void End(const std::string& id, int code) override { fake_.Finish(id, code); }

 private:
  FakeBackend fake_;
};

class LocalSide final : public Side {
 public:
  Backend& backend() override { return runs_.backend(); }
  Workload Running(const std::string& id) override {
    Workload workload = runs_.Script(id, "read code < \"$CONTROL\"; exit $code");
    Mount control{.source = runs_.path() / id, .target = "/control", .writable = true};
    fs::create_directories(control.source);
    EXPECT_EQ(::mkfifo((control.source / "pipe").c_str(), 0600), 0);
    workload.mounts.push_back(control);
    workload.environment["CONTROL"] = (runs_.backend().PathInside(control) / "pipe").string();
    return workload;
  }
  void End(const std::string& id, int code) override {
    auto pipe = OpenFile(runs_.path() / id / "pipe", O_WRONLY);
    ASSERT_TRUE(pipe.has_value());
    ASSERT_TRUE(WriteAll(pipe->get(), std::to_string(code) + "\n").has_value());
  }

 private:
  LocalRuns runs_;
};

class BackendContract : public testing::TestWithParam<const char*> {
 protected:
  BackendContract() {
    if (std::string_view(GetParam()) == "fake") {
      side_ = std::make_unique<FakeSide>();
    } else {
      side_ = std::make_unique<LocalSide>();
    }
  }
  Backend& backend() { return side_->backend(); }
  Observation Observe(const std::string& id) { return backend().Observe(id).value(); }
  bool Await(const std::string& id, Phase phase) {
    return Eventually([&] { return Observe(id).phase == phase; });
  }

  std::unique_ptr<Side> side_;
};

TEST_P(BackendContract, UnknownIsAbsentAndHarmless) {
  EXPECT_EQ(Observe("nobody").phase, Phase::kAbsent);
  EXPECT_TRUE(backend().Stop("nobody", Milliseconds(10)).has_value());
  EXPECT_TRUE(backend().Forget("nobody").has_value());
  EXPECT_EQ(backend().Measure("nobody").error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(backend().List().value(), testing::IsEmpty());
}

TEST_P(BackendContract, BadWorkloadIsRefusedAndLeavesNothing) {
  Workload workload = side_->Running("bad");
  workload.command.clear();
  EXPECT_EQ(backend().Start(workload).error().kind, ErrorKind::kInvalidArgument);
  EXPECT_EQ(Observe("bad").phase, Phase::kAbsent);
  EXPECT_THAT(backend().List().value(), testing::IsEmpty());
}

TEST_P(BackendContract, RunsToItsEnd) {
  ASSERT_TRUE(backend().Start(side_->Running("one")).has_value());
  ASSERT_TRUE(Await("one", Phase::kRunning));
  EXPECT_THAT(backend().List().value(), testing::ElementsAre("one"));
  EXPECT_TRUE(backend().Measure("one").has_value());
  side_->End("one", 3);
  ASSERT_TRUE(Await("one", Phase::kExited));
  Observation observation = Observe("one");
  ASSERT_TRUE(observation.exit.has_value());
  EXPECT_EQ(observation.exit->code, 3);
  EXPECT_EQ(observation.exit->signal, 0);
  EXPECT_FALSE(observation.exit->lost);
  EXPECT_LE(observation.started, observation.ended);
  EXPECT_EQ(backend().Measure("one").value().memory_bytes, 0U);
}

TEST_P(BackendContract, StartIsIdempotentInEveryPhase) {
  Workload workload = side_->Running("twice");
  ASSERT_TRUE(backend().Start(workload).has_value());
  ASSERT_TRUE(backend().Start(workload).has_value());
  ASSERT_TRUE(Await("twice", Phase::kRunning));
  ASSERT_TRUE(backend().Start(workload).has_value());
  side_->End("twice", 0);
  ASSERT_TRUE(Await("twice", Phase::kExited));
  TimePoint ended = Observe("twice").ended;
  ASSERT_TRUE(backend().Start(workload).has_value());
  EXPECT_EQ(Observe("twice").phase, Phase::kExited);
  EXPECT_EQ(Observe("twice").ended, ended);
}

TEST_P(BackendContract, StopEndsItBySignal) {
  ASSERT_TRUE(backend().Start(side_->Running("stopped")).has_value());
  ASSERT_TRUE(Await("stopped", Phase::kRunning));
  ASSERT_TRUE(backend().Stop("stopped", Milliseconds(20'000)).has_value());
  ASSERT_TRUE(backend().Stop("stopped", Milliseconds(20'000)).has_value());
  ASSERT_TRUE(Await("stopped", Phase::kExited));
  EXPECT_EQ(Observe("stopped").exit->signal, 15);
  EXPECT_EQ(Observe("stopped").exit->code, 143);
  EXPECT_TRUE(backend().Stop("stopped", Milliseconds(0)).has_value());
}

TEST_P(BackendContract, ForgetsOnlyWhatHasEnded) {
  ASSERT_TRUE(backend().Start(side_->Running("forgotten")).has_value());
  ASSERT_TRUE(Await("forgotten", Phase::kRunning));
  EXPECT_EQ(backend().Forget("forgotten").error().kind, ErrorKind::kFailedPrecondition);
  side_->End("forgotten", 0);
  ASSERT_TRUE(Await("forgotten", Phase::kExited));
  EXPECT_TRUE(Eventually([&] { return backend().Forget("forgotten").has_value(); }));
  EXPECT_EQ(Observe("forgotten").phase, Phase::kAbsent);
  EXPECT_THAT(backend().List().value(), testing::IsEmpty());
}

TEST_P(BackendContract, TellsListenersOfStartAndEnd) {
  // Shared: a listener may be called as long as the backend lives.
  auto calls = std::make_shared<std::atomic<int>>(0);
  auto others = std::make_shared<std::atomic<int>>(0);
  backend().OnChange([calls](const std::string& id) { *calls += id == "heard" ? 1 : 1000; });
  backend().OnChange([others](const std::string&) { ++*others; });
  ASSERT_TRUE(backend().Start(side_->Running("heard")).has_value());
  EXPECT_TRUE(Eventually([&] { return *calls == 1; }));
  side_->End("heard", 0);
  EXPECT_TRUE(Eventually([&] { return *calls == 2 && *others == 2; }));
}

TEST_P(BackendContract, OffersFlavorsAndPathsByLevel) {
  EXPECT_FALSE(backend().Flavors().empty());
  Mount mount{.source = "/on/host", .target = "/inside", .writable = false};
  bool none = backend().level() == SandboxLevel::kNone;
  EXPECT_EQ(backend().PathInside(mount), none ? "/on/host" : "/inside");
}

INSTANTIATE_TEST_SUITE_P(Backends, BackendContract, testing::Values("fake", "local"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(FakeBackend, FollowsTheScript) {
  ManualClock clock(FromUnixMillis(1000));
  FakeBackend fake(&clock);
  FakeSide shape;
  Workload workload = shape.Running("x");
  fake.FailNextStart(ResourceExhausted("full").error());
  EXPECT_EQ(fake.Start(workload).error().kind, ErrorKind::kResourceExhausted);
  EXPECT_EQ(fake.start_count(), 0);
  fake.HoldStarts(true);
  ASSERT_TRUE(fake.Start(workload).has_value());
  EXPECT_EQ(fake.Observe("x")->phase, Phase::kStarting);
  fake.Run("x");
  EXPECT_EQ(fake.Observe("x")->phase, Phase::kRunning);
  fake.IgnoreStop("x");
  ASSERT_TRUE(fake.Stop("x", Milliseconds(7)).has_value());
  EXPECT_EQ(fake.StopGrace("x"), Milliseconds(7));
  EXPECT_EQ(fake.Observe("x")->phase, Phase::kRunning);
  clock.Advance(Milliseconds(500));
  fake.Finish("x", Exit{.code = 137, .signal = 9, .out_of_memory = true, .lost = false, .message = {}});
  EXPECT_EQ(fake.Observe("x")->ended, FromUnixMillis(1500));
  EXPECT_TRUE(fake.Observe("x")->exit->out_of_memory);
  EXPECT_EQ(fake.start_count(), 1);
}

}  // namespace
}  // namespace atelier::compute
