// The operators of conditions, by the names that both dialects give them.
#pragma once

#include <string_view>

#include "base/error.h"

namespace atelier::access {

struct ConditionOperator {
  enum class Type { kText, kTextIgnoringCase, kLike, kNumber, kDate, kBool, kAddress, kArn, kPresence };
  enum class Relation { kEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
  // How the values that the request has for the key count. kTogether: for keys with one value.
  enum class Quantifier { kTogether, kAnyValue, kAllValues };

  Type type = Type::kText;
  Relation relation = Relation::kEqual;
  bool negated = false;
  bool if_exists = false;  // holds when the request does not have the key
  Quantifier quantifier = Quantifier::kTogether;
};

// "StringLike", "streq" (OBS), "ForAnyValue:StringEquals", "NumericLessThanIfExists"; in any case. MalformedPolicy.
Result<ConditionOperator> ParseOperator(std::string_view name);

}  // namespace atelier::access
