#include "api/modelarts/json_fields.h"

#include <fmt/format.h>

#include <optional>

#include "base/strings.h"

namespace atelier::api {
namespace {

constexpr std::size_t kMostShown = 100;

std::optional<std::string> ScalarText(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_double()) return fmt::format("{}", value.get_double());
  if (value.is_bool()) return std::string(value.get_bool() ? "true" : "false");
  return std::nullopt;
}

}  // namespace

std::string FieldReader::PathOf(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

std::unexpected<Error> FieldReader::Refuse(std::string_view key, std::string_view expected,
                                           const json::value& got) const {
  auto path = PathOf(key);
  auto shown = CompactJson(got);
  if (shown.size() > kMostShown) shown = "something longer";
  return InvalidArgument(fmt::format("Invalid parameter({}): expected {}, got {}", path, expected, shown),
                         std::string(code_), path);
}

const json::value* FieldReader::Find(std::string_view key) const {
  const auto* value = from_.if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool FieldReader::Has(std::string_view key) const { return Find(key) != nullptr; }

Result<void> FieldReader::Text(std::string_view key, std::string& into) const {
  const auto* value = Find(key);
  if (value == nullptr) return {};
  if (!value->is_string()) return Refuse(key, "a text", *value);
  into = std::string(value->get_string());
  return {};
}

Result<void> FieldReader::Flag(std::string_view key, bool& into) const {
  const auto* value = Find(key);
  if (value == nullptr) return {};
  auto text = ScalarText(*value);
  if (!text || (!EqualsIgnoreCase(*text, "true") && !EqualsIgnoreCase(*text, "false")))
    return Refuse(key, "true or false", *value);
  into = EqualsIgnoreCase(*text, "true");
  return {};
}

Result<void> FieldReader::Scalar(std::string_view key, std::string& into) const {
  const auto* value = Find(key);
  if (value == nullptr) return {};
  auto text = ScalarText(*value);
  if (!text) return Refuse(key, "a text or a number", *value);
  into = *std::move(text);
  return {};
}

Result<void> FieldReader::Scalars(std::string_view key, std::vector<std::string>& into) const {
  const auto* value = Find(key);
  if (value == nullptr) return {};
  if (!value->is_array()) return Refuse(key, "an array of texts or numbers", *value);
  into.clear();
  for (const auto& item : value->get_array()) {
    auto text = ScalarText(item);
    if (!text) return Refuse(key, "an array of texts or numbers", *value);
    into.push_back(*std::move(text));
  }
  return {};
}

Result<void> FieldReader::Document(std::string_view key, std::string& into) const {
  const auto* value = Find(key);
  if (value == nullptr) return {};
  if (!value->is_object() && !value->is_array()) return Refuse(key, "an object or an array", *value);
  into = CompactJson(*value);
  return {};
}

Result<FieldReader> FieldReader::Object(std::string_view key) const {
  const auto* value = Find(key);
  if (value == nullptr) return FieldReader({}, PathOf(key), code_);
  if (!value->is_object()) return Refuse(key, "an object", *value);
  return FieldReader(value->get_object(), PathOf(key), code_);
}

Result<std::vector<FieldReader>> FieldReader::Objects(std::string_view key) const {
  std::vector<FieldReader> readers;
  const auto* value = Find(key);
  if (value == nullptr) return readers;
  if (!value->is_array()) return Refuse(key, "an array of objects", *value);
  for (const auto& item : value->get_array()) {
    if (!item.is_object()) return Refuse(key, "an array of objects", *value);
    readers.emplace_back(item.get_object(), fmt::format("{}[{}]", PathOf(key), readers.size()), code_);
  }
  return readers;
}

Result<FieldReader> ReadBody(std::string_view body, std::string_view malformed, std::string_view code) {
  auto object = ParseJsonObject(body);
  if (!object)
    return InvalidArgument("The body is no JSON object: " + object.error().message, std::string(malformed), "body");
  return FieldReader(*std::move(object), "", code);
}

}  // namespace atelier::api
