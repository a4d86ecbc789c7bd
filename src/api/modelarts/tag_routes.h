// Tags of services and training jobs: /v2/{project_id}/modelarts-service-v2 and
// /v2/{project_id}/modelarts-training-job.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "tenancy/tag_service.h"

namespace atelier::api {

std::vector<PlatformRoute> TagRoutes(tenancy::TagService& tags);

}  // namespace atelier::api
