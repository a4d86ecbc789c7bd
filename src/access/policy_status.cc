// IsPublic: what a statement must have not to count as open to everybody.
#include <algorithm>
#include <array>

#include "access/policy.h"

namespace atelier::access {
namespace {

using Type = ConditionOperator::Type;
using Quantifier = ConditionOperator::Quantifier;

// A fixed value of one of these says who asks or where from. Of the others (aws:Referer, s3:prefix, ...) the requester
// has the choice.
constexpr auto kBinding = std::to_array<std::string_view>({
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
});

struct IsFixedValue {
  bool operator()(const Pattern& pattern) const { return pattern.IsFixed(); }
  bool operator()(const ArnPattern& arn) const { return std::ranges::all_of(arn.parts, &Pattern::IsFixed); }
  bool operator()(const IpRange& range) const { return !range.IsBroad(); }
  bool operator()(double) const { return false; }
  bool operator()(TimePoint) const { return false; }
  bool operator()(bool) const { return false; }
};

bool Binds(const Condition& condition) {
  const ConditionOperator& operation = condition.operation();
  bool needs_key = !operation.negated && !operation.if_exists && operation.quantifier != Quantifier::kAllValues;
  return needs_key && std::ranges::find(kBinding, condition.key()) != kBinding.end() &&
         std::ranges::all_of(condition.values(),
                             [](const ConditionValue& value) { return std::visit(IsFixedValue{}, value); });
}

bool IsPublicStatement(const Statement& statement) {
  if (statement.effect != Effect::kAllow) return false;
  bool everyone =
      statement.principals.all_but || std::ranges::any_of(statement.principals.listed, [](const Principal& principal) {
        return principal.kind == Principal::Kind::kEveryone;
      });
  return everyone && std::ranges::none_of(statement.conditions, Binds);
}

}  // namespace

bool IsPublic(const BucketPolicy& policy) { return std::ranges::any_of(policy.statements, IsPublicStatement); }

}  // namespace atelier::access
