#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spec/schema_node.h"

namespace atelier::spec {
namespace {

using Node = Schemas::Node;

const Node& Seen(const Node& node) {
  const Node* at = &node;
  while (at->target != nullptr) at = at->target;
  return *at;
}

std::size_t CharactersOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool HasType(const json::value& value, Type type) {
  switch (type) {
    case Type::kAny:
      return true;
    case Type::kText:
      return value.is_string();
    case Type::kInteger:
      return value.is_int64() || value.is_uint64() ||
             (value.is_double() && std::trunc(value.get_double()) == value.get_double());
    case Type::kNumber:
      return value.is_number();
    case Type::kBoolean:
      return value.is_bool();
    case Type::kObject:
      return value.is_object();
    case Type::kArray:
      return value.is_array();
  }
  return true;
}

template <class Limit, class Number>
bool Within(const Limit& least, const Limit& most, Number number) {
  return (!least || number >= *least) && (!most || number <= *most);
}

// What the node itself says, without what is inside.
bool Suits(const Node& node, const json::value& value) {
  if (!HasType(value, node.type)) return false;
  if (!node.choices.empty() && std::ranges::find(node.choices, value) == node.choices.end()) return false;
  if (const auto* text = value.if_string(); text != nullptr && (node.min_length || node.max_length))
    return Within(node.min_length, node.max_length, CharactersOf(*text));
  if (value.is_number()) return Within(node.minimum, node.maximum, value.to_number<double>());
  if (const auto* array = value.if_array()) return Within(node.min_items, node.max_items, array->size());
  return true;
}

std::string Got(const Node& node, const json::value& value) {
  constexpr std::size_t kMost = 80;
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  if (node.secret) return "something else";
  if (!value.is_string()) return CompactJson(value);
  std::string_view text = value.get_string();
  if (text.size() <= kMost) return fmt::format("'{}'", text);
  return fmt::format("a text of {} characters", CharactersOf(text));
}

std::string Range(const auto& least, const auto& most) {
  if (least && most) return fmt::format("from {} to {}", *least, *most);
  if (least) return fmt::format("of at least {}", *least);
  if (most) return fmt::format("of at most {}", *most);
  return {};
}

std::string Joined(std::string what, const std::string& range) {
  return range.empty() ? what : std::move(what) + " " + range;
}

std::string SizeRange(const auto& least, const auto& most, std::string_view unit) {
  if (!least && !most) return {};
  if (least && most) return fmt::format("of {} to {} {}", *least, *most, unit);
  return fmt::format("of at {} {} {}", least ? "least" : "most", least ? *least : *most, unit);
}

std::string Choices(const Node& node) {
  std::string list;
  for (const auto& choice : node.choices) {
    const auto* text = choice.if_string();
    list += (list.empty() ? "" : ", ") + (text == nullptr ? CompactJson(choice) : std::string(*text));
  }
  return node.choices.size() == 1 ? list : "one of " + list;
}

std::string Alternatives(const Node& node) {
  std::string list;
  for (const Node* one : node.any_of) list += (list.empty() ? "" : ", or ") + Expected(*one);
  return list;
}

std::string Member(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

Violation Wrong(const Node& node, const json::value& value, const std::string& path) {
  return {path.empty() ? "body" : path, Expected(node), Got(node, value), {}};
}

// A null that stands for an absent member.
bool IsAbsent(const json::value* value, const Node& node) { return value->is_null() && !Seen(node).nullable; }

std::optional<Violation> CheckMembers(const Node& node, const json::object& object, const std::string& path) {
  for (const auto& [name, schema] : node.properties) {
    const auto* value = object.if_contains(name);
    bool absent = value == nullptr || IsAbsent(value, *schema);
    if (absent && std::ranges::find(node.required, name) != node.required.end())
      return Violation{Member(path, name), Expected(*schema), "nothing", Seen(*schema).missing_code};
    if (absent) continue;
    if (auto violation = Check(*schema, *value, Member(path, name))) return violation;
  }
  if (node.others == nullptr) return std::nullopt;
  for (const auto& [name, value] : object) {
    bool named = std::ranges::any_of(node.properties, [&](const auto& known) { return known.first == name; });
    if (named) continue;
    if (auto violation = Check(*node.others, value, Member(path, name))) return violation;
  }
  return std::nullopt;
}

std::optional<Violation> CheckItems(const Node& node, const json::array& items, const std::string& path) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (auto violation = Check(node, items[i], fmt::format("{}[{}]", path.empty() ? "body" : path, i)))
      return violation;
  return std::nullopt;
}

// The violation of the only alternative that has the value's type, else that of the whole.
std::optional<Violation> CheckAlternatives(const Node& node, const json::value& value, const std::string& path) {
  std::optional<Violation> closest;
  for (const Node* one : node.any_of) {
    auto violation = Check(*one, value, path);
    if (!violation) return std::nullopt;
    bool container = value.is_object() || value.is_array();
    if (container && HasType(value, Seen(*one).type) && !closest) closest = std::move(violation);
  }
  return closest ? std::move(closest) : Wrong(node, value, path);
}

}  // namespace

std::string Expected(const Schemas::Node& schema) {
  const Node& node = Seen(schema);
  if (!node.expected.empty()) return node.expected;
  if (!node.choices.empty()) return Choices(node);
  if (!node.any_of.empty()) return Alternatives(node);
  if (node.all_of.size() == 1) return Expected(*node.all_of.front());
  switch (node.type) {
    case Type::kAny:
      return node.all_of.empty() ? "something" : "an object";
    case Type::kText:
      return Joined("a text", SizeRange(node.min_length, node.max_length, "characters"));
    case Type::kInteger:
    case Type::kNumber:
      return Joined(node.type == Type::kInteger && !node.minimum && !node.maximum ? "a whole number" : "a number",
                    Range(node.minimum, node.maximum));
    case Type::kBoolean:
      return "true or false";
    case Type::kObject:
      return "an object";
    case Type::kArray:
      return Joined("an array", SizeRange(node.min_items, node.max_items, "items"));
  }
  return "something";
}

bool WantsNumber(const Schemas::Node& schema) {
  Type type = Seen(schema).type;
  return type == Type::kInteger || type == Type::kNumber || type == Type::kBoolean;
}

std::optional<Violation> Check(const Schemas::Node& schema, const json::value& value, const std::string& path) {
  const Node& node = Seen(schema);
  if (value.is_null() && node.nullable) return std::nullopt;
  if (!Suits(node, value)) return Wrong(node, value, path);
  for (const Node* one : node.all_of)
    if (auto violation = Check(*one, value, path)) {
      if (violation->path == path && !node.expected.empty()) violation->expected = node.expected;
      return violation;
    }
  if (!node.any_of.empty())
    if (auto violation = CheckAlternatives(node, value, path)) return violation;
  if (const auto* object = value.if_object()) return CheckMembers(node, *object, path);
  if (const auto* array = value.if_array(); array != nullptr && node.items != nullptr)
    return CheckItems(*node.items, *array, path);
  return std::nullopt;
}

}  // namespace atelier::spec
