// config.json of a model package (modelarts-api section 3.7), parsed as found in the wild.
#pragma once

#include <string_view>

#include "base/error.h"
#include "registry/types.h"

namespace atelier::registry {

// Accepts `procotol` for `protocol`, "item" for "items", unknown keys, // comments, a byte order mark; each is a
// warning. InvalidArgument, code ModelArts.3015, with line and column for broken JSON, or naming the key that is wrong.
Result<ModelConfig> ParseModelConfig(std::string_view text);

// The same members inside an already parsed document: the create call may carry `apis` and `dependencies` itself, as
// JSON or as strings that hold JSON.
Result<std::vector<Api>> ParseApis(std::string_view json_text, std::vector<std::string>& warnings);
Result<std::vector<Dependency>> ParseDependencies(std::string_view json_text);

}  // namespace atelier::registry
