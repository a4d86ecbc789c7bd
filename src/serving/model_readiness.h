// Whether a model's package is there to be served: a service may be made while its models are still being imported
// (modelarts-api section 4.9).
#pragma once

#include <functional>
#include <string>

#include "base/error.h"
#include "registry/types.h"
#include "serving/types.h"

namespace atelier::serving {

struct ModelReadiness {
  enum class State {
    kReady,    // published
    kWaiting,  // being imported and checked
    kRefused,  // will never be: `reason` says why
  };
  State state = State::kReady;
  std::string reason;
};

ModelReadiness ReadinessOf(const registry::Model& model);

// Asked before a replica is started. An error: not known now, to be asked again.
using ModelReadinessOf = std::function<Result<ModelReadiness>(const Service& service, const std::string& model_id)>;

}  // namespace atelier::serving
