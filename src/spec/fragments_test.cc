#include "spec/fragments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::spec {
namespace {

using testing::HasSubstr;

const Fragment kCommon{"common.yaml",
                       "openapi: 3.0.3\ninfo: {title: T, version: '1'}\ncomponents: {schemas: {A: {type: string}}}\n"};
Fragment Paths(const std::string& name, const std::string& path, const std::string& id) {
  return {name, path + ": {get: {operationId: " + id + "}}\n"};
}
Fragment UnderPaths(Fragment fragment) {
  fragment.text = "paths:\n  " + fragment.text;
  return fragment;
}

std::string Refusal(const std::vector<Fragment>& fragments) {
  auto merged = MergeFragments(fragments);
  return merged ? "merged" : merged.error().message;
}

TEST(MergeFragments, UnitesPathsComponentsAndTags) {
  Fragment more{
      "m.yaml",
      "tags: [{name: m}]\npaths: {/a: {post: {operationId: P}}}\ncomponents: {schemas: {B: {type: integer}}}\n"};
  Fragment last{"n.yaml", "tags: [{name: n}]\n"};
  auto merged = MergeFragments({kCommon, UnderPaths(Paths("p.yaml", "/a", "G")), more, last});
  ASSERT_TRUE(merged) << merged.error().message;
  EXPECT_EQ(CompactJson(merged->at("paths")), R"({"/a":{"get":{"operationId":"G"},"post":{"operationId":"P"}}})");
  EXPECT_EQ(CompactJson(merged->at("tags")), R"([{"name":"m"},{"name":"n"}])");
  EXPECT_EQ(merged->at("components").as_object().at("schemas").as_object().size(), 2U);
}

TEST(MergeFragments, ScalarsAreWhatTheyLookLike) {
  Fragment values{"v.yaml",
                  "paths: {/a: {get: {operationId: G, x: [1, '1', 1.5, true, 'true', null, ~, 3.0.3, -7, text]}}}\n"};
  auto merged = MergeFragments({kCommon, values});
  ASSERT_TRUE(merged) << merged.error().message;
  const auto& get = merged->at("paths").as_object().at("/a").as_object().at("get").as_object();
  EXPECT_EQ(CompactJson(get.at("x")), R"([1,"1",1.5E0,true,"true",null,null,"3.0.3",-7,"text"])");
}

TEST(MergeFragments, SaysWhichFragmentIsWrongAndWhy) {
  auto good = UnderPaths(Paths("p.yaml", "/a", "G"));
  EXPECT_THAT(Refusal({kCommon, good, {"x.yaml", "a: [1"}}), HasSubstr("x.yaml"));
  EXPECT_THAT(Refusal({kCommon, good, {"x.yaml", "pathes: {}"}}), HasSubstr("x.yaml: 'pathes' does not belong here"));
  EXPECT_THAT(Refusal({kCommon, good, {"x.yaml", "- 1"}}), HasSubstr("expected a map"));
  EXPECT_THAT(Refusal({kCommon, good, UnderPaths(Paths("q.yaml", "/a", "H"))}),
              HasSubstr("q.yaml: /a: 'get' is in another"));
  EXPECT_THAT(Refusal({kCommon, good, UnderPaths(Paths("q.yaml", "/b", "G"))}), HasSubstr("'G' is used twice"));
  EXPECT_THAT(Refusal({kCommon, good, {"x.yaml", "components: {schemas: {A: {type: integer}}}"}}),
              HasSubstr("'A' is in another"));
  EXPECT_THAT(Refusal({kCommon, good, {"x.yaml", "components: {schemas: {C: {$ref: '#/components/schemas/None'}}}"}}),
              HasSubstr("'#/components/schemas/None' refers to nothing"));
  EXPECT_THAT(Refusal({kCommon, {"x.yaml", "paths: {/a: {get: {summary: s}}}"}}),
              HasSubstr("get /a: operationId is missing"));
  EXPECT_THAT(Refusal({kCommon}), HasSubstr("no fragment has 'paths'"));
}

TEST(Resolve, FindsOnlyWhatIsThere) {
  auto document = ParseJsonObject(R"({"a":{"b":1},"c":2})").value();
  EXPECT_NE(Resolve(document, "#/a/b"), nullptr);
  for (const char* nothing : {"#/a/x", "#/c/d", "#/a/b/c", "other.yaml#/a", ""})
    EXPECT_EQ(Resolve(document, nothing), nullptr) << nothing;
}

}  // namespace
}  // namespace atelier::spec
