#include "auth/sdk_authorization.h"

#include <map>

#include "auth/canonical.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

constexpr std::string_view kPlainScheme = "SDK-HMAC-SHA256 ";
constexpr std::string_view kDerivedScheme = "V11-HMAC-SHA256 ";

std::unexpected<Error> BadForm(std::string_view expected) {
  return Unauthenticated("Incorrect authorization request header format: " + std::string(expected), "ModelArts.0206");
}

std::map<std::string, std::string, std::less<>> Fields(std::string_view text) {
  std::map<std::string, std::string, std::less<>> fields;
  for (auto piece : Split(text, ',')) {
    piece = Trim(piece);
    auto equals = piece.find('=');
    if (equals != std::string_view::npos) fields[std::string(piece.substr(0, equals))] = piece.substr(equals + 1);
  }
  return fields;
}

// "AK/day/region/service", and "/sdk_request" of the old form.
Result<void> ReadCredential(std::string_view text, SdkAuthorization& read) {
  auto parts = Split(text, '/');
  bool derived = read.form == SdkForm::kDerived;
  bool fits = derived ? parts.size() == 4 && !parts[2].empty() && !parts[3].empty()
                      : parts.size() == 5 && parts[4] == kScopeEnd;
  if (!fits)
    return BadForm(derived ? "expected 'V11-HMAC-SHA256 Credential=<AK>/<YYYYMMDD>/<region>/<service>, ...'."
                           : "expected 'SDK-HMAC-SHA256 Credential=<AK>/<YYYYMMDD>/<region>/<service>/sdk_request, "
                             "...' or 'SDK-HMAC-SHA256 Access=<AK>, ...'.");
  read.access_key = parts[0];
  read.day = parts[1];
  read.region = parts[2];
  read.service = parts[3];
  return {};
}

Result<void> ReadDate(const http::Request& request, TimePoint now, SdkAuthorization& read) {
  read.date = Trim(request.headers.Get("X-Sdk-Date").value_or(""));
  auto time = ParseIsoBasic(read.date);
  if (!time) return BadForm("X-Sdk-Date must be YYYYMMDDTHHMMSSZ.");
  if (auto skew = CheckSkew(*time, now); !skew) return BadForm(skew.error().message);
  if (read.form != SdkForm::kAccess && read.day != read.date.substr(0, 8))
    return BadForm("the day of the credential, '" + read.day + "', is not that of X-Sdk-Date.");
  return {};
}

}  // namespace

Result<SdkAuthorization> ReadSdkAuthorization(const http::Request& request, std::string_view authorization,
                                              TimePoint now) {
  SdkAuthorization read;
  bool derived = authorization.starts_with(kDerivedScheme);
  if (!derived && !authorization.starts_with(kPlainScheme))
    return BadForm("expected SDK-HMAC-SHA256 or V11-HMAC-SHA256.");
  auto fields = Fields(authorization.substr(derived ? kDerivedScheme.size() : kPlainScheme.size()));
  if (derived)
    read.form = SdkForm::kDerived;
  else if (!fields.contains("Access") && fields.contains("Credential"))
    read.form = SdkForm::kScope;
  if (read.form == SdkForm::kAccess)
    read.access_key = fields["Access"];
  else
    ATELIER_CHECK(ReadCredential(fields["Credential"], read));
  read.signature = fields["Signature"];
  if (read.access_key.empty() || fields["SignedHeaders"].empty() || read.signature.empty())
    return BadForm("expected 'SDK-HMAC-SHA256 Access=<AK>, SignedHeaders=<h1;h2>, Signature=<hex>'.");
  for (auto name : Split(fields["SignedHeaders"], ';')) read.signed_headers.push_back(ToLower(name));
  ATELIER_CHECK(ReadDate(request, now, read));
  return read;
}

}  // namespace atelier::auth
