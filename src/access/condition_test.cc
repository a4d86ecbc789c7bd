#include "access/condition.h"

#include <gtest/gtest.h>

namespace atelier::access {
namespace {

using Values = std::vector<std::string>;

ConditionContext Request() {
  ConditionContext context;
  context.Add("aws:SourceIp", "192.0.2.7");
  context.Add("aws:SecureTransport", "false");
  context.Add("aws:UserAgent", "Client/2.0");
  context.Add("aws:CurrentTime", "2026-01-02T03:04:05Z");
  context.Add("aws:EpochTime", "1767323045");
  context.Add("aws:username", "alice");
  context.Add("s3:prefix", "alice/docs");
  context.Add("s3:max-keys", "100");
  context.Add("s3:ExistingObjectTag/security", "public");
  context.Add("s3:RequestObjectTagKeys", "security");
  context.Add("s3:RequestObjectTagKeys", "team");
  return context;
}

struct Case {
  std::string_view operation, key;
  Values values;
  bool holds;
};

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    auto condition = Condition::Parse(c.operation, c.key, c.values, /*variables=*/true);
    ASSERT_TRUE(condition) << c.operation << ": " << condition.error().message;
    EXPECT_EQ(condition->Holds(Request()), c.holds) << c.operation << " of " << c.key << " and " << c.values.front();
  }
}

TEST(Condition, Texts) {
  Check({
      {"StringEquals", "s3:prefix", {"alice/docs"}, true},
      {"StringEquals", "s3:prefix", {"x", "alice/docs"}, true},
      {"StringEquals", "s3:prefix", {"alice/*"}, false},
      {"StringEquals", "s3:prefix", {"Alice/docs"}, false},
      {"StringEquals", "s3:prefix", {"${aws:username}/docs"}, true},
      {"StringEqualsIgnoreCase", "s3:prefix", {"ALICE/DOCS"}, true},
      {"StringEqualsIgnoreCase", "s3:prefix", {"${aws:username}/Docs"}, true},
      {"StringNotEqualsIgnoreCase", "s3:prefix", {"ALICE/DOCS"}, false},
      {"StringNotEquals", "s3:prefix", {"x", "alice/docs"}, false},
      {"StringNotEquals", "s3:prefix", {"x", "y"}, true},
      {"StringLike", "s3:prefix", {"alice/*"}, true},
      {"StringLike", "aws:UserAgent", {"client*"}, false},
      {"StringNotLike", "s3:prefix", {"bob/*", "alice/*"}, false},
      {"StringNotLike", "s3:prefix", {"bob/*"}, true},
      {"stringlike", "S3:Prefix", {"alice/*"}, true},
      {"StringEquals", "s3:ExistingObjectTag/Security", {"public"}, true},
  });
}

TEST(Condition, ShortNamesOfObs) {
  Check({
      {"streq", "prefix", {"alice/docs"}, true},
      {"strneqi", "prefix", {"ALICE/docs"}, false},
      {"strl", "UserAgent", {"Client/*"}, true},
      {"numlt", "max-keys", {"101"}, true},
      {"dategt", "CurrentTime", {"2026-01-01T00:00:00Z"}, true},
      {"IpAddress", "SourceIp", {"192.0.2.0/24"}, true},
      {"Bool", "SecureTransport", {"true"}, false},
  });
}

TEST(Condition, Numbers) {
  Check({
      {"NumericEquals", "s3:max-keys", {"100"}, true},
      {"NumericEquals", "s3:max-keys", {"1e2"}, true},
      {"NumericNotEquals", "s3:max-keys", {"100"}, false},
      {"NumericLessThan", "s3:max-keys", {"100"}, false},
      {"NumericLessThanEquals", "s3:max-keys", {"100"}, true},
      {"NumericGreaterThan", "s3:max-keys", {"99.5"}, true},
      {"NumericGreaterThanEquals", "s3:max-keys", {"100.5"}, false},
      {"NumericEquals", "s3:prefix", {"1"}, false},
      {"NumericLessThan", "aws:EpochTime", {"1767323046"}, true},
  });
}

TEST(Condition, Dates) {
  Check({
      {"DateEquals", "aws:CurrentTime", {"2026-01-02T03:04:05Z"}, true},
      {"DateEquals", "aws:CurrentTime", {"1767323045"}, true},
      {"DateEquals", "aws:EpochTime", {"2026-01-02T03:04:05Z"}, true},
      {"DateEquals", "aws:CurrentTime", {"2026-01-02T05:34:05+02:30"}, true},
      {"DateEquals", "aws:CurrentTime", {"2026-01-02T01:04:05-02:00"}, true},
      {"DateNotEquals", "aws:CurrentTime", {"2026-01-02T03:04:05Z"}, false},
      {"DateLessThan", "aws:CurrentTime", {"2026-01-03"}, true},
      {"DateLessThanEquals", "aws:CurrentTime", {"2026-01-02"}, false},
      {"DateGreaterThan", "aws:CurrentTime", {"2026-01-02"}, true},
      {"DateGreaterThanEquals", "aws:CurrentTime", {"2026-01-02T03:04:05.001Z"}, false},
  });
}

TEST(Condition, AddressesBooleansAndArns) {
  Check({
      {"IpAddress", "aws:SourceIp", {"10.0.0.0/8", "192.0.2.0/24"}, true},
      {"IpAddress", "aws:SourceIp", {"10.0.0.0/8"}, false},
      {"NotIpAddress", "aws:SourceIp", {"10.0.0.0/8", "192.0.2.0/24"}, false},
      {"NotIpAddress", "aws:SourceIp", {"10.0.0.0/8"}, true},
      {"Bool", "aws:SecureTransport", {"false"}, true},
      {"Bool", "aws:SecureTransport", {"TRUE"}, false},
      {"Bool", "aws:UserAgent", {"true"}, false},
      {"ArnLike", "aws:SourceArn", {"arn:aws:s3:::*"}, false},
      {"ArnNotLike", "aws:SourceArn", {"arn:aws:s3:::*"}, true},
      {"ArnLike", "aws:UserAgent", {"*:*:*:*:*:*"}, false},
  });
  ConditionContext context;
  context.Add("aws:SourceArn", "arn:aws:sns:r:1:topic:x");
  for (std::string_view operation : {"ArnEquals", "ArnLike"}) {
    EXPECT_TRUE(Condition::Parse(operation, "aws:SourceArn", {"arn:aws:sns:*:1:topic:*"}, false)->Holds(context));
    EXPECT_FALSE(Condition::Parse(operation, "aws:SourceArn", {"arn:aws:*:1:topic:*"}, false)->Holds(context));
    EXPECT_FALSE(Condition::Parse(operation, "aws:SourceArn", {"arn:aws:sns:*:2:topic:*"}, false)->Holds(context));
  }
}

TEST(Condition, OfAKeyThatIsNotThere) {
  Check({
      {"StringEquals", "s3:delimiter", {"/"}, false},
      {"StringNotEquals", "s3:delimiter", {"/"}, true},
      {"StringNotLike", "s3:delimiter", {"/"}, true},
      {"NotIpAddress", "aws:VpcSourceIp", {"10.0.0.0/8"}, true},
      {"NumericLessThan", "s3:signatureAge", {"5"}, false},
      {"Bool", "aws:MultiFactorAuthPresent", {"false"}, false},
      {"StringEqualsIfExists", "s3:delimiter", {"/"}, true},
      {"StringEqualsIfExists", "s3:prefix", {"x"}, false},
      {"StringNotEqualsIfExists", "s3:delimiter", {"/"}, true},
      {"BoolIfExists", "aws:MultiFactorAuthPresent", {"true"}, true},
      {"Null", "s3:delimiter", {"true"}, true},
      {"Null", "s3:delimiter", {"false"}, false},
      {"Null", "s3:prefix", {"true"}, false},
      {"Null", "s3:prefix", {"false"}, true},
      {"ForAllValues:StringEquals", "s3:delimiter", {"/"}, true},
      {"ForAnyValue:StringEquals", "s3:delimiter", {"/"}, false},
      {"ForAnyValue:StringNotEquals", "s3:delimiter", {"/"}, false},
      {"ForAnyValue:StringEqualsIfExists", "s3:delimiter", {"/"}, true},
  });
}

TEST(Condition, OfAKeyWithSeveralValues) {
  Check({
      {"ForAllValues:StringEquals", "s3:RequestObjectTagKeys", {"security", "team", "x"}, true},
      {"ForAllValues:StringEquals", "s3:RequestObjectTagKeys", {"security"}, false},
      {"ForAllValues:StringNotEquals", "s3:RequestObjectTagKeys", {"x"}, true},
      {"ForAllValues:StringNotEquals", "s3:RequestObjectTagKeys", {"team"}, false},
      {"ForAnyValue:StringEquals", "s3:RequestObjectTagKeys", {"team"}, true},
      {"ForAnyValue:StringEquals", "s3:RequestObjectTagKeys", {"x"}, false},
      {"ForAnyValue:StringNotEquals", "s3:RequestObjectTagKeys", {"team"}, true},
      {"ForAnyValue:StringNotEquals", "s3:RequestObjectTagKeys", {"team", "security"}, false},
      {"forallvalues:stringlike", "s3:RequestObjectTagKeys", {"*"}, true},
      {"StringEquals", "s3:RequestObjectTagKeys", {"team"}, true},
      {"StringNotEquals", "s3:RequestObjectTagKeys", {"team"}, false},
  });
}

TEST(Condition, RefusesWhatItCannotEvaluate) {
  struct Bad {
    std::string_view operation, key;
    Values values;
    std::string_view says;
  };
  const std::vector<Bad> cases = {
      {"StringMatches", "s3:prefix", {"a"}, "StringMatches"},
      {"BinaryEquals", "s3:prefix", {"QQ=="}, "BinaryEquals"},
      {"IfExists", "s3:prefix", {"a"}, "IfExists"},
      {"NullIfExists", "s3:prefix", {"true"}, "NullIfExists"},
      {"ForAnyValue:Null", "s3:prefix", {"true"}, "ForAnyValue:Null"},
      {"ForSomeValues:StringEquals", "s3:prefix", {"a"}, "ForSomeValues"},
      {"StringEquals", "s3:prefx", {"a"}, "s3:prefx"},
      {"StringEquals", "s3:ExistingObjectTag/", {"a"}, "s3:ExistingObjectTag/"},
      {"StringEquals", "ec2:Region", {"a"}, "ec2:Region"},
      {"StringEquals", "s3:prefix", {}, "no value"},
      {"NumericEquals", "s3:max-keys", {"ten"}, "\"ten\" is not a number"},
      {"DateLessThan", "aws:CurrentTime", {"tomorrow"}, "\"tomorrow\" is not a date"},
      {"DateLessThan", "aws:CurrentTime", {"-1"}, "is not a date"},
      {"Bool", "aws:SecureTransport", {"yes"}, "true or false"},
      {"Null", "s3:prefix", {"a"}, "true or false"},
      {"IpAddress", "aws:SourceIp", {"here"}, "\"here\" is not an IP address"},
      {"ArnLike", "aws:SourceArn", {"topic"}, "ARN"},
      {"StringEquals", "s3:prefix", {"${aws:nothing}"}, "aws:nothing"},
  };
  for (const Bad& bad : cases) {
    auto condition = Condition::Parse(bad.operation, bad.key, bad.values, true);
    ASSERT_FALSE(condition) << bad.operation << " of " << bad.key;
    EXPECT_EQ(condition.error().code, "MalformedPolicy");
    EXPECT_NE(condition.error().message.find(bad.says), std::string::npos) << condition.error().message;
  }
}

}  // namespace
}  // namespace atelier::access
