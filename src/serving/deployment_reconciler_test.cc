#include "serving/deployment_reconciler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serving/testing/fake_replica_runner.h"
#include "serving/update_history.h"

namespace atelier::serving {
namespace {

using testing::HasSubstr;

class DeploymentReconcilerTest : public testing::Test {
 protected:
  DeploymentReconcilerTest() { Restart(); }

  // A new server: nothing of the reconciler's memory is left, rows and replicas are.
  void Restart() {
    reconciler_ = std::make_unique<DeploymentReconciler>([](const std::string& id) { return "/models/" + id; }, runner_,
                                                         clock_, DeploymentReconciler::Drained{},
                                                         [this](const Service&, const std::string&) { return model_; });
  }

  static Service Sample(int instances) {
    Service service;
    service.id = "11111111-2222-3333-4444-555555555555";
    service.project_id = "p";
    service.name = "digits";
    service.deployments.push_back({"m1",
                                   "mnist",
                                   "1.0.0",
                                   100,
                                   "cpu.2u",
                                   instances,
                                   {},
                                   std::vector<int>(static_cast<std::size_t>(instances), 0)});
    return service;
  }

  void Step() {
    auto step = reconciler_->Advance(service_);
    ASSERT_TRUE(step) << step.error().message;
    changed_ = step->changed;
    Take(*step);
    for (const auto& id : step->forget) ASSERT_TRUE(runner_.Forget(id));
  }
  // What is stored of a step; the ended workloads are still there.
  void Take(const DeploymentReconciler::Step& step) {
    service_ = step.service;
    settled_ = step.settled;
    removed_ = step.remove;
    if (step.route) route_ = step.route;
  }
  void Deploy(int instances) {
    service_ = Sample(instances);
    Step();
    for (int i = 0; i < instances; ++i) runner_.Ready(Id(static_cast<std::size_t>(i)));
    Step();
    ASSERT_EQ(service_.status, ServiceStatus::kRunning);
  }

  std::string Id(std::size_t replica) const { return ReplicaId(service_, service_.deployments[0], replica); }

  FakeReplicaRunner runner_;
  ModelReadiness model_;  // of every model
  ManualClock clock_{FromUnixMillis(1'000'000)};
  std::unique_ptr<DeploymentReconciler> reconciler_;
  Service service_ = Sample(1);
  bool settled_ = false, removed_ = false, changed_ = false;
  std::optional<ServiceRoute> route_;
};

TEST_F(DeploymentReconcilerTest, WaitsForAModelThatIsBeingImported) {
  model_ = {ModelReadiness::State::kWaiting, {}};
  service_ = Sample(1);
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kDeploying);
  EXPECT_EQ(runner_.Observe(Id(0))->phase, ReplicaView::Phase::kAbsent);
  EXPECT_FALSE(settled_);
  model_ = {};
  Step();
  runner_.Ready(Id(0));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
}

TEST_F(DeploymentReconcilerTest, FailsWithTheReasonOfAModelThatIsRefused) {
  model_ = {ModelReadiness::State::kRefused, "the model could not be imported: no signature"};
  service_ = Sample(2);
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kFailed);
  EXPECT_EQ(service_.reason, "[mnist 1.0.0] the model could not be imported: no signature");
  EXPECT_EQ(runner_.Observe(Id(0))->phase, ReplicaView::Phase::kAbsent);
  Step();
  EXPECT_TRUE(settled_);
}

TEST_F(DeploymentReconcilerTest, AnUpdateToAModelThatIsRefusedLeavesTheOldConfiguration) {
  Deploy(1);
  auto wanted = Sample(1).deployments;
  wanted[0].model_id = "m2";
  BeginUpdate(service_, wanted, clock_.Now(), 60);
  model_ = {ModelReadiness::State::kRefused, "the model could not be imported: no signature"};
  Step();
  Step();
  EXPECT_FALSE(service_.update);
  EXPECT_EQ(service_.deployments[0].model_id, "m1");
  EXPECT_EQ(service_.status, ServiceStatus::kConcerning);
  EXPECT_THAT(service_.reason, HasSubstr("no signature"));
}

TEST_F(DeploymentReconcilerTest, RunsWhenEveryReplicaIsReady) {
  service_ = Sample(2);
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kDeploying);
  runner_.Ready(Id(0));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kDeploying);
  runner_.Ready(Id(1));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
  EXPECT_TRUE(settled_);
  ASSERT_TRUE(route_);
  EXPECT_EQ(route_->targets.at(0).ready.size(), 2U);
  EXPECT_EQ(route_->targets[0].ready[0].run_directory, "/run/" + Id(0));
  EXPECT_EQ(route_->targets[0].ready[0].workers, 2U);
  auto spec = runner_.last_spec();
  EXPECT_EQ(spec.package, "/models/m1");
  EXPECT_EQ(spec.service_name, "digits");
  EXPECT_EQ(spec.specification, "cpu.2u");
}

TEST_F(DeploymentReconcilerTest, ADeadReplicaIsReplacedUnderANewId) {
  Step();
  runner_.Ready(Id(0));
  Step();
  auto first = Id(0);
  runner_.End(first, "killed by signal 9");
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kConcerning);
  EXPECT_THAT(service_.reason, HasSubstr("killed by signal 9"));
  EXPECT_TRUE(route_->targets.at(0).ready.empty()) << "no request goes to a dead replica";
  EXPECT_NE(Id(0), first);
  EXPECT_FALSE(runner_.Has(Id(0))) << "not before the back-off is over";
  clock_.Advance(std::chrono::seconds(1));
  Step();
  runner_.Ready(Id(0));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
  EXPECT_EQ(service_.reason, "");
  EXPECT_EQ(route_->targets.at(0).ready.size(), 1U);
}

TEST_F(DeploymentReconcilerTest, GivesUpAfterThreeFailedStartsAndSaysWhy) {
  for (int i = 0; i < 3; ++i) {
    Step();
    ASSERT_TRUE(runner_.Has(Id(0))) << i;
    runner_.End(Id(0), "cannot import name 'x' (customize_service.py:3)");
    Step();
    clock_.Advance(std::chrono::seconds(10));
  }
  EXPECT_EQ(service_.status, ServiceStatus::kFailed);
  EXPECT_THAT(service_.reason, HasSubstr("customize_service.py:3"));
  Step();
  EXPECT_TRUE(settled_);
  EXPECT_TRUE(runner_.alive() == 0) << "nothing of a failed service is left";
}

TEST_F(DeploymentReconcilerTest, FailsWhenDeployingTakesTooLong) {
  service_.transition = clock_.Now();
  service_.deploy_timeout_seconds = 60;
  Step();
  clock_.Advance(std::chrono::seconds(61));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kFailed);
  EXPECT_THAT(service_.reason, HasSubstr("60 s"));
}

TEST_F(DeploymentReconcilerTest, StopsAndStartsAgain) {
  Step();
  runner_.Ready(Id(0));
  Step();
  service_.desired = DesiredState::kStopped;
  Step();
  EXPECT_TRUE(route_->targets.at(0).ready.empty());
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kStopped);
  Step();
  EXPECT_TRUE(settled_);
  EXPECT_TRUE(runner_.alive() == 0);
  service_.desired = DesiredState::kRunning;
  service_.status = ServiceStatus::kDeploying;
  Step();
  ASSERT_TRUE(runner_.Has(Id(0)));
  runner_.Ready(Id(0));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
}

TEST_F(DeploymentReconcilerTest, DeletingWhileDeployingLeavesNothing) {
  Step();
  service_.desired = DesiredState::kDeleted;
  for (int i = 0; i < 4 && !removed_; ++i) Step();
  EXPECT_TRUE(removed_);
  EXPECT_TRUE(runner_.alive() == 0);
  EXPECT_TRUE(route_->gone);
}

TEST_F(DeploymentReconcilerTest, ANewServerAdoptsWhatRuns) {
  Step();
  runner_.Ready(Id(0));
  Step();
  auto id = Id(0);
  Restart();
  route_.reset();
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
  EXPECT_EQ(Id(0), id);
  EXPECT_EQ(runner_.started(), 1U) << "adopted, not started again";
  ASSERT_TRUE(route_) << "the new server's router has to be told";
  EXPECT_EQ(route_->targets.at(0).ready.size(), 1U);
}

// The server dies after each step of a stop and a deletion; the row is what the last completed step stored.
TEST_F(DeploymentReconcilerTest, DyingBetweenStepsChangesNothing) {
  Step();
  runner_.Ready(Id(0));
  Step();
  for (auto desired : {DesiredState::kStopped, DesiredState::kDeleted}) {
    service_.desired = desired;
    for (int i = 0; i < 4 && !removed_; ++i) {
      Restart();
      Step();
    }
  }
  EXPECT_TRUE(removed_);
  EXPECT_TRUE(runner_.alive() == 0);
}

// The server dies after the row is stored and before the ended workload is forgotten: the next one takes a new id.
TEST_F(DeploymentReconcilerTest, DyingBetweenStoreAndForgetNeverUsesAnIdTwice) {
  Deploy(1);
  auto first = Id(0);
  runner_.End(first, "killed by signal 9");
  auto step = reconciler_->Advance(service_);
  ASSERT_TRUE(step);
  EXPECT_THAT(step->forget, testing::ElementsAre(first));
  EXPECT_TRUE(runner_.Has(first)) << "the row comes first";
  Take(*step);
  Restart();
  Step();
  EXPECT_NE(Id(0), first);
  EXPECT_TRUE(runner_.Has(Id(0)));
  EXPECT_TRUE(runner_.Has(first)) << "an orphan, until the next start of a server";
}

// The server dies before the row is stored: what the step did is found and done again.
TEST_F(DeploymentReconcilerTest, DyingBeforeTheStoreRepeatsTheStep) {
  ASSERT_TRUE(reconciler_->Advance(service_));
  EXPECT_EQ(runner_.started(), 1U);
  Restart();
  Step();
  EXPECT_EQ(runner_.started(), 1U) << "adopted";
  runner_.End(Id(0), "exited with code 1");
  ASSERT_TRUE(reconciler_->Advance(service_));
  Restart();
  Step();
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_EQ(runner_.started(), 2U);
  EXPECT_EQ(service_.deployments[0].attempts[0], 1);
}

TEST_F(DeploymentReconcilerTest, ARouteThatCouldNotBeStoredIsPublishedAgain) {
  Step();
  runner_.Ready(Id(0));
  auto step = reconciler_->Advance(service_);
  ASSERT_TRUE(step && step->route);
  reconciler_->Undo(*step);
  route_.reset();
  Step();
  ASSERT_TRUE(route_);
  EXPECT_EQ(route_->targets.at(0).ready.size(), 1U);
}

TEST_F(DeploymentReconcilerTest, AnUnchangedServiceWritesNothing) {
  Deploy(2);
  route_.reset();
  Step();
  EXPECT_FALSE(changed_);
  EXPECT_FALSE(route_);
  EXPECT_TRUE(settled_);
}

// One of two replicas will not start again: the other serves on, and its end is said once.
TEST_F(DeploymentReconcilerTest, AReplicaGivenUpLeavesTheOthersServing) {
  Deploy(2);
  for (int i = 0; i < 3; ++i) {
    runner_.End(Id(1), "exited with code 3");
    Step();
    clock_.Advance(std::chrono::seconds(10));
    if (i < 2) Step();
  }
  EXPECT_EQ(service_.status, ServiceStatus::kConcerning);
  EXPECT_EQ(route_->targets.at(0).ready.size(), 1U);
  auto events = service_.events.size();
  EXPECT_THAT(service_.events.back().text, HasSubstr("given up after 3 failed starts: exited with code 3"));
  for (int i = 0; i < 5; ++i) {
    Step();
    EXPECT_FALSE(changed_);
  }
  EXPECT_EQ(service_.events.size(), events);
  // The healthy one dies once: it has all its restarts left.
  runner_.End(Id(0), "killed by signal 11");
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kConcerning);
  clock_.Advance(std::chrono::seconds(1));
  Step();
  runner_.Ready(Id(0));
  Step();
  EXPECT_EQ(route_->targets.at(0).ready.size(), 1U);
}

TEST_F(DeploymentReconcilerTest, AFailedServiceStaysFailedWhenAReplicaIsReadyTooLate) {
  service_.transition = clock_.Now();
  service_.deploy_timeout_seconds = 60;
  runner_.SlowToStop(true);
  Step();
  clock_.Advance(std::chrono::seconds(61));
  Step();
  ASSERT_EQ(service_.status, ServiceStatus::kFailed);
  runner_.Ready(Id(0));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kFailed);
  EXPECT_GE(runner_.stops(), 1);
  runner_.End(Id(0), "stopped");
  Step();
  EXPECT_EQ(runner_.alive(), 0U);
}

TEST_F(DeploymentReconcilerTest, StartingAgainForgivesOldFailures) {
  for (int i = 0; i < 3; ++i) {
    Step();
    runner_.End(Id(0), "exited with code 3");
    Step();
    clock_.Advance(std::chrono::seconds(10));
  }
  Step();
  ASSERT_EQ(service_.status, ServiceStatus::kFailed);
  service_.status = ServiceStatus::kDeploying;
  service_.reason.clear();
  service_.transition = clock_.Now();
  reconciler_->BeginDeployment(service_);
  Step();
  ASSERT_TRUE(runner_.Has(Id(0))) << "at once, without the old back-off";
  runner_.Ready(Id(0));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
}

// Stopped and started again before the replicas have ended: they end, and new ones take their place.
TEST_F(DeploymentReconcilerTest, AStartDuringAStopWaitsForTheEnd) {
  Deploy(1);
  auto first = Id(0);
  runner_.SlowToStop(true);
  service_.desired = DesiredState::kStopped;
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kStopping);
  service_.desired = DesiredState::kRunning;
  service_.status = ServiceStatus::kDeploying;
  reconciler_->BeginDeployment(service_);
  runner_.End(first, "stopped");
  Step();
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_NE(Id(0), first);
  runner_.Ready(Id(0));
  Step();
  EXPECT_EQ(service_.status, ServiceStatus::kRunning);
}

TEST_F(DeploymentReconcilerTest, AStartThatFailsIsRepeated) {
  runner_.FailStarts("the engine is being installed");
  auto step = reconciler_->Advance(service_);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().message, "the engine is being installed");
  runner_.FailStarts(std::nullopt);
  Step();
  EXPECT_TRUE(runner_.Has(Id(0)));
}

TEST_F(DeploymentReconcilerTest, EventsAreBounded) {
  for (int i = 0; i < 500; ++i) AddEvent(service_, clock_.Now(), true, std::to_string(i));
  EXPECT_EQ(service_.events.size(), 200U);
  EXPECT_EQ(service_.events.back().text, "499");
}

}  // namespace
}  // namespace atelier::serving
