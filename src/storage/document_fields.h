// Members of the JSON documents that rows hold: written by the program itself, so that one that is missing or of
// another kind is a fault, told by Boost.JSON's exceptions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace atelier::storage {

inline std::string Text(const json::object& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}
inline std::int64_t Number(const json::object& object, std::string_view key) {
  return object.at(key).to_number<std::int64_t>();
}

inline json::array Texts(const std::vector<std::string>& texts) {
  json::array array;
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}
inline std::vector<std::string> ReadTexts(const json::value& value) {
  std::vector<std::string> texts;
  for (const auto& text : value.as_array()) texts.emplace_back(text.as_string());
  return texts;
}

inline json::object MapObject(const std::map<std::string, std::string>& map) {
  json::object object;
  for (const auto& [name, value] : map) object[name] = value;
  return object;
}
inline std::map<std::string, std::string> ReadMap(const json::value& value) {
  std::map<std::string, std::string> map;
  for (const auto& [name, text] : value.as_object()) map[std::string(name)] = text.as_string();
  return map;
}

}  // namespace atelier::storage
