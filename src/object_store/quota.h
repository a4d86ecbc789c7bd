// How many bytes a bucket may hold.
#pragma once

#include <cstdint>

namespace atelier::object_store {

struct Quota {
  static constexpr std::int64_t kMaxBytes = INT64_MAX;  // OBS's own limit

  std::int64_t bytes = 0;  // 0: as many as fit

  bool operator==(const Quota&) const = default;
};

}  // namespace atelier::object_store
