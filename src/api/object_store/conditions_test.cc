#include "api/object_store/conditions.h"

#include <gtest/gtest.h>

namespace atelier::api::s3 {
namespace {

using Verdict = ConditionOutcome::Verdict;

const TimePoint kModified = FromUnixMillis(1'800'000'000'500);  // half a second past a whole one
const std::string kEarlier = FormatHttpDate(FromUnixMillis(1'799'999'999'000));
const std::string kSame = FormatHttpDate(FromUnixMillis(1'800'000'000'000));
const std::string kLater = FormatHttpDate(FromUnixMillis(1'800'000'001'000));
constexpr std::string_view kEtag = "abc";

http::Headers HeadersOf(std::vector<std::pair<std::string, std::string>> fields) {
  http::Headers headers;
  for (auto& [name, value] : fields) headers.Add(name, value);
  return headers;
}

Verdict Evaluate(std::vector<std::pair<std::string, std::string>> fields) {
  return EvaluateConditions(ReadConditionsOf(HeadersOf(std::move(fields)), ""), kEtag, kModified).verdict;
}

TEST(Conditions, EachAlone) {
  EXPECT_EQ(Evaluate({}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Match", "\"abc\""}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Match", "abc"}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Match", "%22abc%22"}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Match", "*"}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Match", "\"x\", W/\"abc\""}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Match", "\"x\""}}), Verdict::kFailed);
  EXPECT_EQ(Evaluate({{"If-None-Match", "\"abc\""}}), Verdict::kNotModified);
  EXPECT_EQ(Evaluate({{"If-None-Match", "*"}}), Verdict::kNotModified);
  EXPECT_EQ(Evaluate({{"If-None-Match", "\"x\""}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Modified-Since", kEarlier}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Modified-Since", kSame}}), Verdict::kNotModified);
  EXPECT_EQ(Evaluate({{"If-Modified-Since", kLater}}), Verdict::kNotModified);
  EXPECT_EQ(Evaluate({{"If-Unmodified-Since", kEarlier}}), Verdict::kFailed);
  EXPECT_EQ(Evaluate({{"If-Unmodified-Since", kSame}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Modified-Since", "yesterday"}}), Verdict::kProceed);
}

TEST(Conditions, ETagsBeatDates) {
  EXPECT_EQ(Evaluate({{"If-Match", "abc"}, {"If-Unmodified-Since", kEarlier}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-Match", "x"}, {"If-Unmodified-Since", kLater}}), Verdict::kFailed);
  EXPECT_EQ(Evaluate({{"If-None-Match", "x"}, {"If-Modified-Since", kLater}}), Verdict::kProceed);
  EXPECT_EQ(Evaluate({{"If-None-Match", "abc"}, {"If-Modified-Since", kEarlier}}), Verdict::kNotModified);
  EXPECT_EQ(Evaluate({{"If-Match", "x"}, {"If-None-Match", "abc"}}), Verdict::kFailed);
}

TEST(Conditions, OfACopySourceHaveTheirPrefix) {
  http::Headers headers = HeadersOf({{"x-amz-copy-source-if-match", "x"}, {"If-Match", "abc"}});
  EXPECT_EQ(ReadConditionsOf(headers, "x-amz-copy-source-").if_match, "x");
  EXPECT_EQ(ReadConditionsOf(headers, "").if_match, "abc");
}

TEST(Conditions, OfWrites) {
  EXPECT_TRUE(WriteConditionsOf(HeadersOf({{"If-None-Match", "*"}}))->if_none_match_any);
  EXPECT_EQ(WriteConditionsOf(HeadersOf({{"If-None-Match", "\"abc\""}})).error().code, "NotImplemented");
  EXPECT_EQ(WriteConditionsOf(HeadersOf({{"If-Match", "\"abc\""}}))->if_match, "abc");
  EXPECT_FALSE(WriteConditionsOf({})->if_none_match_any);
}

}  // namespace
}  // namespace atelier::api::s3
