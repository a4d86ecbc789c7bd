// Query parameters that the list calls share.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/strings.h"
#include "http/message.h"

namespace atelier::api {

inline std::string QueryText(const http::Query& query, std::string_view name) {
  return std::string(query.Get(name).value_or(""));
}

// A number in [least, most], or `absent` when the parameter is not there (or empty, as some clients send it).
inline Result<std::size_t> QueryNumber(const http::Query& query, std::string_view name, std::size_t absent,
                                       std::size_t least, std::size_t most) {
  auto text = query.Get(name);
  if (!text || text->empty()) return absent;
  auto number = ParseNumber<std::size_t>(*text);
  if (!number || *number < least || *number > most)
    return InvalidArgument(fmt::format("{}: expected a number from {} to {}, got '{}'", name, least, most, *text),
                           "ModelArts.0104", std::string(name));
  return *number;
}

// One of `choices`; the first when the parameter is not there.
inline Result<std::string> QueryChoice(const http::Query& query, std::string_view name,
                                       const std::vector<std::string>& choices) {
  auto text = QueryText(query, name);
  if (text.empty()) return choices.front();
  if (std::ranges::find(choices, text) != choices.end()) return text;
  return InvalidArgument(fmt::format("{}: expected one of {}, got '{}'", name, Join(choices, ", "), text),
                         "ModelArts.0104", std::string(name));
}

// Milliseconds since 1970; the parameter must be there.
inline Result<TimePoint> QueryTime(const http::Query& query, std::string_view name) {
  auto text = QueryText(query, name);
  auto number = ParseNumber<std::int64_t>(text);
  if (number && *number >= 0) return FromUnixMillis(*number);
  return InvalidArgument(fmt::format("{}: expected milliseconds since 1970, got '{}'", name, text), "ModelArts.0104",
                         std::string(name));
}

// true for "asc"; `absent` decides when there is no order.
inline Result<bool> QueryAscending(const http::Query& query, bool absent) {
  auto text = query.Get("order");
  if (!text || text->empty()) return absent;
  if (*text == "asc") return true;
  if (*text == "desc") return false;
  return InvalidArgument(fmt::format("order: expected asc or desc, got '{}'", *text), "ModelArts.0104", "order");
}

}  // namespace atelier::api
