#include <fmt/format.h>

#include <array>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <set>

#include "spec/fragments.h"
#include "spec/schema_node.h"

namespace atelier::spec {
namespace {

using Node = Schemas::Node;

Result<Type> TypeOf(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Type>, 6> kTypes = {{{"string", Type::kText},
                                                                        {"integer", Type::kInteger},
                                                                        {"number", Type::kNumber},
                                                                        {"boolean", Type::kBoolean},
                                                                        {"object", Type::kObject},
                                                                        {"array", Type::kArray}}};
  for (const auto& [name, type] : kTypes)
    if (name == word) return type;
  return InvalidArgument(fmt::format("a schema of the unknown type '{}'", word));
}

// What describes, or is checked by handlers only.
bool IsPassedOver(std::string_view key) {
  static const std::set<std::string_view> kPassed = {"description", "example",  "examples",  "default",   "title",
                                                     "pattern",     "readOnly", "writeOnly", "deprecated"};
  return kPassed.contains(key) || key.starts_with("x-");
}

}  // namespace

struct Schemas::State {
  explicit State(const json::object& whole) : document(whole) {}

  Result<const Node*> Compile(const json::value& schema) {
    const auto* object = schema.if_object();
    if (object == nullptr) return InvalidArgument("a schema must be a map");
    if (const auto* reference = object->if_contains("$ref")) return CompileReference(reference->as_string());
    Node& node = nodes.emplace_back();
    for (const auto& [key, value] : *object) ATELIER_CHECK(Read(node, key, value));
    return &node;
  }

  // A schema that names itself inside finds its own, still empty, node.
  Result<const Node*> CompileReference(std::string_view reference) {
    if (auto known = by_reference.find(reference); known != by_reference.end()) return known->second;
    const auto* target = Resolve(document, reference);
    if (target == nullptr) return InvalidArgument(fmt::format("'{}' refers to nothing", reference));
    Node& node = nodes.emplace_back();
    by_reference.emplace(reference, &node);
    ATELIER_TRY(node.target, Compile(*target));
    return &node;
  }

  Result<void> Read(Node& node, std::string_view key, const json::value& value) {
    if (key == "type") {
      ATELIER_TRY(node.type, TypeOf(value.as_string()));
    } else if (key == "nullable") {
      node.nullable = value.as_bool();
    } else if (key == "format") {
      node.secret = value.as_string() == "password";
    } else if (key == "x-expected") {
      node.expected = std::string(value.as_string());
    } else if (key == "x-missing-code") {
      node.missing_code = std::string(value.as_string());
    } else if (key == "enum") {
      node.choices.assign(value.as_array().begin(), value.as_array().end());
    } else if (key == "minimum" || key == "maximum") {
      (key == "minimum" ? node.minimum : node.maximum) = value.to_number<double>();
    } else if (auto* limit = SizeLimit(node, key)) {
      *limit = value.to_number<std::uint64_t>();
    } else if (!IsPassedOver(key)) {
      return ReadInner(node, key, value);
    }
    return {};
  }

  static std::optional<std::uint64_t>* SizeLimit(Node& node, std::string_view key) {
    if (key == "minLength") return &node.min_length;
    if (key == "maxLength") return &node.max_length;
    if (key == "minItems") return &node.min_items;
    if (key == "maxItems") return &node.max_items;
    return nullptr;
  }

  // The keys that hold schemas.
  Result<void> ReadInner(Node& node, std::string_view key, const json::value& value) {
    if (key == "required") {
      for (const auto& name : value.as_array()) node.required.emplace_back(name.as_string());
    } else if (key == "items") {
      ATELIER_TRY(node.items, Compile(value));
    } else if (key == "additionalProperties") {
      if (value.is_bool() && value.get_bool()) return {};
      ATELIER_TRY(node.others, Compile(value));
    } else if (key == "properties") {
      for (const auto& [name, schema] : value.as_object()) {
        ATELIER_TRY(const Node* compiled, Compile(schema));
        node.properties.emplace_back(name, compiled);
      }
    } else if (key == "allOf" || key == "anyOf" || key == "oneOf") {
      for (const auto& schema : value.as_array()) {
        ATELIER_TRY(const Node* compiled, Compile(schema));
        (key == "allOf" ? node.all_of : node.any_of).push_back(compiled);
      }
    } else {
      return InvalidArgument(fmt::format("schemas of requests may not have '{}': nothing checks it", key));
    }
    return {};
  }

  const json::object& document;
  std::deque<Node> nodes;  // nodes point to each other
  std::map<std::string, const Node*, std::less<>> by_reference;
};

Schemas::Schemas(const json::object& document) : state_(std::make_unique<State>(document)) {}
Schemas::~Schemas() = default;

Result<const Schemas::Node*> Schemas::Compile(const json::value& schema) {
  try {
    return state_->Compile(schema);
  } catch (const std::exception& problem) {  // Boost.JSON's as_*(): a keyword with a value of another kind
    return InvalidArgument(fmt::format("a keyword of a schema has a wrong value: {}", problem.what()));
  }
}

}  // namespace atelier::spec
