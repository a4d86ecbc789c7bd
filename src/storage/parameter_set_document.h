// The JSON documents of the table training_parameter_set.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "training/parameter_set.h"

namespace atelier::storage {

std::string ConfigDocument(const training::ConfigFields& fields);
Result<training::ConfigFields> ParseConfigDocument(std::string_view text);

}  // namespace atelier::storage
