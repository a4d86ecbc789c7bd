#include "api/modelarts/service_request_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::api {
namespace {

using testing::HasSubstr;

TEST(ParseDeployRequest, ReadsABatchTask) {
  auto request = ParseDeployRequest(R"({"service_name": "b", "infer_type": "batch", "config": [
      {"model_id": "m", "specification": "s", "src_path": "/b/in/", "dest_path": "/b/out/", "mapping_type": "csv",
       "mapping_rule": {"index": 0}}]})");
  ASSERT_TRUE(request) << request.error().message;
  ASSERT_TRUE(request->items.at(0).batch);
  const auto& spec = *request->items[0].batch;
  EXPECT_EQ(spec.src_path + spec.dest_path + spec.req_uri + spec.mapping_type, "/b/in//b/out//csv");
  EXPECT_EQ(spec.mapping_rule, R"({"index":0})");
  auto half = ParseDeployRequest(R"({"service_name": "b", "infer_type": "batch", "config": [
      {"model_id": "m", "specification": "s", "src_path": "/b/in/"}]})");
  EXPECT_EQ(half.error().subject, "dest_path");
}

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
           {with("[], \"schedule\": [{}, {}]"), "schedule: expected one object"},
           {with("[], \"schedule\": [{\"type\": \"start\"}]"), "'type' must be stop"},
           {with("[3]"), "config[0]: expected an object"},
           {with(R"([{"model_id": "m"}])"), "config[0]: 'specification' is missing"},
           {with(R"([{"model_id": 3, "specification": "x"}])"), "'model_id' must be a string"},
           {with(R"([{"specification": "x", "weight": "much"}])"), "'weight' must be an integer"},
           {with(R"([{"specification": "x", "weight": 0.5}])"), "'weight' must be an integer"},
           {with(R"([{"specification": "x", "envs": {"A": 1}}])"), "envs['A'] must be a string"},
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

TEST(ParseDeployRequest, ScheduleAndProperties) {
  auto request = ParseDeployRequest(R"({"service_name": "s", "infer_type": "real-time", "config": "[]",
    "schedule": [{"type": "stop", "time_unit": "hours", "duration": "2"}],
    "additional_properties": {"smn_notification": {"events": [3]}}})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->schedule->time_unit, "HOURS");
  EXPECT_EQ(request->schedule->duration, 2) << "sent as text";
  EXPECT_EQ(request->additional_properties, R"({"smn_notification":{"events":[3]}})");
  EXPECT_TRUE(request->items.empty()) << "an array in a text";
}

TEST(ParseServiceChanges, AStatusWinsOverAConfiguration) {
  auto changes = ParseServiceChanges(R"({"status": "stopped", "config": [], "description": "d"})");
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_EQ(changes->running, false);
  EXPECT_FALSE(changes->items);
  EXPECT_EQ(changes->description, "d");
}

TEST(ParseServiceChanges, WhatIsAbsentStays) {
  auto changes = ParseServiceChanges(R"({"config": [{"model_id": "m", "specification": "x",
    "deploy_timeout_in_seconds": 60}]})");
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_EQ(changes->items->at(0).model_id, "m");
  EXPECT_EQ(changes->deploy_timeout_seconds, 60);
  EXPECT_FALSE(changes->running || changes->schedule || changes->description || changes->additional_properties);
  auto ended = ParseServiceChanges(R"({"schedule": []})");
  ASSERT_TRUE(ended && ended->schedule);
  EXPECT_FALSE(ended->schedule->has_value()) << "an empty list takes the schedule away";
}

TEST(ParseServiceChanges, RefusalsNameTheKey) {
  for (const auto& [body, says] : std::vector<std::pair<std::string, std::string>>{
           {"{}", "nothing to update"},
           {R"({"config": null})", "nothing to update"},
           {R"({"status": "paused"})", "expected running or stopped, got 'paused'"},
           {R"({"config": 3})", "'config' must be an array"},
           {R"({"additional_properties": "x"})", "additional_properties"},
       }) {
    auto changes = ParseServiceChanges(body);
    ASSERT_FALSE(changes) << body;
    EXPECT_THAT(changes.error().message, HasSubstr(says)) << body;
  }
}

}  // namespace
}  // namespace atelier::api
