// The wire shapes of models (modelarts-api section 3).
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "registry/model_service.h"

namespace atelier::api {

// Section 3.2. Arrays may come as strings that hold JSON (one client sends what its user typed).
Result<registry::ImportRequest> ParseImportRequest(std::string_view body);

json::object ModelListItem(const registry::Model& model);  // section 3.3
json::object ModelDetails(const registry::Model& model);   // section 3.4

}  // namespace atelier::api
