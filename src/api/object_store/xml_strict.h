// Reading settings as strictly as their schemas are: an element that is unknown, missing or there too often is refused,
// for a setting that is half understood would do something else than its author meant. Everything here fails with
// MalformedXML.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/object_store/xml_document.h"
#include "base/error.h"
#include "base/strings.h"

namespace atelier::api::s3 {

enum class Occurs { kOnce, kAtMostOnce, kAtLeastOnce, kAnyTimes };
struct ChildRule {
  std::string_view name;
  Occurs occurs;
};

std::unexpected<Error> MalformedXml(std::string message);

// The elements in `parent` are those of the rules, as often as they say, in any order, and there is no text beside
// them.
Result<void> CheckChildren(pugi::xml_node parent, std::initializer_list<ChildRule> rules);

// The text of an element that holds nothing else: UTF-8 without control characters but tab and line feed.
Result<std::string> ReadLeaf(pugi::xml_node leaf);
// Of a child; empty when it is absent.
Result<std::string> ReadText(pugi::xml_node parent, std::string_view name);
Result<std::vector<std::string>> ReadTexts(pugi::xml_node parent, std::string_view name);
// "true" or "false"; nullopt when absent.
Result<std::optional<bool>> ReadFlag(pugi::xml_node parent, std::string_view name);

template <class Number>
Result<std::optional<Number>> ReadNumber(pugi::xml_node parent, std::string_view name) {
  pugi::xml_node child = ChildOf(parent, name);
  if (!child) return std::nullopt;
  ATELIER_TRY(std::string text, ReadLeaf(child));
  auto number = ParseNumber<Number>(Trim(text));
  if (!number) return MalformedXml(fmt::format("<{}> must hold a whole number in its range, not \"{}\"", name, text));
  return number;
}

// Each child of that name, made into an Item.
template <class Item, class Read>
Result<std::vector<Item>> ReadEach(pugi::xml_node parent, std::string_view name, Read read) {
  std::vector<Item> items;
  for (pugi::xml_node child : parent.children()) {
    if (LocalName(child) != name) continue;
    ATELIER_TRY(Item item, read(child));
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace atelier::api::s3
