// Rolling updates, step by step: what serves meanwhile, what a failure leaves, and what a crash in between does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serving/deployment_reconciler.h"
#include "serving/testing/fake_replica_runner.h"

namespace atelier::serving {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DeploymentUpdateTest : public testing::Test {
 protected:
  DeploymentUpdateTest() { Restart(); }

  // A new server: nothing of the reconciler's memory is left, rows and replicas are.
  void Restart() {
    auto drained = [this](const std::string& id) { return !busy_.contains(id); };
    reconciler_ = std::make_unique<DeploymentReconciler>([](const std::string& id) { return "/models/" + id; }, runner_,
                                                         clock_, drained);
  }

  static ModelDeployment Wanted(const std::string& model, int instances) {
    return {model, "mnist", model == "m1" ? "1.0.0" : "1.0.1", 100, "cpu.2u", instances, {}, {}};
  }

  void Step() {
    auto step = reconciler_->Advance(service_);
    ASSERT_TRUE(step) << step.error().message;
    service_ = step->service;
    settled_ = step->settled;
    if (step->route) route_ = step->route;
    for (const auto& id : step->forget) ASSERT_TRUE(runner_.Forget(id));
  }
  void Steps(int count) {
    for (int i = 0; i < count; ++i) Step();
  }
  void Deploy(int instances) {
    service_.id = "11111111-2222-3333-4444-555555555555";
    service_.name = "digits";
    service_.deployments = PlanUpdate({}, {Wanted("m1", instances)}, 0);
    Step();
    for (const auto& id : ReplicaIds(service_)) runner_.Ready(id);
    Step();
    ASSERT_EQ(service_.status, ServiceStatus::kRunning);
  }
  void Begin(std::vector<ModelDeployment> wanted) { BeginUpdate(service_, std::move(wanted), clock_.Now(), 60); }

  std::vector<std::string> Serving() const {
    std::vector<std::string> ids;
    for (const auto& target : route_.value_or(ServiceRoute{}).targets)
      for (const auto& replica : target.ready) ids.push_back(replica.id);
    return ids;
  }

  static constexpr const char* kOld = "svc-111111112222-d0-r0-a0";
  static constexpr const char* kNew = "svc-111111112222-g1-d0-r0-a0";
  FakeReplicaRunner runner_;
  ManualClock clock_{FromUnixMillis(1'000'000)};
  std::set<std::string> busy_;  // replicas that still answer something
  std::unique_ptr<DeploymentReconciler> reconciler_;
  Service service_;
  bool settled_ = false;
  std::optional<ServiceRoute> route_;
};

TEST_F(DeploymentUpdateTest, TheNewIsReadyBeforeTheOldLeaves) {
  Deploy(1);
  Begin({Wanted("m2", 1)});
  Step();
  EXPECT_TRUE(runner_.Has(kNew));
  EXPECT_THAT(Serving(), ElementsAre(kOld)) << "it is not ready yet";
  EXPECT_FALSE(settled_);
  runner_.Ready(kNew);
  busy_.insert(kOld);
  Step();
  EXPECT_THAT(Serving(), ElementsAre(kNew));
  EXPECT_THAT(route_->leaving, ElementsAre(kOld));
  EXPECT_FALSE(service_.update);
  Steps(3);
  EXPECT_TRUE(runner_.Has(kOld)) << "it has not answered all it was given";
  EXPECT_EQ(runner_.stops(), 0);
  busy_.clear();
  Steps(3);
  EXPECT_FALSE(runner_.Has(kOld));
  EXPECT_TRUE(service_.leaving.empty());
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
  EXPECT_TRUE(settled_);
  EXPECT_EQ(runner_.alive(), 1U);
}

TEST_F(DeploymentUpdateTest, AConfigurationThatCannotStartLeavesTheOldOneServing) {
  Deploy(1);
  runner_.NeverStarts("m2");
  Begin({Wanted("m2", 1)});
  for (int i = 0; i < 8; ++i) {
    Step();
    EXPECT_THAT(Serving(), ElementsAre(kOld));
    clock_.Advance(std::chrono::seconds(5));
  }
  EXPECT_FALSE(service_.update);
  EXPECT_EQ(service_.status, ServiceStatus::kConcerning);
  EXPECT_THAT(service_.reason, HasSubstr("the update failed: [mnist 1.0.1] exited with code 3"));
  EXPECT_THAT(service_.reason, HasSubstr("previous configuration serves on"));
  EXPECT_EQ(service_.deployments.at(0).model_id, "m1");
  EXPECT_EQ(runner_.alive(), 1U) << "nothing of the new one is left";
  EXPECT_TRUE(service_.leaving.empty());
  EXPECT_TRUE(settled_);
  // The old one dies and comes back: the failed update is still told.
  runner_.End(kOld, "killed by signal 9");
  Step();
  clock_.Advance(std::chrono::seconds(1));
  Step();
  runner_.Ready("svc-111111112222-d0-r0-a1");
  Step();
  EXPECT_THAT(service_.reason, HasSubstr("the update failed"));
  // A good one clears it.
  Begin({Wanted("m3", 1)});
  Step();
  runner_.Ready("svc-111111112222-g2-d0-r0-a0");
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
  EXPECT_EQ(service_.reason, "");
}

TEST_F(DeploymentUpdateTest, AnUpdateThatTakesTooLongIsAbandoned) {
  Deploy(1);
  Begin({Wanted("m2", 1)});
  Step();
  clock_.Advance(std::chrono::seconds(61));
  Step();
  EXPECT_FALSE(service_.update);
  EXPECT_THAT(service_.update_error, HasSubstr("not ready within 60 s"));
  Steps(3);
  EXPECT_FALSE(runner_.Has(kNew));
  EXPECT_THAT(Serving(), ElementsAre(kOld));
}

TEST_F(DeploymentUpdateTest, ScalingStartsAndStopsOnlyTheDifference) {
  Deploy(1);
  Begin({Wanted("m1", 3)});
  Step();
  EXPECT_EQ(runner_.started(), 3U);
  runner_.Ready("svc-111111112222-d0-r1-a0");
  Step();
  EXPECT_TRUE(service_.update) << "one is still starting";
  EXPECT_THAT(Serving(), ElementsAre(kOld));
  runner_.Ready("svc-111111112222-d0-r2-a0");
  Step();
  EXPECT_EQ(Serving().size(), 3U);
  Begin({Wanted("m1", 1)});
  Steps(4);
  EXPECT_THAT(Serving(), ElementsAre(kOld));
  EXPECT_EQ(runner_.alive(), 1U);
  EXPECT_EQ(runner_.started(), 3U);
  Begin({Wanted("m1", 2)});
  Step();
  EXPECT_TRUE(runner_.Has("svc-111111112222-d0-r1-a1")) << "an id is never used twice";
}

TEST_F(DeploymentUpdateTest, OnlyWeightsChangeNothingButTheRoute) {
  Deploy(1);
  auto same = Wanted("m1", 1);
  Begin({same});
  Step();
  EXPECT_FALSE(service_.update) << "done at once";
  EXPECT_EQ(runner_.started(), 1U);
  service_.deployments[0].weight = 40;
  route_.reset();
  Step();
  ASSERT_TRUE(route_);
  EXPECT_EQ(route_->targets.at(0).weight, 40);
}

TEST_F(DeploymentUpdateTest, AFewStartAtATime) {
  Deploy(1);
  Begin({Wanted("m2", 10)});
  Steps(3);
  EXPECT_EQ(runner_.started(), 1U + 4U);
  for (int i = 0; i < 4; ++i) runner_.Ready("svc-111111112222-g1-d0-r" + std::to_string(i) + "-a0");
  Step();
  EXPECT_EQ(runner_.started(), 1U + 8U);
}

// The server dies after each step of an update, whether the step was stored or not.
TEST_F(DeploymentUpdateTest, DyingBetweenStepsFinishesTheUpdate) {
  Deploy(2);
  Begin({Wanted("m2", 2)});
  for (int i = 0; i < 12 && !(settled_ && !service_.update && i > 3); ++i) {
    auto lost = reconciler_->Advance(service_);  // done, but not stored
    ASSERT_TRUE(lost);
    Restart();
    Step();
    Restart();
    for (const auto& id : ReplicaIds(service_))
      if (id.find("-g1-") != std::string::npos && runner_.Has(id) &&
          runner_.Observe(id)->phase == ReplicaView::Phase::kStarting)
        runner_.Ready(id);
    EXPECT_EQ(Serving().size(), 2U) << "no moment without replicas";
  }
  EXPECT_FALSE(service_.update);
  EXPECT_EQ(service_.deployments.at(0).model_id, "m2");
  EXPECT_EQ(runner_.alive(), 2U);
  EXPECT_TRUE(settled_);
}

TEST_F(DeploymentUpdateTest, ADeadServiceIsMendedByAnUpdate) {
  Deploy(1);
  Begin({Wanted("m2", 1)});
  Step();
  for (int attempt = 0; attempt < 3; ++attempt) {
    runner_.End("svc-111111112222-d0-r0-a" + std::to_string(attempt), "killed");
    Step();
    clock_.Advance(std::chrono::seconds(5));
    Step();
  }
  EXPECT_EQ(service_.status, ServiceStatus::kConcerning) << "not failed: the new one is on its way";
  runner_.Ready(kNew);
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
  EXPECT_THAT(Serving(), ElementsAre(kNew));
}

}  // namespace
}  // namespace atelier::serving
