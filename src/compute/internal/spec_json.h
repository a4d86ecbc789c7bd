// Launch specs and exits as JSON.
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "compute/internal/run_folder.h"

namespace atelier::compute {

json::object ToJson(const LaunchSpec& spec);
json::object ToJson(const ExitRecord& record);
Result<LaunchSpec> SpecFromJson(const json::object& object);
Result<ExitRecord> ExitFromJson(const json::object& object);

}  // namespace atelier::compute
