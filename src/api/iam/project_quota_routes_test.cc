#include "api/iam/project_quota_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/testing/demo_identity.h"
#include "base/json.h"
#include "tenancy/testing/memory_tenancy.h"

namespace atelier::api {
namespace {

using tenancy::Resource;
using testing::HasSubstr;

class ProjectQuotaRoutesTest : public testing::Test {
 protected:
  static tenancy::Limits Defaults() {
    tenancy::Limits defaults;
    for (const auto& described : tenancy::Resources()) defaults[described.resource] = 10;
    return defaults;
  }
  Result<http::Response> Call(const std::string& method, const std::string& project, const std::string& body = "") {
    http::Router<PlatformTarget> router(ProjectQuotaRoutes(demo_.identities, quotas_));
    http::Request request;
    request.method = method;
    request.path = "/v3/projects/" + project + "/quotas";
    auto match = router.Find(method, request.path);
    PlatformCall call{request, match.arguments, body, {}, "http://localhost"};
    call.principal = demo_.identities.FindKey(auth::DemoKeys().access_key).value()->principal;
    EXPECT_EQ(match.route->target.need->scope, iam::Scope::kDomain);
    EXPECT_EQ(match.route->target.need->operation, iam::Operation::kAdminister);
    return match.route->target.handler(call);
  }

  auth::DemoIdentity demo_;
  tenancy::MemoryQuotaRepository rows_;
  tenancy::FakeUsage usage_;
  tenancy::QuotaService quotas_{rows_, usage_, Defaults()};
};

TEST_F(ProjectQuotaRoutesTest, AreShownAndSet) {
  const auto& id = demo_.project.id;
  usage_.counts[{Resource::kModels, id}] = 3;
  auto answer = Call("PUT", id, R"({"quotas":{"models":5,"replicas":"-1"}})");
  ASSERT_TRUE(answer) << answer.error().message;
  auto text = std::get<std::string>(answer->body);
  EXPECT_THAT(text, HasSubstr(R"({"resource":"models","limit":5,"used":3})"));
  EXPECT_THAT(text, HasSubstr(R"({"resource":"replicas","limit":-1,"used":0})"));
  EXPECT_THAT(text, HasSubstr(R"({"resource":"access-keys","limit":10})")) << "a user's, not a project's";
  EXPECT_EQ(std::get<std::string>(Call("GET", id)->body), text);
}

TEST_F(ProjectQuotaRoutesTest, BadOnesAreNamed) {
  const auto& id = demo_.project.id;
  EXPECT_EQ(Call("GET", "absent").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(Call("PUT", "absent", R"({"quotas":{"models":5}})").error().kind, ErrorKind::kNotFound);
  for (const auto& [body, message] : {std::pair{"{}", "expected an object"},
                                      {R"({"quotas":{}})", "expected an object"},
                                      {R"({"quotas":[]})", "quotas"},
                                      {R"({"quotas":{"gpus":1}})", "'gpus' is no resource; there are training-jobs"},
                                      {R"({"quotas":{"models":null}})", "expected a number"},
                                      {R"({"quotas":{"models":-2}})", "expected -1 (no limit)"},
                                      {R"({"quotas":{"models":"many"}})", "models"}})
    EXPECT_THAT(Call("PUT", id, body).error().message, HasSubstr(message)) << body;
}

}  // namespace
}  // namespace atelier::api
