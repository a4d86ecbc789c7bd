#include "batch/row_rule.h"

#include <fmt/format.h>

#include <cmath>

#include "base/strings.h"

namespace atelier::batch {
namespace {

std::unexpected<Error> Wrong(const std::string& why) {
  return InvalidArgument("config: 'mapping_rule': " + why, "ModelArts.0104", "mapping_rule");
}

std::string_view TypeOf(const json::object& schema) {
  const auto* type = schema.if_contains("type");
  return type != nullptr && type->is_string() ? std::string_view(type->get_string()) : std::string_view{};
}

// The schema of an array's entries; nullptr when there is none.
const json::object* ItemsOf(const json::object& schema) {
  const auto* items = schema.if_contains("items");
  if (items == nullptr) return nullptr;
  if (const auto* list = items->if_array()) return list->size() == 1 ? list->front().if_object() : nullptr;
  return items->if_object();
}

const json::object* PropertiesOf(const json::object& schema) {
  const auto* properties = schema.if_contains("properties");
  return properties == nullptr ? nullptr : properties->if_object();
}

std::optional<std::int64_t> IndexOf(const json::object& schema) {
  auto index = ReadInt(schema, "index");
  return index ? *index : std::nullopt;
}

// Every leaf must have an index; nested as deep as the parser of the text allows.
Result<std::size_t> CheckSchema(const json::object& schema) {
  if (schema.contains("index")) {
    auto index = IndexOf(schema);
    if (!index || *index < 0) return Wrong("'index' must be a whole number from 0");
    return 1;
  }
  std::size_t columns = 0;
  if (const auto* properties = PropertiesOf(schema)) {
    for (const auto& [name, value] : *properties) {
      if (!value.is_object()) return Wrong(fmt::format("'{}' must be an object", std::string_view(name)));
      ATELIER_TRY(auto below, CheckSchema(value.get_object()));
      columns += below;
    }
    return columns;
  }
  if (const auto* items = ItemsOf(schema)) return CheckSchema(*items);
  return Wrong("a value has neither 'index' nor 'properties' nor 'items' of one object");
}

Result<json::value> Column(const json::object& schema, const Row& row) {
  auto index = static_cast<std::size_t>(IndexOf(schema).value_or(0));
  if (index >= row.size())
    return InvalidArgument(fmt::format("the row has {} columns, column {} is wanted", row.size(), index),
                           "ModelArts.0104");
  auto text = Trim(row[index]);
  auto type = TypeOf(schema);
  auto wrong = [&] {
    return InvalidArgument(fmt::format("column {}: expected {}, got '{}'", index, type, text.substr(0, 100)),
                           "ModelArts.0104");
  };
  if (type == "integer") {
    auto number = ParseNumber<std::int64_t>(text);
    if (!number) return wrong();
    return json::value(*number);
  }
  if (type == "number") {
    auto number = ParseJson(text);
    if (!number || !number->is_number()) return wrong();
    return *std::move(number);
  }
  if (type == "boolean") {
    if (text != "true" && text != "false") return wrong();
    return json::value(text == "true");
  }
  return json::value(row[index]);
}

Result<json::value> Fill(const json::object& schema, const Row& row) {
  if (schema.contains("index")) return Column(schema, row);
  if (const auto* properties = PropertiesOf(schema)) {
    json::object filled;
    for (const auto& [name, value] : *properties) {
      ATELIER_TRY(filled[name], Fill(value.get_object(), row));
    }
    return filled;
  }
  json::array entries;
  ATELIER_TRY(auto entry, Fill(*ItemsOf(schema), row));
  entries.push_back(std::move(entry));
  return entries;
}

}  // namespace

Result<RowRule> RowRule::Parse(std::string_view text) {
  if (text.empty())
    return Wrong("it is missing; the mapping_type csv needs the model's input with an 'index' for each column");
  auto schema = ParseJsonObject(text);
  if (!schema) return Wrong("expected a JSON object");
  ATELIER_TRY(auto columns, CheckSchema(*schema));
  if (columns == 0) return Wrong("nothing in it has an 'index'");
  return RowRule(*std::move(schema));
}

Result<std::string> RowRule::Body(const Row& row) const {
  ATELIER_TRY(auto body, Fill(schema_, row));
  return CompactJson(body);
}

}  // namespace atelier::batch
