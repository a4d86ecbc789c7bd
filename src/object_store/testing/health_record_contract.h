// What every HealthRecord must do. A test program instantiates it once for each implementation.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "object_store/health_record.h"

namespace atelier::object_store {

// Owns a record and what it stands on.
struct HealthFixture {
  virtual ~HealthFixture() = default;
  virtual HealthRecord& record() = 0;
};
using HealthFactory = std::function<std::unique_ptr<HealthFixture>()>;

class HealthRecordContract : public testing::TestWithParam<HealthFactory> {
 protected:
  void SetUp() override { fixture_ = GetParam()(); }
  HealthRecord& record() { return fixture_->record(); }
  std::vector<std::string> Reasons() {
    auto damage = record().Damage();
    EXPECT_TRUE(damage);
    std::vector<std::string> reasons;
    for (const KnownDamage& known : *damage) reasons.push_back(known.reason);
    return reasons;
  }

 private:
  std::unique_ptr<HealthFixture> fixture_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(HealthRecordContract);

TEST_P(HealthRecordContract, DamageIsKeptOncePerBlobInTheOrderOfTheIds) {
  const BlobRef first{BlobId::Record(1, 64), 10, 0xdeadbeef}, second{BlobId::File(1, 2), 1ULL << 40, 7};
  EXPECT_TRUE(Reasons().empty());
  ASSERT_TRUE(record().AddDamage({second, "gone", FromUnixMillis(5)}));
  ASSERT_TRUE(record().AddDamage({first, "torn", FromUnixMillis(6)}));
  ASSERT_TRUE(record().AddDamage({second, "still gone", FromUnixMillis(7)}));
  EXPECT_EQ(Reasons(), (std::vector<std::string>{"torn", "still gone"}));
  EXPECT_EQ(record().Damage()->at(0).blob, first);
  EXPECT_EQ(record().Damage()->at(1).blob, second);
  EXPECT_EQ(record().Damage()->at(1).found, FromUnixMillis(7));
  ASSERT_TRUE(record().ForgetDamage(first.id));
  ASSERT_TRUE(record().ForgetDamage(first.id)) << "absent is fine";
  EXPECT_EQ(Reasons(), std::vector<std::string>{"still gone"});
}

TEST_P(HealthRecordContract, TheScrubbersPlaceIsKept) {
  EXPECT_EQ(*record().Scrub(), ScrubProgress{});
  ScrubProgress running{BlobId::File(3, 9), FromUnixMillis(100), 12, 1ULL << 41, std::nullopt};
  ASSERT_TRUE(record().SaveScrub(running));
  EXPECT_EQ(*record().Scrub(), running);
  ScrubProgress ended{BlobId(), std::nullopt, 0, 0, FromUnixMillis(200)};
  ASSERT_TRUE(record().SaveScrub(ended));
  EXPECT_EQ(*record().Scrub(), ended);
}

}  // namespace atelier::object_store
