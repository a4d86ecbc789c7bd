// Quotas, workspaces, tags and pools on the wire, and what stands before the routes that make things.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/modelarts/admission.h"
#include "api/modelarts/pool_routes.h"
#include "api/modelarts/quota_routes.h"
#include "api/modelarts/tag_routes.h"
#include "api/modelarts/testing/route_calls.h"
#include "api/modelarts/unserved_routes.h"
#include "api/modelarts/workspace_routes.h"
#include "base/json.h"
#include "tenancy/testing/memory_tenancy.h"

namespace atelier::api {
namespace {

using tenancy::Resource;
using testing::HasSubstr;

class TenancyRoutesTest : public testing::Test {
 protected:
  TenancyRoutesTest() {
    for (auto& group : {QuotaRoutes(quotas_), WorkspaceRoutes(workspaces_), TagRoutes(tags_), PoolRoutes()})
      routes_.insert(routes_.end(), group.begin(), group.end());
    tagged_.resources[{"p", tenancy::TaggedKind::kService}] = {{"s1", "s1", "digits", "0"},
                                                               {"s2", "s2", "letters", "w"}};
  }
  static tenancy::Limits Defaults() {
    tenancy::Limits defaults;
    for (const auto& described : tenancy::Resources()) defaults[described.resource] = 10;
    return defaults;
  }
  // Something that is made by the action, and counted.
  void AddMaker(const std::string& action) {
    auto make = [this](const PlatformCall&) -> Result<http::Response> {
      ++made_;
      return http::Response::Empty(200);
    };
    routes_.push_back({"POST", "/v1/{project_id}/" + action, action, {make, ErrorShape::kModelArts}});
  }
  Result<http::Response> Call(const std::string& method, const std::string& path, const std::string& body = "") {
    iam::Principal principal;
    principal.project_id = "p";
    principal.user_id = "u";
    principal.user_name = "anna";
    return CallRoute(routes_, {.method = method, .path = path, .body = body, .principal = principal});
  }
  json::object Body(const std::string& method, const std::string& path, const std::string& body = "") {
    return ObjectOf(Call(method, path, body));
  }
  std::string Code(const std::string& method, const std::string& path, const std::string& body = "") {
    return ErrorOf(Call(method, path, body)).code;
  }
  std::string MakeWorkspace(const std::string& name) {
    return std::string(Body("POST", "/v1/p/workspaces", fmt::format(R"({{"name":"{}"}})", name))["id"].as_string());
  }

  ManualClock clock_{FromUnixMillis(1000)};
  tenancy::MemoryQuotaRepository quota_rows_;
  tenancy::FakeUsage usage_;
  tenancy::QuotaService quotas_{quota_rows_, usage_, Defaults()};
  tenancy::MemoryWorkspaceRepository workspace_rows_;
  tenancy::FakeContents contents_;
  tenancy::WorkspaceService workspaces_{workspace_rows_, contents_, clock_};
  tenancy::MemoryTagRepository tag_rows_;
  tenancy::FakeTaggedResources tagged_;
  tenancy::TagService tags_{tag_rows_, tagged_};
  std::vector<PlatformRoute> routes_;
  int made_ = 0;
};

TEST_F(TenancyRoutesTest, QuotasAreTextsInOneApiAndNumbersInTheOther) {
  usage_.counts[{Resource::kJobs, "p"}] = 3;
  auto resources = Body("GET", "/v1/p/quotas")["quotas"].as_object()["resources"].as_array();
  ASSERT_EQ(resources.size(), tenancy::Resources().size());
  EXPECT_EQ(CompactJson(resources[0]), R"({"type":"training-jobs","quota":"10","used":"3"})");
  EXPECT_EQ(CompactJson(Body("GET", "/v2/p/training-quotas?resource=job-num")),
            R"({"quotas":[{"resource":"job-num","quota":10,"used":3}]})");
  EXPECT_EQ(Code("GET", "/v2/p/training-quotas?resource=gpu"), "ModelArts.2788");
  EXPECT_EQ(CompactJson(Body("PUT", "/v2/p/training-quotas",
                             R"({"user_id":"u","quotas":[{"resource":"job-num","quota":"7"}]})")),
            R"({"user_id":"u","quotas":[{"resource":"job-num","quota":7}]})");
  EXPECT_EQ(quotas_.LimitOf("p", Resource::kJobs).value(), 7);
  for (const char* bad : {"{}", R"({"quotas":[]})", R"({"quotas":[{"resource":"job-num","quota":0}]})",
                          R"({"quotas":[{"resource":"job-num"}]})", R"({"quotas":[1]})"})
    EXPECT_EQ(Code("PUT", "/v2/p/training-quotas", bad), "ModelArts.2788") << bad;
  EXPECT_EQ(Code("PUT", "/v2/p/training-quotas", "["), "ModelArts.2787");
  EXPECT_EQ(
      Call("PUT", "/v2/p/training-quotas", R"({"quotas":[{"resource":"visual-job-num","quota":1}]})").error().kind,
      ErrorKind::kUnimplemented);
}

TEST_F(TenancyRoutesTest, QuotasAreChangedByWhoAdministersTheDomain) {
  for (const auto& route : QuotaRoutes(quotas_)) {
    auto need = NeedOf(route.target, route.method);
    EXPECT_EQ(need.operation, route.method == "PUT" ? iam::Operation::kAdminister : iam::Operation::kRead);
    EXPECT_EQ(need.scope == iam::Scope::kDomain, route.method == "PUT");
  }
}

TEST_F(TenancyRoutesTest, WorkspacesAreMadeListedAndRemoved) {
  auto made =
      Body("POST", "/v1/p/workspaces",
           R"({"name":"vision","description":"d","auth_type":"PUBLIC","enterprise_project_id":"e","grants":[]})");
  auto id = std::string(made["id"].as_string());
  made["id"] = "?";
  EXPECT_EQ(CompactJson(made),
            R"({"id":"?","name":"vision","description":"d","owner":"anna","auth_type":"PUBLIC","grants":[],)"
            R"("enterprise_project_id":"e","enterprise_project_name":"","create_time":1000,"update_time":1000,)"
            R"("status":"NORMAL","status_info":""})");
  MakeWorkspace("audio");
  auto names = [&](const std::string& query) {
    std::string text;
    auto list = Body("GET", "/v1/p/workspaces" + query);
    for (const auto& item : list["workspaces"].as_array()) text += std::string(item.at("name").as_string()) + " ";
    return text + std::to_string(list["total_count"].as_int64());
  };
  EXPECT_EQ(names(""), "vision default audio 3");
  EXPECT_EQ(names("?order=asc&limit=2"), "audio default 3");
  EXPECT_EQ(names("?order=asc&limit=2&offset=1"), "vision 3");
  EXPECT_EQ(names("?name=IS&filter_accessible=true"), "vision 1");
  EXPECT_EQ(names("?enterprise_project_id=e"), "vision 1");
  EXPECT_EQ(names("?sort_by=update_time&order=asc&limit=1"), "default 3");
  EXPECT_EQ(Code("GET", "/v1/p/workspaces?sort_by=size"), "ModelArts.0104");
  EXPECT_EQ(Body("GET", "/v1/p/workspaces/0")["name"], "default");
  EXPECT_EQ(Body("PUT", "/v1/p/workspaces/" + id, R"({"name":"images"})")["workspace_id"], json::value(id));
  EXPECT_EQ(Body("GET", "/v1/p/workspaces/" + id)["name"], "images");
  EXPECT_EQ(Body("GET", "/v1/p/workspaces/" + id)["description"], "d");
  EXPECT_EQ(Body("DELETE", "/v1/p/workspaces/" + id)["workspace_id"], json::value(id));
  EXPECT_EQ(Code("GET", "/v1/p/workspaces/" + id), "ModelArts.0102");
  EXPECT_EQ(Call("POST", "/v1/p/workspaces", R"({"name":"secret","auth_type":"PRIVATE"})").error().kind,
            ErrorKind::kUnimplemented);
  for (const char* bad : {"", "[]", "{}", R"({"name":1})", R"({"name":"team","auth_type":"X"})"})
    EXPECT_EQ(Code("POST", "/v1/p/workspaces", bad), "ModelArts.0104") << bad;
}

TEST_F(TenancyRoutesTest, TagsAreMadeListedAndFound) {
  const std::string base = "/v2/p/modelarts-service-v2";
  EXPECT_EQ(Call("POST", base + "/s1/tags/create", R"({"tags":[{"key":"team","value":"vision"},{"key":"a"}]})")->status,
            204);
  EXPECT_EQ(CompactJson(Body("GET", base + "/s1/tags")),
            R"({"tags":[{"key":"a","value":""},{"key":"team","value":"vision"}]})");
  EXPECT_EQ(Call("DELETE", base + "/s1/tags/delete", R"({"tags":[{"key":"a"}]})")->status, 204);
  EXPECT_EQ(CompactJson(Body("GET", base + "/tags")), R"({"tags":[{"key":"team","values":["vision"]}]})");
  EXPECT_EQ(CompactJson(Body(
                "POST", base + "/resource-instances/filter",
                R"({"tags":[{"key":"team","values":["vision"]}],"matches":[{"key":"resource_name","value":"DIG"}]})")),
            R"({"resources":[{"resource_id":"s1","resource_name":"digits","workspace_id":"0","resource_detail":{},)"
            R"("tags":[{"key":"team","value":"vision"}]}],"total_count":1})");
  EXPECT_EQ(Body("POST", base + "/resource-instances/count", "")["total_count"], 2);
  EXPECT_EQ(Body("POST", base + "/resource-instances/count", R"({"without_any_tag":true})")["total_count"], 1);
  EXPECT_EQ(Body("POST", base + "/resource-instances/filter?limit=1&offset=1")["resources"].as_array().size(), 1U);
  EXPECT_EQ(Body("POST", base + "/resource-instances/filter", R"({"limit":1})")["resources"].as_array().size(), 1U);
  EXPECT_EQ(Body("POST", "/v2/p/modelarts-training-job/resource-instances/count", "{}")["total_count"], 0);
  for (const char* bad : {R"({"limit":0})", R"({"matches":[{"key":"x"}]})", R"({"tags":{}})", "["})
    EXPECT_EQ(Code("POST", base + "/resource-instances/filter", bad), "ModelArts.0104") << bad;
  EXPECT_EQ(Code("POST", base + "/s1/tags/create", "{}"), "ModelArts.0104");
  EXPECT_EQ(Code("GET", base + "/absent/tags"), "ModelArts.0101");
}

TEST_F(TenancyRoutesTest, ThereAreNoPools) {
  EXPECT_EQ(CompactJson(Body("GET", "/v2/p/pools")), R"({"kind":"PoolList","apiVersion":"v2","items":[]})");
  EXPECT_EQ(Call("GET", "/v2/p/pools/mine").error().kind, ErrorKind::kNotFound);
}

TEST_F(TenancyRoutesTest, NothingIsMadeInAnUnknownWorkspace) {
  auto id = MakeWorkspace("vision");
  for (const char* action :
       {"CreateTrainingJob", "ImportModel", "DeployService", "CreateAlgorithm", "CreateTrainingJobV2"})
    AddMaker(action);
  GuardCreation(routes_, quotas_, workspaces_);
  for (const char* action : {"CreateTrainingJob", "ImportModel", "DeployService"}) {
    made_ = 0;
    auto path = fmt::format("/v1/p/{}", action);
    EXPECT_EQ(Code("POST", path, R"({"workspace_id":"absent"})"), "ModelArts.0102") << action;
    EXPECT_EQ(Code("POST", path, R"({"workspace_id":5})"), "ModelArts.0102") << action;
    EXPECT_EQ(made_, 0);
    for (const std::string& body :
         {std::string("{}"), std::string(R"({"workspace_id":0})"), std::string(R"({"workspace_id":""})"),
          fmt::format(R"({{"workspace_id":"{}"}})", id), std::string("no json: the handler says so")})
      EXPECT_TRUE(Call("POST", path, body)) << action << body;
    EXPECT_EQ(made_, 5);
  }
  for (const char* action : {"CreateAlgorithm", "CreateTrainingJobV2"}) {
    auto path = fmt::format("/v1/p/{}", action);
    EXPECT_EQ(Code("POST", path, R"({"metadata":{"workspace_id":"absent"}})"), "ModelArts.0102");
    EXPECT_TRUE(Call("POST", path, fmt::format(R"({{"metadata":{{"workspace_id":"{}"}}}})", id)));
  }
}

TEST_F(TenancyRoutesTest, NothingIsMadeBeyondAQuota) {
  struct Row {
    const char* action;
    const char* body;
    Resource resource;
    std::size_t wanted;
    const char* code;
  };
  const std::vector<Row> rows = {
      {"CreateTrainingJob", "{}", Resource::kJobs, 1, "ModelArts.0118"},
      {"CreateTrainingJob", "{}", Resource::kRunningVersions, 1, "ModelArts.0118"},
      {"CreateTrainingJob", R"({"config":{"create_version":false}})", Resource::kRunningVersions, 0, ""},
      {"CreateTrainingJob", R"({"config":{"create_version":"false"}})", Resource::kRunningVersions, 0, ""},
      {"CreateTrainingJobVersion", "{}", Resource::kRunningVersions, 1, "ModelArts.0118"},
      {"CreateTrainingJobVersion", "{}", Resource::kJobs, 0, ""},
      {"CreateTrainingJobV2", "{}", Resource::kJobs, 1, "ModelArts.2815"},
      {"CreateTrainingJobV2", "{}", Resource::kRunningVersions, 1, "ModelArts.2815"},
      {"ImportModel", "{}", Resource::kModels, 1, "ModelArts.0118"},
      {"DeployService", "{}", Resource::kServices, 1, "ModelArts.3520"},
      {"DeployService", R"({"config":[{"instance_count":"2"},{"instance_count":1},{}]})", Resource::kReplicas, 4,
       "ModelArts.3521"},
      {"CreateInferService", "{}", Resource::kServices, 1, "ModelArts.3520"},
      {"CreateInferService", R"({"group_configs":[{"unit_configs":[{"count":"2"},{}]},1]})", Resource::kReplicas, 3,
       "ModelArts.3521"},
      {"CreateInferService", R"({"group_configs":[{"unit_configs":[{"models":[{"address":"/b/m/"}]},
         {"files":[{"source":"MODEL"}]},{"files":[{"source":"OBS"}]}]}]})",
       Resource::kModels, 2, "ModelArts.0118"},
      {"UpdateInferService", R"({"group_configs":[{"unit_configs":[{"models":[{"source":"OBS"}]}]}]})",
       Resource::kModels, 1, "ModelArts.0118"},
      {"CreateAlgorithm", "{}", Resource::kAlgorithms, 1, "ModelArts.2815"},
  };
  for (const auto& row : rows) AddMaker(row.action);
  GuardCreation(routes_, quotas_, workspaces_);
  for (const auto& row : rows) {
    SCOPED_TRACE(fmt::format("{} {}", row.action, row.body));
    made_ = 0;
    auto& count = usage_.counts[{row.resource, "p"}];
    count = 10 - row.wanted;
    EXPECT_TRUE(Call("POST", fmt::format("/v1/p/{}", row.action), row.body)) << "the last one that fits";
    count = 11 - row.wanted;
    auto beyond = Call("POST", fmt::format("/v1/p/{}", row.action), row.body);
    EXPECT_EQ(beyond.has_value(), row.wanted == 0);
    if (!beyond) EXPECT_EQ(beyond.error().code, row.code);
    EXPECT_EQ(made_, row.wanted == 0 ? 2 : 1);
    count = 0;
  }
}

TEST_F(TenancyRoutesTest, KeysAreCountedForWhomTheyAreMade) {
  AddMaker("CreateAccessKey");
  GuardCreation(routes_, quotas_, workspaces_);
  usage_.counts[{Resource::kAccessKeys, "other"}] = 10;
  EXPECT_TRUE(Call("POST", "/v1/p/CreateAccessKey", R"({"credential":{"description":"mine"}})"));
  EXPECT_EQ(Code("POST", "/v1/p/CreateAccessKey", R"({"credential":{"user_id":"other"}})"), "ModelArts.0118");
}

TEST(UnservedRoutes, SayWhatIsNotServed) {
  auto routes = UnservedRoutes();
  EXPECT_GT(routes.size(), 200U);
  std::set<std::string> actions;
  for (const auto& route : routes) {
    EXPECT_TRUE(actions.insert(route.action).second) << route.action;
    EXPECT_TRUE(route.pattern.starts_with("/v1/{project_id}/") || route.pattern.starts_with("/v2/{project_id}/"))
        << route.pattern;
    EXPECT_EQ(route.target.handler, nullptr) << route.action;
    EXPECT_THAT(route.target.unserved, HasSubstr(" are not served by this server"));
  }
  http::Router<PlatformTarget> router(routes);
  EXPECT_EQ(router.Find("GET", "/v1/p/notebooks").route->action, "ListNotebooks");
  EXPECT_EQ(router.Find("GET", "/v2/p/services/clusters/c").route->action, "ShowInferServiceCluster");
}

}  // namespace
}  // namespace atelier::api
