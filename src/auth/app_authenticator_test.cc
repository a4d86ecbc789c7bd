#include "auth/app_authenticator.h"

#include <gtest/gtest.h>

#include "auth/signer.h"
#include "auth/testing/demo_identity.h"
#include "iam/testing/memory_app_repository.h"

namespace atelier::auth {
namespace {

class AppAuthenticatorTest : public testing::Test {
 protected:
  AppAuthenticatorTest() {
    auto api = apps_->Register(caller_, "s").value();
    EXPECT_TRUE(apps_->Grant(caller_, api, made_.app.id));
  }

  // The app's id, "none" when the request speaks for no app, or the error's code.
  std::string Outcome(const http::Request& request, std::string_view body = {}) {
    auto claim = authenticator_.ReadClaim(request);
    if (!claim) return claim.error().code;
    if (!*claim) return "none";
    auto verified = authenticator_.Verify(**claim, request, body);
    return verified ? (*claim)->app->app_id : verified.error().code;
  }
  http::Request Signed(const KeyPair& keys, std::string_view body) {
    auto request = MakeRequest("POST", "/v1/infers/s", {{"Host", "h:1"}, {"Content-Type", "application/json"}});
    SignSdkHmac(request.headers, "POST", "/v1/infers/s", body, keys, clock_.Now());
    return request;
  }

  const iam::AppCaller caller_{"p", "u"};
  ManualClock clock_{FromUnixMillis(1'767'323'045'000)};
  iam::MemoryAppRepository repository_;
  std::unique_ptr<iam::AppService> apps_ =
      iam::AppService::Open(repository_, clock_, [](const std::string&) -> Result<bool> { return true; }).value();
  iam::AppService::NewApp made_ = apps_->Create(caller_, "app", "").value();
  AppAuthenticator authenticator_{*apps_, clock_};
};

TEST_F(AppAuthenticatorTest, Codes) {
  auto with = [](const std::string& code) { return MakeRequest("POST", "/v1/infers/s", {{"X-Apig-AppCode", code}}); };
  EXPECT_EQ(Outcome(with(made_.code)), made_.app.id);
  EXPECT_EQ(Outcome(with(" " + made_.code + " ")), made_.app.id);
  EXPECT_EQ(Outcome(with(made_.code + "x")), "APIG.0303");
  EXPECT_EQ(Outcome(with(made_.app.secret)), "APIG.0303");
  EXPECT_EQ(Outcome(with("")), "none");
  auto both = with("wrong");
  both.headers.Add("X-Auth-Token", "some token");
  EXPECT_EQ(Outcome(both), "none") << "a token goes first";
}

TEST_F(AppAuthenticatorTest, CodesAsBearers) {
  auto with = [](const std::string& text) { return MakeRequest("POST", "/v1/infers/s", {{"Authorization", text}}); };
  EXPECT_EQ(Outcome(with("Bearer " + made_.code)), made_.app.id);
  EXPECT_EQ(Outcome(with("Bearer " + made_.code + "x")), "APIG.0303");
  EXPECT_EQ(Outcome(with("Bearer ")), "APIG.0303");
  EXPECT_EQ(Outcome(with("Basic " + made_.code)), "none");
}

TEST_F(AppAuthenticatorTest, Signatures) {
  KeyPair keys{made_.app.key, made_.app.secret};
  EXPECT_EQ(Outcome(Signed(keys, "{}"), "{}"), made_.app.id);
  EXPECT_EQ(Outcome(Signed(keys, "{}"), "{ }"), "APIG.0303") << "another body";
  EXPECT_EQ(Outcome(Signed({keys.access_key, "other"}, "{}"), "{}"), "APIG.0303");
  EXPECT_EQ(Outcome(Signed({"AK of a user", keys.secret_key}, "{}"), "{}"), "none") << "not an app's key";
  auto request = Signed(keys, "");
  clock_.Advance(std::chrono::minutes(16));
  EXPECT_EQ(Outcome(request), "APIG.0303") << "too old";
}

TEST_F(AppAuthenticatorTest, SignaturesOfAnotherForm) {
  for (const std::string& rest : {std::string(), std::string(", SignedHeaders=host"), std::string(", Signature=ab"),
                                  std::string(", SignedHeaders=host, Signature=ab")}) {
    auto request = MakeRequest("POST", "/v1/infers/s",
                               {{"Host", "h"}, {"Authorization", "SDK-HMAC-SHA256 Access=" + made_.app.key + rest}});
    EXPECT_EQ(Outcome(request), "APIG.0303") << rest;
  }
  EXPECT_EQ(Outcome(MakeRequest("POST", "/", {{"Authorization", "Basic YTpi"}})), "none");
  EXPECT_EQ(Outcome(MakeRequest("POST", "/")), "none");
}

}  // namespace
}  // namespace atelier::auth
