#include "training/state_machine.h"

#include <gtest/gtest.h>

#include <map>

namespace atelier::training {
namespace {

constexpr Event kAllEvents[] = {Event::kSubmit,     Event::kWait,        Event::kSubmitFailed, Event::kStarted,
                                Event::kExitedWell, Event::kExitedBadly, Event::kVanished,     Event::kRestart,
                                Event::kStopAsked,  Event::kEnded};

// Every move there is; whatever is not listed must be refused.
const std::map<std::pair<Status, Event>, Status> kMoves = {
    {{Status::kInit, Event::kSubmit}, Status::kSubmitTrying},
    {{Status::kInit, Event::kSubmitFailed}, Status::kSubmitFailed},
    {{Status::kInit, Event::kStopAsked}, Status::kKilling},
    {{Status::kSubmitTrying, Event::kWait}, Status::kWaiting},
    {{Status::kSubmitTrying, Event::kStarted}, Status::kRunning},
    {{Status::kSubmitTrying, Event::kSubmitFailed}, Status::kSubmitFailed},
    {{Status::kSubmitTrying, Event::kStopAsked}, Status::kKilling},
    {{Status::kWaiting, Event::kStarted}, Status::kRunning},
    {{Status::kWaiting, Event::kSubmitFailed}, Status::kSubmitFailed},
    {{Status::kWaiting, Event::kStopAsked}, Status::kKilling},
    {{Status::kRunning, Event::kExitedWell}, Status::kCompleted},
    {{Status::kRunning, Event::kExitedBadly}, Status::kFailed},
    {{Status::kRunning, Event::kVanished}, Status::kLost},
    {{Status::kRunning, Event::kRestart}, Status::kWaiting},
    {{Status::kRunning, Event::kStopAsked}, Status::kKilling},
    {{Status::kKilling, Event::kEnded}, Status::kKilled},
};

TEST(StateMachineTest, EveryPairIsDecided) {
  for (int number = 0; number <= static_cast<int>(Status::kLost); ++number) {
    auto status = static_cast<Status>(number);
    for (auto event : kAllEvents) {
      auto move = kMoves.find({status, event});
      auto expected = move == kMoves.end() ? std::nullopt : std::optional(move->second);
      EXPECT_EQ(Next(status, event), expected) << ToString(status) << " on event " << static_cast<int>(event);
    }
  }
}

TEST(StateMachineTest, FinalStatusesHaveNoWayOn) {
  for (int number = 0; number <= static_cast<int>(Status::kLost); ++number) {
    auto status = static_cast<Status>(number);
    if (!IsFinal(status)) continue;
    EXPECT_FALSE(CanStop(status));
    for (auto event : kAllEvents) EXPECT_FALSE(Next(status, event)) << ToString(status);
  }
}

TEST(StateMachineTest, TheNumbersAreTheClouds) {
  EXPECT_EQ(static_cast<int>(Status::kSubmitFailed), 5);
  EXPECT_EQ(static_cast<int>(Status::kWaiting), 7);
  EXPECT_EQ(static_cast<int>(Status::kCompleted), 10);
  EXPECT_EQ(static_cast<int>(Status::kLost), 14);
  EXPECT_EQ(ToString(Status::kSubmitTrying), "SUBMIT_TRYING");
}

}  // namespace
}  // namespace atelier::training
