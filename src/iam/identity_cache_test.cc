#include "iam/identity_cache.h"

#include <gtest/gtest.h>

namespace atelier::iam {
namespace {

const TimePoint kNow = FromUnixMillis(1'000'000);

TEST(IdentityCacheTest, KeepsForItsLife) {
  IdentityCache<int> cache(std::chrono::seconds(30), 10);
  cache.Keep(cache.generation(), "a", 1, kNow);
  EXPECT_EQ(cache.Find("a", kNow + std::chrono::seconds(29)), 1);
  EXPECT_EQ(cache.Find("a", kNow + std::chrono::seconds(30)), std::nullopt);
  EXPECT_EQ(cache.Find("b", kNow), std::nullopt);
}

TEST(IdentityCacheTest, ClearForgets) {
  IdentityCache<int> cache(std::chrono::seconds(30), 10);
  cache.Keep(cache.generation(), "a", 1, kNow);
  cache.Clear();
  EXPECT_EQ(cache.Find("a", kNow), std::nullopt);
}

// Read before the change, kept after it: it would be the old state for as long as the cache lives.
TEST(IdentityCacheTest, WhatWasReadBeforeAClearIsNotKept) {
  IdentityCache<int> cache(std::chrono::seconds(30), 10);
  auto before = cache.generation();
  cache.Clear();
  cache.Keep(before, "a", 1, kNow);
  EXPECT_EQ(cache.Find("a", kNow), std::nullopt);
  cache.Keep(cache.generation(), "a", 2, kNow);
  EXPECT_EQ(cache.Find("a", kNow), 2);
}

TEST(IdentityCacheTest, IsBounded) {
  IdentityCache<int> cache(std::chrono::seconds(30), 2);
  for (int i = 0; i < 3; ++i) cache.Keep(cache.generation(), std::to_string(i), i, kNow);
  int kept = 0;
  for (int i = 0; i < 3; ++i) kept += cache.Find(std::to_string(i), kNow) ? 1 : 0;
  EXPECT_LE(kept, 2);
  EXPECT_EQ(cache.Find("2", kNow), 2);
}

}  // namespace
}  // namespace atelier::iam
