// What a deploy request must look like (modelarts-api section 4.2), before anything is stored.
#pragma once

#include "base/error.h"
#include "serving/deployment_service.h"

namespace atelier::serving {

// Checks names, numbers, weights and specifications; models are looked up by the caller.
Result<void> ValidateDeployRequest(const DeployRequest& request, const ReplicaRunner& runner);
Result<void> ValidateChanges(const ServiceChanges& changes, const ReplicaRunner& runner);

}  // namespace atelier::serving
