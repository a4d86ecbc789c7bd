// Apps that predict: X-Apig-AppCode, the same code as "Authorization: Bearer <code>" (the API keys of section 4.9), or
// SDK-HMAC-SHA256 with an app's key and secret (modelarts-api section 4.8).
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "auth/sdk_authorization.h"
#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"
#include "iam/app_service.h"

namespace atelier::auth {

// Read from the headers alone: a code that was looked up, or a signature still to be checked over the body.
struct AppClaim {
  std::shared_ptr<const iam::AppAccess> app;
  std::optional<SdkAuthorization> signature;
};

// Thread-safe. Unauthenticated, APIG.0303, for a wrong code or signature.
class AppAuthenticator {
 public:
  AppAuthenticator(const iam::AppService& apps, const Clock& clock) : apps_(apps), clock_(clock) {}
  // nullopt: the request does not speak for an app. A token goes before a code; a signature speaks for an app when its
  // key is one's.
  Result<std::optional<AppClaim>> ReadClaim(const http::Request& request) const;
  Result<void> Verify(const AppClaim& claim, const http::Request& request, std::string_view body) const;

 private:
  const iam::AppService& apps_;
  const Clock& clock_;
};

}  // namespace atelier::auth
