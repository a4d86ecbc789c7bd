#include "predictor/stop_signal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "predictor/zygote.h"

namespace atelier::predictor {
namespace {

// In a child each: the signals of the test program stay as they are.
[[noreturn]] void StopBeforeWaiting() {
  auto stop = StopSignal::Install();
  int ends[2];
  if (!stop || ::pipe(ends) != 0) ::_exit(1);
  if (::write(ends[1], "x", 1) != 1 || !stop->WaitReadable(ends[0])) ::_exit(2);
  ::raise(SIGTERM);  // between the look and the wait: must not be lost
  if (stop->WaitReadable(ends[0])) ::_exit(3);
  ::_exit(0);
}

TEST(StopSignalDeathTest, ASignalBeforeTheWaitIsNotLost) {
  EXPECT_EXIT(StopBeforeWaiting(), testing::ExitedWithCode(0), "");
}

[[noreturn]] void RunOn() {
  Watchdog watchdog;
  watchdog.Arm(1);
  for (;;) ::pause();
}

TEST(WatchdogDeathTest, EndsAProcessThatRunsOn) {
  EXPECT_EXIT(RunOn(), testing::KilledBySignal(Watchdog::Signal()), "");
  EXPECT_EQ(DescribeExit(Watchdog::Signal()), "ended itself: its request ran on after the deadline");
}

}  // namespace
}  // namespace atelier::predictor
