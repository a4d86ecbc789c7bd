#include "training/algorithm.h"

#include <array>
#include <utility>

#include "base/strings.h"

namespace atelier::training {
namespace {

constexpr std::array<std::pair<std::string_view, ParameterType>, 4> kTypes = {{
    {"String", ParameterType::kString},
    {"Integer", ParameterType::kInteger},
    {"Float", ParameterType::kFloat},
    {"Boolean", ParameterType::kBoolean},
}};
constexpr std::array<std::pair<std::string_view, ValidKind>, 3> kKinds = {{
    {"None", ValidKind::kNone},
    {"Range", ValidKind::kRange},
    {"Choice", ValidKind::kChoice},
}};

template <class Table, class Value>
std::string_view NameIn(const Table& table, Value value) {
  for (const auto& [name, known] : table)
    if (known == value) return name;
  return table.front().first;
}

}  // namespace

std::string_view ToString(ParameterType type) { return NameIn(kTypes, type); }
std::string_view ToString(ValidKind kind) { return NameIn(kKinds, kind); }

std::optional<ParameterType> ParseParameterType(std::string_view text) {
  for (const auto& [name, type] : kTypes)
    if (EqualsIgnoreCase(name, text)) return type;
  return std::nullopt;
}

std::optional<ValidKind> ParseValidKind(std::string_view text) {
  for (const auto& [name, kind] : kKinds)
    if (EqualsIgnoreCase(name, text)) return kind;
  return std::nullopt;
}

}  // namespace atelier::training
