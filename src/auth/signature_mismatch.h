// The refusal of a wrong signature (obs-s3-api section 5.3). Its details are what the server would have signed, for
// clients to compare with what they did: all of it was in the request, nothing of it tells the secret or the right
// signature.
#pragma once

#include <string>
#include <vector>

#include "auth/signature_v4.h"
#include "base/error.h"

namespace atelier::auth {

// PermissionDenied, code SignatureDoesNotMatch, subject the access key; details StringToSign, SignatureProvided,
// StringToSignBytes.
std::unexpected<Error> Mismatch(const std::string& access_key, const std::string& signature,
                                const std::string& string_to_sign);
// The same with CanonicalRequest and CanonicalRequestBytes. `texts`: what SignedTextsV4 gave for this signature.
std::unexpected<Error> MismatchV4(const SignatureV4& signature, const std::vector<SignedTextV4>& texts);

}  // namespace atelier::auth
