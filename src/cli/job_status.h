// The status numbers of training jobs in words.
#pragma once

#include <cstdint>
#include <string>

namespace atelier::cli {

// modelarts-api section 2A.11, in the words of a console.
std::string JobStatusText(std::int64_t status);

}  // namespace atelier::cli
