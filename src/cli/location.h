// "obs://bucket/key", "s3://bucket/key" or "bucket/key" on the command line.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::cli {

struct Location {
  std::string bucket, key;
};

bool IsRemote(std::string_view text);  // has a scheme
Result<Location> ParseLocation(std::string_view text);

}  // namespace atelier::cli
