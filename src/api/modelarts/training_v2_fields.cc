#include "api/modelarts/training_v2_fields.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace atelier::api {
namespace {

// What came, short enough for a message.
std::string Shown(const json::value& value) {
  constexpr std::size_t kMost = 64;
  auto text = CompactJson(value);
  return text.size() <= kMost ? text : fmt::format("a JSON value of {} bytes", text.size());
}

}  // namespace

std::unexpected<Error> RefuseV2(std::string_view field, std::string_view expected, std::string_view got) {
  return InvalidArgument(fmt::format("Invalid parameter({}): expected {}, got {}", field, expected, got),
                         "ModelArts.2788", std::string(field));
}

Result<std::string> ScalarTextV2(const json::value& value, std::string_view field) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_double()) return fmt::format("{}", value.get_double());
  if (value.is_bool()) return std::string(value.get_bool() ? "true" : "false");
  return RefuseV2(field, "a text", Shown(value));
}

const json::value* Fields::Find(std::string_view key) const {
  if (object_ == nullptr) return nullptr;
  const auto* value = object_->if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Fields::PathOf(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

Result<std::string> Fields::Text(std::string_view key) const {
  const auto* value = Find(key);
  if (value == nullptr) return std::string();
  return ScalarTextV2(*value, PathOf(key));
}

Result<std::int64_t> Fields::Number(std::string_view key, std::int64_t absent) const {
  const auto* value = Find(key);
  if (value == nullptr) return absent;
  if (value->is_int64()) return value->get_int64();
  std::optional<std::int64_t> number;
  if (value->is_string()) number = ParseNumber<std::int64_t>(std::string_view(value->get_string()));
  if (number) return *number;
  return RefuseV2(PathOf(key), "a whole number", Shown(*value));
}

Result<Fields> Fields::Object(std::string_view key) const {
  const auto* value = Find(key);
  if (value == nullptr) return Fields(nullptr, PathOf(key));
  if (const auto* object = value->if_object()) return Fields(object, PathOf(key));
  return RefuseV2(PathOf(key), "an object", Shown(*value));
}

Result<const json::array*> Fields::Array(std::string_view key, std::size_t most) const {
  const auto* value = Find(key);
  if (value == nullptr) return nullptr;
  const auto* array = value->if_array();
  if (array == nullptr) return RefuseV2(PathOf(key), "a list", Shown(*value));
  if (array->size() > most)
    return RefuseV2(PathOf(key), fmt::format("at most {} entries", most), std::to_string(array->size()));
  return array;
}

Result<std::map<std::string, std::string>> Fields::Map(std::string_view key) const {
  std::map<std::string, std::string> map;
  const auto* value = Find(key);
  if (value == nullptr) return map;
  auto add = [&](const json::object& object) -> Result<void> {
    for (const auto& [name, entry] : object) {
      ATELIER_TRY(map[std::string(name)], ScalarTextV2(entry, PathOf(key)));
    }
    return {};
  };
  if (const auto* object = value->if_object()) {
    ATELIER_CHECK(add(*object));
    return map;
  }
  const auto* list = value->if_array();
  if (list == nullptr) return RefuseV2(PathOf(key), R"(an object {"name": "value"})", Shown(*value));
  for (const auto& entry : *list) {
    if (!entry.is_object()) return RefuseV2(PathOf(key), R"(objects {"name": "value"})", Shown(entry));
    ATELIER_CHECK(add(entry.get_object()));
  }
  return map;
}

Result<json::object> ParseBodyV2(std::string_view body) {
  auto parsed = ParseJsonObject(body);
  if (!parsed) parsed.error().code = "ModelArts.2787";
  return parsed;
}

}  // namespace atelier::api
