// SDK-HMAC-SHA256 and V11-HMAC-SHA256 (modelarts-api section 1.4): what is signed, and how.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sdk_authorization.h"
#include "http/message.h"

namespace atelier::auth {

// SHA-256 in hex of the canonical request, which is the same in every form. nullopt when a signed header is not there.
// X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD stands in for the hash of a non-empty body; a hash in that header must be the
// body's.
std::optional<std::string> SdkRequestHash(std::string_view method, std::string_view raw_path, const http::Query& query,
                                          const http::Headers& headers, const std::vector<std::string>& signed_headers,
                                          std::string_view body);

// Of the usual form, SDK-HMAC-SHA256 Access=...
std::string SdkStringToSign(std::string_view date, std::string_view request_hash);

// Every signature, in hex, that who has the secret may have made in this form: of the old form with a credential scope
// there are clients that derive a key and clients that do not.
std::vector<std::string> SdkSignatures(const SdkAuthorization& authorization, std::string_view secret_key,
                                       std::string_view request_hash);
// Whether the signature that was sent is one of them.
bool IsSignedWith(std::string_view secret_key, const SdkAuthorization& authorization, std::string_view request_hash);

}  // namespace atelier::auth
