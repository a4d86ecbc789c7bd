#include "api/iam/iam_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/platform/platform_surface.h"
#include "auth/testing/demo_identity.h"
#include "base/json.h"
#include "http/client.h"
#include "http/testing/server_fixture.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

class IamRoutesTest : public testing::Test {
 protected:
  http::ClientResponse Send(const http::ClientRequest& request) {
    auto response = client_.Send(request);
    if (!response) ADD_FAILURE() << response.error().message;
    return response.value_or(http::ClientResponse{});
  }
  http::ClientResponse Get(const std::string& target,
                           const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    http::ClientRequest request;
    request.target = target;
    for (const auto& [name, value] : headers) request.headers.Add(name, value);
    return Send(request);
  }
  http::ClientResponse GetSigned(const std::string& target) {
    http::ClientRequest request;
    request.target = target;
    request.headers.Add("Host", server_.address());
    auth::SignSdkHmac(request.headers, "GET", target, "", auth::DemoKeys(), demo_.clock.Now());
    return Send(request);
  }
  http::ClientResponse SignIn(const std::string& body, const std::string& query = "") {
    http::ClientRequest request;
    request.method = "POST";
    request.target = "/v3/auth/tokens" + query;
    request.body = body;
    request.headers.Add("Content-Type", "application/json");
    return Send(request);
  }
  static std::string Password(const std::string& user, const std::string& scope = "") {
    return R"({"auth":{"identity":{"methods":["password"],"password":{"user":)" + user + "}}" +
           (scope.empty() ? "" : R"(,"scope":)" + scope) + "}}";
  }
  static std::string Admin(const std::string& scope = "") {
    return Password(R"({"name":"admin","password":"open sesame","domain":{"name":"atelier"}})", scope);
  }
  std::string Token() { return std::string(SignIn(Admin()).headers.Get("X-Subject-Token").value_or("")); }
  static json::object Parse(const http::ClientResponse& response) {
    return ParseJsonObject(response.body).value_or(json::object{});
  }
  static json::object TokenOf(const http::ClientResponse& response) {
    auto body = Parse(response);
    return body.contains("token") ? body.at("token").as_object() : json::object{};
  }

  auth::DemoIdentity demo_;
  auth::PlatformAuthenticator authenticator_{demo_.identities, demo_.clock};
  http::TestServer server_{
      MakePlatformHandler(IamRoutes(demo_.identities, {"http://127.0.0.1:9000"}), {}, authenticator_)};
  http::Client client_{server_.address()};
  const std::string base_ = "http://" + server_.address();
};

TEST_F(IamRoutesTest, ATokenByPassword) {
  auto response = SignIn(Admin(R"({"project":{"name":"local-1"}})"));
  ASSERT_EQ(response.status, 201) << response.body;
  EXPECT_FALSE(response.headers.Get("X-Subject-Token").value_or("").empty());
  auto token = TokenOf(response);
  EXPECT_EQ(CompactJson(token.at("methods")), R"(["password"])");
  EXPECT_EQ(token.at("issued_at").as_string(), "2026-01-02T03:04:05.000000Z");
  EXPECT_EQ(token.at("expires_at").as_string(), "2026-01-03T03:04:05.000000Z");
  const std::string domain = R"({"id":")" + demo_.domain.id + R"(","name":"atelier"})";
  EXPECT_EQ(CompactJson(token.at("user")),
            R"({"id":")" + std::string(32, 'c') + R"(","name":"admin","domain":)" + domain + "}");
  EXPECT_EQ(CompactJson(token.at("project")),
            R"({"id":")" + demo_.project.id + R"(","name":"local-1","domain":)" + domain + "}");
  EXPECT_EQ(CompactJson(token.at("roles")), R"([{"id":"0","name":"te_admin"}])");
}

TEST_F(IamRoutesTest, EveryFormOfUserAndScopeIsTaken) {
  const std::string user_id = std::string(32, 'c');
  for (const std::string& user :
       {R"({"id":")" + user_id + R"(","password":"open sesame"})",
        R"({"name":"admin","password":"open sesame","domain":{"id":")" + demo_.domain.id + R"("}})",
        std::string(R"({"name":"admin","password":"open sesame"})")})
    EXPECT_EQ(SignIn(Password(user)).status, 201) << user;
  for (const std::string& scope :
       {std::string(R"("unscoped")"), std::string("null"), R"({"project":{"id":")" + demo_.project.id + R"("}})",
        std::string(R"({"project":{"name":"local-1","domain":{"name":"atelier"}}})"),
        std::string(R"({"domain":{"name":"atelier"}})"), R"({"domain":{"id":")" + demo_.domain.id + R"("}})"})
    EXPECT_EQ(SignIn(Admin(scope)).status, 201) << scope;
  for (std::string scope :
       {R"({"project":{"name":"elsewhere"}})", R"({"project":{"id":"0"}})", R"({"domain":{"name":"elsewhere"}})",
        R"({"project":{"name":"local-1","domain":{"name":"elsewhere"}}})"})
    EXPECT_EQ(SignIn(Admin(scope)).status, 401) << scope;
}

TEST_F(IamRoutesTest, ATokenByAccessKeyOrByToken) {
  auto by_key = SignIn(R"({"auth":{"identity":{"methods":["hw_ak_sk"],"hw_ak_sk":{"access":{"key":")" +
                       auth::DemoKeys().access_key + R"("},"secret":{"key":")" + auth::DemoKeys().secret_key +
                       R"("}}},"scope":{"project":{"name":"local-1"}}}})");
  ASSERT_EQ(by_key.status, 201) << by_key.body;
  EXPECT_EQ(CompactJson(TokenOf(by_key).at("methods")), R"(["hw_ak_sk"])");
  demo_.clock.Advance(std::chrono::hours(1));
  auto again = SignIn(R"({"auth":{"identity":{"methods":["token"],"token":{"id":")" +
                      std::string(*by_key.headers.Get("X-Subject-Token")) + R"("}},"scope":{"project":{"id":")" +
                      demo_.project.id + R"("}}}})");
  ASSERT_EQ(again.status, 201) << again.body;
  EXPECT_EQ(TokenOf(again).at("expires_at"), TokenOf(by_key).at("expires_at"));
}

TEST_F(IamRoutesTest, WrongCredentialsHaveTheKeystoneShape) {
  auto wrong = SignIn(Password(R"({"name":"admin","password":"no","domain":{"name":"atelier"}})"));
  EXPECT_EQ(wrong.status, 401);
  auto error = Parse(wrong).at("error").as_object();
  EXPECT_EQ(error.at("code").as_int64(), 401);
  EXPECT_EQ(error.at("title").as_string(), "Unauthorized");
  EXPECT_FALSE(error.at("message").as_string().empty());
  EXPECT_FALSE(wrong.headers.Has("X-Subject-Token"));
  EXPECT_EQ(Parse(Get("/v3/projects")).at("error").as_object().at("code").as_int64(), 401);
}

TEST_F(IamRoutesTest, TooManyFailuresAreToldHowLongToWait) {
  for (int i = 0; i < 5; ++i) SignIn(Password(R"({"name":"admin","password":"no","domain":{"name":"atelier"}})"));
  auto locked = SignIn(Admin());
  EXPECT_EQ(locked.status, 401);
  auto error = Parse(locked).at("error").as_object();
  EXPECT_EQ(error.at("title").as_string(), "Unauthorized");
  EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr("another 15 minutes: try again then"));
  demo_.clock.Advance(std::chrono::minutes(15));
  EXPECT_EQ(SignIn(Admin()).status, 201);
}

TEST_F(IamRoutesTest, BadBodiesAreToldWhatIsMissing) {
  const std::pair<std::string, std::string> rows[] = {
      {"", "JSON"},
      {"[]", "object"},
      {"{\"auth\":", "line 1"},
      {"{}", "'auth' is missing"},
      {R"({"auth":7})", "auth"},
      {R"({"auth":{}})", "'auth.identity' is missing"},
      {R"({"auth":{"identity":{}}})", "'auth.identity.methods' must be"},
      {R"({"auth":{"identity":{"methods":["saml"]}}})", "'auth.identity.methods' must be"},
      {R"({"auth":{"identity":{"methods":["password"]}}})", "'auth.identity.password' is missing"},
      {R"({"auth":{"identity":{"methods":["password"],"password":{}}}})", "'auth.identity.password.user' is missing"},
      {Password("{}"), "needs 'id' or 'name'"},
      {Password(R"({"name":7})"), "name"},
      {R"({"auth":{"identity":{"methods":["hw_ak_sk"],"hw_ak_sk":{}}}})", "'auth.identity.hw_ak_sk.access' is missing"},
      {R"({"auth":{"identity":{"methods":["token"]}}})", "'auth.identity.token' is missing"},
  };
  for (const auto& [body, message] : rows) {
    auto response = SignIn(body);
    EXPECT_EQ(response.status, 400) << body;
    auto parsed = Parse(response);
    ASSERT_TRUE(parsed.contains("error")) << response.body;
    if (message != "JSON")
      EXPECT_THAT(std::string(parsed.at("error").as_object().at("message").as_string()), HasSubstr(message)) << body;
  }
  EXPECT_EQ(SignIn(std::string(65 * 1024, ' ')).status, 413);
}

TEST_F(IamRoutesTest, TheCatalogNamesTheServices) {
  auto catalog = TokenOf(SignIn(Admin())).at("catalog").as_array();
  std::map<std::string, std::string> urls;
  for (const auto& entry : catalog) {
    const auto& endpoint = entry.at("endpoints").as_array().at(0).as_object();
    EXPECT_EQ(endpoint.at("interface").as_string(), "public");
    EXPECT_EQ(endpoint.at("region").as_string(), "local-1");
    EXPECT_EQ(endpoint.at("region_id").as_string(), "local-1");
    EXPECT_FALSE(endpoint.at("id").as_string().empty());
    urls[std::string(entry.at("type").as_string())] = std::string(endpoint.at("url").as_string());
  }
  EXPECT_EQ(urls["modelartsv1"], base_ + "/v1/" + demo_.project.id);
  EXPECT_EQ(urls["modelartsv2"], base_ + "/v2/" + demo_.project.id);
  EXPECT_EQ(urls["identity"], base_ + "/v3");
  EXPECT_EQ(urls["object-store"], "http://127.0.0.1:9000");
  EXPECT_EQ(urls["obs"], "http://127.0.0.1:9000");
  EXPECT_FALSE(TokenOf(SignIn(Admin(), "?nocatalog=true")).contains("catalog"));
  auto listed = Parse(Get("/v3/auth/catalog", {{"X-Auth-Token", Token()}}));
  EXPECT_EQ(listed.at("catalog").as_array(), catalog);
}

TEST_F(IamRoutesTest, ATokenCanBeLookedAt) {
  auto token = Token();
  auto shown = Get("/v3/auth/tokens", {{"X-Auth-Token", token}, {"X-Subject-Token", token}});
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(TokenOf(shown).at("expires_at").as_string(), "2026-01-03T03:04:05.000000Z");
  EXPECT_EQ(shown.headers.Get("X-Subject-Token"), token);
  http::ClientRequest head;
  head.method = "HEAD";
  head.target = "/v3/auth/tokens";
  head.headers.Add("X-Auth-Token", token);
  head.headers.Add("X-Subject-Token", token);
  auto checked = Send(head);
  EXPECT_EQ(checked.status, 200);
  EXPECT_TRUE(checked.body.empty());
  EXPECT_EQ(Get("/v3/auth/tokens", {{"X-Auth-Token", token}}).status, 400);
  EXPECT_EQ(Get("/v3/auth/tokens", {{"X-Auth-Token", token}, {"X-Subject-Token", "x"}}).status, 404);
}

TEST_F(IamRoutesTest, DiscoveryDocuments) {
  const std::string entry =
      R"({"id":"v3.8","status":"stable","updated":"2018-01-01T00:00:00Z","links":[{"rel":"self","href":")" + base_ +
      R"(/v3/"}],"media-types":[]})";
  for (std::string target : {"/v3", "/v3/"}) {
    auto version = Get(target);
    EXPECT_EQ(version.status, 200);
    EXPECT_EQ(version.body, R"({"version":)" + entry + "}");
  }
  auto versions = Get("/", {{"Accept", "application/json"}});
  EXPECT_EQ(versions.status, 300);
  EXPECT_EQ(versions.body, R"({"versions":{"values":[)" + entry + "]}}");
  auto page = Get("/", {{"Accept", "text/html,application/xhtml+xml"}});
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.headers.Get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<h1>Atelier</h1>"));
}

TEST_F(IamRoutesTest, ThePageIsForWhoPrefersIt) {
  const std::pair<std::string, int> rows[] = {
      {"", 300},
      {"*/*", 300},
      {"application/json", 300},
      {"text/html", 200},
      {"TEXT/HTML", 200},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200},
      {"text/html, application/json", 200},
      {"application/json, text/html", 300},
      {"application/json, text/html;q=0.1", 300},
      {"application/json;q=0.5, text/html;q=0.9", 200},
      {"text/html;q=0.1, application/json", 300},
      {"text/html;q=0", 300},
      {"text/html;q=x", 300},
      {"text/htmlx", 300},
      {";;,,", 300},
  };
  for (const auto& [accept, status] : rows) {
    auto response = Get("/", {{"Accept", accept}});
    EXPECT_EQ(response.status, status) << accept;
    EXPECT_EQ(response.headers.Get("Vary"), "Accept");
  }
}

TEST_F(IamRoutesTest, ProjectsAndDomains) {
  auto named = Parse(GetSigned("/v3/projects?name=local-1"));
  ASSERT_EQ(named.at("projects").as_array().size(), 1U);
  EXPECT_EQ(CompactJson(named.at("projects").as_array()[0]),
            R"({"id":")" + demo_.project.id + R"(","name":"local-1","domain_id":")" + demo_.domain.id +
                R"(","enabled":true,"parent_id":")" + demo_.domain.id +
                R"(","description":"","is_domain":false,"links":{}})");
  EXPECT_TRUE(Parse(GetSigned("/v3/projects?name=elsewhere")).at("projects").as_array().empty());
  EXPECT_EQ(Parse(GetSigned("/v3/auth/projects")).at("projects").as_array().size(), 1U);
  EXPECT_EQ(CompactJson(Parse(GetSigned("/v3/auth/domains")).at("domains")),
            R"([{"id":")" + demo_.domain.id + R"(","name":"atelier","enabled":true}])");
  EXPECT_EQ(CompactJson(Parse(GetSigned("/v3/domains")).at("domains")),
            CompactJson(Parse(GetSigned("/v3/auth/domains")).at("domains")));
  EXPECT_EQ(Parse(GetSigned("/v3/domains/" + demo_.domain.id)).at("domain").at("name"), "atelier");
  EXPECT_EQ(GetSigned("/v3/domains/other").status, 404);
  EXPECT_EQ(GetSigned("/v3/projects/" + demo_.project.id).status, 200);
  EXPECT_EQ(GetSigned("/v3/projects/other").status, 404);
}

}  // namespace
}  // namespace atelier::api
