#include <gtest/gtest.h>

#include "cli/commands.h"

namespace atelier::cli {
namespace {

TEST(ReadSince, SpansAndTimes) {
  const auto now = FromUnixMillis(10'000'000'000);
  EXPECT_EQ(ReadSince("30s", now).value(), now - Milliseconds(30'000));
  EXPECT_EQ(ReadSince("5m", now).value(), now - Milliseconds(300'000));
  EXPECT_EQ(ReadSince("2h", now).value(), now - Milliseconds(7'200'000));
  EXPECT_EQ(ReadSince("7d", now).value(), now - Milliseconds(604'800'000));
  EXPECT_EQ(ToUnixMillis(ReadSince("1970-01-01T00:00:05Z", now).value()), 5000);
  for (const char* wrong : {"", "5", "h", "0h", "-1h", "1w", "yesterday"}) {
    auto read = ReadSince(wrong, now);
    ASSERT_FALSE(read) << wrong;
    EXPECT_NE(read.error().message.find("--since: expected a span"), std::string::npos);
  }
}

}  // namespace
}  // namespace atelier::cli
