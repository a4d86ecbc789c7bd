#include "serving/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serving/deployment_service.h"

namespace atelier::serving {
namespace {

using Phase = ReplicaView::Phase;

ModelDeployment Wanted(const std::string& model, int instances, std::map<std::string, std::string> environment = {},
                       const std::string& specification = "cpu.2u") {
  return {model, "mnist", "1.0.0", 100, specification, instances, std::move(environment), {}};
}

Service Running(std::vector<ModelDeployment> wanted) {
  Service service;
  service.id = "11111111-2222-3333-4444-555555555555";
  service.deployments = PlanUpdate({}, std::move(wanted), 0);
  service.status = ServiceStatus::kRunning;
  return service;
}

// "g1d0:2" for each entry: generation, slot, number of attempts kept.
std::string Show(const std::vector<ModelDeployment>& deployments) {
  std::string text;
  for (const auto& one : deployments)
    text += (text.empty() ? "g" : " g") + std::to_string(one.generation) + "d" + std::to_string(one.slot) + ":" +
            std::to_string(one.attempts.size());
  return text;
}

// "serve serve come leave".
std::string Duties(Service& service) {
  std::string text;
  for (const auto& place : PlacesOf(service)) {
    const char* duty = place.duty == Duty::kServe ? "serve" : place.duty == Duty::kCome ? "come" : "leave";
    text += (text.empty() ? "" : " ") + std::string(duty);
  }
  return text;
}

TEST(PlanUpdate, KeepsTheReplicasOfWhatHasNotChanged) {
  struct Case {
    std::string what;
    std::vector<ModelDeployment> wanted;
    std::string plan;
  };
  auto current = PlanUpdate({}, {Wanted("m1", 2), Wanted("m2", 1, {{"A", "b"}})}, 0);
  EXPECT_EQ(Show(current), "g0d0:2 g0d1:1");
  for (const auto& [what, wanted, plan] : std::vector<Case>{
           {"the same", {Wanted("m1", 2), Wanted("m2", 1, {{"A", "b"}})}, "g0d0:2 g0d1:1"},
           {"another order", {Wanted("m2", 1, {{"A", "b"}}), Wanted("m1", 2)}, "g0d1:1 g0d0:2"},
           {"more instances", {Wanted("m1", 5)}, "g0d0:5"},
           {"fewer instances", {Wanted("m1", 1)}, "g0d0:2"},
           {"another environment", {Wanted("m1", 2, {{"A", "b"}})}, "g7d0:2"},
           {"another specification", {Wanted("m1", 2, {}, "cpu.8u")}, "g7d0:2"},
           {"another model", {Wanted("m3", 1), Wanted("m4", 3)}, "g7d0:1 g7d1:3"},
           {"some of each", {Wanted("m3", 1), Wanted("m1", 2), Wanted("m4", 1)}, "g7d0:1 g0d0:2 g7d1:1"},
       })
    EXPECT_EQ(Show(PlanUpdate(current, wanted, 7)), plan) << what;
}

TEST(Rollout, TheOldServesUntilTheNewTakesOver) {
  auto service = Running({Wanted("m1", 1)});
  BeginUpdate(service, {Wanted("m2", 2)}, FromUnixMillis(5), 60);
  EXPECT_EQ(Duties(service), "serve come come");
  EXPECT_EQ(service.last_generation, 1);
  EXPECT_EQ(ShownStatus(service), ServiceStatus::kDeploying);
  FinishUpdate(service);
  EXPECT_EQ(Duties(service), "serve serve leave");
  EXPECT_EQ(service.deployments.at(0).model_id, "m2");
  EXPECT_EQ(service.leaving.at(0).model_id, "m1");
  EXPECT_EQ(service.deploy_timeout_seconds, 60);
  EXPECT_EQ(ShownStatus(service), ServiceStatus::kRunning);
}

TEST(Rollout, WhatCannotStartLeaves) {
  auto service = Running({Wanted("m1", 1)});
  BeginUpdate(service, {Wanted("m2", 1), Wanted("m1", 3)}, {}, 60);
  EXPECT_EQ(Duties(service), "serve come come come");
  AbandonUpdate(service);
  EXPECT_EQ(Duties(service), "serve leave leave leave");
  EXPECT_EQ(service.deployments.at(0).instance_count, 1);
  AbandonUpdate(service);
  EXPECT_EQ(service.leaving.size(), 1U) << "once";
}

TEST(Rollout, ScalingKeepsTheReplicasAndNeverUsesAnIdTwice) {
  auto service = Running({Wanted("m1", 3)});
  service.deployments[0].attempts = {0, 4, 2};
  ReplaceConfiguration(service, {Wanted("m1", 1)});
  EXPECT_EQ(Duties(service), "serve leave leave");
  service.deployments[0].attempts[1] = 5;  // it has been forgotten
  BeginUpdate(service, {Wanted("m1", 2)}, {}, 60);
  EXPECT_EQ(Duties(service), "serve come leave");
  service.deployments[0].attempts[1] = 6;  // restarted while it came
  FinishUpdate(service);
  EXPECT_EQ(Duties(service), "serve serve leave");
  EXPECT_EQ(service.deployments[0].attempts, (std::vector<int>{0, 6, 2}));
  EXPECT_TRUE(service.leaving.empty());
}

TEST(Rollout, IdsNameTheGeneration) {
  auto service = Running({Wanted("m1", 1)});
  EXPECT_THAT(ReplicaIds(service), testing::ElementsAre("svc-111111112222-d0-r0-a0"));
  BeginUpdate(service, {Wanted("m2", 1)}, {}, 60);
  EXPECT_THAT(ReplicaIds(service), testing::ElementsAre("svc-111111112222-d0-r0-a0", "svc-111111112222-g1-d0-r0-a0"));
  AbandonUpdate(service);
  BeginUpdate(service, {Wanted("m2", 1)}, {}, 60);
  EXPECT_THAT(ReplicaIds(service), testing::Contains("svc-111111112222-g2-d0-r0-a0"))
      << "a failed update's are used up";
}

TEST(NextStep, Table) {
  struct Case {
    std::vector<Phase> wanted;
    bool gave_up, timed_out;
    RolloutStep step;
  };
  for (const auto& [phases, gave_up, timed_out, step] : std::vector<Case>{
           {{Phase::kReady, Phase::kReady}, false, false, RolloutStep::kSwitch},
           {{Phase::kReady, Phase::kReady}, false, true, RolloutStep::kSwitch},
           {{Phase::kReady, Phase::kStarting}, false, false, RolloutStep::kWait},
           {{Phase::kReady, Phase::kAbsent}, false, false, RolloutStep::kWait},
           {{Phase::kReady, Phase::kEnded}, true, false, RolloutStep::kAbandon},
           {{Phase::kStarting}, false, true, RolloutStep::kAbandon},
       }) {
    RolloutInputs inputs{{}, gave_up, timed_out};
    for (auto phase : phases) inputs.wanted.push_back({phase, {}});
    EXPECT_EQ(NextStep(inputs), step) << phases.size() << gave_up << timed_out;
  }
}

}  // namespace
}  // namespace atelier::serving
