#include "auth/app_authenticator.h"

#include "auth/sdk_hmac.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

constexpr std::string_view kScheme = "SDK-HMAC-SHA256 ";
constexpr std::string_view kBearer = "Bearer ";
constexpr std::size_t kSignedBodyLimit = 12U << 20;  // as for access keys (section 1.4)

std::unexpected<Error> Wrong(const std::string& what) {
  return Unauthenticated("Incorrect app authentication information: " + what, "APIG.0303");
}

// The key that a header claims to be signed with, even of a header that is otherwise wrong; empty when there is none.
std::string_view ClaimedKey(std::string_view authorization) {
  for (std::string_view name : {"Access=", "Credential="}) {
    auto at = authorization.find(name);
    if (at == std::string_view::npos) continue;
    auto key = authorization.substr(at + name.size());
    return Trim(key.substr(0, key.find_first_of(",/ ")));
  }
  return {};
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
  if (authorization && authorization->starts_with(kBearer)) {
    ATELIER_TRY(auto app, apps_.FindCode(Trim(authorization->substr(kBearer.size()))));
    if (!app) return Wrong("the key in 'Authorization: Bearer' is not one of an app.");
    return AppClaim{std::move(app), std::nullopt};
  }
  if (!authorization || !authorization->starts_with(kScheme)) return std::nullopt;
  ATELIER_TRY(auto app, apps_.FindKey(ClaimedKey(*authorization)));
  if (!app) return std::nullopt;
  auto read = ReadSdkAuthorization(request, *authorization, clock_.Now());
  if (!read) return Wrong(read.error().message);
  return AppClaim{std::move(app), *std::move(read)};
}

Result<void> AppAuthenticator::Verify(const AppClaim& claim, const http::Request& request,
                                      std::string_view body) const {
  if (!claim.signature) return {};
  if (body.size() > kSignedBodyLimit)
    return ResourceExhausted("A signed body may have 12 MiB at most: use an app code for larger ones.", "APIG.0201");
  const SdkAuthorization& read = *claim.signature;
  auto hash = SdkRequestHash(request.method, request.path, request.query, request.headers, read.signed_headers, body);
  if (!hash) return Wrong("a signed header is missing from the request.");
  if (!IsSignedWith(claim.app->secret, read, *hash)) return Wrong("the signature does not match.");
  return {};
}

}  // namespace atelier::auth
