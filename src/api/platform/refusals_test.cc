// The table of refusals, over the platform listener: each condition, on paths of each generation.
#include "api/platform/refusals.h"

#include <gtest/gtest.h>

#include "api/platform/platform_surface.h"
#include "auth/testing/demo_identity.h"
#include "base/json.h"
#include "http/client.h"
#include "http/testing/server_fixture.h"

namespace atelier::api {
namespace {

enum class Path { kTrainingV1, kModelsV1, kServicesV2, kTrainingV2 };

class RefusalsTest : public testing::Test {
 protected:
  static std::vector<PlatformRoute> Routes() {
    auto to = [](ErrorShape shape) -> PlatformTarget {
      return {[](const PlatformCall&) -> Result<http::Response> { return http::Response::Empty(204); }, shape};
    };
    return {{"POST", "/v1/{project_id}/training-jobs", "CreateJob", to(ErrorShape::kTraining)},
            {"POST", "/v1/{project_id}/models", "CreateModel", to(ErrorShape::kModelArts)},
            {"POST", "/v2/{project_id}/services", "CreateServiceV2", to(ErrorShape::kModelArts)},
            {"POST", "/v2/{project_id}/training-jobs", "CreateJobV2", to(ErrorShape::kModelArts)}};
  }
  http::ClientRequest Request(Path path, const std::string& project_id) const {
    http::ClientRequest request;
    request.method = "POST";
    constexpr const char* kParts[][2] = {
        {"/v1/", "/training-jobs"}, {"/v1/", "/models"}, {"/v2/", "/services"}, {"/v2/", "/training-jobs"}};
    const auto& parts = kParts[static_cast<std::size_t>(path)];
    request.target = parts[0] + project_id + parts[1];
    request.headers.Add("Host", server_.address());
    return request;
  }
  // "401 ModelArts.0201", or "204 ".
  std::string Answer(const http::ClientRequest& request) {
    auto response = client_.Send(request);
    if (!response) return response.error().message;
    auto body = ParseJsonObject(response->body).value_or(json::object{});
    const auto* code = body.if_contains("error_code");
    return std::to_string(response->status) + " " + (code == nullptr ? "" : std::string(code->as_string()));
  }
  using Header = std::pair<std::string, std::string>;
  std::string With(Path path, const std::vector<Header>& headers, const std::string& project_id = {}) {
    auto request = Request(path, project_id.empty() ? demo_.project.id : project_id);
    for (const auto& [name, value] : headers) request.headers.Add(name, value);
    return Answer(request);
  }
  std::string Signed(Path path, const auth::KeyPair& keys, const std::string& project_id = {}) {
    auto request = Request(path, project_id.empty() ? demo_.project.id : project_id);
    auth::SignSdkHmac(request.headers, "POST", request.target, "", keys, demo_.clock.Now());
    return Answer(request);
  }
  void SetRole(iam::Role role) {
    ASSERT_TRUE(demo_.repository.SetRole({std::string(32, 'c'), demo_.domain.id, role}));
    demo_.identities.ForgetCached();
  }

  const std::vector<Path> all_ = {Path::kTrainingV1, Path::kModelsV1, Path::kServicesV2, Path::kTrainingV2};
  const std::string elsewhere_ = std::string(32, 'f');
  auth::DemoIdentity demo_;
  auth::PlatformAuthenticator authenticator_{demo_.identities, demo_.clock};
  http::TestServer server_{MakePlatformHandler(Routes(), {}, authenticator_)};
  http::Client client_{server_.address()};
  const std::string token_ = demo_.Token();
};

TEST_F(RefusalsTest, GoodProofsPass) {
  for (Path path : all_) {
    EXPECT_EQ(With(path, {{"X-Auth-Token", token_}}), "204 ");
    EXPECT_EQ(Signed(path, auth::DemoKeys()), "204 ");
    EXPECT_EQ(Signed(path, demo_.MakeTemporaryKeys()), "204 ");
  }
}

TEST_F(RefusalsTest, NoProof) {
  for (Path path : all_) {
    EXPECT_EQ(With(path, {}), "401 ModelArts.0205");
    EXPECT_EQ(With(path, {{"X-Auth-Token", ""}}), "401 ModelArts.0201");
  }
}

TEST_F(RefusalsTest, ExpiredTokens) {
  auto keys = demo_.MakeTemporaryKeys();
  demo_.clock.Advance(std::chrono::hours(25));
  for (Path path : all_) {
    EXPECT_EQ(With(path, {{"X-Auth-Token", token_}}), "401 ModelArts.0202") << "401: Keystone clients sign in again";
    EXPECT_EQ(Signed(path, keys), "401 ModelArts.0202");
  }
}

TEST_F(RefusalsTest, MalformedTokens) {
  auto keys = demo_.MakeTemporaryKeys();
  keys.security_token += "x";
  for (Path path : all_) {
    std::string refused = path == Path::kTrainingV2 ? "403 ModelArts.2784" : "401 ModelArts.0203";
    EXPECT_EQ(With(path, {{"X-Auth-Token", "nonsense"}}), refused);
    EXPECT_EQ(With(path, {{"X-Auth-Token", token_ + "x"}}), refused);
    EXPECT_EQ(Signed(path, keys), refused);
  }
}

TEST_F(RefusalsTest, HeadersOfAnotherForm) {
  for (Path path : all_)
    for (std::string text : {"Basic YTpi", "Bearer x", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=AK",
                             "V11-HMAC-SHA256 Credential=AK, SignedHeaders=host, Signature=x"})
      EXPECT_EQ(With(path, {{"Authorization", text}}), "401 ModelArts.0206") << text;
}

TEST_F(RefusalsTest, TokensWhoseProjectIsClosed) {
  demo_.repository.SetEnabled(demo_.project.id, false);
  demo_.identities.ForgetCached();
  for (Path path : all_) {
    EXPECT_EQ(With(path, {{"X-Auth-Token", token_}}), "401 ModelArts.0212");
    EXPECT_EQ(Signed(path, auth::DemoKeys()), "403 ModelArts.0206");
  }
}

TEST_F(RefusalsTest, WrongKeys) {
  auto half = demo_.MakeTemporaryKeys();
  half.security_token.clear();
  for (Path path : all_) {
    EXPECT_EQ(Signed(path, {auth::DemoKeys().access_key, "another secret"}), "403 ModelArts.0206");
    EXPECT_EQ(Signed(path, {"UNKNOWN", auth::DemoKeys().secret_key}), "403 ModelArts.0206");
    EXPECT_EQ(Signed(path, half), "403 ModelArts.0206");
  }
}

TEST_F(RefusalsTest, AnotherProjectThanTheTokens) {
  for (Path path : all_) {
    std::string refused = path == Path::kTrainingV2 ? "404 ModelArts.2786" : "403 ModelArts.0210";
    EXPECT_EQ(With(path, {{"X-Auth-Token", token_}}, elsewhere_), refused);
    EXPECT_EQ(Signed(path, auth::DemoKeys(), elsewhere_), refused);
    EXPECT_EQ(Signed(path, demo_.MakeTemporaryKeys(), elsewhere_), refused);
  }
}

TEST_F(RefusalsTest, RolesThatDoNotAllowIt) {
  auto keys = demo_.MakeTemporaryKeys();
  SetRole(iam::Role::kReadOnly);
  for (Path path : all_) {
    EXPECT_EQ(With(path, {{"X-Auth-Token", token_}}), "403 ModelArts.0112");
    EXPECT_EQ(Signed(path, keys), "403 ModelArts.0112");
  }
}

TEST(RefusalForTest, OnlyTrainingV2HasItsOwn) {
  struct Row {
    std::string pattern, code, becomes;
    ErrorKind kind;
  };
  const Row rows[] = {
      {"/v2/{project_id}/training-jobs", "ModelArts.0203", "ModelArts.2784", ErrorKind::kPermissionDenied},
      {"/v2/{project_id}/training-job-searches", "ModelArts.0203", "ModelArts.2784", ErrorKind::kPermissionDenied},
      {"/v2/{project_id}/algorithms/{id}", "ModelArts.0203", "ModelArts.2784", ErrorKind::kPermissionDenied},
      {"/v2/{project_id}/training-jobs", "ModelArts.0202", "ModelArts.0202", ErrorKind::kUnauthenticated},
      {"/v2/{project_id}/services", "ModelArts.0203", "ModelArts.0203", ErrorKind::kUnauthenticated},
      {"/v1/{project_id}/training-jobs", "ModelArts.0203", "ModelArts.0203", ErrorKind::kUnauthenticated},
  };
  for (const Row& row : rows) {
    Error error = RefusalFor(row.pattern, {ErrorKind::kUnauthenticated, "said", row.code, ""});
    EXPECT_EQ(error.code, row.becomes) << row.pattern;
    EXPECT_EQ(error.kind, row.kind) << row.pattern;
    EXPECT_EQ(error.message, "said");
  }
}

}  // namespace
}  // namespace atelier::api
