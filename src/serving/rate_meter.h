// Counts what happened in the last minute.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace atelier::serving {

// One thread counts, any thread asks. Seconds of any clock that does not run backwards.
class RateMeter {
 public:
  void Count(std::uint64_t second) {
    auto& bucket = buckets_[second % kSeconds];
    auto value = bucket.load(std::memory_order_relaxed);
    auto fresh = value >> kCountBits == second ? value + 1 : (second << kCountBits) + 1;
    bucket.store(fresh, std::memory_order_relaxed);
  }
  std::uint64_t LastMinute(std::uint64_t now) const {
    std::uint64_t sum = 0;
    for (const auto& bucket : buckets_) {
      auto value = bucket.load(std::memory_order_relaxed);
      auto second = value >> kCountBits;
      if (second + kSeconds > now && second <= now) sum += value & ((std::uint64_t{1} << kCountBits) - 1);
    }
    return sum;
  }

 private:
  static constexpr std::uint64_t kSeconds = 60;
  static constexpr unsigned kCountBits = 24;                    // 16 million a second
  std::array<std::atomic<std::uint64_t>, kSeconds> buckets_{};  // second and count in one word: read as one
};

}  // namespace atelier::serving
