// /v2/{project_id}/algorithms (modelarts-api section 2B.1).
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "training/algorithm_service.h"

namespace atelier::api {

std::vector<PlatformRoute> AlgorithmRoutes(training::AlgorithmService& algorithms);

}  // namespace atelier::api
