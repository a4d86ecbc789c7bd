#include "access/condition_operator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace atelier::access {
namespace {

using Type = ConditionOperator::Type;
using Relation = ConditionOperator::Relation;
using Quantifier = ConditionOperator::Quantifier;

struct Row {
  std::string_view name;
  std::string_view obs_name;  // OBS's short one, where it has one
  Type type;
  Relation relation = Relation::kEqual;
  bool negated = false;
};

constexpr auto kRows = std::to_array<Row>({
    {"StringEquals", "streq", Type::kText},
    {"StringNotEquals", "strneq", Type::kText, Relation::kEqual, true},
    {"StringEqualsIgnoreCase", "streqi", Type::kTextIgnoringCase},
    {"StringNotEqualsIgnoreCase", "strneqi", Type::kTextIgnoringCase, Relation::kEqual, true},
    {"StringLike", "strl", Type::kLike},
    {"StringNotLike", "strnl", Type::kLike, Relation::kEqual, true},
    {"NumericEquals", "numeq", Type::kNumber},
    {"NumericNotEquals", "numneq", Type::kNumber, Relation::kEqual, true},
    {"NumericLessThan", "numlt", Type::kNumber, Relation::kLess},
    {"NumericLessThanEquals", "numlteq", Type::kNumber, Relation::kLessEqual},
    {"NumericGreaterThan", "numgt", Type::kNumber, Relation::kGreater},
    {"NumericGreaterThanEquals", "numgteq", Type::kNumber, Relation::kGreaterEqual},
    {"DateEquals", "dateeq", Type::kDate},
    {"DateNotEquals", "dateneq", Type::kDate, Relation::kEqual, true},
    {"DateLessThan", "datelt", Type::kDate, Relation::kLess},
    {"DateLessThanEquals", "datelteq", Type::kDate, Relation::kLessEqual},
    {"DateGreaterThan", "dategt", Type::kDate, Relation::kGreater},
    {"DateGreaterThanEquals", "dategteq", Type::kDate, Relation::kGreaterEqual},
    {"Bool", "", Type::kBool},
    {"IpAddress", "", Type::kAddress},
    {"NotIpAddress", "", Type::kAddress, Relation::kEqual, true},
    {"ArnEquals", "", Type::kArn},
    {"ArnLike", "", Type::kArn},
    {"ArnNotEquals", "", Type::kArn, Relation::kEqual, true},
    {"ArnNotLike", "", Type::kArn, Relation::kEqual, true},
    {"Null", "", Type::kPresence},
});

// Takes a prefix off, whatever its case.
bool Take(std::string_view& text, std::string_view prefix) {
  if (!StartsWithIgnoreCase(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Result<ConditionOperator> ParseOperator(std::string_view name) {
  constexpr std::string_view kIfExists = "IfExists";
  ConditionOperator parsed;
  std::string_view rest = name;
  if (Take(rest, "ForAnyValue:"))
    parsed.quantifier = Quantifier::kAnyValue;
  else if (Take(rest, "ForAllValues:"))
    parsed.quantifier = Quantifier::kAllValues;
  if (rest.size() > kIfExists.size() && EqualsIgnoreCase(rest.substr(rest.size() - kIfExists.size()), kIfExists)) {
    parsed.if_exists = true;
    rest.remove_suffix(kIfExists.size());
  }

  const auto* row = std::ranges::find_if(kRows, [&](const Row& candidate) {
    return EqualsIgnoreCase(candidate.name, rest) ||
           (!candidate.obs_name.empty() && EqualsIgnoreCase(candidate.obs_name, rest));
  });
  bool plain = !parsed.if_exists && parsed.quantifier == Quantifier::kTogether;
  if (row == kRows.end() || (row->type == Type::kPresence && !plain)) {
    return InvalidArgument(
        fmt::format("the condition operator \"{}\" is not known; use one such as StringEquals or IpAddress", name),
        "MalformedPolicy");
  }
  parsed.type = row->type;
  parsed.relation = row->relation;
  parsed.negated = row->negated;
  return parsed;
}

}  // namespace atelier::access
