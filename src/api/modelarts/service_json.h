// The wire shapes of real-time services (modelarts-api section 4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "serving/deployment_service.h"

namespace atelier::api {

Result<serving::DeployRequest> ParseDeployRequest(std::string_view body);  // section 4.2

json::object ServiceListItem(const serving::Service& service, const std::string& base_url);   // section 4.4
json::object ServiceDetails(const serving::Service& service, const std::string& base_url);    // section 4.3
json::object ServiceMonitor(const serving::Service& service, const std::vector<int>& ready);  // section 4.7

// Where predictions go: "<base>/v1/infers/<service id>".
std::string AccessAddress(const serving::Service& service, const std::string& base_url);

}  // namespace atelier::api
