#include "auth/sdk_hmac.h"

#include "auth/canonical.h"
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

}  // namespace

std::optional<std::string> SdkHmacStringToSign(std::string_view method, std::string_view raw_path,
                                               const http::Query& query, const http::Headers& headers,
                                               const std::vector<std::string>& signed_headers, std::string_view body,
                                               std::string_view date) {
  auto canonical_headers = CanonicalHeaders(headers, signed_headers);
  if (!canonical_headers) return std::nullopt;
  std::string body_hash = BodyHash(headers, body);
  return "SDK-HMAC-SHA256\n" + std::string(date) + "\n" +
         HexSha256(Canonical(method, raw_path, query, *canonical_headers, signed_headers, body_hash));
}

}  // namespace atelier::auth
