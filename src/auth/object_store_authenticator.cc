#include "auth/object_store_authenticator.h"

#include <algorithm>

#include "auth/canonical.h"
#include "auth/form_signature.h"
#include "auth/query_policy.h"
#include "auth/security_token.h"
#include "auth/signature_mismatch.h"
#include "auth/signature_v2.h"
#include "auth/signature_v4.h"
#include "auth/signing_key_cache.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

using KeyOwner = iam::IdentityService::KeyOwner;

// The mechanism of a request; InvalidArgument when there are two.
Result<Scheme> SchemeOf(const http::Request& request) {
  const auto& query = request.query;
  auto scheme = Scheme::kAnonymous;
  auto authorization = request.headers.Get("Authorization");
  if (authorization) {
    if (authorization->starts_with("OBS "))
      scheme = Scheme::kHeaderObs;
    else if (authorization->starts_with("AWS "))
      scheme = Scheme::kHeaderV2;
    else if (authorization->starts_with("AWS4-HMAC-SHA256"))
      scheme = Scheme::kHeaderV4;
    else
      return InvalidArgument("Unsupported Authorization Type", "InvalidArgument");
  }
  auto in_query = Scheme::kAnonymous;
  if (query.Has("X-Amz-Algorithm"))
    in_query = Scheme::kQueryV4;
  else if (query.Has("AWSAccessKeyId") && query.Has("Signature"))
    in_query = Scheme::kQueryV2;
  else if (query.Has("AccessKeyId") && query.Has("Signature"))
    in_query = Scheme::kQueryObs;
  if (scheme != Scheme::kAnonymous && in_query != Scheme::kAnonymous)
    return InvalidArgument(
        "Only one authentication mechanism is allowed: the Authorization header or the query's signature.",
        "InvalidArgument");
  return scheme == Scheme::kAnonymous ? in_query : scheme;
}

Result<std::shared_ptr<const KeyOwner>> OwnerOf(iam::IdentityService& identities, const std::string& access_key,
                                                const Result<std::string>& security_token) {
  if (!security_token) return std::unexpected(security_token.error());
  auto owner = identities.FindKey(access_key, *security_token);
  if (owner || owner.error().kind != ErrorKind::kUnauthenticated) return owner;
  const Error& refused = owner.error();
  if (refused.code == "InvalidToken")
    return InvalidArgument("The provided token is malformed or otherwise invalid. " + refused.message, refused.code);
  if (refused.code == "ExpiredToken")
    return InvalidArgument("The provided token has expired. " + refused.message, refused.code);
  return PermissionDenied("The access key ID you provided does not exist in our records.", "InvalidAccessKeyId",
                          access_key);
}

}  // namespace

ObjectStoreAuthenticator::ObjectStoreAuthenticator(iam::IdentityService& identities, const Clock& clock)
    : identities_(identities), clock_(clock), signing_keys_(std::make_shared<SigningKeyCache>()) {}

Result<ObjectStoreIdentity> ObjectStoreAuthenticator::Authenticate(const http::Request& request,
                                                                   const Address& address) const {
  ObjectStoreIdentity identity;
  identity.dialect = DialectOf(request);
  ATELIER_TRY(identity.scheme, SchemeOf(request));
  if (identity.scheme == Scheme::kAnonymous) return identity;

  if (identity.scheme == Scheme::kHeaderV4 || identity.scheme == Scheme::kQueryV4) {
    ATELIER_TRY(SignatureV4 signature, ReadSignatureV4(request, identity.scheme, clock_.Now()));
    ATELIER_TRY(auto owner, OwnerOf(identities_, signature.access_key, SecurityTokenOf(request)));
    auto key = signing_keys_->Get(owner->key.secret_key, signature.date, signature.region, signature.service);
    auto texts = SignedTextsV4(request, signature);
    bool matches = std::ranges::any_of(texts, [&](const SignedTextV4& text) {
      return EqualsConstantTime(HexEncode(HmacSha256(key, text.string_to_sign)), signature.signature);
    });
    if (!matches) return MismatchV4(signature, texts);
    signing_keys_->Keep(owner->key.secret_key, signature.date, signature.region, signature.service, key);
    ATELIER_TRY(identity.payload, ReadPayloadRule(request, signature, key));
    identity.principal = owner->principal;
    return identity;
  }

  ATELIER_TRY(SignatureV2 signature, ReadSignatureV2(request, identity.scheme, clock_.Now()));
  ATELIER_TRY(auto owner, OwnerOf(identities_, signature.access_key, SecurityTokenOf(request)));
  auto strings = StringsToSignV2(request, address, signature);
  bool matches = std::ranges::any_of(strings, [&](const std::string& text) {
    return EqualsConstantTime(Base64Encode(HmacSha1(owner->key.secret_key, text)), signature.signature);
  });
  if (!matches) return Mismatch(signature.access_key, signature.signature, strings.front());
  if (signature.is_policy) ATELIER_CHECK(CheckQueryPolicy(signature.date_line, address, clock_.Now()));
  identity.principal = owner->principal;
  return identity;
}

Result<FormIdentity> ObjectStoreAuthenticator::AuthenticateForm(const FormFields& fields,
                                                                std::string_view bucket) const {
  FormIdentity form;
  form.identity.dialect = DialectOfForm(fields, Dialect::kS3);
  ATELIER_TRY(FormSignature signature, ReadFormSignature(fields));
  form.identity.scheme = signature.scheme;
  if (signature.scheme == Scheme::kAnonymous) return form;

  ATELIER_TRY(auto owner, OwnerOf(identities_, signature.access_key, SecurityTokenOf(fields)));
  const std::string& secret = owner->key.secret_key;
  const SignatureV4& v4 = signature.v4;
  std::string expected;
  if (signature.scheme == Scheme::kFormV4) {
    auto key = signing_keys_->Get(secret, v4.date, v4.region, v4.service);
    expected = HexEncode(HmacSha256(key, signature.policy));
    if (EqualsConstantTime(expected, signature.signature))
      signing_keys_->Keep(secret, v4.date, v4.region, v4.service, key);
  } else {
    expected = Base64Encode(HmacSha1(secret, signature.policy));
  }
  if (!EqualsConstantTime(expected, signature.signature))
    return Mismatch(signature.access_key, signature.signature, signature.policy);

  ATELIER_TRY(PostPolicy policy, PostPolicy::Parse(signature.policy));
  ATELIER_CHECK(policy.Check(fields, bucket, clock_.Now()));
  form.file_length = policy.length();
  form.identity.principal = owner->principal;
  return form;
}

}  // namespace atelier::auth
