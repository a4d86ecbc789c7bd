#include "training/log_reader.h"

#include <gtest/gtest.h>

#include "base/files.h"

namespace atelier::training {
namespace {

class LogReaderTest : public testing::Test {
 protected:
  LogPage Read(const LogQuery& query) {
    auto page = ReadLogPage(log_, query);
    EXPECT_TRUE(page) << page.error().message;
    return page.value_or(LogPage{});
  }
  void Write(const std::string& text) { ASSERT_TRUE(WriteFileDurably(log_, text)); }

  TemporaryDirectory folder_;
  fs::path log_ = folder_.path() / "job.log";
};

TEST_F(LogReaderTest, AMissingLogIsEmpty) {
  auto page = Read({});
  EXPECT_EQ(page.content, "");
  EXPECT_EQ(page.lines, 0U);
  EXPECT_EQ(page.end, 0U);
}

TEST_F(LogReaderTest, GivesTheNewestLines) {
  Write("one\ntwo\nthree\nhalf");
  auto page = Read({.lines = 2});
  EXPECT_EQ(page.content, "two\nthree\n");
  EXPECT_EQ(page.lines, 2U);
  EXPECT_EQ(page.begin, 4U);
  EXPECT_EQ(page.end, 14U);
  auto finished = Read({.lines = 2, .whole_tail = true});
  EXPECT_EQ(finished.content, "three\nhalf");
}

TEST_F(LogReaderTest, FollowsWithoutLossOrRepetition) {
  Write("one\ntw");
  std::string seen;
  auto page = Read({.cursor = 0});
  seen += page.content;
  EXPECT_EQ(seen, "one\n");
  Write("one\ntwo\nthree");
  page = Read({.cursor = page.end});
  seen += page.content;
  page = Read({.cursor = page.end});
  EXPECT_EQ(page.lines, 0U);
  page = Read({.cursor = page.end, .whole_tail = true});
  seen += page.content;
  EXPECT_EQ(seen, "one\ntwo\nthree");
  EXPECT_EQ(Read({.cursor = 1'000'000}).lines, 0U);
}

TEST_F(LogReaderTest, PagesBackwardsOverEveryLineOnce) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line number " + std::to_string(i) + "\n";
  Write(text);
  std::string collected;
  auto page = Read({.lines = 500});
  while (page.lines > 0) {
    collected.insert(0, page.content);
    page = Read({.cursor = page.begin, .lines = 500, .forward = false});
  }
  EXPECT_EQ(collected, text);

  collected.clear();
  page = Read({.cursor = 0, .lines = 333});
  while (page.lines > 0) {
    collected += page.content;
    page = Read({.cursor = page.end, .lines = 333});
  }
  EXPECT_EQ(collected, text);
}

TEST_F(LogReaderTest, ALineWithoutEndDoesNotStallReaders) {
  std::string endless(3 << 20, 'x');
  Write("a\n" + endless);
  auto page = Read({.cursor = 0});
  EXPECT_EQ(page.content, "a\n");
  std::size_t total = 0;
  for (int i = 0; i < 3; ++i) {
    page = Read({.cursor = page.end});
    total += page.content.size();
  }
  EXPECT_GE(total, 2U << 20);
  EXPECT_GT(Read({.lines = 5, .whole_tail = true}).content.size(), 0U);
}

TEST_F(LogReaderTest, ShowsBrokenUtf8AsReplacement) {
  Write("gr\xC3\xBC\xC3\x9F \xFF\xC3 \xE2\x82\n");
  EXPECT_EQ(Read({}).content, "gr\xC3\xBC\xC3\x9F \xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\n");
}

TEST_F(LogReaderTest, NoLinesAskedNoLinesGiven) {
  Write("a\nb\n");
  EXPECT_EQ(Read({.lines = 0}).content, "");
  EXPECT_EQ(Read({.cursor = 0, .lines = 0}).content, "");
}

TEST(LogCursorTest, HasNineteenDigits) {
  EXPECT_EQ(FormatCursor(42), "0000000000000000042");
  EXPECT_EQ(ParseCursor("0000000000000000042")->value(), 42U);
  EXPECT_FALSE(ParseCursor("")->has_value());
  EXPECT_FALSE(ParseCursor("x1"));
  EXPECT_FALSE(ParseCursor("-1"));
}

}  // namespace
}  // namespace atelier::training
