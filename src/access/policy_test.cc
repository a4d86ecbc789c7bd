#include "access/policy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace atelier::access {
namespace {

constexpr std::string_view kBucket = "photos";

// A policy of one statement: `inside` adds to (or, being last, replaces) the members given here.
std::string Policy(std::string_view inside, std::string_view version = "2012-10-17") {
  return fmt::format(R"({{"Version":"{}","Statement":[{{{}}}]}})", version, inside);
}

BucketPolicy Parsed(const std::string& text) {
  auto policy = ParsePolicy(text, kBucket);
  EXPECT_TRUE(policy) << text << ": " << policy.error().message;
  return policy.value_or(BucketPolicy{});
}

AccessRequest Asks(std::string_view operation, std::string key, bool names_version = false) {
  AccessRequest request;
  request.requester = {.anonymous = false,
                       .project_id = "p2",
                       .domain_id = "d2",
                       .user_id = "u2",
                       .user_name = "bob",
                       .access_key = "AK2"};
  request.need = *NeedOf(operation, names_version);
  request.bucket = kBucket;
  request.key = std::move(key);
  request.context.Add("aws:SourceIp", "192.0.2.7");
  request.context.Add("aws:username", "bob");
  return request;
}

constexpr std::string_view kReadAll =
    R"("Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*")";

TEST(PolicyEvaluation, OneStatement) {
  struct Case {
    std::string_view statement;
    std::string_view operation;
    std::string key;
    Effect effect;
  };
  const std::vector<Case> cases = {
      {kReadAll, "GetObject", "a/b", Effect::kAllow},
      {kReadAll, "HeadObject", "a/b", Effect::kAllow},
      {kReadAll, "PutObject", "a/b", Effect::kNone},
      {kReadAll, "ListObjects", "", Effect::kNone},
      {R"("Effect":"Deny","Principal":{"AWS":"*"},"Action":["s3:Put*","s3:DELETE*"],"Resource":"arn:aws:s3:::photos/*")",
       "DeleteObject", "a", Effect::kDeny},
      {R"("Effect":"Allow","Principal":{"AWS":["p9","arn:aws:iam::p2:user/bob"]},"Action":"s3:*","Resource":"*")",
       "ListObjectsV2", "", Effect::kAllow},
      {R"("Effect":"Allow","Principal":{"AWS":"arn:aws:iam::p2:user/eve"},"Action":"s3:*","Resource":"*")", "GetObject",
       "a", Effect::kNone},
      {R"("Effect":"Allow","Principal":{"CanonicalUser":"p2"},"Action":"*","Resource":"arn:aws:s3:::photos")",
       "ListObjects", "", Effect::kAllow},
      {R"("Effect":"Allow","Principal":{"CanonicalUser":"p2"},"Action":"*","Resource":"arn:aws:s3:::photos")",
       "GetObject", "a", Effect::kNone},
      {R"("Effect":"Deny","NotPrincipal":{"AWS":"p1"},"Action":"s3:*","Resource":"arn:aws:s3:::photos/*")", "GetObject",
       "a", Effect::kDeny},
      {R"("Effect":"Deny","NotPrincipal":{"AWS":["p1","p2"]},"Action":"s3:*","Resource":"arn:aws:s3:::photos/*")",
       "GetObject", "a", Effect::kNone},
      {R"("Effect":"Allow","Principal":"*","NotAction":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::photos/*")",
       "PutObject", "a", Effect::kAllow},
      {R"("Effect":"Allow","Principal":"*","NotAction":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::photos/*")",
       "GetObject", "a", Effect::kNone},
      {R"("Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::photos/open/*")", "GetObject",
       "shut/a", Effect::kDeny},
      {R"("Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::photos/open/*")", "GetObject",
       "open/a", Effect::kNone},
      {R"("Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/${aws:username}/*")",
       "GetObject", "bob/a", Effect::kAllow},
      {R"("Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/${aws:username}/*")",
       "GetObject", "eve/a", Effect::kNone},
      {R"("Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"arn:aws-cn:s3:::photos/img?.jpg")",
       "GetObject", "img1.jpg", Effect::kAllow},
      // OBS
      {R"("Effect":"Allow","Principal":{"ID":["domain/d2:user/*"]},"Action":["GetObject"],"Resource":["photos/*"])",
       "GetObject", "a", Effect::kAllow},
      {R"("Effect":"Allow","Principal":{"ID":["domain/d2:user/u2"]},"Action":["List*","Get*"],"Resource":"photos")",
       "ListObjects", "", Effect::kAllow},
      {R"("Effect":"Allow","Principal":{"ID":"*"},"Action":"HeadBucket","Resource":"photos")", "HeadBucket", "",
       Effect::kAllow},
      {R"("Effect":"Allow","Principal":{"ID":"*"},"Action":"HeadBucket","Resource":"photos")", "ListObjects", "",
       Effect::kNone},
      {R"("Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"photos")", "HeadBucket", "",
       Effect::kAllow},
      {R"("Effect":"Allow","Principal":"*","NotAction":"s3:ListBucket","Resource":"photos")", "HeadBucket", "",
       Effect::kNone},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Evaluate(Parsed(Policy(c.statement)), Asks(c.operation, c.key)), c.effect)
        << c.statement << " asked for " << c.operation << " of " << c.key;
  }
}

TEST(PolicyEvaluation, ReadsVersionsByTheirOwnAction) {
  BucketPolicy policy = Parsed(Policy(kReadAll));
  EXPECT_EQ(Evaluate(policy, Asks("GetObject", "a", true)), Effect::kNone);
  policy = Parsed(
      Policy(R"("Effect":"Allow","Principal":"*","Action":"s3:GetObjectVersion","Resource":"arn:aws:s3:::photos/*")"));
  EXPECT_EQ(Evaluate(policy, Asks("GetObject", "a", true)), Effect::kAllow);
  EXPECT_EQ(Evaluate(policy, Asks("GetObject", "a")), Effect::kNone);
}

TEST(PolicyEvaluation, AllConditionsMustHold) {
  std::string statement =
      std::string(kReadAll) +
      R"(,"Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24"]},"Bool":{"aws:SecureTransport":true},
                             "NumericLessThan":{"s3:max-keys":100}})";
  BucketPolicy policy = Parsed(Policy(statement));
  AccessRequest request = Asks("GetObject", "a");
  request.context.Add("s3:max-keys", "10");
  EXPECT_EQ(Evaluate(policy, request), Effect::kNone);
  request.context.Add("aws:SecureTransport", "true");
  EXPECT_EQ(Evaluate(policy, request), Effect::kAllow);
}

TEST(PolicyEvaluation, DenyWinsInEitherOrder) {
  std::string allow = fmt::format("{{{}}}", kReadAll);
  std::string deny =
      R"({"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/secret/*"})";
  for (const std::string& both : {allow + "," + deny, deny + "," + allow}) {
    BucketPolicy policy = Parsed(fmt::format(R"({{"Statement":[{}]}})", both));
    EXPECT_EQ(Evaluate(policy, Asks("GetObject", "secret/a")), Effect::kDeny);
    EXPECT_EQ(Evaluate(policy, Asks("GetObject", "open/a")), Effect::kAllow);
  }
}

TEST(PolicyEvaluation, VariablesAreOfTheNewVersionOnly) {
  constexpr std::string_view kStatement =
      R"("Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/${aws:username}/*")";
  BucketPolicy policy = Parsed(Policy(kStatement, "2008-10-17"));
  EXPECT_EQ(Evaluate(policy, Asks("GetObject", "bob/a")), Effect::kNone);
  EXPECT_EQ(Evaluate(policy, Asks("GetObject", "${aws:username}/a")), Effect::kAllow);
}

TEST(PolicyParsing, AcceptsOneStatementWithoutAList) {
  BucketPolicy policy = Parsed(fmt::format(R"({{"Id":"x","Statement":{{"Sid":"Open",{}}}}})", kReadAll));
  ASSERT_EQ(policy.statements.size(), 1U);
  EXPECT_EQ(policy.statements[0].sid, "Open");
}

TEST(PolicyParsing, RefusesAndSaysWhy) {
  auto with = [](std::string_view replaced, std::string_view by) {
    std::string text = Policy(kReadAll);
    auto at = text.find(replaced);
    EXPECT_NE(at, std::string::npos) << replaced;
    return text.replace(at, replaced.size(), by);
  };
  struct Case {
    std::string text;
    std::string_view says;
  };
  const std::vector<Case> cases = {
      {"", "not a JSON object"},
      {"[]", "not a JSON object"},
      {"{}", "no Statement"},
      {R"({"Statement":[]})", "empty list"},
      {R"({"Statement":["x"]})", "statement 1: it must be an object"},
      {R"({"Statement":[{"Sid":1}]})", "statement 1: Sid"},
      {R"({"Statement":{},"Owner":1})", "\"Owner\" is not an element"},
      {with("2012-10-17", "2020-01-01"), "Version"},
      {with("\"Effect\":\"Allow\",", ""), "statement 1: Effect"},
      {with("Allow", "allow"), "Effect must be"},
      {with("\"Effect\"", "\"Sid\":\"Mine\",\"Efect\":1,\"Effect\""), "statement 1 (\"Mine\"): \"Efect\""},
      {with("\"Principal\":\"*\",", ""), "exactly one of Principal and NotPrincipal"},
      {with("\"Principal\"", "\"NotPrincipal\":\"*\",\"Principal\""), "exactly one of Principal"},
      {with("\"Principal\"", "\"NotPrincipal\""), "Allow with NotPrincipal"},
      {with("\"Principal\":\"*\"", "\"Principal\":\"p1\""), "Principal must be"},
      {with("\"Principal\":\"*\"", "\"Principal\":{}"), "Principal must be"},
      {with("\"Principal\":\"*\"", "\"Principal\":{\"AWS\":[]}"), "Principal.AWS"},
      {with("\"Principal\":\"*\"", "\"Principal\":{\"AWS\":[1]}"), "Principal.AWS"},
      {with("\"s3:GetObject\"", "[]"), "Action must be"},
      {with("s3:GetObject", "ec2:Run"), "\"ec2:Run\" is not an action"},
      {with("s3:GetObject", "s3:"), "\"s3:\" is not an action"},
      {with("s3:GetObject", ""), "\"\" is not an action"},
      {with("s3:GetObject", "obs:object:GetObject"), "is not an action"},
      {with("\"Action\"", "\"NotAction\":\"s3:*\",\"Action\""), "exactly one of Action"},
      {with(",\"Resource\":\"arn:aws:s3:::photos/*\"", ""), "exactly one of Resource"},
      {with("arn:aws:s3:::photos", "arn:aws:s3:::other"), "\"arn:aws:s3:::other/*\" is not of this bucket"},
      {with("arn:aws:s3:::photos", "arn:aws:s3:::photos2"), "is not of this bucket"},
      {with("arn:aws:s3:::photos", "other"), "is not of this bucket"},
      {with("arn:aws:s3:::photos", "arn:aws:s3:r:1:photos"), "is not of this bucket"},
      {with("arn:aws:s3:::photos", "arn:aws:sns:::photos"), "is not of this bucket"},
      {with("photos/*\"", "photos/*\",\"Condition\":[]"), "Condition must be"},
      {with("photos/*\"", "photos/*\",\"Condition\":{\"Bool\":1}"), "Condition must be"},
      {with("photos/*\"", "photos/*\",\"Condition\":{\"Equals\":{\"s3:prefix\":\"a\"}}"), "\"Equals\" is not known"},
      {with("photos/*\"", "photos/*\",\"Condition\":{\"StringEquals\":{\"s3:x\":\"a\"}}"), "\"s3:x\" is not known"},
      {with("photos/*\"", "photos/*\",\"Condition\":{\"StringEquals\":{\"s3:prefix\":{}}}"), "s3:prefix"},
      {with("photos/*\"", "photos/*\",\"Condition\":{\"StringEquals\":{\"s3:prefix\":[]}}"), "no value"},
      {with("photos/*", "photos/${aws:nothing}"), "aws:nothing"},
      {Policy(kReadAll) + std::string(kMaxPolicyBytes, ' '), "at most 20480 bytes"},
  };
  for (const Case& c : cases) {
    auto policy = ParsePolicy(c.text, kBucket);
    ASSERT_FALSE(policy) << c.text;
    EXPECT_EQ(policy.error().kind, ErrorKind::kInvalidArgument);
    EXPECT_EQ(policy.error().code, "MalformedPolicy");
    EXPECT_NE(policy.error().message.find(c.says), std::string::npos) << c.text << ": " << policy.error().message;
  }
}

TEST(PolicyParsing, NamesTheStatementAtFault) {
  auto policy = ParsePolicy(fmt::format(R"({{"Statement":[{{{}}},{{"Effect":"Allow"}}]}})", kReadAll), kBucket);
  ASSERT_FALSE(policy);
  EXPECT_TRUE(policy.error().message.starts_with("statement 2: ")) << policy.error().message;
}

TEST(PolicyStatus, IsPublicWhenAnybodyMay) {
  auto with_condition = [](std::string_view condition) {
    return Policy(fmt::format(R"({},"Condition":{{{}}})", kReadAll, condition));
  };
  auto with_principal = [](std::string_view effect, std::string_view principal) {
    return Policy(fmt::format(R"("Effect":"{}",{},"Action":"s3:GetObject","Resource":"photos/*")", effect, principal));
  };
  struct Case {
    std::string text;
    bool is_public;
  };
  const std::vector<Case> cases = {
      {Policy(kReadAll), true},
      {with_principal("Allow", R"("Principal":{"AWS":"*"})"), true},
      {with_principal("Allow", R"("Principal":{"AWS":["p1","*"]})"), true},
      {with_principal("Allow", R"("Principal":{"ID":"*"})"), true},
      {with_principal("Deny", R"("Principal":"*")"), false},
      {with_principal("Allow", R"("Principal":{"AWS":"arn:aws:iam::p1:root"})"), false},
      {with_principal("Allow", R"("Principal":{"Service":"logging.s3.amazonaws.com"})"), false},
      {with_condition(R"("IpAddress":{"aws:SourceIp":"10.0.0.0/32"})"), false},
      {with_condition(R"("IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]})"), false},
      {with_condition(R"("IpAddress":{"aws:SourceIp":["10.0.0.0/8","0.0.0.0/1"]})"), true},
      {with_condition(R"("NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"})"), true},
      {with_condition(R"("IpAddressIfExists":{"aws:SourceIp":"10.0.0.0/8"})"), true},
      {with_condition(R"("ForAllValues:StringEquals":{"aws:SourceVpc":"vpc-1"})"), true},
      {with_condition(R"("StringEquals":{"aws:SourceVpc":"vpc-1"})"), false},
      {with_condition(R"("StringLike":{"aws:SourceVpc":"vpc-*"})"), true},
      {with_condition(R"("StringEquals":{"aws:SourceVpc":"${aws:username}"})"), true},
      {with_condition(R"("StringLike":{"aws:Referer":"http://example.com/"})"), true},
      {with_condition(R"("Bool":{"aws:SecureTransport":"true"})"), true},
      {with_condition(R"("ArnEquals":{"aws:SourceArn":"arn:aws:sns:r:1:t"})"), false},
      {with_condition(R"("ArnLike":{"aws:SourceArn":"arn:aws:sns:*:1:t"})"), true},
      {with_condition(R"("Bool":{"aws:SecureTransport":"true"},"IpAddress":{"aws:SourceIp":"10.0.0.1"})"), false},
  };
  for (const Case& c : cases) EXPECT_EQ(IsPublic(Parsed(c.text)), c.is_public) << c.text;
}

}  // namespace
}  // namespace atelier::access
