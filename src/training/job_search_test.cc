#include "training/job_search.h"

#include <gtest/gtest.h>

#include "training/state_machine.h"

namespace atelier::training {
namespace {

TEST(JobSearchTest, FiltersAreChecked) {
  struct Row {
    const char *key, *op;
    std::vector<std::string> values;
    const char* code;  // empty: accepted
  };
  const Row rows[] = {
      {"name", "like", {"x"}, ""},
      {"name", "in", {"a", "b"}, ""},
      {"status", "not", {"Running", "CreateFailed"}, ""},
      {"create_time", "between", {"1", "2"}, ""},
      {"colour", "in", {"x"}, "ModelArts.2807"},
      {"", "in", {"x"}, "ModelArts.2807"},
      {"name", "is", {"x"}, "ModelArts.2808"},
      {"name", "between", {"a", "b"}, "ModelArts.2808"},
      {"create_time", "like", {"1"}, "ModelArts.2808"},
      {"status", "between", {"Running", "Failed"}, "ModelArts.2808"},
      {"name", "in", {}, "ModelArts.2809"},
      {"create_time", "between", {"1"}, "ModelArts.2809"},
      {"create_time", "in", {"yesterday"}, "ModelArts.2809"},
      {"phase", "in", {"Sleeping"}, "ModelArts.2809"},
  };
  for (const auto& row : rows) {
    auto parsed = ParseSearchFilter(row.key, row.op, row.values);
    EXPECT_EQ(parsed ? "" : parsed.error().code, row.code) << row.key << " " << row.op;
  }
  EXPECT_EQ(ParseSearchOrder("size").error().code, "ModelArts.2790");
  EXPECT_EQ(*ParseSearchOrder("create_time"), SearchField::kCreated);
}

TEST(JobSearchTest, APhaseStandsForItsStatuses) {
  auto failed = *ParseSearchFilter("status", "in", {"failed"});
  EXPECT_EQ(failed.numbers, (std::vector<std::int64_t>{3, 5, 11}));
  auto lost = *ParseSearchFilter("phase", "in", {"Lost"});
  EXPECT_EQ(lost.numbers, std::vector<std::int64_t>{14});
}

TEST(JobSearchTest, EveryStatusHasAPhase) {
  const std::string phases = "Creating Pending Running Failed Completed Terminating Terminated Abnormal";
  for (int number = 0; number <= static_cast<int>(Status::kLost); ++number) {
    auto status = static_cast<Status>(number);
    EXPECT_NE(phases.find(PhaseOf(status)), std::string::npos) << number;
    EXPECT_FALSE(SecondaryPhaseOf(status).empty()) << number;
  }
  EXPECT_EQ(PhaseOf(Status::kRunning), "Running");
  EXPECT_EQ(PhaseOf(Status::kKilled), "Terminated");
  EXPECT_EQ(SecondaryPhaseOf(Status::kSubmitFailed), "CreateFailed");
}

}  // namespace
}  // namespace atelier::training
