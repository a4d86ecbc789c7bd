#include "api/modelarts/inference_request.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::api {
namespace {

using testing::HasSubstr;

constexpr const char* kModel = R"("models":[{"source":"OBS","address":"obs://bkt/m","mount_path":"/m"}])";

Result<InferenceRequest> Parse(const std::string& body) { return ParseInferenceCreation(body, "cpu.1u"); }
std::string WithUnit(const std::string& unit) {
  return fmt::format(R"({{"name":"s","group_configs":[{{"unit_configs":[{{{}}}]}}]}})", unit);
}

TEST(InferenceRequest, ReadsWhatTheSdkSends) {
  auto request = Parse(R"({"name":"s","description":"d","type":"REAL_TIME","deploy_type":"SINGLE","workspace_id":"w",
      "deploy_timeout_minutes":"3","schedule":[{"type":"STOP","time_unit":"hours","duration":5}],"tags":[],
      "group_configs":[{"name":"g","weight":100,"count":1,"unit_configs":[
        {"name":"a","models":[{"source":"obs","address":"obs://bkt/m"}],"flavor":"cpu.2u","count":"2","envs":{"A":"b"}},
        {"name":"b","files":[{"source":"OBS","address":"/bkt/n/"}],"codes":[],"port":8080,"cmd":""},
        {"name":"c","models":[{"source":"MODEL","address":"m1"}]}]}]})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->name + request->workspace_id + request->description.value_or(""), "swd");
  EXPECT_EQ(request->timeout_seconds, 180);
  EXPECT_EQ((*request->schedule)->time_unit, "HOURS");
  ASSERT_EQ(request->units->size(), 3U);
  const auto& units = *request->units;
  EXPECT_EQ(units[0].location, "/bkt/m/");
  EXPECT_EQ(units[0].item.specification, "cpu.2u");
  EXPECT_EQ(units[0].item.instance_count, 2);
  EXPECT_EQ(units[0].item.environment.at("A"), "b");
  EXPECT_EQ(units[1].location, "/bkt/n/");
  EXPECT_EQ(units[1].item.specification, "cpu.1u");
  EXPECT_EQ(units[2].model_id, "m1");
  EXPECT_EQ(units[0].item.weight + units[1].item.weight + units[2].item.weight, 100);
  EXPECT_EQ(units[0].item.weight, 34);
}

TEST(InferenceRequest, RefusesWhatIsWrong) {
  std::string model = kModel;
  for (const auto& [body, code, says] : std::vector<std::array<std::string, 3>>{
           {"[", "ModelArts.0104", ""},
           {R"({"group_configs":[]})", "ModelArts.0104", "empty"},
           {R"({"name":"s"})", "ModelArts.3610", "group_configs"},
           {R"({"name":"s","group_configs":[]})", "ModelArts.0104", "empty"},
           {R"({"name":"s","group_configs":[{},{}]})", "ModelArts.0104", "one group"},
           {R"({"name":"s","group_configs":[{"unit_configs":[]}]})", "ModelArts.0104", "1 to 20"},
           {WithUnit(""), "ModelArts.0104", "one entry"},
           {WithUnit(R"("models":[{"source":"OBS"}])"), "ModelArts.3610", "address"},
           {WithUnit(R"("models":[{"source":"MODEL"}])"), "ModelArts.3610", "source_id"},
           {WithUnit(model + R"(,"count":0)"), "ModelArts.0104", "1 to 128"},
           {WithUnit(model + R"(,"count":"many")"), "ModelArts.0104", "many"},
           {WithUnit(model + R"(,"name":"a b")"), "ModelArts.0104", "a b"},
           {WithUnit(model + R"(,"envs":{"A":1})"), "ModelArts.0104", "envs"},
           {WithUnit(model + R"(,"envs":[])"), "ModelArts.0104", "envs"}}) {
    auto request = Parse(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().code, code) << body;
    EXPECT_EQ(request.error().kind, ErrorKind::kInvalidArgument) << body;
    EXPECT_THAT(request.error().message, HasSubstr(says)) << body;
  }
  EXPECT_EQ(Parse(R"({"name":"a b","group_configs":[{"unit_configs":[{)" + model + "}]}]}").error().code,
            "ModelArts.0104");
}

TEST(InferenceRequest, SaysWhatIsNotServed) {
  std::string model = kModel;
  for (const auto& body :
       {WithUnit(model + R"(,"image":{"swr_path":"own:1"})"), WithUnit(model + R"(,"cmd":"python app.py")"),
        WithUnit(model + R"(,"codes":[{"address":"/bkt/c/"}])"),
        WithUnit(model + R"(,"dumps":[{"address":"/bkt/c/"}])"), WithUnit(model + R"(,"port":8000)"),
        WithUnit(model + R"(,"custom_spec":{"cpu":1.5})"), WithUnit(R"("models":[{"source":"EFS","address":"/x"}])"),
        std::string(R"({"name":"s","type":"ASYNC_REAL_TIME"})"), std::string(R"({"name":"s","deploy_type":"MULTI"})"),
        std::string(R"({"name":"s","workload_type":"LWS"})"),
        std::string(R"({"name":"s","group_configs":[{"deploy_type":"MULTI"}]})"),
        std::string(R"({"name":"s","group_configs":[{"count":2}]})")}) {
    auto request = Parse(body);
    ASSERT_FALSE(request) << body;
    EXPECT_EQ(request.error().kind, ErrorKind::kUnimplemented) << body << request.error().message;
  }
}

TEST(InferenceRequest, ChangesMayLeaveEverythingOut) {
  auto request = ParseInferenceRequest(R"({"schedule":[],"description":""})", "cpu.1u");
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->units);
  EXPECT_EQ(request->description, "");
  ASSERT_TRUE(request->schedule);
  EXPECT_FALSE(*request->schedule);
}

TEST(InferenceRequest, ReadsTheIdsOfADeletion) {
  EXPECT_EQ(ParseServiceIds(R"({"service_ids":["a","b"]})").value(), (std::vector<std::string>{"a", "b"}));
  for (const char* bad : {"{}", R"({"service_ids":[]})", R"({"service_ids":"a"})"})
    EXPECT_EQ(ParseServiceIds(bad).error().code, "ModelArts.0104") << bad;
}

}  // namespace
}  // namespace atelier::api
