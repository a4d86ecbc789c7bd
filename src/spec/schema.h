// Schemas of OpenAPI 3.0, compiled into something that checks values.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace atelier::spec {

// What is wrong with a value: "config.parameter[2].label: expected a text, got 7".
struct Violation {
  std::string path;  // "config.parameter[2].label"; "body" for the value itself
  std::string expected;
  std::string got;   // "nothing" for what is missing; never a secret, nor a whole object or array
  std::string code;  // x-missing-code of the member that is missing; else empty
};

// Compiles schemas that may share and repeat themselves through "$ref". The schemas live as long as this; checking is
// thread-safe. Known: $ref, type, nullable, enum, minLength, maxLength, minimum, maximum, minItems, maxItems, items,
// properties, required, additionalProperties (a schema), allOf, anyOf, oneOf (as anyOf), x-expected, x-missing-code and
// format: password. `pattern`, other formats and what only describes is passed over; InvalidArgument for anything else,
// so that no rule is believed to hold that nobody checks.
class Schemas {
 public:
  explicit Schemas(const json::object& document);  // which must outlive this
  ~Schemas();
  Schemas(const Schemas&) = delete;
  Schemas& operator=(const Schemas&) = delete;

  class Node;
  Result<const Node*> Compile(const json::value& schema);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The first violation, or nothing. `path` is where the value is, empty for a whole body.
std::optional<Violation> Check(const Schemas::Node& schema, const json::value& value, const std::string& path);

// Whether the schema asks for a number or a truth: the text of a query parameter is then read as one.
bool WantsNumber(const Schemas::Node& schema);

// "a number from 1 to 1000", "one of asc, desc".
std::string Expected(const Schemas::Node& schema);

}  // namespace atelier::spec
