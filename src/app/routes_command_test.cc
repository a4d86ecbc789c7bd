#include "app/routes_command.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace atelier::app {
namespace {

const std::vector<api::RouteLine> kTwo = {{"GET", "/v1/{project_id}/models", "ListModels", ""},
                                          {"POST", "/v1/{project_id}/boards", "CreateBoard", "boards are not served"}};

TEST(RoutesCommand, JsonHasNullWhereAnOperationIsServed) {
  EXPECT_EQ(RoutesJson(kTwo),
            R"([{"method":"GET","pattern":"/v1/{project_id}/models","action":"ListModels","unserved":null},)"
            R"({"method":"POST","pattern":"/v1/{project_id}/boards","action":"CreateBoard",)"
            R"("unserved":"boards are not served"}])"
            "\n");
}

TEST(RoutesCommand, TextSaysWhyAnOperationIsNot) {
  auto text = RoutesText(kTwo);
  EXPECT_NE(text.find("501: boards are not served"), std::string::npos) << text;
}

TEST(RoutesCommand, TheTableIsThatOfTheProgram) {
  auto routes = RoutesOfThisProgram({});
  ASSERT_TRUE(routes) << routes.error().message;
  auto has = [&](std::string_view action) {
    return std::ranges::any_of(*routes, [&](const auto& route) { return route.action == action; });
  };
  for (const char* action : {"Health", "CreateToken", "CreateUser", "CreateTrainingJob", "ImportModel", "DeployService",
                             "StartBackup", "Predict"})
    EXPECT_TRUE(has(action)) << action;
}

}  // namespace
}  // namespace atelier::app
