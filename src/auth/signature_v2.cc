#include "auth/signature_v2.h"

#include <algorithm>
#include <array>
#include <map>

#include "auth/canonical.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

// What the AWS V2 clients sign.
constexpr std::array<std::string_view, 27> kAwsSubResources = {
    "accelerate", "acl",         "analytics",      "cors",      "defaultObjectAcl", "delete",      "inventory",
    "lifecycle",  "location",    "logging",        "metrics",   "notification",     "object-lock", "partNumber",
    "policy",     "replication", "requestPayment", "restore",   "select",           "select-type", "tagging",
    "torrent",    "uploadId",    "uploads",        "versionId", "versioning",       "versions"};
constexpr std::array<std::string_view, 7> kAwsMore = {"website",
                                                      "response-cache-control",
                                                      "response-content-disposition",
                                                      "response-content-encoding",
                                                      "response-content-language",
                                                      "response-content-type",
                                                      "response-expires"};
// What the OBS SDKs sign beyond these.
constexpr std::array<std::string_view, 38> kObsSubResources = {"append",
                                                               "attname",
                                                               "backtosource",
                                                               "bucketstatus",
                                                               "customdomain",
                                                               "deletebucket",
                                                               "directcoldaccess",
                                                               "disPolicy",
                                                               "encryption",
                                                               "fileinterface",
                                                               "length",
                                                               "metadata",
                                                               "modify",
                                                               "name",
                                                               "obsalias",
                                                               "obsbucketalias",
                                                               "obscompresspolicy",
                                                               "policyStatus",
                                                               "position",
                                                               "publicAccessBlock",
                                                               "quota",
                                                               "rename",
                                                               "retention",
                                                               "storageClass",
                                                               "storageinfo",
                                                               "storagePolicy",
                                                               "truncate",
                                                               "x-image-process",
                                                               "x-image-save-bucket",
                                                               "x-image-save-object",
                                                               "x-oss-process",
                                                               "x-obs-accesslabel",
                                                               "mirrorBackToSource",
                                                               "inventory",
                                                               "object-lock",
                                                               "select",
                                                               "select-type",
                                                               "replication"};

constexpr std::string_view kAwsToken = "x-amz-security-token";

template <class List>
bool Contains(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

bool InAws(std::string_view name) { return Contains(kAwsSubResources, name) || Contains(kAwsMore, name); }

bool IsPrefixed(std::string_view name) {
  return StartsWithIgnoreCase(name, "x-obs-") || StartsWithIgnoreCase(name, "x-amz-");
}

// A security token in the query is signed by clients, too, that know nothing of the newer sub-resources.
bool InAwsOrPrefixed(std::string_view name) { return InAws(name) || IsPrefixed(name); }

bool InUnion(std::string_view name) {
  auto lower = ToLower(name);
  if (InAwsOrPrefixed(name) || Contains(kObsSubResources, name)) return true;
  auto same = [&](std::string_view known) { return ToLower(known) == lower; };
  return std::ranges::any_of(kObsSubResources, same) || std::ranges::any_of(kAwsSubResources, same);
}

std::string SubResources(const http::Query& query, bool (*signs)(std::string_view), bool bare_when_empty) {
  std::vector<std::pair<std::string, std::string>> chosen;
  for (const auto& parameter : query) {
    if (!signs(parameter.name)) continue;
    bool bare = !parameter.has_equals || (bare_when_empty && parameter.value.empty());
    chosen.emplace_back(parameter.name, bare ? parameter.name : parameter.name + "=" + parameter.value);
  }
  std::ranges::sort(chosen);
  std::string text;
  for (const auto& [name, piece] : chosen) text += (text.empty() ? "?" : "&") + piece;
  return text;
}

std::string DialectHeaders(const http::Headers& headers, std::string_view prefix) {
  std::map<std::string, std::string> sorted;
  for (const auto& [name, value] : headers) {
    if (!StartsWithIgnoreCase(name, prefix)) continue;
    auto& joined = sorted[ToLower(name)];
    joined += (joined.empty() ? "" : ",") + std::string(Trim(value));
  }
  std::string text;
  for (const auto& [name, value] : sorted) text += name + ":" + value + "\n";
  return text;
}

bool IsObs(Scheme scheme) { return scheme == Scheme::kHeaderObs || scheme == Scheme::kQueryObs; }

// The dialect's headers as they stand and, of an AWS link with a security token, with the token among them: botocore
// signs it as a header, the OBS SDKs as a sub-resource.
std::vector<std::string> NamedHeaders(const http::Request& request, Scheme scheme) {
  std::string_view prefix = IsObs(scheme) ? "x-obs-" : "x-amz-";
  std::vector<std::string> named = {DialectHeaders(request.headers, prefix)};
  if (auto token = request.query.Get(kAwsToken); token && scheme == Scheme::kQueryV2) {
    http::Headers with_token = request.headers;
    with_token.Set(kAwsToken, std::string(*token));
    named.push_back(DialectHeaders(with_token, prefix));
  }
  return named;
}

std::optional<TimePoint> ParseAnyDate(std::string_view text) {
  if (auto time = ParseHttpDate(text)) return time;
  if (auto time = ParseIsoBasic(text)) return time;
  return ParseIso8601(text);
}

Result<SignatureV2> ReadHeader(const http::Request& request, Scheme scheme, TimePoint now) {
  auto text = request.headers.Get("Authorization").value_or("");
  auto pair = Trim(text.substr(text.find(' ') + 1));
  auto colon = pair.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == pair.size())
    return InvalidArgument("Authorization: expected '<scheme> <access key>:<signature>'.", "InvalidArgument");
  SignatureV2 signature{scheme, std::string(pair.substr(0, colon)), std::string(pair.substr(colon + 1)), {}, false};
  auto own_date = request.headers.Get(IsObs(scheme) ? "x-obs-date" : "x-amz-date");
  auto date = own_date ? own_date : request.headers.Get("Date");
  auto time = date ? ParseAnyDate(Trim(*date)) : std::nullopt;
  if (!time)
    return PermissionDenied("A signed request needs a Date header such as 'Fri, 02 Jan 2026 03:04:05 GMT'.",
                            "AccessDenied");
  ATELIER_CHECK(CheckSkew(*time, now));
  if (!own_date) signature.date_line = *date;
  return signature;
}

// Base64 in a query, where a plus that the client did not encode has become a space.
std::string Base64InQuery(const http::Query& query, std::string_view name) {
  std::string text(query.Get(name).value_or(""));
  std::ranges::replace(text, ' ', '+');
  return text;
}

Result<SignatureV2> ReadQuery(const http::Request& request, Scheme scheme, TimePoint now) {
  const auto& query = request.query;
  SignatureV2 signature{scheme,
                        std::string(query.Get(IsObs(scheme) ? "AccessKeyId" : "AWSAccessKeyId").value_or("")),
                        Base64InQuery(query, "Signature"),
                        {},
                        false};
  if (query.Has("Policy") && IsObs(scheme) && !query.Has("Expires")) {
    signature.date_line = Base64InQuery(query, "Policy");
    signature.is_policy = true;
    return signature;
  }
  auto expires = ParseNumber<std::int64_t>(query.Get("Expires").value_or(""));
  if (!expires) return PermissionDenied("Expires must be a time in seconds since 1970.", "AccessDenied");
  if (ToUnixMillis(now) / 1000 > *expires) return PermissionDenied("Request has expired", "AccessDenied");
  signature.date_line = std::to_string(*expires);
  return signature;
}

}  // namespace

Result<SignatureV2> ReadSignatureV2(const http::Request& request, Scheme scheme, TimePoint now) {
  bool in_query = scheme == Scheme::kQueryV2 || scheme == Scheme::kQueryObs;
  return in_query ? ReadQuery(request, scheme, now) : ReadHeader(request, scheme, now);
}

std::vector<std::string> StringsToSignV2(const http::Request& request, const Address& address,
                                         const SignatureV2& signature) {
  std::vector<std::string> resources = {address.raw_resource};
  if (!address.bucket.empty() && address.key.empty()) resources = {"/" + address.bucket, "/" + address.bucket + "/"};
  if (signature.is_policy) resources = {"/" + PercentEncode(address.key, true), address.raw_resource};
  auto header = [&](std::string_view name) { return std::string(Trim(request.headers.Get(name).value_or(""))); };
  std::string head =
      request.method + "\n" + header("Content-MD5") + "\n" + header("Content-Type") + "\n" + signature.date_line + "\n";
  std::vector<std::string> strings;
  for (const auto& named : NamedHeaders(request, signature.scheme))
    for (const auto& resource : resources)
      for (auto* signs : {InAws, InAwsOrPrefixed, InUnion})
        for (bool bare : {false, true}) {
          auto text = head + named + resource + SubResources(request.query, signs, bare);
          if (std::ranges::find(strings, text) == strings.end()) strings.push_back(std::move(text));
        }
  return strings;
}

}  // namespace atelier::auth
