// AWS V4 signatures, header and query form (obs-s3-api sections 6.3 and 6.4).
#pragma once

#include <string>
#include <vector>

#include "auth/object_store_authenticator.h"
#include "base/error.h"

namespace atelier::auth {

struct SignatureV4 {
  Scheme scheme = Scheme::kHeaderV4;
  std::string access_key, date, region, service;  // of the credential scope
  std::string timestamp;                          // "20260102T030405Z"
  std::vector<std::string> signed_headers;
  std::string signature;
  std::string payload_hash;  // the canonical request's last line
  std::string scope() const { return date + "/" + region + "/" + service + "/aws4_request"; }
};

// Errors: AuthorizationHeaderMalformed, AuthorizationQueryParametersError, AccessDenied (expired, unsigned headers, no
// host), RequestTimeTooSkewed, InvalidRequest (x-amz-content-sha256 missing).
Result<SignatureV4> ReadSignatureV4(const http::Request& request, Scheme scheme, TimePoint now);

// Access key, date, region and service from "<access key>/<YYYYMMDD>/<region>/s3/aws4_request" into `signature`, whose
// scheme decides the error's code.
Result<void> ReadCredential(std::string_view text, SignatureV4& signature);

// What a signature is made from: the string to sign ends with the hash of the canonical request.
struct SignedTextV4 {
  std::string canonical_request;
  std::string string_to_sign;
};
// All that the client may have signed: with the path as sent, and decoded and encoded again; with spaces of the query
// as %20, and as pluses where it has any. Empty when a header that is said to be signed is not there.
std::vector<SignedTextV4> SignedTextsV4(const http::Request& request, const SignatureV4& signature);

// What the payload hash promises about the body. InvalidArgument for a word that is none.
Result<PayloadRule> ReadPayloadRule(const http::Request& request, const SignatureV4& signature,
                                    std::string_view signing_key);

}  // namespace atelier::auth
