// /v1/{project_id}/workspaces (as the current SDK calls it).
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "tenancy/workspace_service.h"

namespace atelier::api {

std::vector<PlatformRoute> WorkspaceRoutes(tenancy::WorkspaceService& workspaces);

}  // namespace atelier::api
