#include "spec/fragments.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "base/strings.h"

namespace atelier::spec {
namespace {

// Plain scalars are numbers, truths or null where they look like it (YAML's core schema); quoted ones are text.
json::value ScalarOf(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() != "?") return json::value(text);
  if (text == "null" || text == "~" || text.empty()) return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  if (auto whole = ParseNumber<std::int64_t>(text)) return *whole;
  bool numeric = text.find_first_not_of("0123456789.-+eE") == std::string::npos;
  if (auto real = numeric ? ParseNumber<double>(text) : std::nullopt) return *real;
  return json::value(text);
}

json::value ValueOf(const YAML::Node& node) {
  if (node.IsNull()) return nullptr;
  if (node.IsScalar()) return ScalarOf(node);
  if (node.IsSequence()) {
    json::array items;
    for (const auto& item : node) items.push_back(ValueOf(item));
    return items;
  }
  json::object members;
  for (const auto& member : node) members[member.first.Scalar()] = ValueOf(member.second);
  return members;
}

Result<json::object> Read(const Fragment& fragment) {
  try {
    auto value = ValueOf(YAML::Load(fragment.text));
    if (auto* object = value.if_object()) return std::move(*object);
    return InvalidArgument(fragment.name + ": expected a map of paths and components");
  } catch (const YAML::Exception& problem) {
    return InvalidArgument(fmt::format("{}: {}", fragment.name, problem.what()));
  }
}

json::object& ObjectAt(json::object& from, std::string_view key) {
  auto& member = from[key];
  if (!member.is_object()) member = json::object();
  return member.as_object();
}

// Adds the members of `more`; a member that both have must be the same.
Result<void> Unite(json::object& into, const json::object& more, const std::string& where) {
  for (const auto& [key, value] : more) {
    if (const auto* known = into.if_contains(key); known != nullptr && *known != value)
      return InvalidArgument(fmt::format("{}: '{}' is in another fragment already", where, std::string_view(key)));
    into[key] = value;
  }
  return {};
}

// The same one level deeper: {path: {method: ...}}, {kind: {name: ...}}.
Result<void> UniteEach(json::object& into, const json::value& more, const std::string& where) {
  const auto* groups = more.if_object();
  if (groups == nullptr) return InvalidArgument(where + ": expected a map");
  for (const auto& [key, members] : *groups) {
    auto here = fmt::format("{}: {}", where, std::string_view(key));
    if (!members.is_object()) return InvalidArgument(here + ": expected a map");
    ATELIER_CHECK(Unite(ObjectAt(into, key), members.get_object(), here));
  }
  return {};
}

Result<void> Merge(json::object& document, const json::object& fragment, const std::string& name) {
  static const std::set<std::string_view> kHead = {"openapi", "info", "servers", "security"};
  for (const auto& [key, value] : fragment) {
    std::string_view word = key;
    if (word == "paths" || word == "components") {
      ATELIER_CHECK(UniteEach(ObjectAt(document, key), value, name));
    } else if (word == "tags" && value.is_array()) {
      auto& tags = document[key];
      if (!tags.is_array()) tags = json::array();
      for (const auto& tag : value.get_array()) tags.as_array().push_back(tag);
    } else if (kHead.contains(word) && !document.contains(key)) {
      document[key] = value;
    } else {
      return InvalidArgument(fmt::format("{}: '{}' does not belong here", name, word));
    }
  }
  return {};
}

Result<void> CheckReferences(const json::value& value, const json::object& document) {
  if (const auto* array = value.if_array()) {
    for (const auto& item : *array) ATELIER_CHECK(CheckReferences(item, document));
    return {};
  }
  const auto* object = value.if_object();
  if (object == nullptr) return {};
  for (const auto& [key, member] : *object) {
    if (std::string_view(key) == "$ref" && member.is_string()) {
      std::string_view reference = member.get_string();
      if (Resolve(document, reference) == nullptr)
        return InvalidArgument(fmt::format("'{}' refers to nothing", reference));
    }
    ATELIER_CHECK(CheckReferences(member, document));
  }
  return {};
}

Result<void> CheckOperationIds(const json::object& paths) {
  std::set<std::string_view> ids;
  for (const auto& [path, methods] : paths)
    for (const auto& [method, operation] : methods.as_object()) {
      if (!operation.is_object()) continue;  // "parameters" of the path
      const auto* id = operation.get_object().if_contains("operationId");
      if (id == nullptr || !id->is_string())
        return InvalidArgument(
            fmt::format("{} {}: operationId is missing", std::string_view(method), std::string_view(path)));
      if (!ids.insert(id->get_string()).second)
        return InvalidArgument(fmt::format("the operationId '{}' is used twice", std::string_view(id->get_string())));
    }
  return {};
}

}  // namespace

const json::value* Resolve(const json::object& document, std::string_view reference) {
  if (!reference.starts_with("#/")) return nullptr;
  const json::object* at = &document;
  const json::value* found = nullptr;
  for (auto piece : Split(reference.substr(2), '/')) {
    if (at == nullptr) return nullptr;
    found = at->if_contains(piece);
    if (found == nullptr) return nullptr;
    at = found->if_object();
  }
  return found;
}

Result<json::object> MergeFragments(const std::vector<Fragment>& fragments) {
  json::object document;
  for (const auto& fragment : fragments) {
    ATELIER_TRY(auto read, Read(fragment));
    ATELIER_CHECK(Merge(document, read, fragment.name));
  }
  for (const char* key : {"openapi", "info", "paths"})
    if (!document.contains(key)) return InvalidArgument(fmt::format("no fragment has '{}'", key));
  ATELIER_CHECK(CheckOperationIds(document.at("paths").as_object()));
  ATELIER_CHECK(CheckReferences(document, document));
  return document;
}

}  // namespace atelier::spec
