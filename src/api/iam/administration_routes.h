// Users, groups, projects, roles, permanent access keys and domains as Keystone's and the cloud's clients administer
// them.
#pragma once

#include <vector>

#include "api/platform/platform_route.h"
#include "iam/administration.h"

namespace atelier::api {

// `administration` must outlive the routes. It says who may do what; the routes ask for a role of any kind only. Those
// of groups (group_routes.h) are among them.
std::vector<PlatformRoute> AdministrationRoutes(iam::Administration& administration);

}  // namespace atelier::api
