// Who asks the platform: X-Auth-Token, or a signature with an access key, SDK-HMAC-SHA256 or V11-HMAC-SHA256, a
// temporary key's with X-Security-Token (modelarts-api sections 1.3 and 1.4).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "auth/sdk_authorization.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"
#include "iam/identity_service.h"

namespace atelier::auth {

// Read from the headers alone, before the body: a verified token, or a signature still to be checked over the body.
struct PlatformClaim {
  struct Signature {
    std::shared_ptr<const iam::IdentityService::KeyOwner> owner;
    SdkAuthorization authorization;
  };
  std::variant<iam::Principal, Signature> proof;
};

// Thread-safe. Errors carry the ModelArts codes of section 1.3. Unauthenticated: 0201 (an empty token), 0202 (an
// expired token or security token), 0203 (one that is not ours, or not this key's), 0205 (no proof at all), 0206 (a
// header of another form), 0212 (the token's project is closed, or the user has no role in it any more).
// PermissionDenied: 0206 (a wrong access key or signature).
class PlatformAuthenticator {
 public:
  PlatformAuthenticator(iam::IdentityService& identities, const Clock& clock);
  Result<PlatformClaim> ReadClaim(const http::Request& request) const;
  Result<iam::Principal> Verify(const PlatformClaim& claim, const http::Request& request, std::string_view body) const;
  // Who a token speaks for; Unauthenticated when it is not valid.
  Result<iam::Principal> PrincipalOf(std::string_view token) const;

 private:
  iam::IdentityService& identities_;
  const Clock& clock_;
};

}  // namespace atelier::auth
