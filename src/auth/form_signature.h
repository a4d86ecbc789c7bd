// How a browser's form is signed: by some of its fields, over the text of its policy (obs-s3-api section 4.5).
#pragma once

#include <string>

#include "auth/object_store_authenticator.h"
#include "auth/post_policy.h"
#include "auth/signature_v4.h"
#include "base/error.h"

namespace atelier::auth {

struct FormSignature {
  Scheme scheme = Scheme::kAnonymous;  // or kFormV2, kFormV4, kFormObs
  std::string policy;                  // base64: what is signed
  std::string access_key, signature;
  SignatureV4 v4;  // the credential's scope, for kFormV4
};

// Anonymous when no field has to do with signing. InvalidArgument when a field that signing needs is missing or
// malformed, or when there are two signatures.
Result<FormSignature> ReadFormSignature(const FormFields& fields);

}  // namespace atelier::auth
