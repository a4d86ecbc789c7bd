// Training jobs of the ModelArts v1 API (modelarts API: "Training jobs v1"): the table of its routes.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "training/job_service.h"

namespace atelier::api {

// `jobs` must outlive the routes. Visualization jobs are in the table and answer 501.
std::vector<PlatformRoute> TrainingRoutes(training::JobService& jobs);

}  // namespace atelier::api
