// The JSON documents of the model table.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "registry/types.h"

namespace atelier::storage {

std::string ModelDocument(const registry::Model& model);
Result<registry::Model> ParseModelDocument(std::string_view text);

}  // namespace atelier::storage
