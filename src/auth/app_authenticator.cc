#include "auth/app_authenticator.h"

#include <map>

#include "auth/canonical.h"
#include "auth/sdk_hmac.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

constexpr std::string_view kScheme = "SDK-HMAC-SHA256 ";
constexpr std::size_t kSignedBodyLimit = 12U << 20;  // as for access keys (section 1.4)

std::unexpected<Error> Wrong(const std::string& what) {
  return Unauthenticated("Incorrect app authentication information: " + what, "APIG.0303");
}

// "Access=.., SignedHeaders=.., Signature=.."
std::map<std::string, std::string, std::less<>> Fields(std::string_view authorization) {
  std::map<std::string, std::string, std::less<>> fields;
  for (auto piece : Split(authorization.substr(kScheme.size()), ',')) {
    piece = Trim(piece);
    auto equals = piece.find('=');
    if (equals != std::string_view::npos) fields[std::string(piece.substr(0, equals))] = piece.substr(equals + 1);
  }
  return fields;
}

}  // namespace

Result<std::optional<AppClaim>> AppAuthenticator::ReadClaim(const http::Request& request) const {
  if (auto token = request.headers.Get("X-Auth-Token"); token && !Trim(*token).empty()) return std::nullopt;
  if (auto code = request.headers.Get("X-Apig-AppCode"); code && !Trim(*code).empty()) {
    ATELIER_TRY(auto app, apps_.FindCode(Trim(*code)));
    if (!app) return Wrong("the code in X-Apig-AppCode is not one of an app.");
    return AppClaim{std::move(app), std::nullopt};
  }
  auto authorization = request.headers.Get("Authorization");
  if (!authorization || !authorization->starts_with(kScheme)) return std::nullopt;
  auto fields = Fields(*authorization);
  ATELIER_TRY(auto app, apps_.FindKey(fields["Access"]));
  if (!app) return std::nullopt;
  if (fields["SignedHeaders"].empty() || fields["Signature"].empty())
    return Wrong("expected 'SDK-HMAC-SHA256 Access=<AppKey>, SignedHeaders=<h1;h2>, Signature=<hex>'.");
  auto date = request.headers.Get("X-Sdk-Date");
  auto time = date ? ParseIsoBasic(Trim(*date)) : std::nullopt;
  if (!time) return Wrong("X-Sdk-Date must be YYYYMMDDTHHMMSSZ.");
  if (auto skew = CheckSkew(*time, clock_.Now()); !skew) return Wrong(skew.error().message);
  AppClaim::Signature signature{{}, fields["Signature"], std::string(Trim(*date))};
  for (auto name : Split(fields["SignedHeaders"], ';')) signature.signed_headers.push_back(ToLower(name));
  return AppClaim{std::move(app), std::move(signature)};
}

Result<void> AppAuthenticator::Verify(const AppClaim& claim, const http::Request& request,
                                      std::string_view body) const {
  if (!claim.signature) return {};
  if (body.size() > kSignedBodyLimit)
    return ResourceExhausted("A signed body may have 12 MiB at most: use an app code for larger ones.", "APIG.0201");
  auto text = SdkHmacStringToSign(request.method, request.path, request.query, request.headers,
                                  claim.signature->signed_headers, body, claim.signature->date);
  if (!text) return Wrong("a signed header is missing from the request.");
  if (!EqualsConstantTime(HexEncode(HmacSha256(claim.app->secret, *text)), claim.signature->signature))
    return Wrong("the signature does not match.");
  return {};
}

}  // namespace atelier::auth
