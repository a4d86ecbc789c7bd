// A setting as a JSON document: {"form":1, ...}. For the codecs of this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "object_store/tags.h"

namespace atelier::object_store {

// With the form put before the members.
std::string WriteDocument(json::object members);

// Members. Absent ones are not written.
void PutText(json::object& to, std::string_view name, const std::string& text);  // unless empty
void PutTexts(json::object& to, std::string_view name, const std::vector<std::string>& texts);
void PutTags(json::object& to, std::string_view name, const Tags& tags);
template <class Value>
void Put(json::object& to, std::string_view name, const std::optional<Value>& value) {
  if (value) to.emplace(name, *value);
}

Result<std::string> GetText(const json::object& from, std::string_view name);  // empty when absent
Result<std::vector<std::string>> GetTexts(const json::object& from, std::string_view name);
Result<Tags> GetTags(const json::object& from, std::string_view name);
Result<std::int64_t> GetInt(const json::object& from, std::string_view name);  // must be there
// One that fits its type.
template <class Number>
Result<std::optional<Number>> GetNumber(const json::object& from, std::string_view name) {
  ATELIER_TRY(std::optional<std::int64_t> number, ReadInt(from, name));
  if (!number) return std::nullopt;
  if (!std::in_range<Number>(*number)) return InvalidArgument("'" + std::string(name) + "' is out of range");
  return static_cast<Number>(*number);
}
// A list of objects, each made into an Item.
template <class Item, class Read>
Result<std::vector<Item>> GetList(const json::object& from, std::string_view name, Read read) {
  std::vector<Item> items;
  ATELIER_TRY(const json::array* list, ReadArray(from, name));
  if (list == nullptr) return items;
  for (const json::value& value : *list) {
    const json::object* object = value.if_object();
    if (object == nullptr) return InvalidArgument("'" + std::string(name) + "' must hold objects");
    ATELIER_TRY(Item item, read(*object));
    items.push_back(std::move(item));
  }
  return items;
}

// The document's object, its form checked.
Result<json::object> OpenDocument(std::string_view text);
// The error as an Internal one that names the setting.
Error Damaged(std::string_view setting, Error error);

// What `read` makes of the document's members; every error is Damaged.
template <class Read>
auto ReadDocument(std::string_view setting, std::string_view text, Read read)
    -> decltype(read(std::declval<const json::object&>())) {
  auto document = OpenDocument(text);
  if (!document) return std::unexpected(Damaged(setting, std::move(document).error()));
  auto value = read(*document);
  if (!value) return std::unexpected(Damaged(setting, std::move(value).error()));
  return value;
}

}  // namespace atelier::object_store
