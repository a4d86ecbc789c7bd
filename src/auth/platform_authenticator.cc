#include "auth/platform_authenticator.h"

#include <map>

#include "auth/canonical.h"
#include "auth/sdk_hmac.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

constexpr std::string_view kScheme = "SDK-HMAC-SHA256";
constexpr std::size_t kSignedBodyLimit = 12U << 20;  // larger ones need a token (section 1.4)

// Both forms: "Access=AK, SignedHeaders=.., Signature=.." and "Credential=AK/date/region/service/sdk_request, ...".
std::map<std::string, std::string, std::less<>> Fields(std::string_view authorization) {
  std::map<std::string, std::string, std::less<>> fields;
  for (auto piece : Split(authorization.substr(kScheme.size()), ',')) {
    piece = Trim(piece);
    auto equals = piece.find('=');
    if (equals != std::string_view::npos) fields[std::string(piece.substr(0, equals))] = piece.substr(equals + 1);
  }
  return fields;
}

std::unexpected<Error> BadForm(std::string message) { return Unauthenticated(std::move(message), "ModelArts.0206"); }
std::unexpected<Error> BadKey() { return PermissionDenied("Invalid AK/SK.", "ModelArts.0206"); }

Result<PlatformClaim> ReadSignature(iam::IdentityService& identities, const http::Request& request,
                                    std::string_view authorization, TimePoint now) {
  auto fields = Fields(authorization);
  std::string access_key =
      fields.contains("Access") ? fields["Access"] : fields["Credential"].substr(0, fields["Credential"].find('/'));
  if (access_key.empty() || fields["SignedHeaders"].empty() || fields["Signature"].empty())
    return BadForm(
        "Incorrect authorization request header format: expected 'SDK-HMAC-SHA256 Access=<AK>, SignedHeaders=<h1;h2>, "
        "Signature=<hex>'.");
  auto date = request.headers.Get("X-Sdk-Date");
  auto time = date ? ParseIsoBasic(Trim(*date)) : std::nullopt;
  if (!time) return BadForm("Incorrect authorization request header format: X-Sdk-Date must be YYYYMMDDTHHMMSSZ.");
  if (auto skew = CheckSkew(*time, now); !skew) return BadForm(skew.error().message);
  auto owner = identities.FindKey(access_key);
  if (!owner) {
    if (owner.error().kind == ErrorKind::kUnauthenticated) return BadKey();
    return std::unexpected(std::move(owner).error());
  }
  PlatformClaim::Signature signature{*owner, {}, fields["Signature"], std::string(Trim(*date))};
  for (auto name : Split(fields["SignedHeaders"], ';')) signature.signed_headers.push_back(ToLower(name));
  return PlatformClaim{std::move(signature)};
}

}  // namespace

PlatformAuthenticator::PlatformAuthenticator(iam::IdentityService& identities, const Clock& clock)
    : identities_(identities), clock_(clock) {}

Result<PlatformClaim> PlatformAuthenticator::ReadClaim(const http::Request& request) const {
  if (auto token = request.headers.Get("X-Auth-Token"); token && !Trim(*token).empty()) {
    auto verified = identities_.VerifyToken(Trim(*token));
    if (verified) return PlatformClaim{verified->principal};
    if (verified.error().kind != ErrorKind::kUnauthenticated) return std::unexpected(std::move(verified).error());
    if (verified.error().code == "expired")
      return Unauthenticated("Invalid token header because the token has expired.", "ModelArts.0202");
    return Unauthenticated("Invalid token.", "ModelArts.0203");
  }
  auto authorization = request.headers.Get("Authorization");
  if (!authorization)
    return Unauthenticated("No authorization request header: send X-Auth-Token, or sign with SDK-HMAC-SHA256.",
                           request.headers.Has("X-Auth-Token") ? "ModelArts.0201" : "ModelArts.0205");
  if (authorization->starts_with("V11-HMAC-SHA256"))
    return BadForm(
        "V11-HMAC-SHA256 is not served: sign with SDK-HMAC-SHA256 (set no derived predicate), or send X-Auth-Token.");
  if (!authorization->starts_with(kScheme))
    return BadForm("Incorrect authorization request header format: expected SDK-HMAC-SHA256.");
  return ReadSignature(identities_, request, *authorization, clock_.Now());
}

Result<iam::Principal> PlatformAuthenticator::Verify(const PlatformClaim& claim, const http::Request& request,
                                                     std::string_view body) const {
  if (const auto* principal = std::get_if<iam::Principal>(&claim.proof)) return *principal;
  const auto& signature = std::get<PlatformClaim::Signature>(claim.proof);
  if (body.size() > kSignedBodyLimit)
    return ResourceExhausted("A body signed with AK/SK may have 12 MiB at most: use a token for larger ones.",
                             "EntityTooLarge");
  auto text = SdkHmacStringToSign(request.method, request.path, request.query, request.headers,
                                  signature.signed_headers, body, signature.date);
  if (!text)
    return BadForm("Incorrect authorization request header format: a signed header is missing from the request.");
  if (!EqualsConstantTime(HexEncode(HmacSha256(signature.owner->key.secret_key, *text)), signature.signature))
    return BadKey();
  return signature.owner->principal;
}

Result<iam::Principal> PlatformAuthenticator::PrincipalOf(std::string_view token) const {
  ATELIER_TRY(auto verified, identities_.VerifyToken(token));
  return verified.principal;
}

}  // namespace atelier::auth
