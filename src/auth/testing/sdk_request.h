// For tests: requests as the platform's SDKs sign them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "auth/testing/demo_identity.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {

// A client's side of modelarts-api section 1.4, written from its text, not with the code under test.
struct SdkRequest {
  std::string method = "GET";
  std::string path = "/v1/p/models";                // decoded
  std::multimap<std::string, std::string> query{};  // decoded
  std::map<std::string, std::string> headers{};     // as sent
  std::string body{};

  static std::string Escape(std::string_view text) {
    static const std::string kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    static const char* digits = "0123456789ABCDEF";
    std::string escaped;
    for (char c : text) {
      auto byte = static_cast<unsigned char>(c);
      if (kPlain.find(c) != std::string::npos)
        escaped += c;
      else
        escaped += std::string("%") + digits[byte >> 4] + digits[byte & 15];
    }
    return escaped;
  }
  std::string EscapedPath() const {
    std::string escaped;
    for (auto segment : Split(path, '/')) escaped += (segment.data() == path.data() ? "" : "/") + Escape(segment);
    return escaped;
  }
  std::string EscapedQuery() const {
    std::set<std::pair<std::string, std::string>> sorted(query.begin(), query.end());
    std::string escaped;
    for (const auto& [name, value] : sorted)
      escaped += (escaped.empty() ? "" : "&") + Escape(name) + "=" + Escape(value);
    return escaped;
  }

  // Hash of the canonical request and the names it covers.
  std::pair<std::string, std::string> Canonical() const {
    std::map<std::string, std::string> lower;
    for (const auto& [name, value] : headers)
      if (name.find('_') == std::string::npos) lower[ToLower(name)] = value;
    std::string names, lines;
    for (const auto& [name, value] : lower) {
      names += (names.empty() ? "" : ";") + name;
      lines += name + ":" + value + "\n";
    }
    auto sha = [](std::string_view text) { return HexEncode(ComputeDigest(DigestKind::kSha256, text)); };
    auto hash = !body.empty() && lower.contains("x-sdk-content-sha256") ? lower["x-sdk-content-sha256"] : sha(body);
    auto slash = path.ends_with('/') ? "" : "/";
    auto canonical =
        method + "\n" + EscapedPath() + slash + "\n" + EscapedQuery() + "\n" + lines + "\n" + names + "\n" + hash;
    return {sha(canonical), names};
  }
  std::string Date() const { return headers.at("X-Sdk-Date"); }
  http::Request With(const std::string& head, const std::string& key, const std::string& text) const {
    auto request = MakeRequest(method, EscapedPath() + (query.empty() ? "" : "?" + EscapedQuery()),
                               {headers.begin(), headers.end()});
    request.headers.Add("Authorization", head + ", SignedHeaders=" + Canonical().second +
                                             ", Signature=" + HexEncode(HmacSha256(key, text)));
    return request;
  }

  http::Request Sign(const KeyPair& keys) const {
    return With("SDK-HMAC-SHA256 Access=" + keys.access_key, keys.secret_key,
                "SDK-HMAC-SHA256\n" + Date() + "\n" + Canonical().first);
  }
  // V11-HMAC-SHA256: `scope` is "20260102/region/service".
  http::Request SignDerived(const KeyPair& keys, const std::string& scope) const {
    std::string block = scope;
    block.push_back(1);
    auto key = HexEncode(HmacSha256(HmacSha256(keys.access_key, keys.secret_key), block));
    return With("V11-HMAC-SHA256 Credential=" + keys.access_key + "/" + scope, key,
                "V11-HMAC-SHA256\n" + Date() + "\n" + scope + "\n" + Canonical().first);
  }
  // The older form with a scope.
  http::Request SignScoped(const KeyPair& keys, const std::string& scope) const {
    std::string key = "SDK" + keys.secret_key;
    for (auto part : Split(scope + "/sdk_request", '/')) key = HmacSha256(key, part);
    return With("SDK-HMAC-SHA256 Credential=" + keys.access_key + "/" + scope + "/sdk_request", key,
                "SDK-HMAC-SHA256\n" + Date() + "\n" + scope + "/sdk_request\n" + Canonical().first);
  }
};

}  // namespace atelier::auth
