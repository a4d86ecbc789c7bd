// Apps and which services they may call: /v1/{project_id}/app-auth/apps,
// /v1/{project_id}/services/{service_id}/app-auth-... The cloud's reference calls this "app authentication management";
// routes and fields are from its pages.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "iam/app_service.h"
#include "serving/deployment_service.h"

namespace atelier::api {

// Both must outlive the routes.
std::vector<PlatformRoute> AppRoutes(iam::AppService& apps, serving::DeploymentService& services);

}  // namespace atelier::api
