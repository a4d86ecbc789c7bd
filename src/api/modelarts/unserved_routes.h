// What the reference's clients can ask for and this server does not serve: 501, and what it is. One table.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"

namespace atelier::api {

// After all served routes: of two for the same path the first one wins. What becomes served leaves the table.
std::vector<PlatformRoute> UnservedRoutes();

}  // namespace atelier::api
