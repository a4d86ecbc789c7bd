// JSON in and out (Boost.JSON), with errors that name line and column, and readers that name the key.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace atelier {

namespace json = boost::json;

// Parses a whole document (depth <= 64, UTF-8 checked). The error says what and where:
// "line 3, column 14: syntax error". An optional UTF-8 byte order mark is skipped.
Result<json::value> ParseJson(std::string_view text);
Result<json::object> ParseJsonObject(std::string_view text);

// Readers of one member. Absent or null gives nullopt; a wrong type is InvalidArgument naming the key.
// ReadString accepts only strings; ReadInt accepts numbers without a fraction and strings that hold one
// (clients send "70" for 70); ReadBool accepts true/false and "true"/"false".
Result<std::optional<std::string>> ReadString(const json::object& from, std::string_view key);
Result<std::optional<std::int64_t>> ReadInt(const json::object& from, std::string_view key);
Result<std::optional<double>> ReadDouble(const json::object& from, std::string_view key);
Result<std::optional<bool>> ReadBool(const json::object& from, std::string_view key);
// The members themselves; nullptr when absent or null.
Result<const json::object*> ReadObject(const json::object& from, std::string_view key);
Result<const json::array*> ReadArray(const json::object& from, std::string_view key);

// Indented text for people (two spaces), and compact text for the wire.
std::string PrettyJson(const json::value& value);
std::string CompactJson(const json::value& value);

}  // namespace atelier
