#include "api/modelarts/service_json.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace atelier::api {
namespace {

using serving::Service;
using serving::ServiceStatus;

std::string Text(const json::value& value) { return std::string(value.as_string()); }

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

TEST(ServiceDetails, AnUpdateUnderWayIsTold) {
  auto service = Sample();
  service.update = serving::ServiceUpdate{};
  auto details = ServiceDetails(service, "");
  EXPECT_EQ(Text(details.at("status")), "deploying");
  EXPECT_EQ(Text(details.at("config").as_array().at(0).at("status")), "ready") << "the old one serves";
}

TEST(ServiceDetails, ScheduleAndPropertiesAsTheyWereGiven) {
  auto service = Sample();
  EXPECT_EQ(CompactJson(ServiceDetails(service, "").at("schedule")), "[]");
  EXPECT_FALSE(ServiceDetails(service, "").contains("due_time"));
  service.schedule = serving::Schedule{"HOURS", 3};
  service.stop_at = FromUnixMillis(77);
  service.additional_properties = R"({"smn_notification":{"topic_urn":"x"}})";
  auto details = ServiceDetails(service, "");
  EXPECT_EQ(CompactJson(details.at("schedule")), R"([{"type":"stop","time_unit":"HOURS","duration":3}])");
  EXPECT_EQ(CompactJson(details.at("additional_properties")), service.additional_properties);
  EXPECT_EQ(details.at("due_time").to_number<int>(), 77);
}

TEST(UpdateHistory, NewestFirstWithTheResult) {
  auto service = Sample();
  service.history.push_back({FromUnixMillis(1), serving::UpdateResult::kSuccess, service.deployments, {}});
  service.history.push_back({FromUnixMillis(2), serving::UpdateResult::kFail, service.deployments, "exited"});
  auto logs = UpdateHistory(service, std::nullopt);
  ASSERT_EQ(logs.size(), 2U);
  EXPECT_EQ(Text(logs[0].at("result")), "FAIL");
  EXPECT_EQ(Text(logs[0].at("error_msg")), "exited");
  EXPECT_EQ(logs[0].at("config").as_array().size(), 2U);
  EXPECT_EQ(Text(logs[1].at("config").at(0).at("status")), "ready");
  EXPECT_EQ(UpdateHistory(service, FromUnixMillis(1)).size(), 1U);
  EXPECT_TRUE(UpdateHistory(service, FromUnixMillis(3)).empty());
}

TEST(ServiceMonitorObject, SumsWhatIsWantedAndWhatRuns) {
  serving::ServiceMonitor monitor;
  monitor.service = Sample();
  monitor.models.push_back({monitor.service.deployments[0], {5, 1}, 1, 0.25, 300ULL << 20});
  monitor.models.push_back({monitor.service.deployments[1], {2, 1}, 1, 0, 0});
  monitor.requests_last_minute = 4;
  auto object = ServiceMonitorObject(monitor, [](const std::string&) { return ReplicaSize{2, 8ULL << 30}; });
  EXPECT_EQ(object.at("service_instance_count").to_number<int>(), 3);
  EXPECT_EQ(object.at("service_running_instance_count").to_number<int>(), 2);
  EXPECT_EQ(object.at("req_count_per_min").to_number<int>(), 4);
  const auto& first = object.at("monitors").as_array().at(0);
  EXPECT_EQ(first.at("model_running_instance_count").to_number<int>(), 1);
  EXPECT_EQ(first.at("model_instance_count").to_number<int>(), 2);
  EXPECT_EQ(first.at("invocation_times").to_number<int>(), 5);
  EXPECT_EQ(first.at("cpu_core_usage").to_number<double>(), 0.25);
  EXPECT_EQ(first.at("cpu_core_total").to_number<double>(), 4) << "two instances of two cores";
  EXPECT_EQ(first.at("cpu_memory_usage").to_number<int>(), 300) << "MB";
  EXPECT_EQ(first.at("cpu_memory_total").to_number<int>(), 2 * 8192);
}

}  // namespace
}  // namespace atelier::api
