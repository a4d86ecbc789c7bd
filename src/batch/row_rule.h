// A mapping rule: the JSON schema of a model's input in which each value has the `index` of its column.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "batch/csv.h"

namespace atelier::batch {

// {"type":"object","properties":{"x":{"type":"number","index":0}}} makes {"x":1.5} of the row "1.5,...". An object
// becomes an object of its properties, an array one entry (of `items`, an object or an array of one), what has an index
// the column as its `type` says (number, integer, boolean; else text). Columns count from 0.
class RowRule {
 public:
  static Result<RowRule> Parse(std::string_view text);  // InvalidArgument, subject mapping_rule
  // InvalidArgument when the row has no such column or that is not of its type.
  Result<std::string> Body(const Row& row) const;

 private:
  explicit RowRule(json::object schema) : schema_(std::move(schema)) {}
  json::object schema_;
};

}  // namespace atelier::batch
