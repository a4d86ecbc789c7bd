// What who is not let in is told, by generation of the API (modelarts-api section 1.3). Pure.
#pragma once

#include <string_view>

#include "base/error.h"

namespace atelier::api {

// `pattern`: of the route. Training v2 has codes and statuses of its own for a token that is none (403 ModelArts.2784)
// and for the project of another token or key (404 ModelArts.2786); every other error stays as it is.
Error RefusalFor(std::string_view pattern, Error error);

}  // namespace atelier::api
