#include "serving/model_readiness.h"

#include <gtest/gtest.h>

namespace atelier::serving {
namespace {

TEST(ModelReadiness, FollowsTheModelsStatus) {
  using State = ModelReadiness::State;
  struct Case {
    registry::ModelStatus status;
    State state;
    std::string reason;
  };
  for (const auto& [status, state, reason] : std::vector<Case>{
           {registry::ModelStatus::kPublished, State::kReady, ""},
           {registry::ModelStatus::kPublishing, State::kWaiting, ""},
           {registry::ModelStatus::kFailed, State::kRefused, "the model could not be imported: no signature"},
           {registry::ModelStatus::kDeleting, State::kRefused, "the model is being deleted"}}) {
    registry::Model model;
    model.status = status;
    model.reason = "no signature";
    auto found = ReadinessOf(model);
    EXPECT_EQ(found.state, state) << registry::ToString(status);
    EXPECT_EQ(found.reason, reason) << registry::ToString(status);
  }
}

}  // namespace
}  // namespace atelier::serving
