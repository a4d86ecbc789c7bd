// The bodies as Keystone's clients read them: testdata/*.json holds each one whole, members in order.
#include <gtest/gtest.h>

#include <filesystem>

#include "api/iam/administration_routes.h"
#include "api/iam/iam_routes.h"
#include "auth/testing/demo_identity.h"
#include "base/files.h"
#include "base/json.h"
#include "iam/testing/fake_project_usage.h"

namespace atelier::api {
namespace {

struct Row {
  std::string method, target, golden;
  int status = 200;
};

class IamGoldenTest : public testing::TestWithParam<Row> {
 protected:
  // A group with the demo user in it, which may read in the demo project. Only what names groups asks for one.
  void SetUp() override {
    if (GetParam().golden.find("group") == std::string::npos && !GetParam().golden.starts_with("effective")) return;
    const std::string group_id(32, 'e');
    ASSERT_TRUE(demo_.repository.CreateGroup({group_id, "readers", demo_.domain.id, "who look", demo_.clock.Now()}));
    ASSERT_TRUE(demo_.repository.AddMember(group_id, std::string(32, 'c')));
    ASSERT_TRUE(demo_.repository.SetGroupRole({group_id, demo_.project.id, iam::Role::kReadOnly}));
  }
  Result<http::Response> Call(const std::string& method, const std::string& target, std::string body) {
    auto request = auth::MakeRequest(method, target);
    auto match = router_.Find(method, request.path);
    if (match.route == nullptr) return Internal("no such route");
    ATELIER_TRY(auto owner, demo_.identities.FindKey(auth::DemoKeys().access_key));
    PlatformCall call{request, match.arguments, std::move(body), owner->principal, "http://127.0.0.1:8080"};
    return match.route->target.handler(call);
  }

  std::vector<PlatformRoute> Routes() {
    auto routes = IamRoutes(demo_.identities, {"http://127.0.0.1:9000"});
    auto more = AdministrationRoutes(administration_);
    routes.insert(routes.end(), more.begin(), more.end());
    return routes;
  }

  auth::DemoIdentity demo_;
  iam::FakeProjectUsage usage_;
  iam::Administration administration_{demo_.repository, demo_.identities, usage_, demo_.clock};
  http::Router<PlatformTarget> router_{Routes()};
};

TEST_P(IamGoldenTest, TheBodyIsThatOfTheFile) {
  const auto& row = GetParam();
  auto response = Call(row.method, row.target,
                       R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin",)"
                       R"("password":"open sesame","domain":{"name":"atelier"}}}},)"
                       R"("scope":{"project":{"name":"local-1"}}}})");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, row.status);
  EXPECT_TRUE(response->headers.Get("Content-Type").value_or("").starts_with("application/json"));
  auto body = ParseJson(std::get<std::string>(response->body));
  ASSERT_TRUE(body) << body.error().message;
  auto folder = std::filesystem::path(ATELIER_SOURCE_DIR) / "src/api/iam/testdata";
  auto text = ReadFile(folder / (row.golden + ".json"));
  ASSERT_TRUE(text) << text.error().message;
  auto golden = ParseJson(*text);
  ASSERT_TRUE(golden) << golden.error().message;
  EXPECT_EQ(PrettyJson(*body), PrettyJson(*golden));
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, IamGoldenTest,
    testing::Values(Row{"GET", "/", "versions", 300}, Row{"GET", "/v3", "version"}, Row{"GET", "/v3/", "version"},
                    Row{"POST", "/v3/auth/tokens", "token", 201},
                    Row{"POST", "/v3/auth/tokens?nocatalog=1", "token_without_catalog", 201},
                    Row{"GET", "/v3/auth/catalog", "catalog"}, Row{"GET", "/v3/auth/projects", "auth_projects"},
                    Row{"GET", "/v3/projects", "projects"}, Row{"GET", "/v3/projects?name=local-1", "projects"},
                    Row{"GET", "/v3/projects/" + std::string(32, 'b'), "project"},
                    Row{"GET", "/v3/auth/domains", "domains"},
                    Row{"GET", "/v3.0/OS-CREDENTIAL/credentials", "credentials"},
                    Row{"GET", "/v3.0/OS-CREDENTIAL/credentials/DEMOACCESSKEY0000001", "credential"},
                    Row{"GET", "/v3/users", "users"}, Row{"GET", "/v3/roles", "roles"},
                    Row{"GET", "/v3/users/" + std::string(32, 'c'), "user"},
                    Row{"GET", "/v3/role_assignments", "role_assignments"}, Row{"GET", "/v3/groups", "groups"},
                    Row{"GET", "/v3/groups/" + std::string(32, 'e'), "group"},
                    Row{"GET", "/v3/groups/" + std::string(32, 'e') + "/users", "group_users"},
                    Row{"GET", "/v3/users/" + std::string(32, 'c') + "/groups", "user_groups"},
                    Row{"GET", "/v3/projects/" + std::string(32, 'b') + "/groups/" + std::string(32, 'e') + "/roles",
                        "group_roles"},
                    Row{"GET", "/v3/role_assignments?group.id=" + std::string(32, 'e'), "group_role_assignments"},
                    Row{"GET", "/v3/role_assignments?effective&scope.project.id=" + std::string(32, 'b'),
                        "effective_role_assignments"}));

}  // namespace
}  // namespace atelier::api
