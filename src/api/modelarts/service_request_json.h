// What clients ask of real-time services (modelarts-api sections 4.2 and 4.6).
#pragma once

#include <string_view>

#include "base/error.h"
#include "serving/deployment_service.h"

namespace atelier::api {

Result<serving::DeployRequest> ParseDeployRequest(std::string_view body);    // section 4.2
Result<serving::ServiceChanges> ParseServiceChanges(std::string_view body);  // section 4.6

}  // namespace atelier::api
