// One test of a statement's Condition: an operator, a key, and the values that it is compared with.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/condition_context.h"
#include "access/condition_operator.h"
#include "access/ip_range.h"
#include "access/pattern.h"
#include "base/clock.h"
#include "base/error.h"

namespace atelier::access {

struct ArnPattern {
  std::vector<Pattern> parts;  // six; the last has the rest, colons included
};

// One value of the policy, read once.
using ConditionValue = std::variant<Pattern, ArnPattern, double, TimePoint, bool, IpRange>;

// Immutable; thread-safe.
class Condition {
 public:
  // MalformedPolicy: an operator or key that is not known, a value that the operator cannot use, no value at all.
  // `variables`: whether the policy's version has them.
  static Result<Condition> Parse(std::string_view operator_name, std::string_view key,
                                 const std::vector<std::string>& values, bool variables);

  // Whether the request fulfils it. Several values of the policy are alternatives: one of them suffices, and a negated
  // operator asks that none of them fits. A key that the request does not have fits no value.
  bool Holds(const ConditionContext& context) const;

  const ConditionOperator& operation() const { return operator_; }
  const std::string& key() const { return key_; }  // canonical
  const std::vector<ConditionValue>& values() const { return values_; }

 private:
  bool HoldsWithoutKey() const;
  bool FitsAny(const std::string& value, const ConditionContext& context) const;

  ConditionOperator operator_;
  std::string key_;
  std::vector<ConditionValue> values_;
};

}  // namespace atelier::access
