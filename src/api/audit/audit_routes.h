// GET /v1/{project_id}/audit-log: who did what in a project.
#pragma once

#include <functional>
#include <vector>

#include "api/platform/platform_route.h"
#include "audit/audit_log.h"

namespace atelier::api {

// `log` must outlive the routes. Administrators of the project only. `sees_all` says who is also shown what belongs to
// no project: sign-ins that failed, strangers.
std::vector<PlatformRoute> AuditRoutes(audit::AuditLog& log, std::function<bool(const iam::Principal&)> sees_all);

}  // namespace atelier::api
