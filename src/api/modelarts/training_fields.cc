#include "api/modelarts/training_fields.h"

#include <fmt/format.h>

namespace atelier::api {
namespace {

// A running parameter as text: clients send numbers and booleans as such.
Result<std::string> ScalarText(const json::value& value, std::string_view field) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_double()) return fmt::format("{}", value.get_double());
  if (value.is_bool()) return std::string(value.get_bool() ? "true" : "false");
  if (value.is_null()) return std::string();
  return RefuseField(field, "a text or a number as value", CompactJson(value));
}

}  // namespace

std::unexpected<Error> RefuseField(std::string_view field, std::string_view expected, std::string_view got) {
  return InvalidArgument(fmt::format("{}: expected {}, got {}", field, expected, got), kIllegalField,
                         std::string(field));
}

Result<void> Assign(std::string& to, const json::object& from, std::string_view key) {
  ATELIER_TRY(auto value, Coded(ReadString(from, key)));
  if (value) to = *std::move(value);
  return {};
}

Result<void> AssignId(std::string& to, const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  if (value == nullptr || !value->is_number()) return Assign(to, from, key);
  to = CompactJson(*value);
  return {};
}

Result<std::vector<training::Parameter>> ReadParameters(const json::object& from, std::string_view field) {
  std::vector<training::Parameter> parameters;
  ATELIER_TRY(const auto* entries, Coded(ReadArray(from, "parameter")));
  if (entries == nullptr) return parameters;
  for (const auto& entry : *entries) {
    if (!entry.is_object()) return RefuseField(field, R"(entries {"label": ..., "value": ...})", CompactJson(entry));
    ATELIER_TRY(auto label, Coded(ReadString(entry.get_object(), "label")));
    if (!label) return RefuseField(field, "a label in every entry", CompactJson(entry));
    std::string value;
    if (const auto* given = entry.get_object().if_contains("value")) {
      ATELIER_TRY(value, ScalarText(*given, fmt::format("{} '{}'", field, *label)));
    }
    parameters.push_back({*std::move(label), std::move(value)});
  }
  return parameters;
}

}  // namespace atelier::api
