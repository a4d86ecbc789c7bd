#include "cli/table.h"

#include <gtest/gtest.h>

namespace atelier::cli {
namespace {

TEST(Table, AlignsByCharactersNotBytes) {
  Table table({"NAME", "SIZE"}, {false, true});
  table.Add({"a", "5"});
  table.Add({"\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC", "1234567"});
  EXPECT_EQ(table.Render(),
            "NAME      SIZE\n"
            "a            5\n"
            "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC  1234567\n");
}

TEST(Table, ShowsTimesAndDurations) {
  EXPECT_EQ(ShowTime(1767323045678), "2026-01-02 03:04:05");
  EXPECT_EQ(ShowTime(0), "-");
  EXPECT_EQ(ShowDuration(1500), "1.5 s");
  EXPECT_EQ(ShowDuration(65'000), "1 min 5 s");
  EXPECT_EQ(ShowDuration(3'660'000), "1 h 1 min");
}

}  // namespace
}  // namespace atelier::cli
