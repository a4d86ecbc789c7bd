// /v2/{project_id}/services (modelarts-api section 4.9): services as the current SDK makes them. They are the services
// of API v1, seen in another shape.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "compute/workload.h"
#include "registry/model_service.h"
#include "serving/deployment_service.h"

namespace atelier::api {

// `flavors`: the specifications that exist here; the first is that of a unit which names none.
std::vector<PlatformRoute> InferenceRoutes(serving::DeploymentService& services, registry::ModelService& models,
                                           std::vector<compute::Flavor> flavors);

}  // namespace atelier::api
