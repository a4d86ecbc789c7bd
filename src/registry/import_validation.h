// What an import request must look like (modelarts-api section 3.2), before its package is looked for.
#pragma once

#include "base/error.h"
#include "registry/model_service.h"

namespace atelier::registry {

// ModelArts.3036 for what is missing, 3037 for what is wrong.
Result<void> ValidateImportRequest(const ImportRequest& request);

}  // namespace atelier::registry
