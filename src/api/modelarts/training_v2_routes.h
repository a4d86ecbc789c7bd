// Training jobs of the ModelArts v2 API (modelarts-api section 2B): the table of its routes.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "training/whole_jobs.h"

namespace atelier::api {

// `jobs` must outlive the routes.
std::vector<PlatformRoute> TrainingV2Routes(training::WholeJobs& jobs);

}  // namespace atelier::api
