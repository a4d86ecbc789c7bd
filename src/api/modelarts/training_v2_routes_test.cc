#include "api/modelarts/training_v2_routes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>

#include "api/modelarts/training_v2_log_link.h"
#include "base/json.h"
#include "training/testing/training_world.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;
using training::kProject;

constexpr const char* kCreateBody = R"({
  "kind": "job",
  "metadata": {"name": "trainjob-mnist", "description": "digits", "workspace_id": "0",
               "annotations": {"fault-tolerance/job-retry-num": "1"}},
  "algorithm": {
    "code_dir": "/test-modelarts/mnist/mnist-tensorflow-code/",
    "boot_file": "/test-modelarts/mnist/mnist-tensorflow-code/train_mnist_tf.py",
    "engine": {"engine_name": "TensorFlow", "engine_version": "TF-1.8.0-python2.7"},
    "parameters": [{"name": "max_steps", "value": 1000, "description": "how many"}, {"name": "rate", "value": "0.01"}],
    "inputs": [{"name": "data_url", "remote": {"obs": {"obs_url": "/test-modelarts/mnist/dataset-mnist/"}}}],
    "outputs": [{"name": "train_url", "remote": {"obs": {"obs_url": "/test-modelarts/mnist/mnist-model/"}}}],
    "environments": {"LEVEL": "7"}, "autosearch_config_path": null
  },
  "spec": {"resource": {"flavor_id": "modelarts.vm.cpu.2u", "node_count": 1}, "auto_stop": {"time_unit": "HOURS", "duration": 3},
           "log_export_path": {"obs_url": "/test-modelarts/logs/"}, "notification": {"topic_urn": "", "events": []}},
  "train_type": "normal"
})";

class TrainingV2RoutesTest : public testing::Test {
 protected:
  Result<http::Response> Call(const std::string& method, const std::string& path, const std::string& body = "",
                              const std::string& query = "") {
    http::Router<PlatformTarget> router(routes_);
    http::Request request;
    request.method = method;
    request.path = fmt::format("/v2/{}{}", kProject, path);
    request.query = http::Query::Parse(query);
    auto match = router.Find(method, request.path);
    EXPECT_NE(match.route, nullptr) << method << " " << path;
    if (match.route == nullptr) return Internal("no such route");
    EXPECT_EQ(match.route->target.error_shape, ErrorShape::kTrainingV2);
    PlatformCall call{.request = request,
                      .arguments = match.arguments,
                      .body = body,
                      .principal = {},
                      .base_url = "http://localhost"};
    call.principal.project_id = kProject;
    call.principal.user_name = "ann";
    return match.route->target.handler(call);
  }
  json::value Body(const std::string& method, const std::string& path, const std::string& body = "",
                   const std::string& query = "", int status = 200) {
    auto response = Call(method, path, body, query);
    EXPECT_TRUE(response) << response.error().message;
    if (!response) return {};
    EXPECT_EQ(response->status, status);
    return ParseJson(std::get<std::string>(response->body)).value_or(json::value());
  }
  std::string Code(const std::string& method, const std::string& path, const std::string& body = "",
                   const std::string& query = "") {
    auto response = Call(method, path, body, query);
    EXPECT_FALSE(response) << method << " " << path << " " << body << " " << query;
    return response ? "" : response.error().code;
  }
  // Compares with training_golden/v2_<name>.json, with the job's random UUID written as <uuid>.
  // ATELIER_UPDATE_GOLDEN=1 writes the file instead; review shows the change.
  static void ExpectGolden(const std::string& name, const json::value& body) {
    fs::path file = fs::path(ATELIER_SOURCE_DIR) / "src/api/modelarts/training_golden" / ("v2_" + name + ".json");
    static const std::regex kUuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    auto text = std::regex_replace(PrettyJson(body), kUuid, "<uuid>");
    if (std::getenv("ATELIER_UPDATE_GOLDEN") != nullptr) std::ofstream(file) << text << "\n";
    auto golden = ReadFile(file);
    ASSERT_TRUE(golden) << "no golden file " << file;
    EXPECT_EQ(text + "\n", *golden) << name;
  }
  std::string Create() {
    auto job = Body("POST", "/training-jobs", kCreateBody, "", 201);
    return "/training-jobs/" + std::string(job.at("metadata").at("id").as_string());
  }
  // Fails once, is started again, ends well after five seconds.
  std::string RunMnist() {
    auto path = Create();
    world_.Settle();
    world_.backend.Finish("job-1-v0001", 1);
    world_.Settle();
    world_.clock.Advance(Milliseconds(5'000));
    compute::Exit exit;
    exit.cpu_seconds = 5;
    exit.peak_memory_bytes = 1ULL << 30;
    world_.backend.Finish("job-1-v0001-1", exit);
    world_.Settle();
    return path;
  }

  training::TrainingWorld world_;
  std::vector<PlatformRoute> routes_ = TrainingV2Routes(*world_.whole);
};

TEST_F(TrainingV2RoutesTest, ANewJobIsTheClouds) {
  auto path = Create();
  ExpectGolden("new_job", Body("GET", path));
  ExpectGolden("flavors", Body("GET", "/training-job-flavors"));
  ExpectGolden("engines", Body("GET", "/training-job-engines"));
  EXPECT_EQ(CompactJson(Body("GET", "/training-job-flavors", "", "flavor_type=GPU")),
            R"({"total_count":0,"flavors":[]})");
}

TEST_F(TrainingV2RoutesTest, AnEndedJobIsTheClouds) {
  auto path = RunMnist();
  ExpectGolden("ended_job", Body("GET", path));
  ExpectGolden("search", Body("POST", "/training-job-searches", R"({"limit":1})"));
  ExpectGolden("events", Body("GET", path + "/events"));
  ExpectGolden("metrics", Body("GET", path + "/metrics/worker-0"));
  ExpectGolden("tasks", Body("GET", path + "/tasks"));
  ExpectGolden("stages", Body("GET", path + "/stages"));
}

TEST_F(TrainingV2RoutesTest, AJobOfApiOneIsShownToo) {
  world_.Create(world_.MnistRequest());
  auto found = Body("POST", "/training-job-searches");
  EXPECT_EQ(found.at("count"), 1);
  ExpectGolden("job_of_v1", found.at("items").at(0));
}

TEST_F(TrainingV2RoutesTest, DescribeStopAndDelete) {
  auto path = Create();
  EXPECT_EQ(CompactJson(Body("PUT", path, R"({"description":"new"})")), "null");
  EXPECT_EQ(Body("GET", path).at("metadata").at("description"), "new");
  auto stopped = Body("POST", path + "/actions", R"({"action_type":"terminate"})", "", 202);
  EXPECT_EQ(stopped.at("status").at("phase"), "Terminating");
  EXPECT_EQ(Code("POST", path + "/actions", R"({"action_type":"terminate"})"), "ModelArts.2796");
  EXPECT_EQ(Code("POST", path + "/actions", R"({"action_type":"dance"})"), "ModelArts.2812");
  EXPECT_EQ(CompactJson(Body("DELETE", path, "", "", 202)), R"("")");
  EXPECT_EQ(Code("GET", path), "ModelArts.2775");
  EXPECT_EQ(Code("DELETE", path), "ModelArts.2775");
}

TEST_F(TrainingV2RoutesTest, NamesAndBatches) {
  auto path = Create();
  EXPECT_EQ(Body("GET", "/training-job-names", "", "job_name=trainjob-mnist").at("is_duplicate"), true);
  EXPECT_EQ(Body("GET", "/training-job-names", "", "job_name=other").at("is_duplicate"), false);
  EXPECT_EQ(Code("GET", "/training-job-names"), "ModelArts.2788");
  EXPECT_EQ(Code("POST", "/training-jobs", kCreateBody), "ModelArts.2751");
  auto id = path.substr(path.rfind('/') + 1);
  auto batch = fmt::format(R"({{"jobs":[{{"kind":"job","metadata":{{"id":"{}"}}}}]}})", id);
  Body("POST", "/training-jobs/batch-delete", batch, "", 202);
  EXPECT_EQ(Code("POST", "/training-jobs/batch-delete", batch), "ModelArts.2775");
  EXPECT_EQ(Code("POST", "/training-jobs/batch-delete", "{}"), "ModelArts.2788");
}

TEST_F(TrainingV2RoutesTest, SearchesFilterSortAndPage) {
  for (const char* name : {"beta", "alpha", "gamma"}) {
    auto body = ParseJsonObject(kCreateBody).value();
    body["metadata"].as_object()["name"] = name;
    Body("POST", "/training-jobs", CompactJson(body), "", 201);
    world_.clock.Advance(Milliseconds(1'000));
  }
  auto names = [&](const std::string& body) {
    std::string text;
    for (const auto& item : Body("POST", "/training-job-searches", body).at("items").as_array())
      text += std::string(item.at("metadata").at("name").as_string()) + " ";
    return text;
  };
  EXPECT_EQ(names(""), "gamma alpha beta ");
  EXPECT_EQ(names("null"), "gamma alpha beta ");
  EXPECT_EQ(names(R"({"sort_by":"name","order":"asc"})"), "alpha beta gamma ");
  EXPECT_EQ(names(R"({"offset":1,"limit":2})"), "beta ") << "the offset is a page number";
  EXPECT_EQ(names(R"({"offset":"0","limit":"1"})"), "gamma ");
  EXPECT_EQ(names(R"({"filters":[{"key":"name","operator":"like","value":["MM"]}]})"), "gamma ");
  EXPECT_EQ(names(R"({"filters":[{"key":"status","operator":"in","value":["Running"]}]})"), "");
  EXPECT_EQ(names(R"({"group_by":"status","sort_by":"name"})"), "gamma beta alpha ");
  const std::pair<const char*, const char*> refused[] = {
      {R"({"limit":51})", "ModelArts.2788"},
      {R"({"limit":0})", "ModelArts.2788"},
      {R"({"offset":-1})", "ModelArts.2788"},
      {R"({"sort_by":"size"})", "ModelArts.2790"},
      {R"({"order":"up"})", "ModelArts.2790"},
      {R"({"filters":[{"key":"size","operator":"in","value":["1"]}]})", "ModelArts.2807"},
      {R"({"filters":[{"key":"name","operator":"is","value":["1"]}]})", "ModelArts.2808"},
      {R"({"filters":[{"key":"name","operator":"in","value":[]}]})", "ModelArts.2809"},
      {R"({"filters":[1]})", "ModelArts.2788"},
      {R"([])", "ModelArts.2787"},
      {R"({)", "ModelArts.2787"},
  };
  for (const auto& [body, code] : refused) EXPECT_EQ(Code("POST", "/training-job-searches", body), code) << body;
}

TEST_F(TrainingV2RoutesTest, LogsArePreviewedAndPaged) {
  auto path = RunMnist();
  auto log = world_.LogOf(world_.repository.FindVersion(1)->value());
  auto preview = Body("GET", path + "/tasks/worker-0/logs/preview");
  EXPECT_EQ(std::string(preview.at("content").as_string()), log);
  EXPECT_EQ(preview.at("full_size").to_number<std::size_t>(), log.size());
  std::string collected, cursor = "0000000000000000000";
  for (std::int64_t lines = 2; lines > 0;) {
    auto page = Body("GET", path + "/logs/worker-0", "", "lines=2&base_line=" + cursor);
    collected += std::string(page.at("content").as_string());
    cursor = page.at("end_line").as_string();
    lines = page.at("lines").as_int64();
  }
  EXPECT_EQ(collected, log);
  for (const char* query : {"lines=501", "base_line=x", "order=up"})
    EXPECT_EQ(Code("GET", path + "/logs/worker-0", "", query), "ModelArts.2788") << query;
  EXPECT_EQ(Code("GET", path + "/logs/worker-7"), "ModelArts.2788");
  EXPECT_EQ(Code("GET", path + "/metrics/worker-7"), "ModelArts.2788");
}

TEST_F(TrainingV2RoutesTest, ALinkToTheLogLastsFiveMinutes) {
  auto path = RunMnist();
  auto link = [&](const std::string& query) {
    auto url = Body("GET", path + "/tasks/worker-0/logs/url", "", query).at("obs_url").as_string();
    return std::string(url).substr(std::string("http://localhost/v2/").size() + std::string(kProject).size());
  };
  auto follow = [&](const std::string& to) {
    auto mark = to.find('?');
    return Call("GET", to.substr(0, mark), "", to.substr(mark + 1));
  };
  auto text = link("");
  auto answer = follow(text);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->headers.Get("Content-Type"), "text/plain; charset=utf-8");
  auto extents = std::get<std::vector<http::FileExtent>>(answer->body);
  EXPECT_EQ(extents.at(0).length, world_.LogOf(world_.repository.FindVersion(1)->value()).size());
  auto download = follow(link("Content-Type=application/octet-stream"));
  ASSERT_TRUE(download);
  EXPECT_THAT(std::string(download->headers.Get("Content-Disposition").value_or("")), HasSubstr("attachment"));

  auto forged = text;
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_EQ(follow(forged).error().kind, ErrorKind::kPermissionDenied);
  EXPECT_EQ(follow(std::regex_replace(text, std::regex("expires=[0-9]"), "expires=9")).error().kind,
            ErrorKind::kPermissionDenied);
  world_.clock.Advance(LogLinks::kLifetime);
  EXPECT_TRUE(follow(text));
  world_.clock.Advance(Milliseconds(1));
  EXPECT_EQ(follow(text).error().kind, ErrorKind::kPermissionDenied);
  EXPECT_EQ(Code("GET", path + "/tasks/worker-0/logs/url", "", "Content-Type=image/png"), "ModelArts.2788");
}

TEST_F(TrainingV2RoutesTest, EventsAreFiltered) {
  auto path = RunMnist();
  auto count = [&](const std::string& query) {
    return Body("GET", path + "/events", "", query).at("total").as_int64();
  };
  auto all = count("");
  EXPECT_EQ(count("level=Error") + count("level=Info") + count("level=Warning"), all);
  EXPECT_EQ(count("source=K8S"), 0);
  EXPECT_EQ(count("pattern=started"), 3);
  EXPECT_EQ(count("start_time=0&end_time=1"), 0);
  EXPECT_EQ(count("start_time=2023-11-15T06:13:20%2B08:00&end_time=2099-01-01T00:00:00Z"), all);
  EXPECT_EQ(count("start_time=2023-11-15T06:13:26%2B08:00&end_time=2099-01-01T00:00:00Z"), 0);
  for (const char* query :
       {"limit=0", "limit=101", "level=Loud", "source=Moon", "order=up", "start_time=1", "start_time=x&end_time=y"})
    EXPECT_EQ(Code("GET", path + "/events", "", query), "ModelArts.2788") << query;
}

TEST_F(TrainingV2RoutesTest, BadRequestsAreNamed) {
  auto with = [](const std::string& part, const std::string& field, const std::string& value) {
    auto body = ParseJsonObject(kCreateBody).value();
    auto& object = part.empty() ? body : body[part].as_object();
    object[field] = ParseJson(value).value();
    return CompactJson(body);
  };
  const std::pair<std::string, const char*> rows[] = {
      {"{", "ModelArts.2787"},
      {"[]", "ModelArts.2787"},
      {"{}", "ModelArts.2788"},
      {with("", "kind", R"("robot")"), "ModelArts.2788"},
      {with("", "algorithm", "7"), "ModelArts.2788"},
      {with("metadata", "name", R"("%%")"), "ModelArts.2788"},
      {with("metadata", "name", R"({"a":1})"), "ModelArts.2788"},
      {with("metadata", "annotations", R"([1])"), "ModelArts.2788"},
      {with("algorithm", "inputs", R"([1])"), "ModelArts.2788"},
      {with("algorithm", "inputs", R"([{"name":"a","access_method":"post"}])"), "ModelArts.2788"},
      {with("algorithm", "parameters", R"([{"name":"a","value":[]}])"), "ModelArts.2788"},
      {with("algorithm", "environments", R"({"A":{}})"), "ModelArts.2788"},
      {with("spec", "auto_stop", R"({"time_unit":"DAYS","duration":1})"), "ModelArts.2788"},
      {with("spec", "auto_stop", R"({"duration":0})"), "ModelArts.2788"},
      {with("spec", "resource", R"({"node_count":"many"})"), "ModelArts.2788"},
      {with("spec", "resource", R"({"flavor_id":"huge"})"), "ModelArts.2781"},
  };
  for (const auto& [body, code] : rows) EXPECT_EQ(Code("POST", "/training-jobs", body), code) << body;
  const std::string unserved[] = {
      with("", "kind", R"("visualization_job")"),
      with("", "tasks", R"([{"role":"worker"}])"),
      with("algorithm", "engine", R"({"image_url":"repo/image:1"})"),
      with("algorithm", "inputs", R"([{"name":"a","remote":{"dataset":{"id":"1","version_id":"2"}}}])"),
      with("algorithm", "policies", R"({"auto_search":{"reward_attrs":[]}})"),
      with("spec", "volumes", R"([{"nfs":{"nfs_server_path":"a","local_path":"/b"}}])"),
  };
  for (const auto& body : unserved) {
    auto response = Call("POST", "/training-jobs", body);
    ASSERT_FALSE(response) << body;
    EXPECT_EQ(response.error().kind, ErrorKind::kUnimplemented) << body;
  }
  EXPECT_EQ(Code("PUT", Create(), "{}"), "ModelArts.2788");
}

TEST_F(TrainingV2RoutesTest, EveryRouteHasItsOwnActionAndOnlyTheLinkIsOpen) {
  std::set<std::string> actions;
  for (const auto& route : routes_) {
    EXPECT_TRUE(actions.insert(route.action).second) << route.action;
    EXPECT_EQ(route.target.open, route.action == "DownloadTrainingJobLogV2") << route.action;
  }
}

}  // namespace
}  // namespace atelier::api
