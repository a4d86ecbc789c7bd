#include "api/modelarts/app_json.h"

#include <gtest/gtest.h>

#include "iam/testing/app_repository_contract.h"

namespace atelier::api {
namespace {

TEST(AppObject, SecretsAreToldOnceOnly) {
  auto app = iam::SampleApp("1", "one");
  app.codes.push_back({"digest", "xyz", {}});
  auto shown = AppObject(app, 2);
  EXPECT_EQ(shown.at("app_secret").as_string(), "******");
  EXPECT_EQ(CompactJson(shown.at("app_codes")), R"(["abc******","xyz******"])");
  EXPECT_EQ(shown.at("bounded_api_count").to_number<int>(), 2);
  auto told = AppObject(app, 2, {"the secret", "xyz-the-code"});
  EXPECT_EQ(told.at("app_secret").as_string(), "the secret");
  EXPECT_EQ(CompactJson(told.at("app_codes")), R"(["abc******","xyz-the-code"])");
}

TEST(AppAuthResult, SaysWhyNot) {
  auto granted = AppAuthResult("api", "app", iam::AppGrant{"g", "api", "app", {}});
  EXPECT_TRUE(granted.at("success").as_bool());
  EXPECT_EQ(granted.at("auth_id").as_string(), "g");
  auto refused = AppAuthResult("api", "app", NotFound("there is no app"));
  EXPECT_FALSE(refused.at("success").as_bool());
  EXPECT_EQ(refused.at("auth_id").as_string(), "");
  EXPECT_EQ(refused.at("reason").as_string(), "there is no app");
}

TEST(ParseAppIds, ReadsThemOrSaysWhatIsWrong) {
  auto ids = ParseAppIds(R"({"apps": [{"app_id": "a"}, {"app_id": "b"}], "workspace_id": "0"})");
  ASSERT_TRUE(ids) << ids.error().message;
  EXPECT_EQ(*ids, (std::vector<std::string>{"a", "b"}));
  for (const char* body : {"", "{}", R"({"apps": []})", R"({"apps": {}})", R"({"apps": ["a"]})", R"({"apps": [{}]})",
                           R"({"apps": [{"app_id": ""}]})", R"({"apps": [{"app_id": 3}]})"}) {
    auto refused = ParseAppIds(body);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidArgument) << body;
  }
}

}  // namespace
}  // namespace atelier::api
