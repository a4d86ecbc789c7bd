#include "auth/signing_key_cache.h"

#include <gtest/gtest.h>

#include "auth/canonical.h"

namespace atelier::auth {
namespace {

TEST(SigningKeyCacheTest, GivesWhatWouldBeDerived) {
  SigningKeyCache cache;
  for (int round = 0; round < 2; ++round)
    for (std::string_view secret : {"s", "t"})
      for (std::string_view date : {"20260102", "20260103"})
        for (std::string_view region : {"a", "ab", ""}) {
          auto key = cache.Get(secret, date, region, "s3");
          EXPECT_EQ(key, SigningKeyV4(secret, date, region, "s3"));
          cache.Keep(secret, date, region, "s3", key);
        }
  EXPECT_EQ(cache.size(), 12U);
}

TEST(SigningKeyCacheTest, LookingUpKeepsNothing) {
  SigningKeyCache cache;
  cache.Get("s", "20260102", "r", "s3");
  EXPECT_EQ(cache.size(), 0U);
}

TEST(SigningKeyCacheTest, IsBounded) {
  SigningKeyCache cache(4);
  for (int i = 0; i < 100; ++i) {
    cache.Keep("s", "20260102", std::to_string(i), "s3", "k");
    EXPECT_LE(cache.size(), 4U);
  }
}

}  // namespace
}  // namespace atelier::auth
