// What clients ask of services through API v2 (modelarts-api section 4.9).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "serving/deployment_service.h"
#include "serving/unit_models.h"

namespace atelier::api {

// What the bodies of POST and PUT share; absent members stay as they are.
struct InferenceRequest {
  std::string name;  // "" when absent, which only PUT allows
  std::string workspace_id = "0";
  std::optional<std::string> description;
  std::optional<std::vector<serving::ServiceUnit>> units;
  std::optional<std::int64_t> timeout_seconds;
  std::optional<std::optional<serving::Schedule>> schedule;  // nullopt inside: none any more
};

// `default_flavor`: the specification of a unit that names none. 501 for what this server does not do.
Result<InferenceRequest> ParseInferenceRequest(std::string_view body, const std::string& default_flavor);
// The same, and that a service to be made has a name and a group.
Result<InferenceRequest> ParseInferenceCreation(std::string_view body, const std::string& default_flavor);

// "service_ids" of a deletion: 1 to 100.
Result<std::vector<std::string>> ParseServiceIds(std::string_view body);

}  // namespace atelier::api
