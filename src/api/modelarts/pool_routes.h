// /v2/{project_id}/pools: resource pools of a project's own. All work runs on the machine that everybody shares, so
// there are none.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"

namespace atelier::api {

std::vector<PlatformRoute> PoolRoutes();

}  // namespace atelier::api
