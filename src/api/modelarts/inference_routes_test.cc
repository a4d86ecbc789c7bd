// Services of API v2 and API keys on the wire, over the rooms as they are and predictors that are not.
#include "api/modelarts/inference_routes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/modelarts/api_key_routes.h"
#include "api/modelarts/testing/route_calls.h"
#include "base/json.h"
#include "iam/testing/memory_app_repository.h"
#include "object_store/testing/service_fixture.h"
#include "registry/testing/fake_model_checker.h"
#include "registry/testing/memory_model_repository.h"
#include "serving/testing/fake_replica_runner.h"
#include "serving/testing/memory_service_repository.h"

namespace atelier::api {
namespace {

class InferenceRoutesTest : public object_store::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    models_ = std::make_unique<registry::ModelService>(model_rows_, *service_, checker_, clock_,
                                                       registry::ModelServiceOptions{folder_.path() / "models", true});
    services_ = std::make_unique<serving::DeploymentService>(rows_, *models_, runner_, clock_,
                                                             serving::DeploymentService::Hooks{});
    apps_ = iam::AppService::Open(app_rows_, clock_, [](const std::string&) -> Result<bool> { return true; }).value();
    routes_ = InferenceRoutes(*services_, *models_, {{.code = "cpu.2u", .cores = 2, .memory_bytes = 4ULL << 30}});
    for (auto& route : ApiKeyRoutes(*apps_, *services_)) routes_.push_back(std::move(route));
    registry::Model model;
    model.id = "m1";
    model.project_id = "p";
    model.name = "mnist";
    model.version = "1.0.0";
    model.status = registry::ModelStatus::kPublished;
    ASSERT_TRUE(model_rows_.Insert(model));
  }
  Result<http::Response> Call(const std::string& method, const std::string& path, const std::string& body = "") {
    iam::Principal principal;
    principal.project_id = "p";
    principal.user_id = "u";
    principal.user_name = "anna";
    return CallRoute(routes_,
                     {.method = method, .path = "/v2/p/services" + path, .body = body, .principal = principal});
  }
  json::object Body(const std::string& method, const std::string& path, const std::string& body = "") {
    return ObjectOf(Call(method, path, body));
  }
  std::string Code(const std::string& method, const std::string& path, const std::string& body = "") {
    return ErrorOf(Call(method, path, body)).code;
  }
  std::string Make(const std::string& name) {
    auto made = Body("POST", "",
                     fmt::format(R"({{"name":"{}","group_configs":[{{"unit_configs":[
      {{"models":[{{"source":"MODEL","address":"m1"}}]}}]}}]}})",
                                 name));
    return std::string(made.at("id").as_string());
  }

  registry::MemoryModelRepository model_rows_;
  registry::FakeModelChecker checker_;
  std::unique_ptr<registry::ModelService> models_;
  serving::MemoryServiceRepository rows_;
  serving::FakeReplicaRunner runner_;
  std::unique_ptr<serving::DeploymentService> services_;
  iam::MemoryAppRepository app_rows_;
  std::unique_ptr<iam::AppService> apps_;
  std::vector<PlatformRoute> routes_;
};

TEST_F(InferenceRoutesTest, AServiceIsMadeShownListedAndDeleted) {
  auto id = Make("digits");
  auto shown = Body("GET", "/" + id);
  EXPECT_EQ(shown["status"], "DEPLOYING");
  EXPECT_EQ(CompactJson(shown["predict_url"]),
            fmt::format(R"([{{"type":"PUBLIC","urls":["http://localhost/v1/infers/{}"]}}])", id));
  auto unit = shown["version"].as_object()["instance_groups"].as_array()[0].as_object()["unit_configs"].as_array()[0];
  EXPECT_EQ(unit.at("flavor"), "cpu.2u");
  EXPECT_EQ(unit.at("models").as_array()[0].at("source"), "MODEL");
  Make("letters");
  auto page = Body("GET", "?limit=1&offset=1&sort_key=name&sort_dir=asc&status=DEPLOYING");
  EXPECT_EQ(page["total"], 2);
  EXPECT_EQ(page["pages"], 2);
  EXPECT_EQ(page["current"], 1);
  EXPECT_EQ(page["data"].as_array()[0].at("name"), "letters");
  EXPECT_EQ(Body("GET", "?status=INTERRUPTING")["total"], 0);
  EXPECT_EQ(Body("GET", "?pool_id=x")["total"], 0);
  EXPECT_EQ(Code("GET", "?limit=2&offset=1"), "ModelArts.0104");
  EXPECT_EQ(Code("GET", "?sort_dir=up"), "ModelArts.0104");
  EXPECT_EQ(Call("GET", "?user_name=x").error().kind, ErrorKind::kUnimplemented);
  EXPECT_EQ(Body("GET", "/" + id + "/deployments")["data"].as_array()[0].at("id"), "m1");
  EXPECT_EQ(Body("GET", "/" + id + "/deployments/m1")["name"], "mnist");
  EXPECT_EQ(Code("GET", "/" + id + "/deployments/m2"), "ModelArts.3502");
  EXPECT_EQ(Body("GET", "/" + id + "/events?event_type=NORMAL")["total"], 2);
  EXPECT_EQ(Body("GET", "/flavors")["data"].as_array()[0].at("id"), "cpu.2u");
  EXPECT_EQ(Code("POST", "/delete", fmt::format(R"({{"service_ids":["{}","absent"]}})", id)), "ModelArts.3502");
  EXPECT_EQ(Body("GET", "/" + id)["status"], "DEPLOYING") << "all of them or none";
  auto gone = Body("POST", "/delete", fmt::format(R"({{"service_ids":["{}"]}})", id));
  EXPECT_EQ(gone["service_responses"].as_array()[0].at("status"), "DELETING");
}

TEST_F(InferenceRoutesTest, WhatIsRefusedLeavesNothing) {
  Make("digits");
  EXPECT_EQ(Code("POST", "", R"({"name":"digits","group_configs":[{"unit_configs":[
      {"models":[{"source":"MODEL","address":"m1"}]}]}]})"),
            "ModelArts.3503");
  EXPECT_EQ(Code("POST", "", R"({"name":"x","group_configs":[{"unit_configs":[
      {"models":[{"source":"MODEL","address":"absent"}]}]}]})"),
            "ModelArts.3507");
  EXPECT_EQ(Call("POST", "", R"({"name":"x","tags":[{"key":"a"}]})").error().kind, ErrorKind::kUnimplemented);
  EXPECT_EQ(Body("GET", "")["total"], 1);
  EXPECT_EQ(models_->List({"p", "anna"}, {})->total, 1U);
}

TEST_F(InferenceRoutesTest, AServiceIsDescribedAndKeepsItsName) {
  auto id = Make("digits");
  EXPECT_EQ(Body("PUT", "/" + id, R"({"name":"digits","description":"d"})")["description"], "d");
  EXPECT_EQ(Call("PUT", "/" + id, R"({"name":"other","description":"d"})").error().kind, ErrorKind::kUnimplemented);
  EXPECT_EQ(Code("PUT", "/" + id, "{}"), "ModelArts.3610");
  EXPECT_EQ(
      Code("PUT", "/" + id, R"({"group_configs":[{"unit_configs":[{"models":[{"source":"MODEL","address":"m1"}]}]}]})"),
      "ModelArts.3519")
      << "while it is deploying";
  EXPECT_EQ(Body("POST", "/" + id + "/stop")["status"], "STOPPING");
  EXPECT_EQ(Code("POST", "/" + id + "/start"), "ModelArts.3519");
}

TEST_F(InferenceRoutesTest, KeysAreMadeBoundAndDeleted) {
  auto id = Make("digits");
  auto made = Body("POST", "/api-keys", R"({"name":"k","description":"d","scope":"SERVICE"})");
  auto key = std::string(made["key_id"].as_string());
  EXPECT_TRUE(*apps_->FindCode(std::string(made["api_key"].as_string())));
  EXPECT_EQ(Call("POST", "/api-keys", R"({"name":"l","scope":"USER"})").error().kind, ErrorKind::kUnimplemented);
  EXPECT_EQ(Code("POST", "/api-keys", "{}"), "ModelArts.3610");
  EXPECT_EQ(Call("POST", fmt::format("/{}/api-keys/{}/unbind", id, key)).error().kind, ErrorKind::kNotFound);
  auto bound = Body("POST", fmt::format("/{}/api-keys/{}/bind", id, key));
  EXPECT_EQ(bound["services"].as_array()[0].at("name"), "digits");
  EXPECT_EQ(Body("GET", "/api-keys?service_id=" + id)["total"], 1);
  EXPECT_EQ(Body("GET", "/api-keys?service_id=other")["total"], 0);
  EXPECT_FALSE(Body("GET", "/api-keys")["data"].as_array()[0].as_object().contains("api_key")) << "told once";
  EXPECT_EQ(Call("DELETE", "/api-keys/" + key).error().kind, ErrorKind::kFailedPrecondition);
  auto several = Body("POST", fmt::format("/{}/api-keys/batch-unbind", id),
                      fmt::format(R"({{"key_ids":[{{"key_id":"{}"}},{{"key_id":"absent"}}]}})", key));
  EXPECT_EQ(several["success_count"], 1);
  EXPECT_EQ(several["failure_items"].as_array()[0].at("key_id"), "absent");
  EXPECT_EQ(Code("POST", fmt::format("/{}/api-keys/batch-bind", id), R"({"key_ids":[]})"), "ModelArts.0104");
  EXPECT_EQ(Body("DELETE", "/api-keys/" + key)["name"], "k");
}

}  // namespace
}  // namespace atelier::api
