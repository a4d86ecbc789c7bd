// One compiled schema. Shared by the compiler and the checker only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "spec/schema.h"

namespace atelier::spec {

enum class Type { kAny, kText, kInteger, kNumber, kBoolean, kObject, kArray };

class Schemas::Node {
 public:
  const Node* target = nullptr;  // of a "$ref"; then nothing else counts
  Type type = Type::kAny;
  bool nullable = false;
  bool secret = false;
  std::string expected;      // x-expected
  std::string missing_code;  // x-missing-code
  std::vector<json::value> choices;
  std::optional<std::uint64_t> min_length, max_length, min_items, max_items;
  std::optional<double> minimum, maximum;
  const Node* items = nullptr;
  const Node* others = nullptr;  // additionalProperties
  std::vector<std::pair<std::string, const Node*>> properties;
  std::vector<std::string> required;
  std::vector<const Node*> all_of, any_of;
};

}  // namespace atelier::spec
