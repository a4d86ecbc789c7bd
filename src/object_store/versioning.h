// Whether a bucket keeps the older versions of its objects.
#pragma once

#include <optional>
#include <string_view>

namespace atelier::object_store {

// A bucket starts as kNever and cannot return to it.
enum class VersioningState { kNever, kEnabled, kSuspended };

// The word of the protocol, which is the stored one too; empty for kNever.
constexpr std::string_view WordOf(VersioningState state) {
  switch (state) {
    case VersioningState::kNever:
      return "";
    case VersioningState::kEnabled:
      return "Enabled";
    case VersioningState::kSuspended:
      return "Suspended";
  }
  return "";
}

constexpr std::optional<VersioningState> VersioningOf(std::string_view word) {
  for (VersioningState state : {VersioningState::kNever, VersioningState::kEnabled, VersioningState::kSuspended}) {
    if (WordOf(state) == word) return state;
  }
  return std::nullopt;
}

}  // namespace atelier::object_store
