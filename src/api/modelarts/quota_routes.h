// What a project may have and has: /v1/{project_id}/quotas, /v2/{project_id}/training-quotas.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "tenancy/quota_service.h"

namespace atelier::api {

std::vector<PlatformRoute> QuotaRoutes(tenancy::QuotaService& quotas);

}  // namespace atelier::api
