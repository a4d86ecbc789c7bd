// Which pages of other origins may use a bucket from a browser, and the answers that tell the browser so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace atelier::object_store {

struct CorsRule {
  std::string id;                    // may be empty
  std::vector<std::string> origins;  // "https://a.example", with at most one '*' each
  std::vector<std::string> methods;  // GET, PUT, POST, DELETE, HEAD
  std::vector<std::string> headers;  // names that a request may have, with at most one '*' each
  std::vector<std::string> exposed;  // names of response headers that the page may read
  std::optional<std::int32_t> max_age_seconds;

  bool operator==(const CorsRule&) const = default;
};
using CorsRules = std::vector<CorsRule>;

inline constexpr std::size_t kMaxCorsRules = 100;

// MalformedXML: no rule, or a rule without origin or method. InvalidRequest: everything else.
Result<void> CheckCors(const CorsRules& rules);

// Response headers, by name and value.
using CorsAnswer = std::vector<std::pair<std::string, std::string>>;

// Of the first rule that allows all of it; nullopt: refused. `request_headers` is the value of
// Access-Control-Request-Headers, empty when absent.
std::optional<CorsAnswer> MatchPreflight(const CorsRules& rules, std::string_view origin, std::string_view method,
                                         std::string_view request_headers);
// For the request itself; nullopt: answered without CORS headers.
std::optional<CorsAnswer> MatchActual(const CorsRules& rules, std::string_view origin, std::string_view method);

}  // namespace atelier::object_store
