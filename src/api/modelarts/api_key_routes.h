// /v2/{project_id}/services/api-keys (modelarts-api section 4.9): an API key is an app with one code.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "iam/app_service.h"
#include "serving/deployment_service.h"

namespace atelier::api {

std::vector<PlatformRoute> ApiKeyRoutes(iam::AppService& apps, serving::DeploymentService& services);

}  // namespace atelier::api
