#include "api/modelarts/service_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace atelier::api {
namespace {

using serving::Service;
using serving::ServiceStatus;
using testing::HasSubstr;

std::string Text(const json::value& value) { return std::string(value.as_string()); }

TEST(ParseDeployRequest, ReadsEveryField) {
  auto request = ParseDeployRequest(R"({
    "service_name": "digits", "infer_type": "real-time", "description": "d", "workspace_id": "w",
    "config": [
      {"model_id": "m1", "specification": "modelarts.vm.cpu.2u", "weight": "70", "instance_count": 2,
       "envs": {"A": "b"}, "deploy_timeout_in_seconds": 600},
      {"model_id": "m2", "specification": "modelarts.vm.cpu.8u", "weight": 30, "instance_count": "1"}
    ]
  })");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->name, "digits");
  EXPECT_EQ(request->infer_type, "real-time");
  EXPECT_EQ(request->description, "d");
  EXPECT_EQ(request->workspace_id, "w");
  EXPECT_EQ(request->deploy_timeout_seconds, 600);
  ASSERT_EQ(request->items.size(), 2U);
  EXPECT_EQ(request->items[0].model_id, "m1");
  EXPECT_EQ(request->items[0].weight, 70) << "sent as text";
  EXPECT_EQ(request->items[0].instance_count, 2);
  EXPECT_EQ(request->items[0].environment.at("A"), "b");
  EXPECT_EQ(request->items[1].specification, "modelarts.vm.cpu.8u");
  EXPECT_EQ(request->items[1].weight, 30);
  EXPECT_EQ(request->items[1].instance_count, 1);
}

TEST(ParseDeployRequest, WhatMayBeLeftOut) {
  auto request = ParseDeployRequest(R"({"service_name": "s", "infer_type": "real-time", "workspace_id": 0,
    "config": [{"model_id": "m", "specification": "x", "envs": null}]})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->workspace_id, "0");
  EXPECT_EQ(request->deploy_timeout_seconds, 1200);
  EXPECT_EQ(request->items.at(0).weight, 100);
  EXPECT_EQ(request->items.at(0).instance_count, 1);
  EXPECT_TRUE(request->items.at(0).environment.empty());
}

TEST(ParseDeployRequest, RefusalsNameTheKey) {
  struct Case {
    std::string body, says;
  };
  auto with = [](const std::string& config) {
    return R"({"service_name": "s", "infer_type": "real-time", "config": )" + config + "}";
  };
  for (const auto& [body, says] : std::vector<Case>{
           {"{", "line 1"},
           {R"({"infer_type": "real-time", "config": []})", "'service_name' is missing"},
           {R"({"service_name": "s", "config": []})", "'infer_type' is missing"},
           {R"({"service_name": "s", "infer_type": "real-time"})", "'config' is missing"},
           {with("{}"), "'config' must be an array"},
           {with("[3]"), "config[0]: expected an object"},
           {with(R"([{"model_id": "m"}])"), "config[0]: 'specification' is missing"},
           {with(R"([{"model_id": 3, "specification": "x"}])"), "'model_id' must be a string"},
           {with(R"([{"specification": "x", "weight": "much"}])"), "'weight' must be an integer"},
           {with(R"([{"specification": "x", "weight": 0.5}])"), "'weight' must be an integer"},
           {with(R"([{"specification": "x", "envs": {"A": 1}}])"), "envs['A'] must be a string"},
           {with(R"([{"specification": "x", "deploy_timeout_in_seconds": 0}])"), "must be 1 to 7200, got 0"},
       }) {
    auto request = ParseDeployRequest(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().kind, ErrorKind::kInvalidArgument) << body;
    EXPECT_THAT(request.error().message, HasSubstr(says)) << body;
  }
}

// 2^32 + 100 must not become 100.
TEST(ParseDeployRequest, HugeNumbersDoNotWrap) {
  auto request = ParseDeployRequest(R"({"service_name": "s", "infer_type": "real-time",
    "config": [{"specification": "x", "weight": 4294967396, "instance_count": -4294967295}]})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_GT(request->items.at(0).weight, 100) << "refused by the service then";
  EXPECT_LT(request->items.at(0).instance_count, 1);
}

Service Sample() {
  Service service;
  service.id = "8a6e";
  service.name = "digits";
  service.deployments.push_back({"m1", "mnist", "1.0.0", 70, "cpu.2u", 2, {{"A", "b"}}, {0, 0}});
  service.deployments.push_back({"m2", "mnist", "1.0.1", 30, "cpu.2u", 1, {}, {0}});
  service.status = ServiceStatus::kRunning;
  service.invocations = 7;
  service.failures = 2;
  return service;
}

TEST(ServiceListItem, HasTheFieldsOfTheList) {
  auto item = ServiceListItem(Sample(), "http://host:1");
  EXPECT_EQ(Text(item.at("service_id")), "8a6e");
  EXPECT_EQ(Text(item.at("status")), "running");
  EXPECT_EQ(Text(item.at("access_address")), "http://host:1/v1/infers/8a6e");
  EXPECT_EQ(item.at("invocation_times").to_number<int>(), 7);
  EXPECT_EQ(item.at("failed_times").to_number<int>(), 2);
  EXPECT_FALSE(item.contains("config")) << "details only";
  EXPECT_FALSE(item.contains("error_msg")) << "only with a reason";
  auto failed = Sample();
  failed.reason = "[mnist 1.0.0] exited with code 3";
  EXPECT_EQ(Text(ServiceListItem(failed, "").at("error_msg")), failed.reason);
}

TEST(ServiceDetails, EachDeploymentFollowsTheStatus) {
  struct Case {
    ServiceStatus status;
    std::string shown;
    int progress;
  };
  for (const auto& [status, shown, progress] : std::vector<Case>{{ServiceStatus::kDeploying, "notReady", 50},
                                                                 {ServiceStatus::kRunning, "ready", 100},
                                                                 {ServiceStatus::kConcerning, "concerning", 100},
                                                                 {ServiceStatus::kFailed, "notReady", 0},
                                                                 {ServiceStatus::kStopped, "notReady", 0}}) {
    auto service = Sample();
    service.status = status;
    auto details = ServiceDetails(service, "http://host");
    EXPECT_EQ(details.at("progress").to_number<int>(), progress);
    const auto& config = details.at("config").as_array();
    ASSERT_EQ(config.size(), 2U);
    EXPECT_EQ(Text(config[0].at("status")), shown) << serving::ToString(status);
    EXPECT_EQ(config[0].at("weight").to_number<int>(), 70);
    EXPECT_EQ(Text(config[0].at("envs").at("A")), "b");
    EXPECT_EQ(Text(config[1].at("model_version")), "1.0.1");
  }
}

TEST(ServiceMonitor, SumsWhatIsWantedAndWhatRuns) {
  auto monitor = ServiceMonitor(Sample(), {1, 1});
  EXPECT_EQ(monitor.at("service_instance_count").to_number<int>(), 3);
  EXPECT_EQ(monitor.at("service_running_instance_count").to_number<int>(), 2);
  const auto& first = monitor.at("monitors").as_array().at(0);
  EXPECT_EQ(first.at("model_running_instance_count").to_number<int>(), 1);
  EXPECT_EQ(first.at("model_instance_count").to_number<int>(), 2);
  EXPECT_EQ(ServiceMonitor(Sample(), {}).at("service_running_instance_count").to_number<int>(), 0);
}

}  // namespace
}  // namespace atelier::api
