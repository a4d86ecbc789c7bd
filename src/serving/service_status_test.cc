#include "serving/service_status.h"

#include <gtest/gtest.h>

namespace atelier::serving {
namespace {

using enum ServiceStatus;
using Phase = ReplicaView::Phase;

struct Case {
  std::string name;
  DesiredState desired;
  ServiceStatus current;
  std::vector<Phase> replicas;
  bool gave_up, timed_out;
  ServiceStatus expected;
};

TEST(ServiceStatus, FollowsTheTable) {
  constexpr auto kRun = DesiredState::kRunning;
  const std::vector<Case> cases = {
      {"nothing started", kRun, kDeploying, {Phase::kAbsent}, false, false, kDeploying},
      {"starting", kRun, kDeploying, {Phase::kStarting}, false, false, kDeploying},
      {"half ready", kRun, kDeploying, {Phase::kReady, Phase::kStarting}, false, false, kDeploying},
      {"all ready", kRun, kDeploying, {Phase::kReady, Phase::kReady}, false, false, kRunning},
      {"ready wins over the clock", kRun, kDeploying, {Phase::kReady}, false, true, kRunning},
      {"timed out", kRun, kDeploying, {Phase::kStarting}, false, true, kFailed},
      {"gave up", kRun, kDeploying, {Phase::kEnded}, true, false, kFailed},
      {"one lost", kRun, kRunning, {Phase::kReady, Phase::kEnded}, false, false, kConcerning},
      {"all lost, restarting", kRun, kRunning, {Phase::kStarting}, false, false, kConcerning},
      {"back again", kRun, kConcerning, {Phase::kReady}, false, false, kRunning},
      {"all lost for good", kRun, kConcerning, {Phase::kEnded}, true, false, kFailed},
      {"one of two lost for good", kRun, kConcerning, {Phase::kReady, Phase::kEnded}, true, false, kConcerning},
      {"failed stays failed", kRun, kFailed, {Phase::kAbsent}, false, false, kFailed},
      {"ready too late: it is being stopped", kRun, kFailed, {Phase::kReady}, false, true, kFailed},
      {"stop asked", DesiredState::kStopped, kRunning, {Phase::kReady}, false, false, kStopping},
      {"stop done", DesiredState::kStopped, kStopping, {Phase::kAbsent}, false, false, kStopped},
      {"ended is not yet forgotten", DesiredState::kStopped, kStopping, {Phase::kEnded}, false, false, kStopping},
      {"delete", DesiredState::kDeleted, kRunning, {Phase::kReady}, false, false, kDeleting},
      {"no replica at all is not running", kRun, kDeploying, {}, false, false, kDeploying},
  };
  for (const auto& test : cases) {
    StatusInputs inputs{test.desired, test.current, {}, test.gave_up, test.timed_out};
    for (auto phase : test.replicas) inputs.replicas.push_back({phase, ""});
    EXPECT_EQ(ToString(DeriveStatus(inputs)), ToString(test.expected)) << test.name;
  }
}

TEST(ServiceStatus, NamesRoundTrip) {
  for (auto status : {kDeploying, kRunning, kConcerning, kFailed, kStopping, kStopped, kDeleting})
    EXPECT_EQ(ParseServiceStatus(ToString(status)), status);
  EXPECT_FALSE(ParseServiceStatus("paused"));
}

}  // namespace
}  // namespace atelier::serving
