// Which names, descriptions and passwords can be given.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::iam {

// 1 to 64 bytes of UTF-8 without control characters, and no space at either end. `what` ("user name") is for the error.
Result<void> CheckName(std::string_view what, std::string_view name);
Result<void> CheckDescription(std::string_view description);  // up to 255 bytes of UTF-8 without control characters
Result<void> CheckPassword(std::string_view password);        // 8 to 128 bytes

// AlreadyExists, as repositories give it.
std::unexpected<Error> NameTaken(std::string_view what, std::string_view name);

}  // namespace atelier::iam
