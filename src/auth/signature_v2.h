// AWS V2 and OBS signatures, header and query form (obs-s3-api sections 6.1 and 6.2).
#pragma once

#include <string>
#include <vector>

#include "auth/object_store_authenticator.h"
#include "base/error.h"

namespace atelier::auth {

struct SignatureV2 {
  Scheme scheme = Scheme::kHeaderV2;
  std::string access_key, signature;
  std::string date_line;   // what stands in the Date line of the string to sign
  bool is_policy = false;  // date_line is the policy, which has its own expiration; resource without the bucket
};

// Reads it from the request. Errors: AccessDenied (date missing or unreadable, expired), RequestTimeTooSkewed,
// InvalidArgument.
Result<SignatureV2> ReadSignatureV2(const http::Request& request, Scheme scheme, TimePoint now);

// Every string that a client may have signed for this request: clients disagree on bucket-only resources and on the
// sub-resources.
std::vector<std::string> StringsToSignV2(const http::Request& request, const Address& address,
                                         const SignatureV2& signature);

}  // namespace atelier::auth
