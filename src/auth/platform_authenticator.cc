#include "auth/platform_authenticator.h"

#include "auth/sdk_hmac.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

constexpr std::size_t kSignedBodyLimit = 12U << 20;  // larger ones need a token (section 1.4)

std::unexpected<Error> BadKey() { return PermissionDenied("Invalid AK/SK.", "ModelArts.0206"); }
std::unexpected<Error> Expired() {
  return Unauthenticated("Invalid token header because the token has expired.", "ModelArts.0202");
}
std::unexpected<Error> Invalid() { return Unauthenticated("Invalid token.", "ModelArts.0203"); }

Result<PlatformClaim> ReadToken(iam::IdentityService& identities, std::string_view token) {
  auto verified = identities.VerifyToken(token);
  if (verified) return PlatformClaim{verified->principal};
  const Error& refused = verified.error();
  if (refused.kind != ErrorKind::kUnauthenticated) return std::unexpected(refused);
  if (refused.code == "expired") return Expired();
  if (refused.code == "no_project") return Unauthenticated(refused.message, "ModelArts.0212");
  return Invalid();
}

Result<PlatformClaim> ReadSignature(iam::IdentityService& identities, const http::Request& request,
                                    std::string_view authorization, TimePoint now) {
  ATELIER_TRY(SdkAuthorization read, ReadSdkAuthorization(request, authorization, now));
  auto owner = identities.FindKey(read.access_key, Trim(request.headers.Get("X-Security-Token").value_or("")));
  if (owner) return PlatformClaim{PlatformClaim::Signature{*owner, std::move(read)}};
  const Error& refused = owner.error();
  if (refused.kind != ErrorKind::kUnauthenticated) return std::unexpected(refused);
  if (refused.code == "ExpiredToken") return Expired();
  if (refused.code == "InvalidToken") return Invalid();
  return BadKey();
}

}  // namespace

PlatformAuthenticator::PlatformAuthenticator(iam::IdentityService& identities, const Clock& clock)
    : identities_(identities), clock_(clock) {}

Result<PlatformClaim> PlatformAuthenticator::ReadClaim(const http::Request& request) const {
  auto token = request.headers.Get("X-Auth-Token");
  if (token && !Trim(*token).empty()) return ReadToken(identities_, Trim(*token));
  if (auto authorization = request.headers.Get("Authorization"))
    return ReadSignature(identities_, request, *authorization, clock_.Now());
  if (token) return Unauthenticated("Token doesn't exist.", "ModelArts.0201");
  return Unauthenticated(
      "No authorization request header: send X-Auth-Token, or sign with SDK-HMAC-SHA256 or V11-HMAC-SHA256.",
      "ModelArts.0205");
}

Result<iam::Principal> PlatformAuthenticator::Verify(const PlatformClaim& claim, const http::Request& request,
                                                     std::string_view body) const {
  if (const auto* principal = std::get_if<iam::Principal>(&claim.proof)) return *principal;
  const auto& signature = std::get<PlatformClaim::Signature>(claim.proof);
  if (body.size() > kSignedBodyLimit)
    return ResourceExhausted("A body signed with AK/SK may have 12 MiB at most: use a token for larger ones.",
                             "EntityTooLarge");
  const SdkAuthorization& read = signature.authorization;
  auto hash = SdkRequestHash(request.method, request.path, request.query, request.headers, read.signed_headers, body);
  if (!hash)
    return Unauthenticated(
        "Incorrect authorization request header format: a signed header is missing from the request.",
        "ModelArts.0206");
  if (!IsSignedWith(signature.owner->key.secret_key, read, *hash)) return BadKey();
  return signature.owner->principal;
}

Result<iam::Principal> PlatformAuthenticator::PrincipalOf(std::string_view token) const {
  ATELIER_TRY(auto verified, identities_.VerifyToken(token));
  return verified.principal;
}

}  // namespace atelier::auth
