// What a project may have, for administrators of its domain: /v3/projects/{id}/quotas. An addition of this product.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "iam/identity_service.h"
#include "tenancy/quota_service.h"

namespace atelier::api {

// Both must outlive the routes.
std::vector<PlatformRoute> ProjectQuotaRoutes(iam::IdentityService& identities, tenancy::QuotaService& quotas);

}  // namespace atelier::api
