// The forms of platform signatures beside the usual one, and temporary keys in each.
#include "auth/sdk_authorization.h"

#include <gtest/gtest.h>

#include "auth/platform_authenticator.h"
#include "auth/sdk_hmac.h"
#include "auth/testing/sdk_request.h"

namespace atelier::auth {
namespace {

class SdkFormsTest : public testing::Test {
 protected:
  Result<iam::Principal> Check(const http::Request& request, std::string_view body = {}) {
    ATELIER_TRY(auto claim, authenticator_.ReadClaim(request));
    return authenticator_.Verify(claim, request, body);
  }
  // "accepted", or the kind and code of the refusal.
  std::string Outcome(const http::Request& request, std::string_view body = {}) {
    auto principal = Check(request, body);
    if (principal) return "accepted";
    return std::string(ToString(principal.error().kind)) + " " + principal.error().code;
  }
  static SdkRequest Example(const KeyPair& keys = DemoKeys()) {
    SdkRequest example;
    example.method = "POST";
    example.query = {{"limit", "2"}, {"sort by", "ü/+"}};
    example.headers = {
        {"Host", "127.0.0.1:8080"}, {"X-Sdk-Date", "20260102T030405Z"}, {"Content-Type", "application/json"}};
    if (!keys.security_token.empty()) example.headers["X-Security-Token"] = keys.security_token;
    example.body = R"({"a":1})";
    return example;
  }

  const std::string scope_ = "20260102/local-1/modelarts";
  const std::string bad_key_ = std::string(ToString(ErrorKind::kPermissionDenied)) + " ModelArts.0206";
  const std::string bad_form_ = std::string(ToString(ErrorKind::kUnauthenticated)) + " ModelArts.0206";
  const std::string invalid_ = std::string(ToString(ErrorKind::kUnauthenticated)) + " ModelArts.0203";
  const std::string expired_ = std::string(ToString(ErrorKind::kUnauthenticated)) + " ModelArts.0202";
  DemoIdentity demo_;
  PlatformAuthenticator authenticator_{demo_.identities, demo_.clock};
};

TEST_F(SdkFormsTest, DerivedKeysAreTaken) {
  auto example = Example();
  auto principal = Check(example.SignDerived(DemoKeys(), scope_), example.body);
  ASSERT_TRUE(principal) << principal.error().message;
  EXPECT_EQ(principal->access_key, DemoKeys().access_key);
  EXPECT_EQ(Outcome(example.SignDerived(DemoKeys(), "20260102/eu-de/iam"), example.body), "accepted")
      << "a client calls region and service as it likes";
}

// The key that huaweicloudsdkcore 3.1.219 derives for AK "ak", SK "sk", scope "20260102/r/s", and its signature.
TEST_F(SdkFormsTest, ADerivedKeyIsThatOfTheSdk) {
  SdkAuthorization authorization;
  authorization.form = SdkForm::kDerived;
  authorization.access_key = "ak";
  authorization.day = "20260102";
  authorization.region = "r";
  authorization.service = "s";
  authorization.date = "20260102T030405Z";
  EXPECT_EQ(SdkSignatures(authorization, "sk", std::string(64, '0')),
            std::vector<std::string>{"7df0ff9a844944f619b4f070c229d9fc4ae38374be0ca2e75c804adde3259ed2"});
}

TEST_F(SdkFormsTest, TheOlderFormIsTakenWithAndWithoutADerivedKey) {
  auto example = Example();
  EXPECT_EQ(Outcome(example.SignScoped(DemoKeys(), scope_), example.body), "accepted");
  EXPECT_EQ(Outcome(example.SignScoped(DemoKeys(), "20260102//"), example.body), "accepted");
  auto plain = example.With("SDK-HMAC-SHA256 Credential=" + DemoKeys().access_key + "/" + scope_ + "/sdk_request",
                            DemoKeys().secret_key, "SDK-HMAC-SHA256\n20260102T030405Z\n" + example.Canonical().first);
  EXPECT_EQ(Outcome(plain, example.body), "accepted");
}

TEST_F(SdkFormsTest, WhatWasChangedIsRefused) {
  auto example = Example();
  for (bool derived : {false, true}) {
    auto sign = [&](const KeyPair& keys) {
      return derived ? example.SignDerived(keys, scope_) : example.SignScoped(keys, scope_);
    };
    const auto good = sign(DemoKeys());
    EXPECT_EQ(Outcome(good, R"({"a":2})"), bad_key_);
    EXPECT_EQ(Outcome(sign({DemoKeys().access_key, "another secret"}), example.body), bad_key_);
    EXPECT_EQ(Outcome(sign({"UNKNOWN", DemoKeys().secret_key}), example.body), bad_key_);
    std::string text(*good.headers.Get("Authorization"));
    for (std::string part : {"local-1", "modelarts"}) {
      auto changed = good;
      changed.headers.Set("Authorization", std::string(text).replace(text.find(part), part.size(), "elsewhere"));
      EXPECT_EQ(Outcome(changed, example.body), bad_key_) << part;
    }
    auto changed = good;
    changed.headers.Set("Authorization", std::string(text).replace(text.find("20260102"), 8, "20260101"));
    EXPECT_EQ(Outcome(changed, example.body), bad_form_) << "a key of another day";
  }
  auto as_plain = example.SignDerived(DemoKeys(), scope_);
  std::string text(*as_plain.headers.Get("Authorization"));
  as_plain.headers.Set("Authorization", "SDK" + text.substr(text.find('-')));
  EXPECT_EQ(Outcome(as_plain, example.body), bad_form_) << "a derived credential under the other name";
}

TEST_F(SdkFormsTest, CredentialsOfAnotherShape) {
  const std::string rest = ", SignedHeaders=host, Signature=aa";
  for (const std::string& head :
       {std::string("V11-HMAC-SHA256"), std::string("V11-HMAC-SHA256 Access=AK"),
        std::string("V11-HMAC-SHA256 Credential=AK"), "V11-HMAC-SHA256 Credential=AK/" + scope_ + "/sdk_request",
        std::string("V11-HMAC-SHA256 Credential=AK/20260102//s"),
        std::string("V11-HMAC-SHA256 Credential=/20260102/r/s"), std::string("SDK-HMAC-SHA256 Credential=AK"),
        "SDK-HMAC-SHA256 Credential=AK/" + scope_, "SDK-HMAC-SHA256 Credential=AK/" + scope_ + "/aws4_request"}) {
    auto request =
        MakeRequest("GET", "/", {{"Host", "h"}, {"X-Sdk-Date", "20260102T030405Z"}, {"Authorization", head + rest}});
    EXPECT_EQ(Outcome(request), bad_form_) << head;
  }
}

TEST_F(SdkFormsTest, TemporaryKeysSignInEveryForm) {
  auto keys = demo_.MakeTemporaryKeys();
  auto example = Example(keys);
  for (const auto& request :
       {example.Sign(keys), example.SignDerived(keys, scope_), example.SignScoped(keys, scope_)}) {
    auto principal = Check(request, example.body);
    ASSERT_TRUE(principal) << principal.error().message;
    EXPECT_EQ(principal->access_key, keys.access_key);
    EXPECT_EQ(principal->project_id, demo_.project.id);
    EXPECT_TRUE(principal->temporary_until);
  }
  auto unsigned_token = Example().Sign(keys);
  unsigned_token.headers.Add("X-Security-Token", " " + keys.security_token + " ");
  EXPECT_EQ(Outcome(unsigned_token, example.body), "accepted") << "the token proves itself";
  auto by_signer = MakeRequest("POST", "/v1/p/models", {{"Host", "h"}});
  SignSdkHmac(by_signer.headers, "POST", by_signer.target, "{}", keys, demo_.clock.Now());
  EXPECT_EQ(Outcome(by_signer, "{}"), "accepted");
}

TEST_F(SdkFormsTest, TemporaryKeysWithoutTheirToken) {
  auto keys = demo_.MakeTemporaryKeys();
  auto other = demo_.MakeTemporaryKeys();
  auto outcome_with = [&](const KeyPair& signs, const std::string& token) {
    auto example = Example({signs.access_key, signs.secret_key, token});
    return Outcome(example.Sign(signs), example.body);
  };
  EXPECT_EQ(outcome_with(keys, keys.security_token), "accepted");
  EXPECT_EQ(outcome_with(keys, ""), bad_key_);
  EXPECT_EQ(outcome_with(keys, "nonsense"), invalid_);
  EXPECT_EQ(outcome_with(keys, other.security_token), invalid_);
  EXPECT_EQ(outcome_with(DemoKeys(), keys.security_token), invalid_);
  EXPECT_EQ(outcome_with({keys.access_key, DemoKeys().secret_key}, keys.security_token), bad_key_);
  auto tampered = keys.security_token;
  tampered[tampered.size() / 2] = tampered[tampered.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(outcome_with(keys, tampered), invalid_);
}

TEST_F(SdkFormsTest, TemporaryKeysEnd) {
  auto keys = demo_.MakeTemporaryKeys();
  demo_.clock.Advance(iam::kShortestTemporaryKey - std::chrono::seconds(1));
  auto example = Example(keys);
  example.headers["X-Sdk-Date"] = FormatIsoBasic(demo_.clock.Now());
  EXPECT_EQ(Outcome(example.Sign(keys), example.body), "accepted");
  demo_.clock.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Outcome(example.Sign(keys), example.body), expired_);
}

}  // namespace
}  // namespace atelier::auth
