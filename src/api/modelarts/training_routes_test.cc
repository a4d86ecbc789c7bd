#include "api/modelarts/training_routes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/modelarts/testing/training_calls.h"
#include "api/modelarts/training_request_json.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

class TrainingRoutesTest : public TrainingCalls {
 protected:
  TrainingRoutesTest() : TrainingCalls(ATELIER_SOURCE_DIR) {}
};

TEST_F(TrainingRoutesTest, RepliesAreTheClouds) {
  ExpectGolden("create_job", Body("POST", "/training-jobs", kCreateBody));
  ExpectGolden("list_specs", Body("GET", "/job/resource-specs"));
  ExpectGolden("list_engines", Body("GET", "/job/ai-engines"));
  ExpectGolden("list_algorithms", Body("GET", "/built-in-algorithms"));
  ExpectGolden("log_files", Body("GET", "/training-jobs/1/versions/1/log/file-names"));
  ExpectGolden("show_new_version", Body("GET", "/training-jobs/1/versions/1"));
}

TEST_F(TrainingRoutesTest, AnEndedRunIsTheClouds) {
  RunMnist();
  ExpectGolden("list_jobs", Body("GET", "/training-jobs"));
  ExpectGolden("list_versions", Body("GET", "/training-jobs/1/versions"));
  ExpectGolden("show_version", Body("GET", "/training-jobs/1/versions/1"));
}

TEST_F(TrainingRoutesTest, NewVersions) {
  RunMnist();
  auto body = ParseJsonObject(kCreateBody).value();
  body.erase("job_name");
  body["config"].as_object()["pre_version_id"] = 1;
  ExpectGolden("create_version", Body("POST", "/training-jobs/1/versions", CompactJson(body)));
}

TEST_F(TrainingRoutesTest, StopDeleteAndDescribe) {
  Body("POST", "/training-jobs", kCreateBody);
  EXPECT_EQ(CompactJson(Body("PUT", "/training-jobs/1", R"({"job_desc":"new"})")), R"({"is_success":true})");
  EXPECT_EQ(CompactJson(Body("POST", "/training-jobs/1/versions/1/stop")), R"({"is_success":true})");
  auto error = Refusal("POST", "/training-jobs/1/versions/1/stop");
  EXPECT_EQ(error.message, "This job can't be stop. job status: 9");
  EXPECT_EQ(error.code, "ModelArts.0105");
  EXPECT_EQ(CompactJson(Body("DELETE", "/training-jobs/1/versions/1")), R"({"is_success":true})");
  EXPECT_EQ(CompactJson(Body("DELETE", "/training-jobs/1")), R"({"is_success":true})");
  EXPECT_EQ(Refusal("GET", "/training-jobs/1/versions").kind, ErrorKind::kNotFound);
}

TEST_F(TrainingRoutesTest, LogsPageByCursor) {
  Body("POST", "/training-jobs", kCreateBody);
  world_.Settle();
  const std::string path = "/training-jobs/1/versions/1/aom-log";
  std::string collected;
  auto page = Body("GET", path, "", "log_file=job-trainjob-mnist.0&base_line=0000000000000000000&lines=2");
  EXPECT_EQ(page["start_line"], "0000000000000000000");
  while (page["lines"].as_int64() > 0) {
    collected += std::string(page["content"].as_string());
    page = Body("GET", path, "",
                fmt::format("log_file=job-trainjob-mnist.0&order=desc&lines=2&base_line={}",
                            std::string(page["end_line"].as_string())));
  }
  EXPECT_EQ(collected, world_.LogOf(world_.repository.FindVersion(1)->value()));
  EXPECT_THAT(Refusal("GET", path, "", "lines=2").message, HasSubstr("log_file: expected"));
  EXPECT_THAT(Refusal("GET", path, "", "log_file=job-trainjob-mnist.0&lines=501").message, HasSubstr("from 0 to 500"));
  EXPECT_THAT(Refusal("GET", path, "", "log_file=job-trainjob-mnist.0&base_line=x").message, HasSubstr("base_line"));
  EXPECT_THAT(Refusal("GET", path, "", "log_file=job-trainjob-mnist.0&order=up").message, HasSubstr("order"));
}

TEST_F(TrainingRoutesTest, ListsFilterSortAndPage) {
  for (const char* name : {"beta", "alpha", "gamma"}) {
    auto body = ParseJsonObject(kCreateBody).value();
    body["job_name"] = name;
    Body("POST", "/training-jobs", CompactJson(body));
  }
  auto first = [&](const std::string& query) {
    auto body = Body("GET", "/training-jobs", "", query);
    return body["jobs"].as_array().empty() ? "" : std::string(body["jobs"].at(0).at("job_name").as_string());
  };
  EXPECT_EQ(first(""), "alpha");
  EXPECT_EQ(first("sortBy=create_time&order=desc"), "gamma");
  EXPECT_EQ(first("page=2&per_page=1"), "beta");
  EXPECT_EQ(first("search_content=amm"), "gamma");
  EXPECT_EQ(first("status=10"), "");
  EXPECT_EQ(first("status=10,1"), "alpha");
  EXPECT_EQ(first("status=10&status=1"), "alpha");
  for (const char* query : {"per_page=0", "per_page=1001", "page=-1", "sortBy=size", "order=up", "status=x"})
    EXPECT_EQ(Refusal("GET", "/training-jobs", "", query).code, "ModelArts.0104") << query;
}

TEST_F(TrainingRoutesTest, BadRequestsAreNamed) {
  EXPECT_THAT(Refusal("POST", "/training-jobs", "{\"job_name\": }").message, HasSubstr("line 1"));
  EXPECT_THAT(Refusal("POST", "/training-jobs", "{}").message, HasSubstr("job_name"));
  EXPECT_THAT(Refusal("POST", "/training-jobs", R"({"job_name":"a"})").message, HasSubstr("config"));
  EXPECT_EQ(Refusal("POST", "/training-jobs", R"({"job_name":"%%123","config":{}})").message.substr(0, 19),
            "Illegal name: %%123");
  EXPECT_THAT(Refusal("PUT", "/training-jobs/1", "{}").message, HasSubstr("job_desc"));
  EXPECT_EQ(Refusal("GET", "/training-jobs/mnist/versions").kind, ErrorKind::kNotFound);
  EXPECT_EQ(Refusal("GET", "/training-jobs/1/versions/99999999999999999999").kind, ErrorKind::kNotFound);
}

TEST(TrainingRequestTest, ReadsWhatClientsSend) {
  auto parsed = ParseCreateJob(R"({"job_name":"a","config":{"engine_id":"3","spec_id":null,
    "flavor":{"code":"modelarts.vm.cpu.8u"},"data_source":[{"type":"obs","data_url":"obs://b/d/"}],"create_version":"false",
    "parameter":[{"label":"a","value":0.001},{"label":"b","value":true},{"label":"c","value":7},{"label":"d"}]}})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->run.engine_id, 3);
  EXPECT_FALSE(parsed->run.spec_id.has_value());
  EXPECT_EQ(parsed->run.flavor_code, "modelarts.vm.cpu.8u");
  EXPECT_EQ(parsed->run.data_url, "obs://b/d/");
  EXPECT_FALSE(parsed->create_version);
  EXPECT_EQ(parsed->run.parameters,
            (std::vector<training::Parameter>{{"a", "0.001"}, {"b", "true"}, {"c", "7"}, {"d", ""}}));

  auto unserved = ParseCreateJob(
      R"({"job_name":"a","config":{"dataset_id":"d1","user_image_url":"i","volumes":[{"nfs":{}}],"worker_server_num":4}})");
  ASSERT_TRUE(unserved);
  EXPECT_TRUE(unserved->run.wants_dataset);
  EXPECT_TRUE(unserved->run.wants_image);
  EXPECT_TRUE(unserved->run.wants_volumes);
  EXPECT_EQ(unserved->run.worker_count, 4);

  for (const char* config :
       {R"({"parameter":[1]})", R"({"parameter":[{"value":1}]})", R"({"parameter":[{"label":"a","value":[]}]})",
        R"({"parameter":{}})", R"({"engine_id":"x"})", R"({"app_url":1})", R"({"data_source":[1]})",
        R"({"flavor":"x"})"}) {
    auto refused = ParseCreateJob(fmt::format(R"({{"job_name":"a","config":{}}})", config));
    ASSERT_FALSE(refused) << config;
    EXPECT_EQ(refused.error().code, "ModelArts.0104") << config;
  }
}

}  // namespace
}  // namespace atelier::api
