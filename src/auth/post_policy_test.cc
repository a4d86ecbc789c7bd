#include "auth/post_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/testing/demo_identity.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

using testing::HasSubstr;

Result<PostPolicy> ParseText(std::string_view text) { return PostPolicy::Parse(Base64Encode(text)); }

std::string Document(std::string_view conditions) {
  return R"({"expiration":"2026-01-02T04:00:00Z","conditions":[)" + std::string(conditions) + "]}";
}

TEST(PostPolicyParse, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(PostPolicy::Parse("not base64!").error().code, "InvalidPolicyDocument");
  for (std::string_view text :
       {"", "[]", "{", "null", R"({"conditions":[]})", R"({"expiration":"2026-01-02T04:00:00Z"})",
        R"({"expiration":"tomorrow","conditions":[]})", R"({"expiration":1767326400,"conditions":[]})",
        R"({"expiration":"2026-01-02 04:00:00","conditions":[]})",
        R"({"EXPIRATION":"2026-01-02T04:00:00Z","conditions":[]})",
        R"({"expiration":"2026-01-02T04:00:00Z","CONDITIONS":[]})",
        R"({"expiration":"2026-01-02T04:00:00Z","conditions":{}})",
        R"({"expiration":"2026-01-02T04:00:00Z","conditions":[],"other":1})"}) {
    auto policy = ParseText(text);
    ASSERT_FALSE(policy) << text;
    EXPECT_EQ(policy.error().code, "InvalidPolicyDocument") << text;
    EXPECT_THAT(policy.error().message, HasSubstr("Invalid Policy: ")) << text;
  }
  for (std::string_view conditions :
       {"{}", R"({"key":1})", R"({"key":null})", R"({"key":["a"]})", R"("key")", "[]", "7", R"(["eq","$key"])",
        R"(["eq","key","a"])", R"(["eq","$key",1])", R"(["ends-with","$key","a"])", R"(["eq","$key","a","b"])",
        R"([1,"$key","a"])", R"(["content-length-range",0])", R"(["content-length-range",-1,0])",
        R"(["content-length-range",0,1.5])", R"(["content-length-range","a","b"])", R"(["content-length-range",0,1,2])",
        R"(["content-length-range",0,99999999999999999999])"}) {
    auto policy = ParseText(Document(conditions));
    ASSERT_FALSE(policy) << conditions;
    EXPECT_EQ(policy.error().code, "InvalidPolicyDocument") << conditions;
  }
}

TEST(PostPolicyParse, TakesTheNarrowestLengthRange) {
  auto none = ParseText(Document(""));
  ASSERT_TRUE(none) << none.error().message;
  EXPECT_EQ(none->length().least, 0U);
  EXPECT_EQ(none->length().most, ~std::uint64_t{0});
  auto policy = ParseText(Document(R"(["content-length-range",1,1000],["Content-Length-Range","10","5368709120"])"));
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->length().least, 10U);
  EXPECT_EQ(policy->length().most, 1000U);
}

struct Case {
  std::string_view conditions;  // beside {"bucket":"b"}
  FormFields fields;
  bool allowed;
};

class PostPolicyCheck : public testing::TestWithParam<Case> {};

TEST_P(PostPolicyCheck, HoldsTheFieldsToTheConditions) {
  const Case& expected = GetParam();
  std::string separator = expected.conditions.empty() ? "" : ",";
  auto policy = ParseText(Document(R"({"bucket":"b"})" + separator + std::string(expected.conditions)));
  ASSERT_TRUE(policy) << policy.error().message;
  auto checked = policy->Check(expected.fields, "b", DemoTime());
  EXPECT_EQ(checked.has_value(), expected.allowed) << expected.conditions;
  if (!checked) {
    EXPECT_EQ(checked.error().kind, ErrorKind::kPermissionDenied);
    EXPECT_EQ(checked.error().code, "AccessDenied");
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, PostPolicyCheck,
    testing::Values(
        Case{"", {}, true}, Case{"", {{"key", "a"}}, false},
        // exact
        Case{R"({"key":"a"})", {{"key", "a"}}, true}, Case{R"({"key":"a"})", {{"key", "A"}}, false},
        Case{R"({"key":"a"})", {{"key", "ab"}}, false}, Case{R"({"key":"a"})", {}, false},
        Case{R"(["eq","$key","a"])", {{"key", "a"}}, true}, Case{R"(["eq","$key","a"])", {{"key", "b"}}, false},
        Case{R"(["eq","$key",""])", {{"key", "b"}}, false}, Case{R"(["eq","$key",""])", {}, true},
        Case{R"({"key":"a","acl":"private"})", {{"key", "a"}, {"acl", "private"}}, true},
        Case{R"({"key":"a","acl":"private"})", {{"key", "a"}, {"acl", "public-read"}}, false},
        // prefix
        Case{R"(["starts-with","$key","a/"])", {{"key", "a/b"}}, true},
        Case{R"(["starts-with","$key","a/"])", {{"key", "b/a/"}}, false},
        Case{R"(["starts-with","$key",""])", {{"key", "anything"}}, true},
        Case{R"(["starts-with","$x-amz-meta-a",""])", {}, true},
        Case{R"(["starts-with","$x-amz-meta-a","bar"])", {}, false},
        // several on one field: all hold
        Case{R"(["starts-with","$key","a"],["eq","$key","ab"])", {{"key", "ab"}}, true},
        Case{R"(["starts-with","$key","b"],["eq","$key","ab"])", {{"key", "ab"}}, false},
        // names and words in any case
        Case{R"(["StArTs-WiTh","$KeY","a"])", {{"key", "ab"}}, true}, Case{R"({"KEY":"a"})", {{"key", "a"}}, true},
        // lists of types
        Case{R"(["starts-with","$Content-Type","image/"])", {{"content-type", "image/png"}}, true},
        Case{R"(["starts-with","$Content-Type","image/"])", {{"content-type", "image/png, image/gif"}}, true},
        Case{R"(["starts-with","$Content-Type","image/"])", {{"content-type", "image/png,text/html"}}, false},
        // escaped dollars, in the two ways
        Case{R"({"key":"\$a"})", {{"key", "$a"}}, true}, Case{R"({"key":"\\$a"})", {{"key", "\\$a"}}, true},
        Case{R"({"key":"\\$a"})", {{"key", "$a"}}, false},
        // what needs no condition
        Case{"", {{"policy", "p"}, {"awsaccesskeyid", "a"}, {"signature", "s"}}, true},
        Case{"", {{"policy", "p"}, {"accesskeyid", "a"}, {"signature", "s"}}, true},
        Case{"",
             {{"x-amz-algorithm", "1"}, {"x-amz-credential", "2"}, {"x-amz-date", "3"}, {"x-amz-signature", "4"}},
             true},
        Case{"", {{"x-ignore-me", "1"}}, true}, Case{"", {{"x-ignore", "1"}}, false},
        // ... and is held to one that is there
        Case{R"({"x-amz-date":"20260102T000000Z"})", {{"x-amz-date", "20260103T000000Z"}}, false},
        // the bucket is the address's, whatever a field says
        Case{"", {{"bucket", "c"}}, true}, Case{R"({"bucket":"c"})", {{"bucket", "c"}}, false},
        Case{R"(["starts-with","$bucket",""])", {}, true}));

TEST(PostPolicy, TheBucketMustBeNamed) {
  auto policy = ParseText(Document(R"({"key":"a"})"));
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->Check({{"key", "a"}}, "b", DemoTime()).error().code, "AccessDenied");
  auto elsewhere = ParseText(Document(R"({"bucket":"b"})"));
  ASSERT_TRUE(elsewhere);
  EXPECT_TRUE(elsewhere->Check({}, "b", DemoTime()));
  EXPECT_THAT(elsewhere->Check({}, "c", DemoTime()).error().message, HasSubstr(R"(["eq","$bucket","b"])"));
}

TEST(PostPolicy, EndsWhenItSays) {
  for (std::string_view expiration : {"2026-01-02T03:04:06Z", "2026-01-02T03:04:06.000Z"}) {
    auto policy = ParseText(R"({"expiration":")" + std::string(expiration) + R"(","conditions":[{"bucket":"b"}]})");
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_TRUE(policy->Check({}, "b", DemoTime() + std::chrono::seconds(1)));
    auto late = policy->Check({}, "b", DemoTime() + std::chrono::seconds(1) + Milliseconds(1));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "AccessDenied");
    EXPECT_THAT(late.error().message, HasSubstr("Policy expired"));
  }
}

}  // namespace
}  // namespace atelier::auth
