// Signs outgoing requests: for the CLI and for tests.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace atelier::auth {

// `security_token`: of a temporary key; it goes along, signed.
struct KeyPair {
  std::string access_key, secret_key;
  std::string security_token = {};
};

// Adds x-amz-date, x-amz-content-sha256 (`payload_hash`: hex or UNSIGNED-PAYLOAD) and Authorization. Host must be among
// the headers.
void SignV4(http::Headers& headers, std::string_view method, std::string_view target, std::string_view payload_hash,
            const KeyPair& keys, std::string_view region, TimePoint now);
// Adds X-Sdk-Date and Authorization: SDK-HMAC-SHA256. Host must be among the headers.
void SignSdkHmac(http::Headers& headers, std::string_view method, std::string_view target, std::string_view body,
                 const KeyPair& keys, TimePoint now);
// A presigned V4 URL's query for GET or PUT (X-Amz-...; UNSIGNED-PAYLOAD).
std::string PresignV4(std::string_view method, std::string_view host, std::string_view raw_path, const KeyPair& keys,
                      std::string_view region, TimePoint now, int expires_seconds);

}  // namespace atelier::auth
