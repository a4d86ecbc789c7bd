#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenancy/quota_service.h"
#include "tenancy/testing/memory_tenancy.h"
#include "tenancy/testing/tenancy_contracts.h"

namespace atelier::tenancy {
namespace {

using testing::HasSubstr;

TEST(MemoryQuotaRepository, KeepsTheContract) {
  MemoryQuotaRepository repository;
  CheckQuotaRepositoryContract(repository);
}

TEST(Resources, AreInTheOrderOfTheEnumeration) {
  for (const auto& described : Resources()) {
    EXPECT_EQ(Describe(described.resource).name, described.name);
    EXPECT_EQ(ParseResource(described.name), described.resource);
  }
  EXPECT_EQ(ParseResource("gpus"), std::nullopt);
}

class QuotaServiceTest : public testing::Test {
 protected:
  static Limits Defaults() {
    Limits defaults;
    for (const auto& described : Resources()) defaults[described.resource] = 10;
    return defaults;
  }
  Result<Reservation> Reserve(std::size_t wanted, Resource resource = Resource::kReplicas) {
    return service_.Reserve({"p1", "u1"}, resource, wanted, "ModelArts.3520");
  }

  MemoryQuotaRepository repository_;
  FakeUsage usage_;
  QuotaService service_{repository_, usage_, Defaults()};
};

TEST_F(QuotaServiceTest, ShowsLimitsAndWhatIsUsed) {
  usage_.counts[{Resource::kModels, "p1"}] = 3;
  usage_.counts[{Resource::kAccessKeys, "u1"}] = 2;
  usage_.counts[{Resource::kAccessKeys, "p1"}] = 9;
  ASSERT_TRUE(service_.Set("p1", {{Resource::kModels, 4}}));
  auto all = service_.All({"p1", "u1"}).value();
  ASSERT_EQ(all.size(), Resources().size());
  for (const auto& state : all) {
    EXPECT_EQ(state.limit, state.resource == Resource::kModels ? 4 : 10);
    std::size_t used = state.resource == Resource::kModels ? 3 : state.resource == Resource::kAccessKeys ? 2 : 0;
    EXPECT_EQ(state.used, used) << "keys are a user's";
  }
}

TEST_F(QuotaServiceTest, RefusesWhatIsBeyondTheLimit) {
  usage_.counts[{Resource::kReplicas, "p1"}] = 8;
  EXPECT_TRUE(Reserve(2));
  auto refused = Reserve(3);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kResourceExhausted);
  EXPECT_EQ(refused.error().code, "ModelArts.3520");
  EXPECT_THAT(refused.error().message, HasSubstr("quota of replicas of services is 10 and 8 are there"));
  ASSERT_TRUE(service_.Set("p1", {{Resource::kReplicas, kUnlimited}}));
  EXPECT_TRUE(Reserve(1'000'000));
  ASSERT_TRUE(service_.Set("p1", {{Resource::kReplicas, 0}}));
  EXPECT_FALSE(Reserve(1));
}

TEST_F(QuotaServiceTest, WhatIsBeingMadeCountsUntilItIsMade) {
  {
    auto first = Reserve(6);
    ASSERT_TRUE(first);
    auto second = Reserve(4);
    ASSERT_TRUE(second);
    EXPECT_FALSE(Reserve(1));
    EXPECT_TRUE(Reserve(1, Resource::kModels)) << "each resource by itself";
    EXPECT_TRUE(service_.Reserve({"p2", "u1"}, Resource::kReplicas, 10, "c")) << "each project by itself";
    second = Reservation();
    EXPECT_TRUE(Reserve(4));
  }
  EXPECT_TRUE(Reserve(10));
}

TEST_F(QuotaServiceTest, KeysAreCountedForTheUser) {
  usage_.counts[{Resource::kAccessKeys, "u1"}] = 10;
  EXPECT_FALSE(Reserve(1, Resource::kAccessKeys));
  EXPECT_TRUE(service_.Reserve({"p1", "u2"}, Resource::kAccessKeys, 1, "c"));
}

TEST_F(QuotaServiceTest, LimitsAreNumbersOrNone) {
  EXPECT_THAT(service_.Set("p1", {{Resource::kJobs, -2}}).error().message, HasSubstr("training-jobs: expected -1"));
  EXPECT_FALSE(service_.Set("p1", {{Resource::kJobs, kMostLimit + 1}}));
  EXPECT_EQ(service_.LimitOf("p1", Resource::kJobs).value(), 10);
}

}  // namespace
}  // namespace atelier::tenancy
