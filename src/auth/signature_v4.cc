#include "auth/signature_v4.h"

#include <algorithm>
#include <map>

#include "auth/canonical.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::unexpected<Error> Malformed(Scheme scheme, const std::string& what) {
  std::string code = "InvalidArgument";
  if (scheme == Scheme::kHeaderV4) code = "AuthorizationHeaderMalformed";
  if (scheme == Scheme::kQueryV4) code = "AuthorizationQueryParametersError";
  return InvalidArgument(what, std::move(code));
}

void ReadSignedHeaders(std::string_view text, SignatureV4& signature) {
  for (auto name : Split(text, ';'))
    if (!name.empty()) signature.signed_headers.push_back(ToLower(name));
}

// Fact 7: some SDKs sign the Date header in RFC 1123 form and send no x-amz-date.
Result<TimePoint> RequestTime(const http::Request& request) {
  auto text = request.headers.Get("x-amz-date");
  if (!text) text = request.headers.Get("Date");
  if (!text) return PermissionDenied("A signed request needs an x-amz-date or Date header.", "AccessDenied");
  if (auto time = ParseIsoBasic(Trim(*text))) return *time;
  if (auto time = ParseHttpDate(Trim(*text))) return *time;
  return PermissionDenied("The request's date is neither YYYYMMDDTHHMMSSZ nor an HTTP date.", "AccessDenied");
}

Result<void> CheckSignedHeaders(const http::Request& request, const SignatureV4& signature) {
  auto is_signed = [&](std::string_view name) {
    return std::ranges::find(signature.signed_headers, ToLower(name)) != signature.signed_headers.end();
  };
  if (!is_signed("host")) return PermissionDenied("The Host header must be among the signed headers.", "AccessDenied");
  for (const auto& [name, value] : request.headers)
    if (StartsWithIgnoreCase(name, "x-amz-") && !is_signed(name))
      return PermissionDenied("There were headers present in the request which were not signed: " + ToLower(name),
                              "AccessDenied");
  return {};
}

Result<SignatureV4> ReadHeader(const http::Request& request, TimePoint now) {
  SignatureV4 signature;
  std::string_view text = request.headers.Get("Authorization").value_or("");
  text.remove_prefix(std::min(text.size(), kAlgorithm.size()));
  std::map<std::string, std::string, std::less<>> fields;
  for (auto piece : Split(text, ',')) {
    piece = Trim(piece);
    auto equals = piece.find('=');
    if (equals != std::string_view::npos) fields[std::string(piece.substr(0, equals))] = piece.substr(equals + 1);
  }
  for (std::string_view needed : {"Credential", "SignedHeaders", "Signature"})
    if (fields.find(needed) == fields.end())
      return Malformed(Scheme::kHeaderV4,
                       "The authorization header is malformed: it has no " + std::string(needed) + ".");
  ATELIER_CHECK(ReadCredential(fields["Credential"], signature));
  ReadSignedHeaders(fields["SignedHeaders"], signature);
  signature.signature = fields["Signature"];
  ATELIER_TRY(TimePoint time, RequestTime(request));
  ATELIER_CHECK(CheckSkew(time, now));
  signature.timestamp = FormatIsoBasic(time);
  if (!signature.timestamp.starts_with(signature.date))
    return Malformed(Scheme::kHeaderV4, "The credential's date is not the date of the request.");
  ATELIER_CHECK(CheckSignedHeaders(request, signature));
  auto hash = request.headers.Get("x-amz-content-sha256");
  if (!hash && !IsHuaweiSdk(request))
    return InvalidArgument("Missing required header for this request: x-amz-content-sha256", "InvalidRequest");
  signature.payload_hash = hash.value_or("UNSIGNED-PAYLOAD");
  return signature;
}

Result<SignatureV4> ReadQuery(const http::Request& request, TimePoint now) {
  constexpr std::int64_t kLongest = 604'800;
  SignatureV4 signature;
  signature.scheme = Scheme::kQueryV4;
  const auto& query = request.query;
  for (std::string_view needed :
       {"X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"})
    if (!query.Has(needed)) return Malformed(Scheme::kQueryV4, "The query has no " + std::string(needed) + ".");
  if (query.Get("X-Amz-Algorithm") != kAlgorithm)
    return Malformed(Scheme::kQueryV4, "X-Amz-Algorithm must be AWS4-HMAC-SHA256.");
  ATELIER_CHECK(ReadCredential(*query.Get("X-Amz-Credential"), signature));
  ReadSignedHeaders(*query.Get("X-Amz-SignedHeaders"), signature);
  signature.signature = *query.Get("X-Amz-Signature");
  auto time = ParseIsoBasic(*query.Get("X-Amz-Date"));
  if (!time) return Malformed(Scheme::kQueryV4, "X-Amz-Date must be YYYYMMDDTHHMMSSZ.");
  auto expires = ParseNumber<std::int64_t>(*query.Get("X-Amz-Expires"));
  if (!expires || *expires < 1 || *expires > kLongest)
    return Malformed(Scheme::kQueryV4, "X-Amz-Expires must be a number of seconds from 1 to 604800.");
  if (now > *time + std::chrono::seconds(*expires)) return PermissionDenied("Request has expired", "AccessDenied");
  if (*time > now + kClockSkew)
    return PermissionDenied("Request is not valid yet: the client's clock is ahead.", "AccessDenied");
  signature.timestamp = FormatIsoBasic(*time);
  if (!signature.timestamp.starts_with(signature.date))
    return Malformed(Scheme::kQueryV4, "The credential's date is not that of X-Amz-Date.");
  ATELIER_CHECK(CheckSignedHeaders(request, signature));
  signature.payload_hash = request.headers.Get("x-amz-content-sha256").value_or("UNSIGNED-PAYLOAD");
  return signature;
}

// With spaces as %20, and, for the Go SDK of OBS, which signs them as it sends them, as pluses.
std::vector<std::string> CanonicalQueries(const http::Request& request, const SignatureV4& signature) {
  auto query = CanonicalQuery(request.query, signature.scheme == Scheme::kQueryV4 ? "X-Amz-Signature" : "");
  std::vector<std::string> queries = {query};
  if (request.raw_query.find('+') == std::string::npos) return queries;
  constexpr std::string_view kSpace = "%20";
  for (auto at = query.find(kSpace); at != std::string::npos; at = query.find(kSpace, at))
    query.replace(at, kSpace.size(), "+");
  queries.push_back(std::move(query));
  return queries;
}

}  // namespace

Result<void> ReadCredential(std::string_view text, SignatureV4& signature) {
  // The access key may not, but in old keys could, hold a slash: count from the end.
  auto parts = Split(text, '/');
  if (parts.size() < 5 || parts.back() != "aws4_request")
    return Malformed(signature.scheme, "The credential must be <access key>/<YYYYMMDD>/<region>/s3/aws4_request.");
  auto at = parts.size() - 5;
  signature.access_key = text.substr(
      0, text.size() - (parts[at + 1].size() + parts[at + 2].size() + parts[at + 3].size() + parts[at + 4].size() + 4));
  signature.date = parts[at + 1];
  signature.region = parts[at + 2];
  signature.service = parts[at + 3];
  if (signature.date.size() != 8 || !ParseNumber<unsigned>(signature.date))
    return Malformed(signature.scheme, "The credential's date must be YYYYMMDD.");
  if (signature.service != "s3")
    return Malformed(signature.scheme,
                     "The credential is for the service '" + signature.service + "'; this is the service 's3'.");
  return {};
}

Result<SignatureV4> ReadSignatureV4(const http::Request& request, Scheme scheme, TimePoint now) {
  return scheme == Scheme::kHeaderV4 ? ReadHeader(request, now) : ReadQuery(request, now);
}

std::vector<SignedTextV4> SignedTextsV4(const http::Request& request, const SignatureV4& signature) {
  auto headers = CanonicalHeaders(request.headers, signature.signed_headers);
  if (!headers) return {};
  std::vector<std::string> paths = {request.path.empty() ? "/" : request.path};
  if (auto decoded = PercentDecode(paths[0])) {
    auto encoded = PercentEncode(*decoded, true);
    if (encoded != paths[0]) paths.push_back(std::move(encoded));
  }
  auto rest = "\n" + *headers + "\n" + Join(signature.signed_headers, ";") + "\n" + signature.payload_hash;
  auto head = std::string(kAlgorithm) + "\n" + signature.timestamp + "\n" + signature.scope() + "\n";
  std::vector<SignedTextV4> texts;
  for (const auto& query : CanonicalQueries(request, signature))
    for (const auto& path : paths) {
      auto canonical = request.method + "\n" + path + "\n" + query + rest;
      auto to_sign = head + HexSha256(canonical);
      texts.push_back({std::move(canonical), std::move(to_sign)});
    }
  return texts;
}

Result<PayloadRule> ReadPayloadRule(const http::Request& request, const SignatureV4& signature,
                                    std::string_view signing_key) {
  using Kind = PayloadRule::Kind;
  PayloadRule rule;
  if (auto length = request.headers.Get("x-amz-decoded-content-length")) {
    rule.decoded_length = ParseNumber<std::uint64_t>(Trim(*length));
    if (!rule.decoded_length)
      return InvalidArgument("x-amz-decoded-content-length must be a number.", "InvalidArgument");
  }
  const auto& word = signature.payload_hash;
  if (word == "UNSIGNED-PAYLOAD") return rule;
  if (word == "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
    rule.kind = Kind::kChunkedUnsignedTrailer;
    return rule;
  }
  if (word == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" || word == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") {
    rule.kind = word.ends_with("-TRAILER") ? Kind::kChunkedSignedTrailer : Kind::kChunkedSigned;
    rule.signing_key = signing_key;
    rule.timestamp = signature.timestamp;
    rule.scope = signature.scope();
    rule.seed_signature = signature.signature;
    return rule;
  }
  if (word.find("ECDSA") != std::string::npos)
    return MakeError(ErrorKind::kUnimplemented, "ECDSA-signed payloads are not served.", "NotImplemented");
  auto digest = HexDecode(word);
  if (!digest || digest->size() != 32)
    return InvalidArgument("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING-... word, or a SHA-256 in hex.",
                           "InvalidArgument");
  rule.kind = Kind::kSha256;
  rule.sha256 = *std::move(digest);
  return rule;
}

}  // namespace atelier::auth
