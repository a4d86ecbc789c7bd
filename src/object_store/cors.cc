#include "object_store/cors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/strings.h"

namespace atelier::object_store {
namespace {

constexpr std::size_t kMaxId = 255;
constexpr auto kMethods = std::to_array<std::string_view>({"GET", "PUT", "POST", "DELETE", "HEAD"});
constexpr std::string_view kTokenSigns = "!#$%&'*+-.^_`|~";
constexpr std::string_view kVary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

bool IsToken(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kTokenSigns.contains(c);
  });
}

Result<void> CheckOneWildcard(std::string_view element, const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    if (pattern.empty()) return InvalidArgument(fmt::format("an {} is empty", element), "InvalidRequest");
    if (std::ranges::count(pattern, '*') > 1) {
      return InvalidArgument(fmt::format("the {} \"{}\" has more than one wildcard; one is allowed", element, pattern),
                             "InvalidRequest");
    }
  }
  return {};
}

Result<void> CheckRule(const CorsRule& rule) {
  if (rule.origins.empty()) return InvalidArgument("a CORS rule needs an AllowedOrigin", "MalformedXML");
  if (rule.methods.empty()) return InvalidArgument("a CORS rule needs an AllowedMethod", "MalformedXML");
  if (rule.id.size() > kMaxId) {
    return InvalidArgument(
        fmt::format("the ID of a CORS rule has at most {} bytes; this one has {}", kMaxId, rule.id.size()),
        "InvalidRequest");
  }
  for (const std::string& method : rule.methods) {
    if (std::ranges::find(kMethods, method) != kMethods.end()) continue;
    return InvalidArgument(fmt::format("the AllowedMethod \"{}\" is none of GET, PUT, POST, DELETE and HEAD", method),
                           "InvalidRequest");
  }
  ATELIER_CHECK(CheckOneWildcard("AllowedOrigin", rule.origins));
  ATELIER_CHECK(CheckOneWildcard("AllowedHeader", rule.headers));
  for (const std::string& name : rule.exposed) {
    if (IsToken(name) && !name.contains('*')) continue;
    return InvalidArgument(
        fmt::format("the ExposeHeader \"{}\" is no name of a header; wildcards are not allowed here", name),
        "InvalidRequest");
  }
  if (rule.max_age_seconds.value_or(0) < 0) {
    return InvalidArgument(fmt::format("MaxAgeSeconds is 0 or more, not {}", *rule.max_age_seconds), "InvalidRequest");
  }
  return {};
}

// A pattern with at most one '*', which stands for any text.
bool Matches(std::string_view pattern, std::string_view text) {
  std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  std::string_view before = pattern.substr(0, star);
  std::string_view after = pattern.substr(star + 1);
  return text.size() >= before.size() + after.size() && text.starts_with(before) && text.ends_with(after);
}

// The origin to be shown: what was asked, or "*" when the rule is for everybody. nullopt: not allowed.
std::optional<std::string> AllowedOrigin(const CorsRule& rule, std::string_view origin) {
  for (const std::string& pattern : rule.origins) {
    if (Matches(pattern, origin)) return pattern == "*" ? pattern : std::string(origin);
  }
  return std::nullopt;
}

bool AllowsHeader(const CorsRule& rule, const std::string& lower_name) {
  return std::ranges::any_of(rule.headers,
                             [&](const std::string& pattern) { return Matches(ToLower(pattern), lower_name); });
}

CorsAnswer AnswerOf(const CorsRule& rule, std::string origin, const std::vector<std::string>& allowed_headers) {
  CorsAnswer answer;
  bool named = origin != "*";  // browsers refuse credentials together with "*"
  answer.emplace_back("Access-Control-Allow-Origin", std::move(origin));
  answer.emplace_back("Access-Control-Allow-Methods", Join(rule.methods, ", "));
  if (!allowed_headers.empty()) answer.emplace_back("Access-Control-Allow-Headers", Join(allowed_headers, ", "));
  if (!rule.exposed.empty()) answer.emplace_back("Access-Control-Expose-Headers", Join(rule.exposed, ", "));
  if (rule.max_age_seconds) answer.emplace_back("Access-Control-Max-Age", std::to_string(*rule.max_age_seconds));
  if (named) answer.emplace_back("Access-Control-Allow-Credentials", "true");
  answer.emplace_back("Vary", kVary);
  return answer;
}

}  // namespace

Result<void> CheckCors(const CorsRules& rules) {
  if (rules.empty()) return InvalidArgument("a CORS configuration needs a rule", "MalformedXML");
  if (rules.size() > kMaxCorsRules) {
    return InvalidArgument(
        fmt::format("a CORS configuration has at most {} rules; this one has {}", kMaxCorsRules, rules.size()),
        "InvalidRequest");
  }
  std::set<std::string_view> ids;
  for (const CorsRule& rule : rules) {
    ATELIER_CHECK(CheckRule(rule));
    if (!rule.id.empty() && !ids.insert(rule.id).second) {
      return InvalidArgument(fmt::format("two CORS rules have the ID \"{}\"; give each its own", rule.id),
                             "InvalidRequest");
    }
  }
  return {};
}

std::optional<CorsAnswer> MatchPreflight(const CorsRules& rules, std::string_view origin, std::string_view method,
                                         std::string_view request_headers) {
  std::vector<std::string> asked;
  for (std::string_view name : Split(request_headers, ',')) {
    if (std::string_view trimmed = Trim(name); !trimmed.empty()) asked.push_back(ToLower(trimmed));
  }
  for (const CorsRule& rule : rules) {
    auto allowed = AllowedOrigin(rule, origin);
    if (!allowed || std::ranges::find(rule.methods, method) == rule.methods.end()) continue;
    if (!std::ranges::all_of(asked, [&](const std::string& name) { return AllowsHeader(rule, name); })) continue;
    return AnswerOf(rule, *std::move(allowed), asked);
  }
  return std::nullopt;
}

std::optional<CorsAnswer> MatchActual(const CorsRules& rules, std::string_view origin, std::string_view method) {
  return MatchPreflight(rules, origin, method, "");
}

}  // namespace atelier::object_store
