#include "auth/sdk_hmac.h"

#include <algorithm>

#include "auth/canonical.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

// Each segment decoded and encoded again; always ends in a slash, which the request line does not have.
std::string CanonicalPath(std::string_view raw_path) {
  std::string path;
  for (auto segment : Split(raw_path, '/')) {
    if (!path.empty() || segment.data() != raw_path.data()) path += "/";
    path += PercentEncode(PercentDecode(segment).value_or(std::string(segment)));
  }
  if (!path.ends_with('/')) path += "/";
  return path;
}

// The header's word only when it says nothing of the body, or the truth: it may be unsigned itself, and would otherwise
// let a recorded signature stand over another body.
std::string BodyHash(const http::Headers& headers, std::string_view body) {
  auto actual = HexSha256(body);
  auto given = Trim(headers.Get("X-Sdk-Content-Sha256").value_or(""));
  bool stands = given == "UNSIGNED-PAYLOAD" || EqualsIgnoreCase(given, actual);
  return !body.empty() && stands ? std::string(given) : actual;
}

std::string Canonical(std::string_view method, std::string_view raw_path, const http::Query& query,
                      const std::string& headers, const std::vector<std::string>& names, const std::string& body_hash) {
  return std::string(method) + "\n" + CanonicalPath(raw_path) + "\n" + CanonicalQuery(query) + "\n" + headers + "\n" +
         Join(names, ";") + "\n" + body_hash;
}

// One key for a day, region and service: HKDF (RFC 5869) with the access key as salt, one block, written in hex.
std::string DerivedKey(const SdkAuthorization& authorization, std::string_view secret_key) {
  auto extracted = HmacSha256(authorization.access_key, secret_key);
  return HexEncode(HmacSha256(extracted, authorization.scope() + "\x01"));
}

// The chain of the old form, which is V4's under other names.
std::string ScopedKey(const SdkAuthorization& authorization, std::string_view secret_key) {
  auto key = HmacSha256("SDK" + std::string(secret_key), authorization.day);
  key = HmacSha256(HmacSha256(key, authorization.region), authorization.service);
  return HmacSha256(key, kScopeEnd);
}

std::string Signature(std::string_view key, std::string_view text) { return HexEncode(HmacSha256(key, text)); }

}  // namespace

std::optional<std::string> SdkRequestHash(std::string_view method, std::string_view raw_path, const http::Query& query,
                                          const http::Headers& headers, const std::vector<std::string>& signed_headers,
                                          std::string_view body) {
  auto canonical_headers = CanonicalHeaders(headers, signed_headers);
  if (!canonical_headers) return std::nullopt;
  return HexSha256(Canonical(method, raw_path, query, *canonical_headers, signed_headers, BodyHash(headers, body)));
}

std::string SdkStringToSign(std::string_view date, std::string_view request_hash) {
  return "SDK-HMAC-SHA256\n" + std::string(date) + "\n" + std::string(request_hash);
}

std::vector<std::string> SdkSignatures(const SdkAuthorization& authorization, std::string_view secret_key,
                                       std::string_view request_hash) {
  auto with_scope = [&](std::string_view algorithm, const std::string& scope) {
    return std::string(algorithm) + "\n" + authorization.date + "\n" + scope + "\n" + std::string(request_hash);
  };
  auto plain = Signature(secret_key, SdkStringToSign(authorization.date, request_hash));
  switch (authorization.form) {
    case SdkForm::kAccess:
      return {plain};
    case SdkForm::kScope:
      return {Signature(ScopedKey(authorization, secret_key),
                        with_scope("SDK-HMAC-SHA256", authorization.scope() + "/" + std::string(kScopeEnd))),
              plain};
    case SdkForm::kDerived:
      return {Signature(DerivedKey(authorization, secret_key), with_scope("V11-HMAC-SHA256", authorization.scope()))};
  }
  return {};
}

bool IsSignedWith(std::string_view secret_key, const SdkAuthorization& authorization, std::string_view request_hash) {
  auto is_it = [&](const std::string& signature) { return EqualsConstantTime(signature, authorization.signature); };
  return std::ranges::any_of(SdkSignatures(authorization, secret_key, request_hash), is_it);
}

}  // namespace atelier::auth
