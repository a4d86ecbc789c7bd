#include "boards/state_machine.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace atelier::boards {
namespace {

using enum Event;
using enum training::Status;

// Every move there is; whatever is not in it has no meaning.
const std::map<std::pair<Status, Event>, Status>& Moves() {
  static const std::map<std::pair<Status, Event>, Status> moves = {
      {{kInit, kTakenUp}, kWaiting},          {{kInit, kStopAsked}, kCanceled},     {{kWaiting, kAnswers}, kRunning},
      {{kWaiting, kRelaunch}, kWaiting},      {{kWaiting, kGivenUp}, kFailed},      {{kWaiting, kStopAsked}, kKilling},
      {{kWaiting, kTimeIsUp}, kKilling},      {{kRunning, kRelaunch}, kWaiting},    {{kRunning, kGivenUp}, kFailed},
      {{kRunning, kStopAsked}, kKilling},     {{kRunning, kTimeIsUp}, kKilling},    {{kKilling, kEnded}, kKilled},
      {{kKilling, kEndedInTime}, kCompleted}, {{kCompleted, kRestartAsked}, kInit}, {{kFailed, kRestartAsked}, kInit},
      {{kKilled, kRestartAsked}, kInit},      {{kCanceled, kRestartAsked}, kInit},
  };
  return moves;
}

TEST(BoardStateMachineTest, TheWholeTable) {
  for (int number = 0; number <= 14; ++number)
    for (auto event :
         {kTakenUp, kAnswers, kRelaunch, kGivenUp, kStopAsked, kTimeIsUp, kEnded, kEndedInTime, kRestartAsked}) {
      auto status = static_cast<Status>(number);
      auto found = Moves().find({status, event});
      auto expected = found == Moves().end() ? std::nullopt : std::optional(found->second);
      EXPECT_EQ(Next(status, event), expected) << number << " " << static_cast<int>(event);
    }
}

TEST(BoardStateMachineTest, FinalIsWhatOnlyARestartLeaves) {
  for (int number = 0; number <= 14; ++number) {
    auto status = static_cast<Status>(number);
    EXPECT_EQ(IsFinal(status), Next(status, kRestartAsked).has_value()) << number;
    EXPECT_FALSE(IsFinal(status) && Next(status, kStopAsked).has_value()) << number;
  }
}

TEST(BoardStateMachineTest, EndsAreJudgedByHowLongItLived) {
  using std::chrono::minutes;
  EXPECT_EQ(JudgeEnd(0, Milliseconds(10)), (AfterEnd{1, false, Milliseconds(0)}));
  EXPECT_EQ(JudgeEnd(1, Milliseconds(10)), (AfterEnd{2, false, Milliseconds(2000)}));
  EXPECT_EQ(JudgeEnd(4, Milliseconds(10)), (AfterEnd{5, false, Milliseconds(8000)}));
  EXPECT_EQ(JudgeEnd(5, Milliseconds(10)), (AfterEnd{6, true, Milliseconds(10000)}));
  EXPECT_EQ(JudgeEnd(5, minutes(1)), (AfterEnd{1, false, Milliseconds(0)}));
}

}  // namespace
}  // namespace atelier::boards
