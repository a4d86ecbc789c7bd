#include "api/modelarts/visualization_routes.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/modelarts/testing/route_calls.h"
#include "api/modelarts/visualization_request_json.h"
#include "base/json.h"
#include "boards/testing/board_world.h"

namespace atelier::api {
namespace {

using boards::kProject;
using testing::HasSubstr;

constexpr const char* kCreateBody = R"({"job_name": "curves", "job_desc": "of the digits", "workspace_id": "0",
  "train_url": "/b/out/", "job_type": "tensorboard", "flavor": {"code": "modelarts.vm.cpu.2u"},
  "schedule": [{"type": "stop", "time_unit": "HOURS", "duration": 2}]})";

class VisualizationRoutesTest : public testing::Test {
 protected:
  Result<http::Response> Call(const std::string& method, const std::string& path, const std::string& body = "",
                              const std::string& query = "") {
    iam::Principal principal;
    principal.project_id = kProject;
    return CallRoute(VisualizationRoutes(*world_.service),
                     {.method = method,
                      .path = fmt::format("/v1/{}/visualization-jobs{}?{}", kProject, path, query),
                      .body = body,
                      .principal = principal,
                      .base_url = "http://localhost:8080",
                      .shape = ErrorShape::kTraining});
  }
  json::object Body(const std::string& method, const std::string& path, const std::string& body = "",
                    const std::string& query = "") {
    return ObjectOf(Call(method, path, body, query), 200);
  }
  Error Refusal(const std::string& method, const std::string& path, const std::string& body = "",
                const std::string& query = "") {
    return ErrorOf(Call(method, path, body, query));
  }
  // Every board has the same ticket, so that answers can be compared.
  void PlainTicket() {
    auto board = world_.Stored(1);
    auto run = board.run;
    run.ticket = "ticket-of-the-board";
    ASSERT_TRUE(world_.repository.Update(1, board.run, run));
  }
  // Compares with visualization_golden/<name>.json.
  static void ExpectGolden(const std::string& name, const json::object& body) {
    ExpectGoldenFile(fs::path(ATELIER_SOURCE_DIR) / "src/api/modelarts/visualization_golden" / (name + ".json"), body);
  }

  boards::BoardWorld world_;
};

TEST_F(VisualizationRoutesTest, RepliesAreTheClouds) {
  auto created = Body("POST", "", kCreateBody);
  EXPECT_THAT(std::string(created["service_url"].as_string()),
              testing::MatchesRegex("http://localhost:8080/boards/1/\\?ticket=[A-Za-z0-9]{22}"));
  PlainTicket();
  created["service_url"] = Body("GET", "/1")["service_url"];
  ExpectGolden("create", created);
  world_.Pass();
  world_.clock.Advance(Milliseconds(4000));
  world_.Answer(world_.Stored(1));
  world_.Pass();
  world_.clock.Advance(Milliseconds(60'000));
  ExpectGolden("show", Body("GET", "/1"));
  ExpectGolden("list", Body("GET", ""));
}

TEST_F(VisualizationRoutesTest, StopRestartDescribeDelete) {
  Body("POST", "", kCreateBody);
  world_.Pass();
  EXPECT_EQ(Refusal("POST", "/1/restart").message, "This job can't be resubmit. job status: 7");
  EXPECT_EQ(Body("POST", "/1/stop"), (json::object{{"is_success", true}}));
  world_.Settle();
  EXPECT_EQ(Refusal("POST", "/1/stop").message, "This job can't be stop. job status: 12");
  EXPECT_EQ(Refusal("POST", "/1/stop").code, "ModelArts.0105");
  auto restarted = Body("POST", "/1/restart");
  EXPECT_EQ(restarted["job_id"], 1);
  EXPECT_EQ(restarted["status"], 1);
  Body("PUT", "/1", R"({"job_desc": "other words"})");
  EXPECT_EQ(Body("GET", "/1")["job_desc"], "other words");
  Body("DELETE", "/1");
  EXPECT_EQ(Refusal("GET", "/1").kind, ErrorKind::kNotFound);
  EXPECT_EQ(Refusal("GET", "/curves").kind, ErrorKind::kNotFound);
}

TEST_F(VisualizationRoutesTest, BadRequestsAreNamed) {
  EXPECT_EQ(Refusal("POST", "", R"({"job_name":"%%123","train_url":"/b/x/"})").message.substr(0, 19),
            "Illegal name: %%123");
  EXPECT_THAT(Refusal("POST", "", "{").message, HasSubstr("line 1"));
  EXPECT_THAT(Refusal("POST", "", "{}").message, HasSubstr("job_name: expected"));
  EXPECT_THAT(Refusal("POST", "", R"({"job_name":"a"})").message, HasSubstr("train_url: expected"));
  EXPECT_EQ(Refusal("POST", "", R"({"job_name":"a","train_url":"/b/x/","job_type":"mindinsight"})").kind,
            ErrorKind::kUnimplemented);
  EXPECT_THAT(Refusal("PUT", "/1", "{}").message, HasSubstr("job_desc"));
  for (const char* query : {"per_page=0", "per_page=1001", "page=-1", "sortBy=size", "order=up", "status=x"})
    EXPECT_EQ(Refusal("GET", "", "", query).code, "ModelArts.0104") << query;
  EXPECT_THAT(Refusal("GET", "", "", "search_content=" + std::string(101, 'x')).message, HasSubstr("search_content"));
}

TEST_F(VisualizationRoutesTest, ListsFilterSortAndPage) {
  for (const char* name : {"beta", "alpha", "gamma"}) world_.Create(world_.Request(name));
  auto first = [&](const std::string& query) {
    auto body = Body("GET", "", "", query);
    return body["jobs"].as_array().empty() ? "" : std::string(body["jobs"].at(0).at("job_name").as_string());
  };
  EXPECT_EQ(first(""), "beta");
  EXPECT_EQ(first("sortBy=job_name"), "alpha");
  EXPECT_EQ(first("sortBy=job_id&order=desc"), "gamma");
  EXPECT_EQ(first("page=2&per_page=1"), "alpha");
  EXPECT_EQ(first("search_content=AMM"), "gamma");
  EXPECT_EQ(first("status=10"), "");
  EXPECT_EQ(first("status=10,1"), "beta");
}

TEST(VisualizationRequestTest, ReadsWhatClientsSend) {
  auto hours = [](const std::string& schedule) {
    auto parsed = ParseCreateBoard(fmt::format(R"({{"job_name":"a","schedule":{}}})", schedule));
    return parsed && parsed->schedule ? parsed->schedule->duration : parsed ? -1 : -2;
  };
  EXPECT_EQ(hours(R"({"type":"stop","time_unit":"HOURS","duration":3})"), 3);
  EXPECT_EQ(hours(R"([{"type":"stop","time_unit":"HOURS","duration":"4"}])"), 4);
  EXPECT_EQ(hours("null"), -1);
  EXPECT_EQ(hours("[]"), -1);
  for (const char* bad : {"[1]", "1", R"([{"duration":1},{"duration":2}])", R"({"type":"stop"})", R"({"duration":1.5})",
                          R"({"duration":1,"type":1})"})
    EXPECT_EQ(hours(bad), -2) << bad;
  for (const char* bad : {R"({"job_name":1})", R"({"job_name":"a","flavor":"x"})", R"({"job_name":"a","train_url":1})"})
    EXPECT_EQ(ParseCreateBoard(bad).error().code, "ModelArts.0104") << bad;
}

}  // namespace
}  // namespace atelier::api
