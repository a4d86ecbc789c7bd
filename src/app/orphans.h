// Workloads that no row asks for: what a crash between two steps could leave behind.
#pragma once

#include "base/error.h"
#include "compute/backend.h"
#include "registry/model_repository.h"
#include "serving/service_repository.h"

namespace atelier::app {

struct WorkloadOwners {
  serving::ServiceRepository& services;
  registry::ModelRepository& models;
};

// Stops replicas and checks whose service or model is gone, and forgets those that have ended. Jobs look after their
// own. Called once, before anything new is started.
Result<void> ForgetOrphans(compute::Backend& backend, const WorkloadOwners& owners);

}  // namespace atelier::app
