#include "base/json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/strings.h"

namespace atelier {
namespace {

std::unexpected<Error> WrongType(std::string_view key, std::string_view expected, const json::value& got) {
  return InvalidArgument(fmt::format("'{}' must be {}, got {}", key, expected, json::to_string(got.kind())), {},
                         std::string(key));
}

const json::value* Find(const json::object& from, std::string_view key) {
  const json::value* value = from.if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void WritePretty(const json::value& value, const std::string& indent, std::string& out) {
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{\n";
    std::size_t left = object->size();
    for (const auto& [key, member] : *object) {
      out += indent + "  " + json::serialize(json::string(key)) + ": ";
      WritePretty(member, indent + "  ", out);
      out += --left > 0 ? ",\n" : "\n";
    }
    out += indent + "}";
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += "[\n";
    std::size_t left = array->size();
    for (const auto& member : *array) {
      out += indent + "  ";
      WritePretty(member, indent + "  ", out);
      out += --left > 0 ? ",\n" : "\n";
    }
    out += indent + "]";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

Result<json::value> ParseJson(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  json::parse_options options;
  options.max_depth = 64;
  json::stream_parser parser({}, options);
  boost::system::error_code error;
  std::size_t used = parser.write_some(text.data(), text.size(), error);
  bool trailing = !error && used < text.size() && !Trim(text.substr(used)).empty();
  if (!error && !trailing) parser.finish(error);
  if (!error && !trailing) return parser.release();
  std::size_t line = 1;
  std::size_t column = 1;
  for (char c : text.substr(0, std::min(used, text.size()))) {
    column = c == '\n' ? 1 : column + 1;
    if (c == '\n') ++line;
  }
  return InvalidArgument(fmt::format("line {}, column {}: {}", line, column,
                                     trailing ? "text after the end of the document" : error.message()));
}

Result<json::object> ParseJsonObject(std::string_view text) {
  ATELIER_TRY(json::value value, ParseJson(text));
  if (auto* object = value.if_object()) return std::move(*object);
  return InvalidArgument(fmt::format("expected a JSON object, got {}", json::to_string(value.kind())));
}

Result<std::optional<std::string>> ReadString(const json::object& from, std::string_view key) {
  const auto* value = Find(from, key);
  if (value == nullptr) return std::nullopt;
  if (const auto* text = value->if_string()) return std::string(*text);
  return WrongType(key, "a string", *value);
}

Result<std::optional<std::int64_t>> ReadInt(const json::object& from, std::string_view key) {
  const auto* value = Find(from, key);
  if (value == nullptr) return std::nullopt;
  if (const auto* number = value->if_int64()) return *number;
  if (const auto* real = value->if_double(); real != nullptr && std::trunc(*real) == *real && std::abs(*real) < 9.0e15)
    return static_cast<std::int64_t>(*real);
  if (const auto* text = value->if_string())
    if (auto number = ParseNumber<std::int64_t>(Trim(*text))) return *number;
  return WrongType(key, "an integer", *value);
}

Result<std::optional<double>> ReadDouble(const json::object& from, std::string_view key) {
  const auto* value = Find(from, key);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  return WrongType(key, "a number", *value);
}

Result<std::optional<bool>> ReadBool(const json::object& from, std::string_view key) {
  const auto* value = Find(from, key);
  if (value == nullptr) return std::nullopt;
  if (const auto* flag = value->if_bool()) return *flag;
  if (const auto* text = value->if_string()) {
    if (EqualsIgnoreCase(*text, "true")) return true;
    if (EqualsIgnoreCase(*text, "false")) return false;
  }
  return WrongType(key, "true or false", *value);
}

Result<const json::object*> ReadObject(const json::object& from, std::string_view key) {
  const auto* value = Find(from, key);
  if (value == nullptr) return nullptr;
  if (const auto* object = value->if_object()) return object;
  return WrongType(key, "an object", *value);
}

Result<const json::array*> ReadArray(const json::object& from, std::string_view key) {
  const auto* value = Find(from, key);
  if (value == nullptr) return nullptr;
  if (const auto* array = value->if_array()) return array;
  return WrongType(key, "an array", *value);
}

std::string PrettyJson(const json::value& value) {
  std::string out;
  WritePretty(value, "", out);
  return out;
}

std::string CompactJson(const json::value& value) { return json::serialize(value); }

}  // namespace atelier
