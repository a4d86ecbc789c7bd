#include "api/modelarts/algorithm_routes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/modelarts/algorithm_json.h"
#include "api/modelarts/testing/route_calls.h"
#include "base/json.h"
#include "training/testing/memory_algorithm_repository.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

constexpr const char* kBody = R"({
  "metadata": {"name": "mnist", "description": "digits", "workspace_id": "0", "ai_project": "default-ai-project"},
  "job_config": {
    "code_dir": "/b/code/", "boot_file": "/b/code/train.py", "command": "",
    "parameters": [
      {"name": "steps", "value": 100, "description": "how many",
       "constraint": {"type": "Integer", "editable": "true", "required": true, "sensitive": false,
                      "valid_type": "Range", "valid_range": [1, "1000"]},
       "i18n_description": {"language": "en-us", "description": "steps"}},
      {"name": "mode"}],
    "inputs": [{"name": "data_url", "description": "in",
                "remote_constraints": [{"data_type": "dataset", "attributes": [{"data_format": "Default"}]},
                                       {"data_type": "obs", "attributes": []}]}],
    "outputs": [{"name": "train_url", "description": "out"}],
    "engine": {"engine_id": "tf-2.15"},
    "parameters_customization": true
  },
  "resource_requirements": [{"key": "flavor_type", "values": ["CPU"], "operator": "in"}],
  "advanced_config": {"auto_search": {"skip_search_params": "x"}}
})";

class AlgorithmRoutesTest : public testing::Test {
 protected:
  Result<http::Response> Call(const std::string& method, const std::string& path, const std::string& body = "",
                              const std::string& query = "") {
    iam::Principal principal;
    principal.project_id = "p";
    principal.domain_id = "d";
    principal.user_name = "anna";
    return CallRoute(AlgorithmRoutes(service_),
                     {.method = method, .path = "/v2/p" + path + "?" + query, .body = body, .principal = principal});
  }
  json::object Body(const std::string& method, const std::string& path, const std::string& body = "",
                    const std::string& query = "") {
    return ObjectOf(Call(method, path, body, query));
  }
  std::string Make(const std::string& name) {
    auto body = ParseJsonObject(kBody).value();
    body["metadata"].as_object()["name"] = name;
    clock_.Advance(Milliseconds(1));
    return std::string(Body("POST", "/algorithms", CompactJson(body)).at("metadata").at("id").as_string());
  }

  training::MemoryAlgorithmRepository repository_;
  ManualClock clock_{FromUnixMillis(1000)};
  training::AlgorithmService service_{repository_, clock_};
};

TEST_F(AlgorithmRoutesTest, AnswersAreWhatTheSdkReads) {
  auto made = Body("POST", "/algorithms", kBody);
  auto id = std::string(made.at("metadata").at("id").as_string());
  EXPECT_EQ(Body("GET", "/algorithms/" + id), made);
  made["metadata"].as_object()["id"] = "?";
  EXPECT_EQ(CompactJson(made.at("metadata")),
            R"({"id":"?","name":"mnist","description":"digits","workspace_id":"0","ai_project":"default-ai-project",)"
            R"("user_name":"anna","domain_id":"d","source":"custom","api_version":"","is_valid":true,"state":"",)"
            R"("tags":[],"attr_list":[],"version_num":0,"create_time":1000,"update_time":1000})");
  const auto& config = made.at("job_config").as_object();
  EXPECT_EQ(CompactJson(config.at("parameters").at(0)),
            R"({"name":"steps","value":"100","description":"how many","constraint":{"type":"Integer","editable":true,)"
            R"("required":true,"sensitive":false,"valid_type":"Range","valid_range":["1","1000"]},)"
            R"("i18n_description":{"language":"en-us","description":"steps"}})");
  EXPECT_EQ(
      CompactJson(config.at("parameters").at(1).at("constraint")),
      R"({"type":"String","editable":true,"required":false,"sensitive":false,"valid_type":"None","valid_range":[]})");
  EXPECT_EQ(CompactJson(config.at("inputs")),
            R"([{"name":"data_url","description":"in","remote_constraints":[{"data_type":"dataset",)"
            R"("attributes":[{"data_format":"Default"}]},{"data_type":"obs","attributes":[]}]}])");
  EXPECT_EQ(CompactJson(config.at("outputs")), R"([{"name":"train_url","description":"out"}])");
  EXPECT_EQ(CompactJson(config.at("engine")),
            R"({"engine_id":"tf-2.15","engine_name":"","engine_version":"","image_url":""})");
  EXPECT_EQ(CompactJson(made.at("resource_requirements")),
            R"([{"key":"flavor_type","values":["CPU"],"value":["CPU"],"operator":"in"}])");
  EXPECT_EQ(CompactJson(made.at("advanced_config")), R"({"auto_search":{"skip_search_params":"x"}})");
  EXPECT_EQ(CompactJson(Body("GET", "/search-algorithms")), R"({"search_algo_count":0,"search_algo_list":[]})");
}

TEST_F(AlgorithmRoutesTest, ChangesAndDeletions) {
  auto id = Make("mnist");
  auto body = ParseJsonObject(kBody).value();
  body["job_config"].as_object()["parameters"] = json::array{};
  body["metadata"].as_object()["description"] = "new";
  auto changed = Body("PUT", "/algorithms/" + id, CompactJson(body));
  EXPECT_EQ(changed.at("metadata").at("description"), "new");
  EXPECT_EQ(Call("DELETE", "/algorithms/" + id)->status, 202);
  EXPECT_EQ(Call("GET", "/algorithms/" + id).error().code, "ModelArts.2755");
  EXPECT_EQ(Call("PUT", "/algorithms/" + id, kBody).error().code, "ModelArts.2755");
}

TEST_F(AlgorithmRoutesTest, ListsFilterSortAndPage) {
  for (const char* name : {"beta", "alpha", "gamma"}) Make(name);
  auto names = [&](const std::string& query) {
    auto list = Body("GET", "/algorithms", "", query);
    std::string text;
    for (const auto& item : list["items"].as_array())
      text += std::string(item.at("metadata").at("name").as_string()) + " ";
    return text + fmt::format("{}/{}", list["count"].as_int64(), list["total"].as_int64());
  };
  EXPECT_EQ(names(""), "gamma alpha beta 3/3");
  EXPECT_EQ(names("sort_by=name&order=asc&offset=1&limit=1"), "beta 3/3");
  EXPECT_EQ(names("searches=name:am"), "gamma 1/3");
  EXPECT_EQ(names("searches=name%3Dalph"), "alpha 1/3");
  EXPECT_EQ(names("searches=%7B%22name%22%3A%22bet%22%7D"), "beta 1/3");
  EXPECT_EQ(names("searches=ALP"), "alpha 1/3");
  EXPECT_EQ(names("workspace_id=other"), "0/3");
  auto page = Body("GET", "/algorithms", "", "limit=2&offset=1&order=asc&group_by=g");
  EXPECT_EQ(page["limit"], 2);
  EXPECT_EQ(page["offset"], 1);
  EXPECT_EQ(page["order"], "asc");
  EXPECT_EQ(page["sort_by"], "create_time");
  EXPECT_EQ(page["group_by"], "g");
  for (const char* query : {"limit=0", "limit=51", "offset=-1", "sort_by=size", "order=up", "searches=%7B"})
    EXPECT_EQ(Call("GET", "/algorithms", "", query).error().code, "ModelArts.2764") << query;
}

TEST(AlgorithmJson, BadBodiesAreNamed) {
  struct Row {
    const char* body;
    const char* message;
    const char* code;
  };
  for (const auto& [body, message, code] : {
           Row{"", "no JSON object", "ModelArts.2787"},
           Row{"[]", "no JSON object", "ModelArts.2787"},
           Row{R"({"metadata":1})", "metadata", "ModelArts.2788"},
           Row{R"({"metadata":{"name":1}})", "metadata.name", "ModelArts.2788"},
           Row{R"({"job_config":{"parameters":{}}})", "job_config.parameters", "ModelArts.2788"},
           Row{R"({"job_config":{"parameters":[1]}})", "job_config.parameters", "ModelArts.2788"},
           Row{R"({"job_config":{"parameters":[{"value":[]}]}})", "job_config.parameters[0].value", "ModelArts.2788"},
           Row{R"({"job_config":{"parameters":[{"constraint":{"type":"Tensor"}}]}})", "String, Integer",
               "ModelArts.2788"},
           Row{R"({"job_config":{"parameters":[{"constraint":{"valid_type":"Regex"}}]}})", "None, Range or Choice",
               "ModelArts.2788"},
           Row{R"({"job_config":{"parameters":[{"constraint":{"editable":"maybe"}}]}})", "editable", "ModelArts.2788"},
           Row{R"({"job_config":{"inputs":[{"remote_constraints":[{"attributes":1}]}]}})", "attributes",
               "ModelArts.2788"},
           Row{R"({"resource_requirements":[{"values":"CPU"}]})", "resource_requirements[0].values", "ModelArts.2788"},
           Row{R"({"advanced_config":[]})", "advanced_config", "ModelArts.2788"},
       }) {
    auto parsed = ParseAlgorithm(body);
    ASSERT_FALSE(parsed) << body;
    EXPECT_THAT(parsed.error().message, HasSubstr(message));
    EXPECT_EQ(parsed.error().code, code) << body;
  }
  EXPECT_TRUE(ParseAlgorithm(R"({"unknown":1,"metadata":{"id":5,"more":{}},"job_config":null})"));
}

}  // namespace
}  // namespace atelier::api
