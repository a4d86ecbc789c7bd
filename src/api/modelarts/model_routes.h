// /v1/{project_id}/models (modelarts-api section 3.1).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/platform/platform_route.h"
#include "registry/model_service.h"

namespace atelier::api {

// Where a training job version wrote its output: "/bucket/dir/". Given by the composition root.
using JobOutputFinder = std::function<Result<std::string>(const std::string& project_id, const std::string& job_id,
                                                          const std::string& version_name)>;

std::vector<PlatformRoute> ModelRoutes(registry::ModelService& models, JobOutputFinder find_job_output);

}  // namespace atelier::api
