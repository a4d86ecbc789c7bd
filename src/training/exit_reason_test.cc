#include "training/exit_reason.h"

#include <gtest/gtest.h>

namespace atelier::training {
namespace {

using compute::Exit;

JobSpec EightGib() {
  JobSpec spec;
  spec.memory_bytes = 8ULL << 30;
  return spec;
}

TEST(ExitReasonTest, SaysHowItEnded) {
  Exit exit;
  EXPECT_EQ(DescribeExit(exit, EightGib(), ""), "");
  exit.code = 3;
  EXPECT_EQ(DescribeExit(exit, EightGib(), "no traceback"), "exit code 3");
  exit = {};
  exit.code = 137;
  exit.signal = 9;
  EXPECT_EQ(DescribeExit(exit, EightGib(), ""), "killed by signal 9");
  exit.out_of_memory = true;
  EXPECT_TRUE(DescribeExit(exit, EightGib(), "").starts_with("killed: out of memory (limit 8.0 GiB)"));
  exit = {};
  exit.message = "could not start: no such interpreter";
  EXPECT_EQ(DescribeExit(exit, EightGib(), ""), "could not start: no such interpreter");
  // Not everything that has a message failed to start.
  exit.message = "stopped from outside: its launcher was sent SIGTERM";
  EXPECT_EQ(DescribeExit(exit, EightGib(), ""), "stopped from outside: its launcher was sent SIGTERM");
  exit = {};
  exit.lost = true;
  exit.message = "lost: whatever the backend says";
  EXPECT_TRUE(DescribeExit(exit, EightGib(), "").starts_with("the run vanished"));
}

TEST(ExitReasonTest, NamesTheErrorAndTheUsersLine) {
  constexpr std::string_view kLog = R"(step 1
Traceback (most recent call last):
  File "/home/work/user-job-dir/code/train.py", line 12, in main
    model.fit(x)
  File "/engines/tf/lib/python3.11/site-packages/keras/engine.py", line 70, in fit
    raise ValueError(text)
ValueError: Shapes (None, 10) and (None, 1) are incompatible
[Modelarts Service Log]Training end with return code: 1
)";
  EXPECT_EQ(LastTracebackError(kLog),
            "ValueError: Shapes (None, 10) and (None, 1) are incompatible (train.py, line 12)");
  Exit exit;
  exit.code = 1;
  EXPECT_EQ(DescribeExit(exit, EightGib(), kLog),
            "exit code 1: ValueError: Shapes (None, 10) and (None, 1) are incompatible (train.py, line 12)");
}

TEST(ExitReasonTest, TakesTheLastOfSeveral) {
  constexpr std::string_view kLog =
      "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nKeyError: 'x'\n\nDuring handling of the "
      "above "
      "exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"b.py\", line 2, in g\n"
      "RuntimeError: second\n";
  EXPECT_EQ(LastTracebackError(kLog), "RuntimeError: second (b.py, line 2)");
  EXPECT_EQ(LastTracebackError("Traceback (most recent call last):\n  File \"b.py\", line 2"), "");
  EXPECT_EQ(LastTracebackError(""), "");
}

}  // namespace
}  // namespace atelier::training
