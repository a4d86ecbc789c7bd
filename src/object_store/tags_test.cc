#include "object_store/tags.h"

#include <gtest/gtest.h>

namespace atelier::object_store {
namespace {

std::string CodeOf(const Result<void>& result) { return result ? "" : result.error().code; }

std::string Repeat(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Tags, OfOneTag) {
  struct Case {
    std::string key, value, code;
  };
  for (const Case& c : std::vector<Case>{
           {"team", "red", ""},
           {"team", "", ""},
           {"a b+c-d=e.f_g:h/i@j", "0 +-=._:/@", ""},
           {"\xE5\x9B\xA2\xE9\x98\x9F", "\xC3\xBC\xF0\x9F\x98\x80", ""},
           {Repeat("k", 128), Repeat("v", 256), ""},
           {Repeat("\xE5\x9B\xA2", 128), Repeat("\xC3\xBC", 256), ""},
           {Repeat("\xF0\x9F\x98\x80", 64), Repeat("\xF0\x9F\x98\x80", 128), ""},
           {"", "v", "InvalidTag"},
           {Repeat("k", 129), "v", "InvalidTag"},
           {"k", Repeat("v", 257), "InvalidTag"},
           {Repeat("\xF0\x9F\x98\x80", 65), "v", "InvalidTag"},
           {"aws:team", "v", "InvalidTag"},
           {"AWS:team", "v", "InvalidTag"},
           {"my-aws:team", "aws:v", ""},
           {"a!", "v", "InvalidTag"},
           {"a", "v;w", "InvalidTag"},
           {"a\nb", "v", "InvalidTag"},
           {"a\x7f", "v", "InvalidTag"},
           {"a\xC2\x85", "v", "InvalidTag"},
           {"a\xC2\xA0", "v", ""},
           {"a\xC2", "v", "InvalidTag"},
           {"a", "\xff", "InvalidTag"},
       }) {
    EXPECT_EQ(CodeOf(CheckTag(c.key, c.value)), c.code) << c.key << "=" << c.value;
  }
}

TEST(Tags, HaveALimit) {
  Tags tags;
  for (int i = 0; i < 10; ++i) tags.emplace(std::to_string(i), "");
  EXPECT_EQ(CodeOf(CheckTags(tags, Tagged::kObject)), "");
  tags.emplace("10", "");
  EXPECT_EQ(CodeOf(CheckTags(tags, Tagged::kObject)), "InvalidTag");
  for (int i = 11; i < 50; ++i) tags.emplace(std::to_string(i), "");
  EXPECT_EQ(CodeOf(CheckTags(tags, Tagged::kBucket)), "");
  tags.emplace("50", "");
  EXPECT_EQ(CodeOf(CheckTags(tags, Tagged::kBucket)), "InvalidTag");
  EXPECT_EQ(CodeOf(CheckTags({{"a", ";"}}, Tagged::kBucket)), "InvalidTag");
}

TEST(TagHeader, IsAQuery) {
  EXPECT_EQ(*ParseTagHeader(""), Tags());
  EXPECT_EQ(*ParseTagHeader("a=1"), (Tags{{"a", "1"}}));
  EXPECT_EQ(*ParseTagHeader("b&a="), (Tags{{"a", ""}, {"b", ""}}));
  EXPECT_EQ(*ParseTagHeader("a+b=c%20d&%C3%BC=%2B%3D"), (Tags{{"a b", "c d"}, {"\xC3\xBC", "+="}}));
  EXPECT_EQ(*ParseTagHeader("a=b=c"), (Tags{{"a", "b=c"}}));
}

TEST(TagHeader, RefusesWhatItCannotUse) {
  auto code = [](std::string_view text) {
    auto tags = ParseTagHeader(text);
    return tags ? std::string("accepted") : tags.error().code;
  };
  EXPECT_EQ(code("a=%zz"), "InvalidArgument");
  EXPECT_EQ(code("a%4=1"), "InvalidArgument");
  EXPECT_EQ(code("a=1&a=2"), "InvalidArgument");
  EXPECT_EQ(code("a=1&%61=2"), "InvalidArgument");
  EXPECT_EQ(code("=1"), "InvalidTag");
  EXPECT_EQ(code("a=1&"), "InvalidTag");
  EXPECT_EQ(code("a=%ff"), "InvalidTag");
  EXPECT_EQ(code("aws%3Aa=1"), "InvalidTag");
  EXPECT_EQ(code("a&b&c&d&e&f&g&h&i&j&k"), "InvalidTag");
}

}  // namespace
}  // namespace atelier::object_store
