// Signing in and looking around, for everybody: Keystone v3 as its clients need it (modelarts-api sections 1.1
// and 1.2).
#pragma once

#include <string>
#include <vector>

#include "api/platform/platform_route.h"
#include "iam/identity_service.h"

namespace atelier::api {

struct CatalogEndpoints {
  std::string object_store_url;  // "http://127.0.0.1:9000"; the platform's own comes from each request's Host
};

std::vector<PlatformRoute> IamRoutes(iam::IdentityService& identities, CatalogEndpoints endpoints);

}  // namespace atelier::api
