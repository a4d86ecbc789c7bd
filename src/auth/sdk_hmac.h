// SDK-HMAC-SHA256 (modelarts-api section 1.4): what is signed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace atelier::auth {

// nullopt when a signed header is not there. X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD stands in for the hash of a
// non-empty body; a hash in that header must be the body's.
std::optional<std::string> SdkHmacStringToSign(std::string_view method, std::string_view raw_path,
                                               const http::Query& query, const http::Headers& headers,
                                               const std::vector<std::string>& signed_headers, std::string_view body,
                                               std::string_view date);

}  // namespace atelier::auth
