#include "spec/request_validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spec/document.h"

namespace atelier::spec {
namespace {

constexpr std::string_view kDocument = R"({
 "tags": [{"name": "things", "x-invalid-code": "ModelArts.3037"}, {"name": "plain"}],
 "paths": {"/things": {
  "get": {"operationId": "ListThings", "tags": ["things"], "parameters": [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000}},
    {"name": "order", "in": "query", "schema": {"type": "string", "enum": ["asc", "desc"]}},
    {"name": "file", "in": "query", "required": true, "schema": {"type": "string", "x-expected": "a file"}}]},
  "post": {"operationId": "MakeThing", "tags": ["things"], "requestBody": {"required": true, "content": {"application/json":
    {"schema": {"type": "object", "required": ["name", "size"], "properties": {
      "name": {"type": "string", "x-missing-code": "ModelArts.3036"}, "size": {"type": "integer"}}}}}}},
  "put": {"operationId": "NotServed", "tags": ["things"], "x-not-served": "things", "requestBody": {"required": true, "content":
    {"application/json": {"schema": {"type": "object"}}}}},
  "delete": {"operationId": "Optional", "tags": ["plain"], "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
 }}})";

RequestValidator Make() {
  auto specification = Specification::Parse(kDocument);
  EXPECT_TRUE(specification);
  return RequestValidator::Make(*std::move(specification)).value();
}

// "code message", or "fits".
std::string Outcome(const std::string& id, const std::string& query, const std::string& body = "") {
  static const RequestValidator validator = Make();
  auto checked = validator.Check(id, http::Query::Parse(query), body);
  return checked ? "fits" : checked.error().code + " " + checked.error().message;
}

TEST(RequestValidator, QueryParametersAreReadAsTheirSchemaSays) {
  EXPECT_EQ(Outcome("ListThings", "limit=5&order=asc&file=a&other=x"), "fits");
  EXPECT_EQ(Outcome("ListThings", "limit=&order=&file=a"), "fits") << "some clients send empty ones";
  EXPECT_EQ(Outcome("ListThings", "limit=0&file=a"), "ModelArts.3037 limit: expected a number from 1 to 1000, got 0");
  EXPECT_EQ(Outcome("ListThings", "limit=x&file=a"), "ModelArts.3037 limit: expected a number from 1 to 1000, got 'x'");
  EXPECT_EQ(Outcome("ListThings", "order=up&file=a"), "ModelArts.3037 order: expected one of asc, desc, got 'up'");
  EXPECT_EQ(Outcome("ListThings", "limit=1"), "ModelArts.3037 file: expected a file, got nothing");
}

TEST(RequestValidator, BodiesHaveTheAreasCodeOrTheMembers) {
  EXPECT_EQ(Outcome("MakeThing", "", R"({"name":"a","size":1,"more":{}})"), "fits");
  EXPECT_EQ(Outcome("MakeThing", "", R"({"size":1})"), "ModelArts.3036 name: expected a text, got nothing");
  EXPECT_EQ(Outcome("MakeThing", "", R"({"name":"a","size":"b"})"),
            "ModelArts.3037 size: expected a whole number, got 'b'");
  EXPECT_EQ(Outcome("MakeThing", "", R"([])"), "ModelArts.3037 body: expected an object, got an array");
}

TEST(RequestValidator, LeavesToTheHandlerWhatItSaysBetter) {
  EXPECT_EQ(Outcome("MakeThing", "", "{\"name\": "), "fits") << "no JSON: the handler says where";
  EXPECT_EQ(Outcome("NotServed", "", "[]"), "fits") << "it answers 501";
  EXPECT_EQ(Outcome("Optional", "", ""), "fits");
  EXPECT_EQ(Outcome("Optional", "", "[]"), " body: expected an object, got an array");
  EXPECT_EQ(Outcome("Unknown", "", "[]"), "fits");
}

TEST(RequestValidator, EverySchemaOfTheServersOwnDocumentCanBeChecked) {
  auto specification = Specification::Parse(DocumentText());
  ASSERT_TRUE(specification) << specification.error().message;
  EXPECT_GT(specification->operations().size(), 50U);
  auto validator = RequestValidator::Make(*std::move(specification));
  EXPECT_TRUE(validator) << validator.error().message;
}

}  // namespace
}  // namespace atelier::spec
