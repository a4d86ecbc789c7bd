// Parameter sets of the ModelArts v1 API (modelarts-api section 2A.9): the table of their routes.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "training/parameter_sets.h"

namespace atelier::api {

// `sets` must outlive the routes.
std::vector<PlatformRoute> ParameterSetRoutes(training::ParameterSets& sets);

}  // namespace atelier::api
