#include "auth/canonical.h"

#include <algorithm>

#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

std::string FoldSpaces(std::string_view text) {
  std::string folded;
  bool space = false;
  for (char c : Trim(text)) {
    bool is_space = c == ' ' || c == '\t';
    if (!is_space)
      folded += c;
    else if (!space)
      folded += ' ';
    space = is_space;
  }
  return folded;
}

}  // namespace

std::string CanonicalQuery(const http::Query& query, std::string_view except) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& parameter : query)
    if (except.empty() || parameter.name != except)
      pairs.emplace_back(PercentEncode(parameter.name), PercentEncode(parameter.value));
  std::ranges::sort(pairs);
  std::string text;
  for (const auto& [name, value] : pairs) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

std::optional<std::string> CanonicalHeaders(const http::Headers& headers, const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) {
    auto values = headers.GetAll(name);
    if (values.empty()) return std::nullopt;
    text += ToLower(name) + ":";
    for (std::size_t i = 0; i < values.size(); ++i) text += (i > 0 ? "," : "") + FoldSpaces(values[i]);
    text += "\n";
  }
  return text;
}

std::string SigningKeyV4(std::string_view secret_key, std::string_view date, std::string_view region,
                         std::string_view service) {
  auto by_date = HmacSha256("AWS4" + std::string(secret_key), date);
  return HmacSha256(HmacSha256(HmacSha256(by_date, region), service), "aws4_request");
}

Result<void> CheckSkew(TimePoint time, TimePoint now) {
  if (std::chrono::abs(now - time) <= kClockSkew) return {};
  return PermissionDenied("The difference between the request time (" + FormatIso8601(time) +
                              ") and the server's time (" + FormatIso8601(now) +
                              ") is more than 15 minutes: set the client's clock.",
                          "RequestTimeTooSkewed");
}

std::string HexSha256(std::string_view text) { return HexEncode(ComputeDigest(DigestKind::kSha256, text)); }

}  // namespace atelier::auth
