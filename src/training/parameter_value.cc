#include "training/parameter_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::string_view kInvalid = "ModelArts.2788";

std::unexpected<Error> Refuse(const DeclaredParameter& parameter, std::string_view expected, std::string_view got) {
  return InvalidArgument(fmt::format("Invalid parameter({}): expected {}, got '{}'", parameter.name, expected, got),
                         std::string(kInvalid), parameter.name);
}

std::optional<double> Finite(std::string_view text) {
  auto number = ParseNumber<double>(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

bool IsOfType(ParameterType type, std::string_view value) {
  switch (type) {
    case ParameterType::kString:
      return true;
    case ParameterType::kInteger:
      return ParseNumber<std::int64_t>(value).has_value();
    case ParameterType::kFloat:
      return Finite(value).has_value();
    case ParameterType::kBoolean:
      return EqualsIgnoreCase(value, "true") || EqualsIgnoreCase(value, "false");
  }
  return false;
}

std::string_view Wanted(ParameterType type) {
  switch (type) {
    case ParameterType::kString:
      return "a text";
    case ParameterType::kInteger:
      return "a whole number";
    case ParameterType::kFloat:
      return "a number";
    case ParameterType::kBoolean:
      return "true or false";
  }
  return "a text";
}

// Whole numbers are compared as such: a double does not hold them all.
bool AtMost(ParameterType type, std::string_view a, std::string_view b) {
  if (type == ParameterType::kInteger)
    return ParseNumber<std::int64_t>(a).value_or(0) <= ParseNumber<std::int64_t>(b).value_or(0);
  return Finite(a).value_or(0) <= Finite(b).value_or(0);
}

// Two spellings of one value: 1 and 1.0, true and True.
bool Same(ParameterType type, std::string_view a, std::string_view b) {
  switch (type) {
    case ParameterType::kString:
      return a == b;
    case ParameterType::kBoolean:
      return EqualsIgnoreCase(a, b);
    case ParameterType::kInteger:
    case ParameterType::kFloat:
      return AtMost(type, a, b) && AtMost(type, b, a);
  }
  return a == b;
}

}  // namespace

Result<void> CheckParameterValue(const DeclaredParameter& parameter, std::string_view value) {
  const auto& [type, editable, required, sensitive, kind, range] = parameter.constraint;
  if (!IsOfType(type, value)) return Refuse(parameter, Wanted(type), value);
  if (kind == ValidKind::kRange && (!AtMost(type, range.at(0), value) || !AtMost(type, value, range.at(1))))
    return Refuse(parameter, fmt::format("{} from {} to {}", Wanted(type), range[0], range[1]), value);
  if (kind == ValidKind::kChoice &&
      std::ranges::none_of(range, [&](const auto& choice) { return Same(type, choice, value); }))
    return Refuse(parameter, fmt::format("one of {}", fmt::join(range, ", ")), value);
  return {};
}

Result<void> CheckParameterConstraint(const DeclaredParameter& parameter) {
  const auto& constraint = parameter.constraint;
  const auto& range = constraint.valid_range;
  auto texts = fmt::format("[{}]", fmt::join(range, ", "));
  for (const auto& end : range)
    if (constraint.valid_kind != ValidKind::kNone && !IsOfType(constraint.type, end))
      return Refuse(parameter, fmt::format("a valid_range of which each value is {}", Wanted(constraint.type)), end);
  if (constraint.valid_kind == ValidKind::kRange) {
    bool numeric = constraint.type == ParameterType::kInteger || constraint.type == ParameterType::kFloat;
    if (!numeric) return Refuse(parameter, "valid_type Range only with the types Integer and Float", texts);
    if (range.size() != 2 || !AtMost(constraint.type, range[0], range[1]))
      return Refuse(parameter, "a valid_range of the least and the most value", texts);
  }
  if (constraint.valid_kind == ValidKind::kChoice && range.empty())
    return Refuse(parameter, "a valid_range of the values that may be chosen", texts);
  if (!parameter.value.empty()) return CheckParameterValue(parameter, parameter.value);
  if (!constraint.editable && constraint.required)
    return Refuse(parameter, "a default, because it is required and not editable", "");
  return {};
}

}  // namespace atelier::training
