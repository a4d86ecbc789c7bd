// What clients ask of services through API v2 (modelarts-api section 4.9).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "serving/deployment_service.h"

namespace atelier::api {

// One entry of "unit_configs": a model behind the service. Either of:
struct InferenceUnit {
  std::string name;                   // "" when the client gave none
  std::string location;               // of a package that is imported first: "/bucket/path/"
  std::string model_id;               // of a model that is here already
  serving::DeployRequest::Item item;  // without the model's id
};

// What the bodies of POST and PUT share; absent members stay as they are.
struct InferenceRequest {
  std::string name;  // "" when absent, which only PUT allows
  std::string workspace_id = "0";
  std::optional<std::string> description;
  std::optional<std::vector<InferenceUnit>> units;
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
