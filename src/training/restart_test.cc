#include "training/restart.h"

#include <gtest/gtest.h>

#include "training/run_history.h"

namespace atelier::training {
namespace {

TEST(RestartTest, DependsOnPolicyCountAndEnding) {
  struct Row {
    int most, restarts;
    bool unconditional;
    Ending ending;
    bool again;
  };
  constexpr RestartPolicy kNone{};
  for (auto ending : {Ending::kWell, Ending::kBadly, Ending::kVanished, Ending::kFault, Ending::kStopped})
    EXPECT_FALSE(MayRestart(kNone, 0, ending));
  for (const Row& row : {
           Row{3, 0, false, Ending::kBadly, true},
           Row{3, 2, false, Ending::kBadly, true},
           Row{3, 3, false, Ending::kBadly, false},
           Row{3, 3, true, Ending::kBadly, false},
           Row{3, 0, false, Ending::kVanished, true},
           Row{3, 0, false, Ending::kFault, false},
           Row{3, 0, true, Ending::kFault, true},
           Row{3, 0, true, Ending::kWell, false},
           Row{3, 0, true, Ending::kStopped, false},
       })
    EXPECT_EQ(MayRestart({.most_restarts = row.most, .unconditional = row.unconditional}, row.restarts, row.ending),
              row.again)
        << row.most << " " << row.restarts << " " << row.unconditional << " " << static_cast<int>(row.ending);
}

TEST(RunHistoryTest, IsBounded) {
  RunHistory history;
  for (std::size_t i = 0; i < RunHistory::kMostEvents + 5; ++i)
    history.Note(FromUnixMillis(static_cast<std::int64_t>(i)), EventLevel::kInfo, EventSource::kJob, "m");
  EXPECT_EQ(history.events.size(), RunHistory::kMostEvents);
  EXPECT_EQ(history.events.front().time, FromUnixMillis(5)) << "the oldest go";
}

TEST(RunHistoryTest, ARecordHasOneEnd) {
  RunHistory history;
  history.BeginRun(FromUnixMillis(1));
  history.EndRun(FromUnixMillis(2), FromUnixMillis(3), 1, "exit code 1", true);
  ASSERT_EQ(history.records.size(), 1U);
  EXPECT_EQ(history.records[0].started, FromUnixMillis(2)) << "the backend knows better when it began";
  EXPECT_TRUE(history.records[0].restarted);
  history.EndRun(FromUnixMillis(5), FromUnixMillis(6), 0, "", false);
  ASSERT_EQ(history.records.size(), 2U) << "a run whose beginning nobody noted";
  EXPECT_EQ(history.records[1].exit_code, 0);
}

}  // namespace
}  // namespace atelier::training
