#include "auth/platform_authenticator.h"

#include <gtest/gtest.h>

#include "auth/testing/sdk_request.h"
#include "base/digest.h"
#include "base/strings.h"

namespace atelier::auth {
namespace {

class PlatformAuthenticatorTest : public testing::Test {
 protected:
  Result<iam::Principal> Check(const http::Request& request, std::string_view body = {}) {
    ATELIER_TRY(auto claim, authenticator_.ReadClaim(request));
    return authenticator_.Verify(claim, request, body);
  }
  // "401 ModelArts.0201" by kind and code.
  std::string Outcome(const http::Request& request, std::string_view body = {}) {
    auto principal = Check(request, body);
    if (principal) return "accepted";
    return std::string(ToString(principal.error().kind)) + " " + principal.error().code;
  }
  std::string Token() {
    auto token = demo_.identities.Authenticate(
        {iam::SignIn::Password{"", "admin", "", "atelier", "open sesame"}, "", "local-1", "", ""});
    return token ? token->text : token.error().message;
  }
  static SdkRequest Example() {
    SdkRequest example;
    example.headers = {
        {"Host", "127.0.0.1:8080"},           {"X-Sdk-Date", "20260102T030405Z"},     {"User-Agent", "sdk/1"},
        {"Content-Type", "application/json"}, {"X-Project-Id", std::string(32, 'b')}, {"X_Left_Out", "1"}};
    return example;
  }

  const std::string unauthenticated_ = std::string(ToString(ErrorKind::kUnauthenticated)) + " ";
  const std::string bad_key_ = std::string(ToString(ErrorKind::kPermissionDenied)) + " ModelArts.0206";
  DemoIdentity demo_;
  PlatformAuthenticator authenticator_{demo_.identities, demo_.clock};
};

TEST_F(PlatformAuthenticatorTest, Tokens) {
  auto with = [](const std::string& token) { return MakeRequest("GET", "/v1/p/models", {{"X-Auth-Token", token}}); };
  auto token = Token();
  auto principal = Check(with(" " + token + " "));
  ASSERT_TRUE(principal) << principal.error().message;
  EXPECT_EQ(principal->user_name, "admin");
  EXPECT_EQ(principal->project_id, demo_.project.id);
  EXPECT_EQ(Outcome(with("nonsense")), unauthenticated_ + "ModelArts.0203");
  EXPECT_EQ(Outcome(with("")), unauthenticated_ + "ModelArts.0201");
  EXPECT_EQ(Outcome(MakeRequest("GET", "/")), unauthenticated_ + "ModelArts.0205");
  demo_.clock.Advance(std::chrono::hours(25));
  EXPECT_EQ(Outcome(with(token)), unauthenticated_ + "ModelArts.0202");
}

TEST_F(PlatformAuthenticatorTest, HeadersOfAnotherForm) {
  const std::string key = "Access=" + DemoKeys().access_key;
  for (const std::string& authorization :
       {std::string("Basic YTpi"), std::string("Bearer x"), std::string("SDK-HMAC-SHA256"), "SDK-HMAC-SHA256 " + key,
        "SDK-HMAC-SHA256 " + key + ", SignedHeaders=host",
        std::string("SDK-HMAC-SHA256 SignedHeaders=host, Signature=aa"),
        "SDK-HMAC-SHA256 " + key + ", SignedHeaders=host, Signature="}) {
    auto request =
        MakeRequest("GET", "/", {{"Host", "h"}, {"X-Sdk-Date", "20260102T030405Z"}, {"Authorization", authorization}});
    EXPECT_EQ(Outcome(request), unauthenticated_ + "ModelArts.0206") << authorization;
  }
}

TEST_F(PlatformAuthenticatorTest, SignedRequestsAreTaken) {
  auto plain = Example();
  auto principal = Check(plain.Sign(DemoKeys()));
  ASSERT_TRUE(principal) << principal.error().message;
  EXPECT_EQ(principal->access_key, DemoKeys().access_key);
  EXPECT_EQ(principal->project_id, demo_.project.id);

  auto with_query = Example();
  with_query.path = "/v1/p/a b/ü+é~*.txt";
  with_query.query = {{"name", "a b"}, {"limit", "2"}, {"limit", "10"}, {"empty", ""}, {"sort by", "ü/+"}};
  EXPECT_EQ(Outcome(with_query.Sign(DemoKeys())), "accepted");

  auto root = Example();
  root.path = "/";
  EXPECT_EQ(Outcome(root.Sign(DemoKeys())), "accepted");

  auto post = Example();
  post.method = "POST";
  post.body = R"({"a":1})";
  EXPECT_EQ(Outcome(post.Sign(DemoKeys()), post.body), "accepted");
}

TEST_F(PlatformAuthenticatorTest, TheSignerOfTheCommandLineAgrees) {
  auto example = Example();
  example.method = "POST";
  example.path = "/v1/p/a b/x";
  example.query = {{"name", "ü"}};
  example.body = "{}";
  auto request = example.Sign(DemoKeys());
  std::string expected(*request.headers.Get("Authorization"));
  SignSdkHmac(request.headers, "POST", request.target, "{}", DemoKeys(), demo_.clock.Now());
  EXPECT_EQ(*request.headers.Get("Authorization"), expected);
}

TEST_F(PlatformAuthenticatorTest, WhatWasChangedIsRefused) {
  auto example = Example();
  example.method = "POST";
  example.query = {{"a", "1"}};
  example.body = R"({"a":1})";
  const auto good = example.Sign(DemoKeys());
  ASSERT_EQ(Outcome(good, example.body), "accepted");
  EXPECT_EQ(Outcome(good, R"({"a":2})"), bad_key_);
  EXPECT_EQ(Outcome(good, ""), bad_key_);
  auto changed = good;
  changed.method = "PUT";
  EXPECT_EQ(Outcome(changed, example.body), bad_key_);
  changed = good;
  changed.path = "/v1/p/modelz";
  EXPECT_EQ(Outcome(changed, example.body), bad_key_);
  changed = good;
  changed.query = http::Query::Parse("a=2");
  EXPECT_EQ(Outcome(changed, example.body), bad_key_);
  for (std::string_view name : {"Host", "User-Agent", "Content-Type", "X-Project-Id"}) {
    changed = good;
    changed.headers.Set(name, "other");
    EXPECT_EQ(Outcome(changed, example.body), bad_key_) << name;
  }
  changed = good;
  changed.headers.Set("X-Sdk-Date", "20260102T030406Z");
  EXPECT_EQ(Outcome(changed, example.body), bad_key_);
  changed = good;
  changed.headers.Remove("User-Agent");
  EXPECT_EQ(Outcome(changed, example.body), unauthenticated_ + "ModelArts.0206");
  EXPECT_EQ(Outcome(example.Sign({DemoKeys().access_key, "another secret"}), example.body), bad_key_);
  EXPECT_EQ(Outcome(example.Sign({"UNKNOWN", DemoKeys().secret_key}), example.body), bad_key_);
}

TEST_F(PlatformAuthenticatorTest, ABodyWithoutASignature) {
  auto upload = Example();
  upload.method = "POST";
  upload.headers["Content-Type"] = "multipart/form-data; boundary=x";
  upload.headers["X-Sdk-Content-Sha256"] = "UNSIGNED-PAYLOAD";
  upload.body = "--x--";
  auto request = upload.Sign(DemoKeys());
  EXPECT_EQ(Outcome(request, upload.body), "accepted");
  EXPECT_EQ(Outcome(request, "another body"), "accepted");
  EXPECT_EQ(Outcome(request, ""), bad_key_) << "an empty body is signed as such";
}

// A recorded signature must not be made to stand over another body by adding the header that names the first one's
// hash.
TEST_F(PlatformAuthenticatorTest, AHashInTheHeaderMustBeTheBodys) {
  auto post = Example();
  post.method = "POST";
  post.body = R"({"a":1})";
  auto request = post.Sign(DemoKeys());
  auto hash = HexEncode(ComputeDigest(DigestKind::kSha256, post.body));
  request.headers.Add("X-Sdk-Content-Sha256", hash);
  EXPECT_EQ(Outcome(request, post.body), "accepted");
  EXPECT_EQ(Outcome(request, R"({"a":2})"), bad_key_);
  post.headers["X-Sdk-Content-Sha256"] = ToUpper(hash);
  EXPECT_EQ(Outcome(post.Sign(DemoKeys()), post.body), "accepted");
}

TEST_F(PlatformAuthenticatorTest, ClocksMayDifferByAQuarterOfAnHour) {
  auto request = Example().Sign(DemoKeys());
  demo_.clock.Advance(std::chrono::minutes(15));
  EXPECT_EQ(Outcome(request), "accepted");
  demo_.clock.Advance(std::chrono::minutes(1));
  EXPECT_EQ(Outcome(request), unauthenticated_ + "ModelArts.0206");
  demo_.clock.Advance(std::chrono::minutes(-32));
  EXPECT_EQ(Outcome(request), unauthenticated_ + "ModelArts.0206");
  for (std::string date : {"", "today", "2026-01-02T03:04:05Z"}) {
    request.headers.Set("X-Sdk-Date", date);
    EXPECT_EQ(Outcome(request), unauthenticated_ + "ModelArts.0206") << date;
  }
}

TEST_F(PlatformAuthenticatorTest, SignedBodiesHaveALimit) {
  auto post = Example();
  post.body = std::string((12U << 20) + 1, 'x');
  auto refused = Check(post.Sign(DemoKeys()), post.body);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "EntityTooLarge");
}

}  // namespace
}  // namespace atelier::auth
