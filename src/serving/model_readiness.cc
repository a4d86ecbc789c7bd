#include "serving/model_readiness.h"

namespace atelier::serving {

ModelReadiness ReadinessOf(const registry::Model& model) {
  using State = ModelReadiness::State;
  switch (model.status) {
    case registry::ModelStatus::kPublished:
      return {State::kReady, {}};
    case registry::ModelStatus::kPublishing:
      return {State::kWaiting, {}};
    case registry::ModelStatus::kFailed:
      return {State::kRefused, "the model could not be imported: " + model.reason};
    case registry::ModelStatus::kDeleting:
      break;
  }
  return {State::kRefused, "the model is being deleted"};
}

}  // namespace atelier::serving
