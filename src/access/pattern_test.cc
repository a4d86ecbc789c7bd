#include "access/pattern.h"

#include <gtest/gtest.h>

namespace atelier::access {
namespace {

ConditionContext Alice() {
  ConditionContext context;
  context.Add("aws:username", "al*ce");
  context.Add("s3:RequestObjectTagKeys", "a");
  context.Add("s3:RequestObjectTagKeys", "b");
  return context;
}

struct Case {
  std::string_view pattern, text;
  bool matches;
};

void Check(const Case& c, Pattern::Syntax syntax) {
  auto pattern = Pattern::Parse(c.pattern, syntax);
  ASSERT_TRUE(pattern) << c.pattern << ": " << pattern.error().message;
  EXPECT_EQ(pattern->Matches(c.text, Alice()), c.matches) << c.pattern << " and " << c.text;
}

TEST(Pattern, Wildcards) {
  for (const Case& c : std::initializer_list<Case>{
           {"", "", true},
           {"", "a", false},
           {"*", "", true},
           {"*", "a/b", true},
           {"a*", "a", true},
           {"a*c", "abbc", true},
           {"a*c", "abbcd", false},
           {"a*b*c", "a-b-b-c", true},
           {"*b", "ab", true},
           {"*b", "aba", false},
           {"**", "x", true},
           {"?", "", false},
           {"?", "x", true},
           {"?", "xy", false},
           {"a?c", "a/c", true},
           {"?", "\xc3\xbc", true},  // one character of two bytes
           {"??", "\xc3\xbc", false},
           {"?", "\xff", true},  // not UTF-8: a byte
           {"A", "a", false},
           {"a.b", "axb", false},
       }) {
    Check(c, {.wildcards = true});
  }
}

TEST(Pattern, WithoutWildcardsMeansWhatItSays) {
  Check({"a*", "a*", true}, {});
  Check({"a*", "ab", false}, {});
  Check({"${aws:username}", "${aws:username}", true}, {});
}

TEST(Pattern, IgnoresCaseOfAscii) {
  Check({"S3:get*", "s3:GetObject", true}, {.wildcards = true, .ignore_case = true});
  Check({"\xc3\x84", "\xc3\xa4", false}, {.ignore_case = true});
}

TEST(Pattern, Variables) {
  constexpr Pattern::Syntax kSyntax = {.wildcards = true, .variables = true};
  for (const Case& c : std::initializer_list<Case>{
           {"home/${aws:username}/*", "home/al*ce/x", true},
           {"home/${aws:username}/*", "home/alice/x", false},  // the wildcard came from the request
           {"${AWS:UserName}", "al*ce", true},
           {"${aws:userid}", "", false},  // the request has none
           {"*${aws:userid}", "anything", false},
           {"${aws:userid, 'nobody'}", "nobody", true},
           {"${aws:username,'nobody'}", "al*ce", true},
           {"${s3:RequestObjectTagKeys}", "a", false},  // more than one
           {"a${*}b", "a*b", true},
           {"a${*}b", "axb", false},
           {"a${?}${$}b", "a?$b", true},
           {"$a{b}", "$a{b}", true},
       }) {
    Check(c, kSyntax);
  }
}

TEST(Pattern, RefusesVariablesThatCannotBe) {
  for (std::string_view bad :
       {"${", "${aws:username", "${aws:nothing}", "${}", "${aws:userid, nobody}", "${aws:userid,}"}) {
    auto pattern = Pattern::Parse(bad, {.variables = true});
    ASSERT_FALSE(pattern) << bad;
    EXPECT_EQ(pattern.error().code, "MalformedPolicy");
  }
}

TEST(Pattern, KnowsWhetherItIsFixed) {
  constexpr Pattern::Syntax kSyntax = {.wildcards = true, .variables = true};
  EXPECT_TRUE(Pattern::Parse("10.0.0.1", kSyntax)->IsFixed());
  EXPECT_TRUE(Pattern::Parse("a${*}", kSyntax)->IsFixed());
  EXPECT_FALSE(Pattern::Parse("a*", kSyntax)->IsFixed());
  EXPECT_FALSE(Pattern::Parse("a?", kSyntax)->IsFixed());
  EXPECT_FALSE(Pattern::Parse("${aws:userid}", kSyntax)->IsFixed());
}

}  // namespace
}  // namespace atelier::access
