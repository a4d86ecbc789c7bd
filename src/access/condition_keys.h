// The names of condition keys: S3's, and the shorter ones of OBS.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier::access {

// The one spelling of a key, in lower case: "SourceIp" and "AWS:sourceip" are both "aws:sourceip". MalformedPolicy when
// no request could ever have it: a statement that tests a misspelt key would silently not apply.
Result<std::string> CanonicalKey(std::string_view key);

}  // namespace atelier::access
