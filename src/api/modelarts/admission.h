// What must hold in a project before something is made in it, whatever room makes it: the workspace that it names is
// there, and the quota has room.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "tenancy/quota_service.h"
#include "tenancy/workspace_service.h"

namespace atelier::api {

// Puts the admission before the handlers of the routes that make things (a table, by action). Refused: ModelArts.0102
// an unknown workspace; ModelArts.0118, 2815 or 3520 to 3522 beyond a quota. What a body says wrongly otherwise is left
// to the handler, which says it better. The services must outlive the routes.
void GuardCreation(std::vector<PlatformRoute>& routes, tenancy::QuotaService& quotas,
                   tenancy::WorkspaceService& workspaces);

}  // namespace atelier::api
