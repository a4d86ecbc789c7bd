// The policy of an OBS signed URL that has Policy= in place of Expires= (obs-s3-api section 6.2).
#pragma once

#include <string_view>

#include "auth/object_store_authenticator.h"
#include "base/clock.h"
#include "base/error.h"

namespace atelier::auth {

// `policy` is base64 of
// {"expiration":"2026-01-02T03:04:05.000Z","conditions":[{"bucket":"b"},["starts-with","$key","a/"]]}. A policy that
// names no bucket, or no key, stands for all of them; a condition on anything else is refused, never ignored. Errors:
// AccessDenied (expired, unreadable, or not for this address).
Result<void> CheckQueryPolicy(std::string_view policy, const Address& address, TimePoint now);

}  // namespace atelier::auth
