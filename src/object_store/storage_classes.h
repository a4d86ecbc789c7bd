// Storage classes, from the warmest to the coldest, in S3's words.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace atelier::object_store {

inline constexpr auto kStorageClassesByWarmth = std::to_array<std::string_view>(
    {"STANDARD", "STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"});

// 0 for the warmest, and for a class that no transition leads to.
constexpr std::size_t StorageClassRank(std::string_view storage_class) {
  const auto* found = std::ranges::find(kStorageClassesByWarmth, storage_class);
  return found == kStorageClassesByWarmth.end() ? 0 : static_cast<std::size_t>(found - kStorageClassesByWarmth.begin());
}

}  // namespace atelier::object_store
