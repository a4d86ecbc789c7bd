// Pieces of canonical requests that the schemes share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::auth {

constexpr std::chrono::minutes kClockSkew{15};

// V4's and SDK-HMAC's query: decoded, encoded again, sorted by name then value; `except` is left out.
std::string CanonicalQuery(const http::Query& query, std::string_view except = {});

// "name:value\n" for each name, values trimmed, inner runs of spaces folded, repeated fields joined by commas. nullopt
// when a name is not among the request's headers.
std::optional<std::string> CanonicalHeaders(const http::Headers& headers, const std::vector<std::string>& names);

// HMAC chain of V4: date, region, service, "aws4_request".
std::string SigningKeyV4(std::string_view secret_key, std::string_view date, std::string_view region,
                         std::string_view service);

// PermissionDenied, code RequestTimeTooSkewed, when `time` is more than 15 minutes from now.
Result<void> CheckSkew(TimePoint time, TimePoint now);

std::string HexSha256(std::string_view text);

}  // namespace atelier::auth
