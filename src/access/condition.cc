#include "access/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "access/condition_keys.h"
#include "base/strings.h"

namespace atelier::access {
namespace {

using Type = ConditionOperator::Type;
using Relation = ConditionOperator::Relation;
using Quantifier = ConditionOperator::Quantifier;

constexpr std::size_t kArnParts = 6;

std::vector<std::string_view> ArnParts(std::string_view arn) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < kArnParts) {
    auto colon = arn.find(':');
    if (colon == std::string_view::npos) break;
    parts.push_back(arn.substr(0, colon));
    arn.remove_prefix(colon + 1);
  }
  parts.push_back(arn);
  return parts;
}

// "+02:00" at the end: what is to be taken off to get UTC.
std::optional<Milliseconds> OffsetAtEnd(std::string_view text) {
  if (text.size() < 6) return std::nullopt;
  std::string_view offset = text.substr(text.size() - 6);
  auto hours = ParseNumber<unsigned>(offset.substr(1, 2));
  auto minutes = ParseNumber<unsigned>(offset.substr(4));
  if ((offset[0] != '+' && offset[0] != '-') || offset[3] != ':' || !hours || !minutes || *hours > 23 || *minutes > 59)
    return std::nullopt;
  Milliseconds size = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return offset[0] == '+' ? size : -size;
}

// Seconds since 1970, a day, or ISO 8601 with Z or an offset.
std::optional<TimePoint> DateOf(std::string_view text) {
  constexpr std::int64_t kLatest = 253'402'300'799;  // the year 9999
  if (auto seconds = ParseNumber<std::int64_t>(text)) {
    if (*seconds < 0 || *seconds > kLatest) return std::nullopt;
    return FromUnixMillis(*seconds * 1000);
  }
  if (text.size() == 10) return ParseIso8601(fmt::format("{}T00:00:00Z", text));
  if (auto offset = OffsetAtEnd(text)) {
    auto local = ParseIso8601(fmt::format("{}Z", text.substr(0, text.size() - 6)));
    return local ? std::optional(*local - *offset) : std::nullopt;
  }
  return ParseIso8601(text);
}

std::optional<bool> BoolOf(std::string_view text) {
  if (EqualsIgnoreCase(text, "true")) return true;
  if (EqualsIgnoreCase(text, "false")) return false;
  return std::nullopt;
}

std::string_view ExpectedBy(Type type) {
  switch (type) {
    case Type::kNumber:
      return "a number";
    case Type::kDate:
      return "a date such as 2026-01-02T03:04:05Z, or seconds since 1970";
    case Type::kBool:
    case Type::kPresence:
      return "true or false";
    case Type::kAddress:
      return "an IP address or range such as 192.0.2.0/24";
    case Type::kArn:
      return "an ARN of six parts divided by colons";
    case Type::kText:
    case Type::kTextIgnoringCase:
    case Type::kLike:
      return "text";
  }
  return "text";
}

std::unexpected<Error> WrongValue(Type type, std::string_view value) {
  return InvalidArgument(fmt::format("\"{}\" is not {}", value, ExpectedBy(type)), "MalformedPolicy");
}

template <class T>
Result<ConditionValue> Read(Type type, std::string_view text, const std::optional<T>& parsed) {
  if (!parsed) return WrongValue(type, text);
  return ConditionValue(*parsed);
}

Result<ConditionValue> ReadArn(std::string_view text, bool variables) {
  std::vector<std::string_view> parts = ArnParts(text);
  if (parts.size() != kArnParts) return WrongValue(Type::kArn, text);
  ArnPattern arn;
  for (std::string_view part : parts) {
    ATELIER_TRY(Pattern pattern, Pattern::Parse(part, {.wildcards = true, .variables = variables}));
    arn.parts.push_back(std::move(pattern));
  }
  return ConditionValue(std::move(arn));
}

Result<ConditionValue> ReadValue(Type type, std::string_view text, bool variables) {
  switch (type) {
    case Type::kText:
    case Type::kTextIgnoringCase:
    case Type::kLike: {
      Pattern::Syntax syntax = {
          .wildcards = type == Type::kLike, .variables = variables, .ignore_case = type == Type::kTextIgnoringCase};
      ATELIER_TRY(Pattern pattern, Pattern::Parse(text, syntax));
      return ConditionValue(std::move(pattern));
    }
    case Type::kNumber:
      return Read(type, text, ParseNumber<double>(text));
    case Type::kDate:
      return Read(type, text, DateOf(text));
    case Type::kBool:
    case Type::kPresence:
      return Read(type, text, BoolOf(text));
    case Type::kAddress:
      return Read(type, text, IpRange::Parse(text));
    case Type::kArn:
      return ReadArn(text, variables);
  }
  return WrongValue(type, text);
}

template <class T>
bool Compare(Relation relation, const T& value, const T& limit) {
  switch (relation) {
    case Relation::kEqual:
      return value == limit;
    case Relation::kLess:
      return value < limit;
    case Relation::kLessEqual:
      return value <= limit;
    case Relation::kGreater:
      return value > limit;
    case Relation::kGreaterEqual:
      return value >= limit;
  }
  return false;
}

// Whether a value of the request fits one of the policy. A value that cannot be read as the type fits nothing.
struct Fit {
  Relation relation;
  std::string_view value;
  const ConditionContext& context;

  template <class T>
  bool Ordered(const std::optional<T>& read, const T& limit) const {
    return read && Compare(relation, *read, limit);
  }

  bool operator()(const Pattern& pattern) const { return pattern.Matches(value, context); }
  bool operator()(double limit) const { return Ordered(ParseNumber<double>(value), limit); }
  bool operator()(TimePoint limit) const { return Ordered(DateOf(value), limit); }
  bool operator()(bool wanted) const { return BoolOf(value) == wanted; }
  bool operator()(const IpRange& range) const { return range.Contains(value); }
  bool operator()(const ArnPattern& arn) const {
    std::vector<std::string_view> parts = ArnParts(value);
    if (parts.size() != arn.parts.size()) return false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!arn.parts[i].Matches(parts[i], context)) return false;
    }
    return true;
  }
};

}  // namespace

Result<Condition> Condition::Parse(std::string_view operator_name, std::string_view key,
                                   const std::vector<std::string>& values, bool variables) {
  Condition condition;
  ATELIER_TRY(condition.operator_, ParseOperator(operator_name));
  ATELIER_TRY(condition.key_, CanonicalKey(key));
  if (values.empty()) {
    return InvalidArgument(fmt::format("{} of {} has no value to compare with", operator_name, key), "MalformedPolicy");
  }
  for (const std::string& value : values) {
    auto read = ReadValue(condition.operator_.type, value, variables);
    if (!read) return std::unexpected(std::move(read).error().Within(fmt::format("{} of {}", operator_name, key)));
    condition.values_.push_back(*std::move(read));
  }
  return condition;
}

bool Condition::HoldsWithoutKey() const {
  if (operator_.if_exists) return true;
  switch (operator_.quantifier) {
    case Quantifier::kTogether:
      return operator_.negated;
    case Quantifier::kAnyValue:
      return false;
    case Quantifier::kAllValues:
      return true;
  }
  return false;
}

bool Condition::FitsAny(const std::string& value, const ConditionContext& context) const {
  Fit fit{operator_.relation, value, context};
  return std::ranges::any_of(values_, [&](const ConditionValue& wanted) { return std::visit(fit, wanted); });
}

bool Condition::Holds(const ConditionContext& context) const {
  const std::vector<std::string>* found = context.Find(key_);
  if (operator_.type == Type::kPresence) {
    bool absent = found == nullptr;
    return std::ranges::any_of(values_, [&](const ConditionValue& wanted) { return std::get<bool>(wanted) == absent; });
  }
  if (found == nullptr) return HoldsWithoutKey();
  auto good = [&](const std::string& value) { return FitsAny(value, context) != operator_.negated; };
  bool all = operator_.quantifier == Quantifier::kAllValues ||
             (operator_.quantifier == Quantifier::kTogether && operator_.negated);
  return all ? std::ranges::all_of(*found, good) : std::ranges::any_of(*found, good);
}

}  // namespace atelier::access
