#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::http {
namespace {

std::string Show(const std::optional<PathArguments>& arguments) {
  if (!arguments) return "no";
  std::string text = "yes";
  for (const auto& [name, value] : *arguments) text += " " + name + "=" + value;
  return text;
}

TEST(MatchPattern, Table) {
  struct Case {
    std::string pattern, path, expected;
  };
  const Case cases[] = {
      {"/", "/", "yes"},
      {"/", "", "no"},
      {"/", "/a", "no"},
      {"/v1/models", "/v1/models", "yes"},
      {"/v1/models", "/v1/models/", "no"},
      {"/v1/models", "/v1/Models", "no"},
      {"/v1/models", "/v1/%6Dodels", "yes"},
      {"/v1/{project_id}/models/{id}", "/v1/p/models/m", "yes id=m project_id=p"},
      {"/v1/{project_id}/models/{id}", "/v1/p/models/", "no"},
      {"/v1/{project_id}/models/{id}", "/v1//models/m", "no"},
      {"/v1/{project_id}/models/{id}", "/v1/p/models/m/x", "no"},
      {"/{a}", "/x%2Fy%20z", "yes a=x/y z"},
      {"/{a}", "/%zz", "no"},
      {"/{a}/{rest...}", "/b/c/d%20e/", "yes a=b rest=c/d e/"},
      {"/{a}/{rest...}", "/b/", "yes a=b rest="},
      {"/{a}/{rest...}", "/b", "no"},
      {"/{rest...}", "/", "yes rest="},
      {"/{rest...}", "*", "no"},
      {"/a{b}", "/a{b}", "yes"},
  };
  for (const auto& test : cases)
    EXPECT_EQ(Show(MatchPattern(test.pattern, test.path)), test.expected) << test.pattern << " " << test.path;
}

TEST(PatternRank, OrdersFromSpecificToGeneral) {
  const std::string ordered[] = {"/a/b", "/a/b/{x}", "/a/{x}", "/a/{x}/{y}", "/a/{rest...}", "/{x}/b", "/{rest...}"};
  for (std::size_t i = 1; i < std::size(ordered); ++i)
    EXPECT_LE(PatternRank(ordered[i - 1]), PatternRank(ordered[i])) << ordered[i];
  EXPECT_LT(PatternRank("/a/b"), PatternRank("/a/{x}"));
  EXPECT_LT(PatternRank("/a/{x}/{y}"), PatternRank("/a/{rest...}"));
  EXPECT_LT(PatternRank("/v1/{p}/services/specifications"), PatternRank("/v1/{p}/services/{service_id}"));
}

TEST(Router, PrefersLiteralsAndTellsAllowedMethods) {
  Router<int> router({{"GET", "/s/{id}", "Show", 1},
                      {"GET", "/s/specifications", "ListSpecifications", 2},
                      {"DELETE", "/s/{id}", "Delete", 3},
                      {"GET", "/{rest...}", "Console", 4}});
  EXPECT_EQ(router.Find("GET", "/s/specifications").route->target, 2);
  auto shown = router.Find("GET", "/s/x");
  EXPECT_EQ(shown.route->target, 1);
  EXPECT_EQ(shown.arguments.at("id"), "x");
  EXPECT_EQ(router.Find("GET", "/other/y").route->target, 4);
  auto wrong_method = router.Find("POST", "/s/x");
  EXPECT_EQ(wrong_method.route, nullptr);
  EXPECT_THAT(wrong_method.allowed, testing::UnorderedElementsAre("GET", "DELETE", "GET"));
  auto nowhere = router.Find("GET", "*");
  EXPECT_EQ(nowhere.route, nullptr);
  EXPECT_TRUE(nowhere.allowed.empty());
}

}  // namespace
}  // namespace atelier::http
