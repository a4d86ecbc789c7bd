// The specification that this program was built with.
#pragma once

#include <string_view>

namespace atelier::spec {

// OpenAPI 3.0 as JSON, one line. Merged from spec/*.yaml at build time.
std::string_view DocumentText();

}  // namespace atelier::spec
