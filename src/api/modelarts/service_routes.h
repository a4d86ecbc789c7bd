// /v1/{project_id}/services (modelarts-api section 4.1).
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "compute/workload.h"
#include "serving/deployment_service.h"

namespace atelier::api {

// `flavors`: the specifications that exist here.
std::vector<PlatformRoute> ServiceRoutes(serving::DeploymentService& services, std::vector<compute::Flavor> flavors);

}  // namespace atelier::api
