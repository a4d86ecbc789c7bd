#include "serving/weighted_turn.h"

#include <gtest/gtest.h>

#include <string>

#include "serving/rate_meter.h"

namespace atelier::serving {
namespace {

std::vector<int> Shares(const std::vector<WeightedTurn::Choice>& choices, int turns) {
  WeightedTurn turn;
  std::vector<int> shares(choices.size(), 0);
  for (int i = 0; i < turns; ++i) ++shares.at(turn.Next(choices));
  return shares;
}

TEST(WeightedTurn, SharesAreExact) {
  struct Case {
    std::vector<WeightedTurn::Choice> choices;
    std::vector<int> shares;  // of 100 turns
  };
  for (const auto& [choices, shares] : std::vector<Case>{
           {{{100, true}}, {100}},
           {{{70, true}, {30, true}}, {70, 30}},
           {{{1, true}, {98, true}, {1, true}}, {1, 98, 1}},
           {{{0, true}, {100, true}}, {0, 100}},
           {{{60, false}, {30, true}, {10, true}}, {0, 75, 25}},
           {{{100, false}, {0, true}}, {0, 100}},
       })
    EXPECT_EQ(Shares(choices, 100), shares);
}

TEST(WeightedTurn, TurnsAreSpread) {
  WeightedTurn turn;
  std::string order;
  for (int i = 0; i < 10; ++i) order += static_cast<char>('a' + turn.Next({{50, true}, {30, true}, {20, true}}));
  EXPECT_EQ(order, "abcaabacba");
}

TEST(WeightedTurn, NobodyIsNobody) {
  WeightedTurn turn;
  EXPECT_EQ(turn.Next({}), WeightedTurn::kNone);
  EXPECT_EQ(turn.Next({{100, false}}), WeightedTurn::kNone);
}

TEST(RateMeter, ForgetsWhatIsAMinuteOld) {
  RateMeter meter;
  EXPECT_EQ(meter.LastMinute(1000), 0U);
  for (int i = 0; i < 3; ++i) meter.Count(1000);
  meter.Count(1030);
  EXPECT_EQ(meter.LastMinute(1030), 4U);
  EXPECT_EQ(meter.LastMinute(1059), 4U);
  EXPECT_EQ(meter.LastMinute(1060), 1U);
  EXPECT_EQ(meter.LastMinute(1090), 0U);
  meter.Count(1060);
  EXPECT_EQ(meter.LastMinute(1060), 2U) << "the bucket of a minute before is taken over";
}

}  // namespace
}  // namespace atelier::serving
