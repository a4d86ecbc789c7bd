#include "iam/sign_in_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::iam {
namespace {

using testing::HasSubstr;

const TimePoint kStart = FromUnixMillis(1'767'323'045'000);

// What a sign-in is answered: "in", "wrong", or "locked".
std::string Try(SignInGuard& guard, const SignInGuard::Attempt& attempt, bool right) {
  if (auto before = guard.Check(attempt); !before) return before.error().code;
  if (auto after = guard.Conclude(attempt, right); !after) return after.error().code;
  return right ? "in" : "wrong";
}

struct Step {
  int seconds;  // after the step before
  std::string user, address;
  bool right;
  std::string expected;
  int times = 1;
};

void Play(const std::string& story, const std::vector<Step>& steps) {
  ManualClock clock(kStart);
  SignInGuard guard(clock);
  for (std::size_t at = 0; at < steps.size(); ++at) {
    const auto& step = steps[at];
    clock.Advance(std::chrono::seconds(step.seconds));
    for (int i = 0; i < step.times; ++i)
      ASSERT_EQ(Try(guard, {"d", step.user, step.address}, step.right), step.expected) << story << ", step " << at;
  }
}

TEST(SignInGuardTest, WhoIsRefusedAndForHowLong) {
  constexpr int kMinute = 60;
  const std::string home = "192.0.2.1", away = "198.51.100.7";
  const std::pair<std::string, std::vector<Step>> stories[] = {
      {"five failures lock, the sixth try is refused though right",
       {{0, "ann", home, false, "wrong", 5}, {0, "ann", home, true, "locked"}}},
      {"four do not", {{0, "ann", home, false, "wrong", 4}, {0, "ann", home, true, "in"}}},
      {"success clears the count",
       {{0, "ann", home, false, "wrong", 4}, {0, "ann", home, true, "in"}, {0, "ann", home, false, "wrong", 5}}},
      {"the lock ends after 15 minutes, and the count begins anew",
       {{0, "ann", home, false, "wrong", 5},
        {15 * kMinute - 1, "ann", home, true, "locked"},
        {1, "ann", home, false, "wrong", 4},
        {0, "ann", home, true, "in"}}},
      {"tries during the lock do not prolong it",
       {{0, "ann", home, false, "wrong", 5},
        {14 * kMinute, "ann", home, false, "locked", 100},
        {kMinute, "ann", home, true, "in"}}},
      {"failures count for 15 minutes",
       {{0, "ann", home, false, "wrong", 4},
        {15 * kMinute, "ann", home, false, "wrong", 4},
        {14 * kMinute, "ann", home, false, "wrong"},
        {0, "ann", home, false, "locked"}}},
      {"nobody is locked out from elsewhere",
       {{0, "ann", away, false, "wrong", 5}, {0, "ann", away, false, "locked"}, {0, "ann", home, true, "in"}}},
      {"nor is anybody else at the same address", {{0, "ann", home, false, "wrong", 5}, {0, "bob", home, true, "in"}}},
      {"the other 64 bits of an IPv6 address do not help",
       {{0, "ann", "2001:db8:1:2::1", false, "wrong", 5},
        {0, "ann", "2001:db8:1:2:ffff::9", true, "locked"},
        {0, "ann", "2001:db8:1:3::1", true, "in"}}},
      {"an IPv4 address is the same however it is written",
       {{0, "ann", "::ffff:192.0.2.1", false, "wrong", 5}, {0, "ann", home, true, "locked"}}},
      {"a clock that is set back does not prolong a lock",
       {{0, "ann", home, false, "wrong", 5}, {-1, "ann", home, true, "in"}}},
  };
  for (const auto& [story, steps] : stories) Play(story, steps);
}

TEST(SignInGuardTest, OneAddressCannotTryManyNames) {
  std::vector<Step> steps;
  steps.reserve(60);
  for (int i = 0; i < 49; ++i) steps.push_back({0, "user-" + std::to_string(i), "192.0.2.1", false, "wrong"});
  steps.push_back(
      {0, "mallory", "192.0.2.1", true, "in"});  // an account of one's own does not clear the address's count
  steps.push_back({0, "last", "192.0.2.1", false, "wrong"});
  steps.push_back({0, "mallory", "192.0.2.1", true, "locked"});
  steps.push_back({0, "mallory", "192.0.2.2", true, "in"});
  steps.push_back({15 * 60, "mallory", "192.0.2.1", true, "in"});
  Play("spraying", steps);
}

TEST(SignInGuardTest, UsersOfTwoDomainsAreTwo) {
  ManualClock clock(kStart);
  SignInGuard guard(clock);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Try(guard, {"one", "ann", "192.0.2.1"}, false), "wrong");
  EXPECT_EQ(Try(guard, {"one", "ann", "192.0.2.1"}, true), "locked");
  EXPECT_EQ(Try(guard, {"two", "ann", "192.0.2.1"}, true), "in");
}

TEST(SignInGuardTest, ManyGuessesAtOnceAreNoMoreThanOneByOne) {
  ManualClock clock(kStart);
  SignInGuard guard(clock);
  const SignInGuard::Attempt attempt{"d", "ann", "192.0.2.1"};
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(guard.Check(attempt));  // all are under way before one is done
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(guard.Conclude(attempt, false));
  EXPECT_EQ(guard.Conclude(attempt, false).error().code, "locked");
  EXPECT_EQ(guard.Conclude(attempt, true).error().code, "locked");
}

TEST(SignInGuardTest, SaysHowLongToWait) {
  ManualClock clock(kStart);
  SignInGuard guard(clock);
  const SignInGuard::Attempt attempt{"d", "ann", "192.0.2.1"};
  for (int i = 0; i < 5; ++i) Try(guard, attempt, false);
  const std::pair<int, std::string> rows[] = {{0, "another 15 minutes:"},  {1, "another 15 minutes:"},
                                              {60, "another 14 minutes:"}, {839, "another 2 minutes:"},
                                              {840, "another 1 minute:"},  {899, "another 1 minute:"}};
  int now = 0;
  for (const auto& [seconds, text] : rows) {
    clock.Advance(std::chrono::seconds(seconds - now));
    now = seconds;
    auto refused = guard.Check(attempt);
    ASSERT_FALSE(refused) << seconds;
    EXPECT_EQ(refused.error().kind, ErrorKind::kUnauthenticated);
    EXPECT_THAT(refused.error().message, HasSubstr(text));
  }
}

TEST(FailureTableTest, HoldsABoundedNumberAndForgetsTheOldestFirst) {
  SignInLimits limits;
  limits.most_entries = 3;
  FailureTable table(2, limits);
  for (const char* key : {"a", "b", "c"}) EXPECT_FALSE(table.Fail(key, kStart));
  EXPECT_TRUE(table.Fail("a", kStart));   // now b is the oldest
  EXPECT_FALSE(table.Fail("d", kStart));  // in its place
  EXPECT_EQ(table.size(), 3U);
  EXPECT_FALSE(table.Fail("b", kStart)) << "its first failure is forgotten, and now c's";
  EXPECT_TRUE(table.LockedFor("a", kStart));
  EXPECT_TRUE(table.Fail("d", kStart));
  for (int i = 0; i < 1000; ++i) table.Fail("other-" + std::to_string(i), kStart);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_FALSE(table.LockedFor("a", kStart));
}

}  // namespace
}  // namespace atelier::iam
