// Who asks the platform: X-Auth-Token, or SDK-HMAC-SHA256 with an access key (modelarts-api sections 1.3 and 1.4).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"
#include "iam/identity_service.h"

namespace atelier::auth {

// Read from the headers alone, before the body: a verified token, or a signature still to be checked over the body.
struct PlatformClaim {
  struct Signature {
    std::shared_ptr<const iam::IdentityService::KeyOwner> owner;
    std::vector<std::string> signed_headers;
    std::string signature, date;
  };
  std::variant<iam::Principal, Signature> proof;
};

// Thread-safe. Errors carry ModelArts codes of section 1.3: ModelArts.0201/0202/0203/0205/0206.
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
