#include "registry/types.h"

#include <array>
#include <utility>

namespace atelier::registry {
namespace {

constexpr std::array<std::pair<ModelStatus, std::string_view>, 4> kNames = {{{ModelStatus::kPublishing, "publishing"},
                                                                             {ModelStatus::kPublished, "published"},
                                                                             {ModelStatus::kFailed, "failed"},
                                                                             {ModelStatus::kDeleting, "deleting"}}};

}  // namespace

std::string_view ToString(ModelStatus status) {
  for (auto [value, name] : kNames)
    if (value == status) return name;
  return "failed";
}

std::optional<ModelStatus> ParseModelStatus(std::string_view text) {
  for (auto [value, name] : kNames)
    if (name == text) return value;
  return std::nullopt;
}

}  // namespace atelier::registry
