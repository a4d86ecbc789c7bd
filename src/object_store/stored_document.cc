#include "object_store/stored_document.h"

#include <fmt/format.h>

namespace atelier::object_store {
namespace {

constexpr std::int64_t kForm = 1;

}  // namespace

std::string WriteDocument(json::object members) {
  json::object document;
  document.reserve(members.size() + 1);
  document.emplace("form", kForm);
  for (auto& [name, value] : members) document.emplace(name, std::move(value));
  return CompactJson(document);
}

Result<json::object> OpenDocument(std::string_view text) {
  ATELIER_TRY(json::object document, ParseJsonObject(text));
  ATELIER_TRY(std::int64_t form, GetInt(document, "form"));
  if (form == kForm) return document;
  return InvalidArgument(
      fmt::format("it has form {}, and this server reads form {}: a newer server has written it", form, kForm));
}

Error Damaged(std::string_view setting, Error error) {
  return Error{.kind = ErrorKind::kInternal,
               .message = fmt::format("the stored {} cannot be read: {}", setting, error.message),
               .code = {},
               .subject = {}};
}

void PutText(json::object& to, std::string_view name, const std::string& text) {
  if (!text.empty()) to.emplace(name, text);
}

void PutTexts(json::object& to, std::string_view name, const std::vector<std::string>& texts) {
  if (!texts.empty()) to.emplace(name, json::array(texts.begin(), texts.end()));
}

void PutTags(json::object& to, std::string_view name, const Tags& tags) {
  if (tags.empty()) return;
  json::object object;
  object.reserve(tags.size());
  for (const auto& [key, value] : tags) object.emplace(key, value);
  to.emplace(name, std::move(object));
}

Result<std::string> GetText(const json::object& from, std::string_view name) {
  ATELIER_TRY(std::optional<std::string> text, ReadString(from, name));
  return std::move(text).value_or("");
}

Result<std::vector<std::string>> GetTexts(const json::object& from, std::string_view name) {
  std::vector<std::string> texts;
  ATELIER_TRY(const json::array* list, ReadArray(from, name));
  if (list == nullptr) return texts;
  for (const json::value& value : *list) {
    const json::string* text = value.if_string();
    if (text == nullptr) return InvalidArgument(fmt::format("'{}' must hold strings", name));
    texts.emplace_back(*text);
  }
  return texts;
}

Result<Tags> GetTags(const json::object& from, std::string_view name) {
  Tags tags;
  ATELIER_TRY(const json::object* object, ReadObject(from, name));
  if (object == nullptr) return tags;
  for (const auto& [key, value] : *object) {
    const json::string* text = value.if_string();
    if (text == nullptr) return InvalidArgument(fmt::format("'{}' must hold strings", name));
    tags.emplace(key, *text);
  }
  return tags;
}

Result<std::int64_t> GetInt(const json::object& from, std::string_view name) {
  ATELIER_TRY(std::optional<std::int64_t> number, ReadInt(from, name));
  if (number) return *number;
  return InvalidArgument(fmt::format("'{}' is missing", name));
}

}  // namespace atelier::object_store
