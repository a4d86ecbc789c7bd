// The Authorization header of the platform's signature schemes (modelarts-api section 1.4): what it says, before
// anything of it is believed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"

namespace atelier::auth {

enum class SdkForm {
  kAccess,   // SDK-HMAC-SHA256 Access=AK: signed with the secret itself
  kScope,    // SDK-HMAC-SHA256 Credential=AK/day/region/service/sdk_request: of older clients
  kDerived,  // V11-HMAC-SHA256 Credential=AK/day/region/service: with a key derived for the three
};
constexpr std::string_view kScopeEnd = "sdk_request";

struct SdkAuthorization {
  SdkForm form = SdkForm::kAccess;
  std::string access_key;
  std::string day, region, service;  // of the scope; empty for kAccess, older clients may leave the last two empty
  std::vector<std::string> signed_headers;  // lower case
  std::string signature;                    // hex
  std::string date;                         // X-Sdk-Date
  std::string scope() const { return day + "/" + region + "/" + service; }
};

// Unauthenticated, code ModelArts.0206, for a header of another form, and for a date that is unreadable, more than 15
// minutes from `now`, or not the scope's.
Result<SdkAuthorization> ReadSdkAuthorization(const http::Request& request, std::string_view authorization,
                                              TimePoint now);

}  // namespace atelier::auth
