#include "auth/signer.h"

#include <algorithm>

#include "auth/canonical.h"
#include "auth/sdk_hmac.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

std::string PathOf(std::string_view target) { return std::string(target.substr(0, target.find('?'))); }

http::Query QueryOf(std::string_view target) {
  auto mark = target.find('?');
  return http::Query::Parse(mark == std::string_view::npos ? "" : target.substr(mark + 1));
}

std::string SignText(std::string_view canonical, const KeyPair& keys, std::string_view timestamp,
                     std::string_view region) {
  auto date = timestamp.substr(0, 8);
  auto scope = std::string(date) + "/" + std::string(region) + "/s3/aws4_request";
  auto text = "AWS4-HMAC-SHA256\n" + std::string(timestamp) + "\n" + scope + "\n" + HexSha256(canonical);
  return HexEncode(HmacSha256(SigningKeyV4(keys.secret_key, date, region, "s3"), text));
}

}  // namespace

void SignV4(http::Headers& headers, std::string_view method, std::string_view target, std::string_view payload_hash,
            const KeyPair& keys, std::string_view region, TimePoint now) {
  auto timestamp = FormatIsoBasic(now);
  headers.Set("x-amz-date", timestamp);
  headers.Set("x-amz-content-sha256", std::string(payload_hash));
  if (!keys.security_token.empty()) headers.Set("x-amz-security-token", keys.security_token);
  headers.Remove("Authorization");
  std::vector<std::string> names;
  for (const auto& [name, value] : headers)
    if (auto lower = ToLower(name);
        lower == "host" || lower.starts_with("x-amz-") || lower == "content-type" || lower == "content-md5")
      names.push_back(lower);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  auto canonical = std::string(method) + "\n" + PathOf(target) + "\n" + CanonicalQuery(QueryOf(target)) + "\n" +
                   CanonicalHeaders(headers, names).value_or("") + "\n" + Join(names, ";") + "\n" +
                   std::string(payload_hash);
  headers.Set("Authorization", "AWS4-HMAC-SHA256 Credential=" + keys.access_key + "/" + timestamp.substr(0, 8) + "/" +
                                   std::string(region) + "/s3/aws4_request, SignedHeaders=" + Join(names, ";") +
                                   ", Signature=" + SignText(canonical, keys, timestamp, region));
}

void SignSdkHmac(http::Headers& headers, std::string_view method, std::string_view target, std::string_view body,
                 const KeyPair& keys, TimePoint now) {
  auto date = FormatIsoBasic(now);
  headers.Set("X-Sdk-Date", date);
  if (!keys.security_token.empty()) headers.Set("X-Security-Token", keys.security_token);
  headers.Remove("Authorization");
  std::vector<std::string> names;
  for (const auto& [name, value] : headers)
    if (name.find('_') == std::string::npos) names.push_back(ToLower(name));
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  auto hash = SdkRequestHash(method, PathOf(target), QueryOf(target), headers, names, body).value_or("");
  headers.Set("Authorization",
              "SDK-HMAC-SHA256 Access=" + keys.access_key + ", SignedHeaders=" + Join(names, ";") +
                  ", Signature=" + HexEncode(HmacSha256(keys.secret_key, SdkStringToSign(date, hash))));
}

std::string PresignV4(std::string_view method, std::string_view host, std::string_view raw_path, const KeyPair& keys,
                      std::string_view region, TimePoint now, int expires_seconds) {
  auto timestamp = FormatIsoBasic(now);
  auto credential = keys.access_key + "/" + timestamp.substr(0, 8) + "/" + std::string(region) + "/s3/aws4_request";
  auto query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + PercentEncode(credential) +
               "&X-Amz-Date=" + timestamp + "&X-Amz-Expires=" + std::to_string(expires_seconds) +
               "&X-Amz-SignedHeaders=host";
  if (!keys.security_token.empty()) query += "&X-Amz-Security-Token=" + PercentEncode(keys.security_token);
  auto canonical = std::string(method) + "\n" + std::string(raw_path) + "\n" +
                   CanonicalQuery(http::Query::Parse(query)) + "\nhost:" + std::string(host) +
                   "\n\nhost\nUNSIGNED-PAYLOAD";
  return query + "&X-Amz-Signature=" + SignText(canonical, keys, timestamp, region);
}

}  // namespace atelier::auth
