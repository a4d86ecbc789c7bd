// POST /v3.0/OS-CREDENTIAL/securitytokens, and what the key that it answers with may do.
#include <gmock/gmock.h>

#include "api/iam/temporary_key_json.h"
#include "api/iam/testing/identity_server.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

class TemporaryKeyRoutesTest : public IdentityServerTest {
 protected:
  Answer Post(const std::string& body, const std::string& header_token = "") {
    http::ClientRequest request;
    request.method = "POST";
    request.target = "/v3.0/OS-CREDENTIAL/securitytokens";
    request.body = body;
    if (!header_token.empty()) request.headers.Add("X-Auth-Token", header_token);
    auto response = client_.Send(request);
    if (!response) {
      ADD_FAILURE() << response.error().message;
      return {};
    }
    return {response->status, ParseJsonObject(response->body).value_or(json::object{}), response->body};
  }
  static std::string ByToken(const std::string& token, const std::string& more = "") {
    return R"({"auth":{"identity":{"methods":["token"],"token":{"id":")" + token + R"(")" + more + "}}}}";
  }
  static auth::KeyPair KeysOf(const Answer& answer) {
    const auto& credential = answer.body.at("credential").as_object();
    auto text = [&](std::string_view key) { return std::string(credential.at(key).as_string()); };
    return {text("access"), text("secret"), text("securitytoken")};
  }
  static std::string ExpiryOf(const Answer& answer) {
    return std::string(answer.body.at("credential").at("expires_at").as_string());
  }
  const std::string by_header_ = R"({"auth":{"identity":{"methods":["token"]}}})";
};

TEST_F(TemporaryKeyRoutesTest, ATokenGivesAKey) {
  std::string token = demo_.Token();
  auto by_body = Post(ByToken(token));
  ASSERT_EQ(by_body.status, 201) << by_body.text;
  EXPECT_EQ(by_body.body.at("credential").as_object().size(), 4U);
  EXPECT_EQ(ExpiryOf(by_body), "2026-01-02T03:19:05.000000Z") << "a quarter of an hour, unless more is asked for";
  EXPECT_EQ(ExpiryOf(Post(ByToken(token, R"(,"duration_seconds":3600)"))), "2026-01-02T04:04:05.000000Z");
  EXPECT_EQ(ExpiryOf(Post(ByToken(token, R"(,"duration_seconds":"3600")"))), "2026-01-02T04:04:05.000000Z");
  EXPECT_EQ(ExpiryOf(Post(ByToken(token, R"(,"duration-seconds":"3600")"))), "2026-01-02T04:04:05.000000Z");
  EXPECT_EQ(Post(by_header_, token).status, 201);
  EXPECT_EQ(Post(ByToken("", R"(,"duration_seconds":3600)"), token).status, 201);
  auto named = Send(KeysOf(by_body), "GET", "/v3/projects?name=local-1");
  EXPECT_EQ(named.status, 200) << named.text;
}

TEST_F(TemporaryKeyRoutesTest, WithoutAGoodTokenThereIsNone) {
  EXPECT_EQ(Post(by_header_).status, 401);
  EXPECT_EQ(Post(by_header_, "nonsense").status, 401);
  EXPECT_EQ(Post(ByToken("nonsense"), demo_.Token()).status, 401) << "the body's is the one that is meant";
  auto keys = KeysOf(Post(ByToken(demo_.Token())));
  EXPECT_EQ(Post(ByToken(keys.security_token)).status, 401);
  EXPECT_EQ(Send(keys, "POST", "/v3.0/OS-CREDENTIAL/securitytokens", by_header_).status, 401)
      << "a temporary key makes no further ones";
  std::string token = demo_.Token();
  demo_.clock.Advance(std::chrono::hours(24));
  EXPECT_EQ(Post(ByToken(token)).status, 401);
}

TEST_F(TemporaryKeyRoutesTest, BadBodiesAreToldWhatIsMissing) {
  const std::pair<std::string, std::string> rows[] = {
      {"{}", "'auth' is missing"},
      {R"({"auth":{}})", "'auth.identity' is missing"},
      {R"({"auth":{"identity":{}}})", "'auth.identity.methods' must be"},
      {R"({"auth":{"identity":{"methods":["password"]}}})", "'auth.identity.methods' must be"},
      {R"({"auth":{"identity":{"methods":["token"],"token":7}}})", "token"},
      {ByToken("x", R"(,"duration_seconds":899)"), "must be 900 to 86400, got 899"},
      {ByToken("x", R"(,"duration_seconds":86401)"), "must be 900 to 86400"},
      {ByToken("x", R"(,"duration_seconds":"soon")"), "duration_seconds"},
      {ByToken("x", R"(,"duration_seconds":9223372036854775807)"), "must be 900 to 86400"},
  };
  for (const auto& [body, message] : rows) {
    auto refused = Post(body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_THAT(refused.text, HasSubstr(message)) << body;
  }
  EXPECT_EQ(Post("").status, 400);
}

TEST_F(TemporaryKeyRoutesTest, WhatIsNotServedSaysSo) {
  auto agency = Post(R"({"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"a"}}}})");
  EXPECT_EQ(agency.status, 501);
  EXPECT_THAT(agency.text, HasSubstr("use 'token'"));
  auto narrowed = Post(R"({"auth":{"identity":{"methods":["token"],"token":{"id":")" + demo_.Token() +
                       R"("},"policy":{"Version":"1.1","Statement":[]}}}})");
  EXPECT_EQ(narrowed.status, 501);
}

TEST_F(TemporaryKeyRoutesTest, TheKeyChangesNoIdentities) {
  auto keys = KeysOf(Post(ByToken(demo_.Token())));
  EXPECT_EQ(Send(keys, "GET", "/v3/users").status, 200);
  EXPECT_EQ(Send(keys, "GET", keys_).status, 200);
  EXPECT_EQ(Send(keys, "POST", keys_, R"({"credential":{}})").status, 403);
  EXPECT_EQ(Send(keys, "POST", "/v3/users", R"({"user":{"name":"x","password":"open sesame"}})").status, 403);
  EXPECT_EQ(Send(keys, "POST", "/v3/groups", R"({"group":{"name":"x"}})").status, 403);
  std::string pair = R"({"auth":{"identity":{"methods":["hw_ak_sk"],"hw_ak_sk":{"access":{"key":")" + keys.access_key +
                     R"("},"secret":{"key":")" + keys.secret_key + R"("}}}}})";
  EXPECT_EQ(Send(keys, "POST", "/v3/auth/tokens", pair).status, 401) << "no token that would outlive it";
}

TEST_F(TemporaryKeyRoutesTest, TheKeyEnds) {
  auto keys = KeysOf(Post(ByToken(demo_.Token())));
  demo_.clock.Advance(iam::kShortestTemporaryKey - std::chrono::seconds(1));
  EXPECT_EQ(Send(keys, "GET", "/v3/projects").status, 200);
  demo_.clock.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Send(keys, "GET", "/v3/projects").status, 401);
}

}  // namespace
}  // namespace atelier::api
