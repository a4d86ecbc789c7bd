#include "api/object_store/ranges.h"

#include <gtest/gtest.h>

namespace atelier::api::s3 {
namespace {

struct RangeCase {
  std::string_view header;
  std::uint64_t size;
  std::optional<ByteRange> expected;  // nullopt: the whole object
  bool satisfiable = true;
};

class Ranges : public testing::TestWithParam<RangeCase> {};

TEST_P(Ranges, Parse) {
  const RangeCase& c = GetParam();
  auto range = ParseRange(c.header, c.size);
  if (!c.satisfiable) {
    ASSERT_FALSE(range) << c.header;
    EXPECT_EQ(range.error().code, "InvalidRange");
    EXPECT_EQ(range.error().subject, std::to_string(c.size));
    return;
  }
  ASSERT_TRUE(range) << c.header << ": " << range.error().message;
  EXPECT_EQ(*range, c.expected) << c.header;
}

INSTANTIATE_TEST_SUITE_P(
    All, Ranges,
    testing::Values(RangeCase{"bytes=0-0", 10, ByteRange{0, 1}}, RangeCase{"bytes=0-9", 10, ByteRange{0, 10}},
                    RangeCase{"bytes=2-5", 10, ByteRange{2, 4}}, RangeCase{"bytes=5-", 10, ByteRange{5, 5}},
                    RangeCase{"bytes=5-100", 10, ByteRange{5, 5}}, RangeCase{"bytes=-3", 10, ByteRange{7, 3}},
                    RangeCase{"bytes=-100", 10, ByteRange{0, 10}}, RangeCase{"Bytes= 2-5 ", 10, ByteRange{2, 4}},
                    RangeCase{"bytes=5-99999999999999999999999", 10, ByteRange{5, 5}},
                    RangeCase{"bytes=10-", 10, {}, false}, RangeCase{"bytes=10-20", 10, {}, false},
                    RangeCase{"bytes=99999999999999999999-", 10, {}, false}, RangeCase{"bytes=-0", 10, {}, false},
                    RangeCase{"bytes=0-", 0, {}, false}, RangeCase{"bytes=-1", 0, {}, false},
                    RangeCase{"bytes=5-2", 10, {}}, RangeCase{"bytes=a-b", 10, {}}, RangeCase{"bytes=", 10, {}},
                    RangeCase{"bytes=-", 10, {}}, RangeCase{"bytes=3", 10, {}}, RangeCase{"items=0-1", 10, {}},
                    RangeCase{"bytes=0-1,4-5", 10, {}}, RangeCase{"bytes=+1-2", 10, {}}, RangeCase{"", 10, {}}));

TEST(PartRange, FindsPartsByTheirSizes) {
  std::vector<std::uint64_t> parts = {5, 7, 1};
  EXPECT_EQ(PartRange(parts, 13, "1").value(), (ByteRange{0, 5}));
  EXPECT_EQ(PartRange(parts, 13, "2").value(), (ByteRange{5, 7}));
  EXPECT_EQ(PartRange(parts, 13, "3").value(), (ByteRange{12, 1}));
  EXPECT_EQ(PartRange(parts, 13, "4").error().code, "InvalidPartNumber");
  EXPECT_EQ(PartRange(parts, 13, "0").error().code, "InvalidArgument");
  EXPECT_EQ(PartRange(parts, 13, "x").error().code, "InvalidArgument");
  EXPECT_EQ(PartRange({}, 13, "1").value(), (ByteRange{0, 13}));
  EXPECT_EQ(PartRange({}, 13, "2").error().code, "InvalidPartNumber");
}

TEST(CopyRange, NeedsBothEnds) {
  EXPECT_EQ(ParseCopyRange("bytes=0-4").value(), (ByteRange{0, 5}));
  EXPECT_EQ(ParseCopyRange("bytes=4-4").value(), (ByteRange{4, 1}));
  for (std::string_view bad : {"bytes=0-", "bytes=-4", "bytes=4-0", "0-4", "bytes=0", "bytes=a-b", "bytes=0-1,3-4", "",
                               "bytes=0-18446744073709551615"}) {
    EXPECT_FALSE(ParseCopyRange(bad)) << bad;
  }
}

}  // namespace
}  // namespace atelier::api::s3
