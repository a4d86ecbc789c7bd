#include "spec/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atelier::spec {
namespace {

// "path: expected ..., got ...", or "fits".
std::string Outcome(const std::string& schema, const std::string& value, const std::string& document = "{}") {
  auto whole = ParseJsonObject(document).value();
  Schemas schemas(whole);
  auto compiled = schemas.Compile(ParseJson(schema).value());
  if (!compiled) return compiled.error().message;
  auto violation = Check(**compiled, ParseJson(value).value(), "");
  return violation ? violation->path + ": expected " + violation->expected + ", got " + violation->got : "fits";
}

TEST(Schema, EveryKeyword) {
  struct Row {
    std::string schema, value, outcome;
  };
  const Row rows[] = {
      {R"({})", R"([1])", "fits"},
      {R"({"type":"string"})", R"("a")", "fits"},
      {R"({"type":"string"})", R"(7)", "body: expected a text, got 7"},
      {R"({"type":"string"})", R"(null)", "body: expected a text, got null"},
      {R"({"type":"string","nullable":true})", R"(null)", "fits"},
      {R"({"type":"string","minLength":1,"maxLength":3})", R"("äöü")", "fits"},
      {R"({"type":"string","minLength":1,"maxLength":3})", R"("")",
       "body: expected a text of 1 to 3 characters, got ''"},
      {R"({"type":"string","maxLength":3})", R"("abcd")", "body: expected a text of at most 3 characters, got 'abcd'"},
      {R"({"type":"string","enum":["asc","desc"]})", R"("up")", "body: expected one of asc, desc, got 'up'"},
      {R"({"type":"string","pattern":"^a$"})", R"("b")", "fits"},
      {R"({"type":"integer","minimum":0,"maximum":9})", R"(9)", "fits"},
      {R"({"type":"integer","minimum":0,"maximum":9})", R"(10)", "body: expected a number from 0 to 9, got 10"},
      {R"({"type":"integer"})", R"(1.0)", "fits"},
      {R"({"type":"integer"})", R"(1.5)", "body: expected a whole number, got 1.5E0"},
      {R"({"type":"integer"})", R"(18446744073709551615)", "fits"},
      {R"({"type":"number","minimum":0})", R"(-1)", "body: expected a number of at least 0, got -1"},
      {R"({"type":"boolean"})", R"("true")", "body: expected true or false, got 'true'"},
      {R"({"type":"object"})", R"([])", "body: expected an object, got an array"},
      {R"({"type":"array","items":{"type":"string"},"maxItems":2})", R"(["a",1])", "body[1]: expected a text, got 1"},
      {R"({"type":"array","maxItems":2})", R"([1,2,3])", "body: expected an array of at most 2 items, got an array"},
      {R"({"anyOf":[{"type":"integer"},{"type":"string"}]})", R"("7")", "fits"},
      {R"({"anyOf":[{"type":"integer"},{"type":"string"}]})", R"(true)",
       "body: expected a whole number, or a text, got true"},
      {R"({"oneOf":[{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}},{"type":"string"}]})",
       R"({"a":1})", "a: expected a text, got 1"},
      {R"({"allOf":[{"type":"object"},{"properties":{"a":{"type":"integer"}}}]})", R"({"a":"x"})",
       "a: expected a whole number, got 'x'"},
      {R"({"type":"object","additionalProperties":{"type":"string"}})", R"({"a":1})", "a: expected a text, got 1"},
      {R"({"type":"string","x-expected":"a folder"})", R"(1)", "body: expected a folder, got 1"},
      {R"({"type":"string","format":"password"})", R"(1234)", "body: expected a text, got something else"},
  };
  for (const auto& row : rows) EXPECT_EQ(Outcome(row.schema, row.value), row.outcome) << row.schema << " " << row.value;
}

TEST(Schema, MembersAreNamedByTheirPath) {
  const std::string schema =
      R"({"type":"object","required":["config"],"properties":{"config":{"type":"object","properties":{"parameter":)"
      R"({"type":"array","items":{"type":"object","required":["label"],"properties":{"label":{"type":"string"}}}}}}}})";
  EXPECT_EQ(Outcome(schema, R"({"config":{"parameter":[{"label":"a"},{"label":7}]}})"),
            "config.parameter[1].label: expected a text, got 7");
  EXPECT_EQ(Outcome(schema, R"({"config":{"parameter":[{}]}})"),
            "config.parameter[0].label: expected a text, got nothing");
  EXPECT_EQ(Outcome(schema, R"({})"), "config: expected an object, got nothing");
  EXPECT_EQ(Outcome(schema, R"({"config":null})"), "config: expected an object, got nothing");
  EXPECT_EQ(Outcome(schema, R"({"config":{"parameter":null},"more":[1]})"), "fits")
      << "null is absent, more is allowed";
}

TEST(Schema, ReferencesMayGoRound) {
  const std::string document =
      R"({"components":{"schemas":{"Tree":{"type":"object","properties":{"name":{"type":"string"},)"
      R"("children":{"type":"array","items":{"$ref":"#/components/schemas/Tree"}}}}}}})";
  const std::string tree = R"({"$ref":"#/components/schemas/Tree"})";
  EXPECT_EQ(Outcome(tree, R"({"children":[{"children":[{"name":"x"}]}]})", document), "fits");
  EXPECT_EQ(Outcome(tree, R"({"children":[{"children":[{"name":1}]}]})", document),
            "children[0].children[0].name: expected a text, got 1");
}

TEST(Schema, LongTextsAreNotRepeated) {
  EXPECT_EQ(Outcome(R"({"type":"string","maxLength":3})", "\"" + std::string(1000, 'x') + "\""),
            "body: expected a text of at most 3 characters, got a text of 1000 characters");
}

TEST(Schema, WhatNobodyChecksIsRefusedWhenCompiled) {
  EXPECT_THAT(Outcome(R"({"type":"array","uniqueItems":true})", "[]"), testing::HasSubstr("'uniqueItems'"));
  EXPECT_THAT(Outcome(R"({"type":"text"})", "1"), testing::HasSubstr("unknown type 'text'"));
  EXPECT_THAT(Outcome(R"({"type":7})", "1"), testing::HasSubstr("wrong value"));
  EXPECT_THAT(Outcome(R"({"$ref":"#/none"})", "1"), testing::HasSubstr("refers to nothing"));
}

}  // namespace
}  // namespace atelier::spec
