// The YAML fragments of spec/ as one document.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace atelier::spec {

struct Fragment {
  std::string name;  // "spec/models.yaml", for errors
  std::string text;
};

// Paths and components are united, `tags` and the rest of the head taken over. InvalidArgument names the fragment and
// what is wrong with it: no YAML, an unknown top-level key, an operation or component that two fragments have, an
// operationId used twice, a "$ref" to nothing.
Result<json::object> MergeFragments(const std::vector<Fragment>& fragments);

// What a "$ref" such as "#/components/schemas/Model" points to; nullptr when nothing.
const json::value* Resolve(const json::object& document, std::string_view reference);

}  // namespace atelier::spec
