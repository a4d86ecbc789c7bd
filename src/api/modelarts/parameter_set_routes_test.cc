#include "api/modelarts/parameter_set_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/modelarts/parameter_set_json.h"
#include "api/modelarts/testing/training_calls.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

constexpr const char* kSet = R"({
  "config_name": "mnist-set", "config_desc": "for digits", "worker_server_num": "1",
  "app_url": "/b/code/", "boot_file_url": "/b/code/train.py", "model_id": 1, "engine_id": 3, "spec_id": "7",
  "flavor": {"code": "modelarts.vm.cpu.2u"}, "pool_id": "pool1",
  "parameter": [{"label": "max_steps", "value": 1000}, {"label": "rate", "value": "0.01"}],
  "data_url": "obs://b/data/", "dataset_id": "ds", "dataset_version_id": 12,
  "data_source": [{"type": "obs", "data_url": "/b/data/"},
                  {"type": "dataset", "dataset_id": 5, "dataset_version": "v"}],
  "train_url": "/b/out/", "log_url": "/b/log/", "user_image_url": "hub/image:1", "user_command": "bash run.sh",
  "create_version": "true",
  "volumes": [{"nfs": {"id": "n1", "src_path": "10.0.0.1:/x", "dest_path": "/mnt", "read_only": "true"}},
              {"host_path": {"src_path": "/a", "dest_path": "/b"}}]
})";

class ParameterSetRoutesTest : public TrainingCalls {
 protected:
  ParameterSetRoutesTest() : TrainingCalls(ATELIER_SOURCE_DIR) {}

  void Create(const std::string& name, const std::string& description = "") {
    auto body = fmt::format(R"({{"config_name":"{}","config_desc":"{}"}})", name, description);
    EXPECT_EQ(CompactJson(Body("POST", "/training-job-configs", body)), R"({"is_success":true})");
  }
  std::vector<std::string> Names(const std::string& query) {
    std::vector<std::string> names;
    auto page = Body("GET", "/training-job-configs", "", query);
    for (const auto& set : page["configs"].as_array()) names.emplace_back(set.at("config_name").as_string());
    return names;
  }
};

TEST_F(ParameterSetRoutesTest, RepliesAreTheClouds) {
  ExpectGolden("create_config", Body("POST", "/training-job-configs", kSet));
  Create("bare");
  ExpectGolden("list_configs", Body("GET", "/training-job-configs"));
  ExpectGolden("show_config", Body("GET", "/training-job-configs/mnist-set", "", "config_type=custom"));
  ExpectGolden("show_bare_config", Body("GET", "/training-job-configs/bare"));
  ExpectGolden("list_sample_configs", Body("GET", "/training-job-configs", "", "config_type=sample"));
}

TEST_F(ParameterSetRoutesTest, AChangeReplacesTheFields) {
  Body("POST", "/training-job-configs", kSet);
  auto created = Body("GET", "/training-job-configs/mnist-set")["create_time"];
  world_.clock.Advance(Milliseconds(1'000));
  auto changed = Body("PUT", "/training-job-configs/mnist-set", R"({"config_desc":"new","app_url":"/b/other/"})");
  EXPECT_EQ(CompactJson(changed), R"({"is_success":true})");
  auto shown = Body("GET", "/training-job-configs/mnist-set");
  EXPECT_EQ(shown["config_desc"], "new");
  EXPECT_EQ(shown["app_url"], "/b/other/");
  EXPECT_EQ(shown["train_url"], "");
  EXPECT_EQ(shown["create_time"], created);
  EXPECT_EQ(CompactJson(Body("DELETE", "/training-job-configs/mnist-set")), R"({"is_success":true})");
  EXPECT_EQ(Refusal("GET", "/training-job-configs/mnist-set").kind, ErrorKind::kNotFound);
}

TEST_F(ParameterSetRoutesTest, ListsFilterSortAndPage) {
  using Names = std::vector<std::string>;
  for (const char* name : {"beta", "alpha", "gamma"}) {
    Create(name, name == std::string("beta") ? "z" : "a");
    world_.clock.Advance(Milliseconds(10));
  }
  EXPECT_EQ(ParameterSetRoutesTest::Names(""), (Names{"gamma", "beta", "alpha"})) << "descending unless asked";
  EXPECT_EQ(ParameterSetRoutesTest::Names("order=asc"), (Names{"alpha", "beta", "gamma"}));
  EXPECT_EQ(ParameterSetRoutesTest::Names("sortBy=create_time&order=asc"), (Names{"beta", "alpha", "gamma"}));
  EXPECT_EQ(ParameterSetRoutesTest::Names("sortBy=config_desc"), (Names{"beta", "gamma", "alpha"}));
  EXPECT_EQ(ParameterSetRoutesTest::Names("page=2&per_page=2"), (Names{"alpha"}));
  EXPECT_EQ(ParameterSetRoutesTest::Names("search_content=AMM"), (Names{"gamma"}));
  EXPECT_EQ(Body("GET", "/training-job-configs", "", "per_page=1")["config_total_count"], 3);
}

TEST_F(ParameterSetRoutesTest, RefusalsAreTheClouds) {
  Body("POST", "/training-job-configs", kSet);
  const std::string path = "/training-job-configs";
  json::object refusals{
      {"duplicate name", RefusalJson("POST", path, kSet)},
      {"illegal name", RefusalJson("POST", path, R"({"config_name":"%%123"})")},
      {"no name", RefusalJson("POST", path, "{}")},
      {"unknown name", RefusalJson("GET", path + "/absent")},
      {"unknown sample", RefusalJson("GET", path + "/mnist-set", "", "config_type=sample")},
      {"unknown name in a change", RefusalJson("PUT", path + "/absent", "{}")},
      {"unknown name in a deletion", RefusalJson("DELETE", path + "/absent")},
      {"unknown type", RefusalJson("GET", path, "", "config_type=mine")},
      {"unknown order", RefusalJson("GET", path, "", "sortBy=size")},
      {"bad page", RefusalJson("GET", path, "", "page=x")},
      {"bad engine", RefusalJson("PUT", path + "/mnist-set", R"({"engine_id":99})")},
      {"bad volume", RefusalJson("PUT", path + "/mnist-set", R"({"volumes":[{"disk":{}}]})")},
  };
  ExpectGolden("config_refusals", refusals);
}

TEST(ParameterSetJsonTest, RefusesWrongTypesByName) {
  for (const auto& [member, field] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"("config_desc":1)", "config_desc"},
           {R"("app_url":[])", "app_url"},
           {R"("engine_id":"x")", "engine_id"},
           {R"("data_source":{})", "data_source"},
           {R"("data_source":[1])", "data_source"},
           {R"("volumes":[1])", "volumes"},
           {R"("volumes":[{"nfs":{},"host_path":{}}])", "volumes"},
           {R"("parameter":[{"value":1}])", "parameter"},
           {R"("flavor":"x")", "flavor"},
           {R"("create_version":"perhaps")", "create_version"},
           {R"("dataset_id":[])", "dataset_id"}}) {
    auto refused = ParseNewSet(fmt::format(R"({{"config_name":"a",{}}})", member));
    ASSERT_FALSE(refused) << member;
    EXPECT_EQ(refused.error().code, "ModelArts.0104") << member;
    EXPECT_EQ(refused.error().subject, field) << member;
  }
  EXPECT_THAT(ParseNewSet("[]").error().message, HasSubstr("expected a JSON object"));
}

}  // namespace
}  // namespace atelier::api
