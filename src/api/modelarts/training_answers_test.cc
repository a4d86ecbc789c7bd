// What is asked for and answered beyond the usual journey: every field and query of modelarts-api section 2A.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/modelarts/testing/training_calls.h"
#include "training/run_layout.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

constexpr const char* kEvaluation =
    R"({"metric":[{"metric_values":{"recall":0.9},"reserved_data":{},"metric_meta":{"class_name":"7","class_id":7}}],)"
    R"("total_metric":{"total_metric_meta":{},"total_reserved_data":{},"total_metric_values":{"accuracy":0.95}}})";

class TrainingAnswersTest : public TrainingCalls {
 protected:
  TrainingAnswersTest() : TrainingCalls(ATELIER_SOURCE_DIR) {}

  // A creation whose configuration has these members besides what every job needs, or in their place.
  static std::string Creating(const std::string& name, const std::string& members,
                              const std::vector<std::string>& without = {}) {
    auto body = ParseJsonObject(kCreateBody).value();
    body["job_name"] = name;
    auto& config = body["config"].as_object();
    for (const auto& key : without) config.erase(key);
    for (auto& [key, value] : ParseJsonObject("{" + members + "}").value()) config[key] = value;
    return CompactJson(body);
  }
};

TEST_F(TrainingAnswersTest, WhatClientsSendIsTaken) {
  int number = 0;
  auto created = [&](const std::string& members, const std::vector<std::string>& without = {}) {
    auto name = fmt::format("job-{}", ++number);
    auto answer = Body("POST", "/training-jobs", Creating(name, members, without));
    if (answer.empty()) return json::object();
    return Body("GET", fmt::format("/training-jobs/{}/versions/{}", answer["job_id"].as_int64(),
                                   answer["version_id"].as_int64()));
  };
  EXPECT_EQ(created(R"("flavor":{"code":"modelarts.vm.cpu.8u"})", {"spec_id"})["spec_id"], 27);
  EXPECT_EQ(created(R"("spec_id":"27","engine_id":"3","worker_server_num":"1","model_id":"8")")["model_id"], 8);
  EXPECT_EQ(created(R"("pool_id":"pool1")")["spec_id"], 7) << "a pool beside a flavor";
  EXPECT_EQ(created(R"("data_source":[{"type":"obs","data_url":"/test-modelarts/mnist/dataset-mnist/"}])",
                    {"data_url"})["data_url"],
            "/test-modelarts/mnist/dataset-mnist/");
  EXPECT_EQ(created(R"("data_source":[],"dataset_id":"","dataset_version_id":null,"volumes":[],"parameter":[],)"
                    R"("user_image_url":"","user_command":"","log_url":"","pool_id":"","nas_type":"x")",
                    {"data_url"})["data_url"],
            "");
}

TEST_F(TrainingAnswersTest, RefusalsAreTheClouds) {
  RunMnist();
  auto creating = [&](const std::string& members, const std::vector<std::string>& without = {}) {
    return RefusalJson("POST", "/training-jobs", Creating("other", members, without));
  };
  const std::string version = "/training-jobs/1/versions/1";
  json::object refusals{
      {"duplicate name", RefusalJson("POST", "/training-jobs", kCreateBody)},
      {"illegal name", RefusalJson("POST", "/training-jobs", Creating("%%123", ""))},
      {"two workers", creating(R"("worker_server_num":2)")},
      {"custom image", creating(R"("user_image_url":"hub/image:1","user_command":"bash x")")},
      {"dataset", creating(R"("dataset_id":"d1","dataset_version_id":"v1")", {"data_url"})},
      {"dataset as a number", creating(R"("dataset_id":4)", {"data_url"})},
      {"dataset as a source", creating(R"("data_source":[{"type":"dataset","dataset_id":"d"}])", {"data_url"})},
      {"two sources", creating(R"("data_source":[{"type":"obs","data_url":"/a/b/"},{"type":"obs","data_url":"/a/c/"}])",
                               {"data_url"})},
      {"volumes", creating(R"("volumes":[{"nfs":{"id":"n","src_path":"a","dest_path":"b"}}])")},
      {"dedicated pool", creating(R"("pool_id":"pool1")", {"spec_id"})},
      {"unknown spec", creating(R"("spec_id":99)")},
      {"unknown flavor", creating(R"("flavor":{"code":"modelarts.vm.gpu.8"})")},
      {"unknown engine", creating(R"("engine_id":99)")},
      {"built-in algorithm", creating(R"("model_id":4)", {"app_url", "boot_file_url"})},
      {"missing data", creating(R"("data_url":"/test-modelarts/absent/")")},
      {"unknown job", RefusalJson("GET", "/training-jobs/7/versions")},
      {"unknown version", RefusalJson("GET", "/training-jobs/1/versions/7")},
      {"stop of an ended version", RefusalJson("POST", version + "/stop")},
      {"unknown log", RefusalJson("GET", version + "/aom-log", "", "log_file=job-other.0")},
      {"unknown status", RefusalJson("GET", "/training-jobs", "", "status=23")},
      {"unknown order", RefusalJson("GET", "/training-jobs", "", "sortBy=size")},
      {"unknown job type", RefusalJson("GET", "/job/resource-specs", "", "job_type=fly")},
      {"unknown engine of specs", RefusalJson("GET", "/job/resource-specs", "", "engine_id=99")},
  };
  ExpectGolden("refusals", refusals);
}

TEST_F(TrainingAnswersTest, AJobWithoutAVersion) {
  auto body = Creating("empty", R"("create_version":false)");
  ExpectGolden("create_job_without_version", Body("POST", "/training-jobs", body));
  ExpectGolden("list_jobs_without_version", Body("GET", "/training-jobs", "", "status=0"));
  ExpectGolden("list_no_versions", Body("GET", "/training-jobs/1/versions"));
}

TEST_F(TrainingAnswersTest, MetricsAreATextWithJson) {
  Body("POST", "/training-jobs", kCreateBody);
  world_.Settle();
  auto version = world_.repository.FindVersion(1)->value();
  world_.WriteOutput(version, "metric.json", kEvaluation);
  world_.backend.Finish("job-1-v0001");
  world_.Settle();
  EXPECT_EQ(Body("GET", "/training-jobs/1/versions/1")["model_metric_list"], kEvaluation);
  EXPECT_EQ(Body("GET", "/training-jobs/1/versions")["versions"].at(0).at("model_metric_list"), kEvaluation);
}

TEST_F(TrainingAnswersTest, VersionsPage) {
  RunMnist();
  auto body = ParseJsonObject(kCreateBody).value();
  body["config"].as_object()["pre_version_id"] = "1";
  for (int i = 0; i < 2; ++i) Body("POST", "/training-jobs/1/versions", CompactJson(body));
  auto names = [&](const std::string& query) {
    auto page = Body("GET", "/training-jobs/1/versions", "", query);
    EXPECT_EQ(page["version_count"], 3);
    std::string list;
    for (const auto& version : page["versions"].as_array()) list += std::string(version.at("version_name").as_string());
    return list;
  };
  EXPECT_EQ(names(""), "V0003V0002V0001");
  EXPECT_EQ(names("page=0&per_page=1"), "V0003V0002V0001") << "0 is no paging";
  EXPECT_EQ(names("page=1&per_page=2"), "V0003V0002");
  EXPECT_EQ(names("page=2&per_page=2"), "V0001");
  EXPECT_EQ(names("page=9"), "");
}

TEST_F(TrainingAnswersTest, CataloguesMayBeAskedForAKind) {
  auto all = Body("GET", "/job/resource-specs");
  for (const char* query :
       {"job_type=train", "job_type=inference&engine_id=0&project_type=0", "engine_id=3", "job_type="})
    EXPECT_EQ(Body("GET", "/job/resource-specs", "", query), all) << query;
  auto engines = Body("GET", "/job/ai-engines");
  EXPECT_EQ(Body("GET", "/job/ai-engines", "", "job_type=train"), engines);
  EXPECT_EQ(Refusal("GET", "/job/ai-engines", "", "job_type=x").code, "ModelArts.0104");
}

TEST_F(TrainingAnswersTest, TheLogIsReadFromBothEnds) {
  RunMnist();
  auto stored = world_.LogOf(world_.repository.FindVersion(1)->value());
  const std::string path = "/training-jobs/1/versions/1/aom-log";
  const std::string file = "log_file=job-trainjob-mnist.0";
  auto newest = Body("GET", path, "", file + "&lines=2");
  EXPECT_EQ(newest["lines"], 2) << "a number";
  EXPECT_THAT(std::string(newest["start_line"].as_string()), testing::MatchesRegex("[0-9]{19}"));
  auto before =
      Body("GET", path, "",
           fmt::format("{}&lines=3&order=asc&base_line={}", file, std::string(newest["start_line"].as_string())));
  EXPECT_EQ(before["lines"], 3);
  EXPECT_EQ(before["end_line"], newest["start_line"]);
  std::string tail = std::string(before["content"].as_string()) + std::string(newest["content"].as_string());
  EXPECT_TRUE(stored.ends_with(tail)) << tail;
  auto beyond = Body("GET", path, "",
                     fmt::format("{}&order=desc&base_line={}", file, std::string(newest["end_line"].as_string())));
  EXPECT_EQ(beyond["content"], "");
  EXPECT_EQ(beyond["end_line"], newest["end_line"]);
  auto usual = Body("GET", path, "", file + "&base_line=&order=");
  EXPECT_EQ(std::string(usual["content"].as_string()), stored) << "50 lines unless asked, and the log has fewer";
  EXPECT_EQ(Body("GET", path, "", file + "&lines=0")["lines"], 0);
}

}  // namespace
}  // namespace atelier::api
