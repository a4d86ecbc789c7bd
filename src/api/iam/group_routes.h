// Groups, their members and their roles as Keystone's and the cloud's clients administer them.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "iam/administration.h"

namespace atelier::api {

// `administration` must outlive the routes. It says who may do what.
std::vector<PlatformRoute> GroupRoutes(iam::Administration& administration);

}  // namespace atelier::api
