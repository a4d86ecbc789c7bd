#include <gtest/gtest.h>

#include "api/platform/platform_route.h"
#include "base/json.h"

namespace atelier::api {
namespace {

std::string BodyOf(const http::Response& response) { return std::get<std::string>(response.body); }

// "400 ModelArts.0104", or "400 Bad Request" for Keystone.
std::string Summary(const Error& error, ErrorShape shape) {
  auto response = RenderError(error, shape, "r");
  auto body = ParseJsonObject(BodyOf(response));
  if (!body) return body.error().message;
  auto word = shape == ErrorShape::kKeystone ? body->at("error").as_object().at("title").as_string()
                                             : body->at("error_code").as_string();
  return std::to_string(response.status) + " " + std::string(word);
}

TEST(RenderErrorTest, StatusAndCodeOfEveryKind) {
  struct Row {
    ErrorKind kind;
    std::string training, modelarts, keystone, gateway;
  };
  const Row rows[] = {
      {ErrorKind::kInvalidArgument, "400 ModelArts.0104", "400 ModelArts.0104", "400 Bad Request",
       "400 ModelArts.4201"},
      {ErrorKind::kUnauthenticated, "401 ModelArts.0203", "401 ModelArts.0203", "401 Unauthorized", "401 APIG.0301"},
      {ErrorKind::kPermissionDenied, "403 ModelArts.0112", "403 ModelArts.0112", "403 Forbidden", "403 ModelArts.4302"},
      {ErrorKind::kNotFound, "404 ModelArts.0101", "404 ModelArts.0101", "404 Not Found", "404 APIG.0101"},
      {ErrorKind::kAlreadyExists, "400 ModelArts.0103", "409 ModelArts.0103", "409 Conflict", "409 ModelArts.4302"},
      {ErrorKind::kFailedPrecondition, "400 ModelArts.0105", "409 ModelArts.0105", "409 Conflict",
       "409 ModelArts.4302"},
      {ErrorKind::kConflict, "409 ModelArts.0105", "409 ModelArts.0105", "409 Conflict", "409 ModelArts.4302"},
      {ErrorKind::kResourceExhausted, "429 ModelArts.0118", "429 ModelArts.0118", "429 Too Many Requests",
       "429 ModelArts.4206"},
      {ErrorKind::kUnavailable, "503 ModelArts.0010", "503 ModelArts.0010", "503 Service Unavailable",
       "503 ModelArts.4503"},
      {ErrorKind::kDeadlineExceeded, "504 ModelArts.0010", "504 ModelArts.0010", "504 Gateway Timeout",
       "504 ModelArts.4503"},
      {ErrorKind::kCancelled, "400 ModelArts.0010", "400 ModelArts.0010", "400 Bad Request", "400 ModelArts.4302"},
      {ErrorKind::kUnimplemented, "501 ModelArts.0010", "501 ModelArts.0010", "501 Not Implemented",
       "501 ModelArts.4302"},
      {ErrorKind::kInternal, "500 ModelArts.0010", "500 ModelArts.0010", "500 Internal Server Error",
       "500 ModelArts.4302"},
  };
  for (const auto& row : rows) {
    Error error{row.kind, "why", "", ""};
    EXPECT_EQ(Summary(error, ErrorShape::kTraining), row.training) << ToString(row.kind);
    EXPECT_EQ(Summary(error, ErrorShape::kModelArts), row.modelarts) << ToString(row.kind);
    EXPECT_EQ(Summary(error, ErrorShape::kKeystone), row.keystone) << ToString(row.kind);
    EXPECT_EQ(Summary(error, ErrorShape::kGateway), row.gateway) << ToString(row.kind);
  }
}

TEST(RenderErrorTest, TrainingTwoAnswersBadRequestAndASolution) {
  const std::pair<ErrorKind, std::string> rows[] = {
      {ErrorKind::kInvalidArgument, "400 ModelArts.2788"},   {ErrorKind::kNotFound, "400 ModelArts.2775"},
      {ErrorKind::kAlreadyExists, "400 ModelArts.2751"},     {ErrorKind::kFailedPrecondition, "409 ModelArts.2796"},
      {ErrorKind::kResourceExhausted, "429 ModelArts.2799"}, {ErrorKind::kInternal, "500 ModelArts.2950"},
      {ErrorKind::kUnimplemented, "501 ModelArts.0010"},     {ErrorKind::kUnauthenticated, "401 ModelArts.0203"},
      {ErrorKind::kPermissionDenied, "403 ModelArts.0112"},  {ErrorKind::kConflict, "409 ModelArts.2796"},
      {ErrorKind::kUnavailable, "503 ModelArts.2950"},
  };
  for (const auto& [kind, expected] : rows)
    EXPECT_EQ(Summary({kind, "why", "", ""}, ErrorShape::kTrainingV2), expected) << ToString(kind);
  EXPECT_EQ(Summary({ErrorKind::kResourceExhausted, "full", "ModelArts.2815", ""}, ErrorShape::kTrainingV2),
            "400 ModelArts.2815");
  for (const char* code : {"ModelArts.0118", "ModelArts.3520", "ModelArts.3521"})
    EXPECT_EQ(Summary({ErrorKind::kResourceExhausted, "full", code, ""}, ErrorShape::kModelArts),
              "400 " + std::string(code));
  EXPECT_EQ(Summary({ErrorKind::kNotFound, "why", "ModelArts.2786", ""}, ErrorShape::kTrainingV2),
            "404 ModelArts.2786");
  auto body = BodyOf(RenderError({ErrorKind::kNotFound, "why", "", ""}, ErrorShape::kTrainingV2, "r"));
  EXPECT_EQ(
      body,
      R"({"error_code":"ModelArts.2775","error_msg":"why","error_solution":"Check the ID; the search lists what there is.","message":"why"})");
}

TEST(RenderErrorTest, TheErrorsOwnCodeWins) {
  Error error{ErrorKind::kNotFound, "why", "ModelArts.3001", ""};
  EXPECT_EQ(Summary(error, ErrorShape::kModelArts), "404 ModelArts.3001");
  EXPECT_EQ(Summary(error, ErrorShape::kGateway), "404 ModelArts.3001");
  Error busy{ErrorKind::kFailedPrecondition, "why", "ModelArts.3519", ""};
  EXPECT_EQ(Summary(busy, ErrorShape::kModelArts), "400 ModelArts.3519");
  Error large{ErrorKind::kResourceExhausted, "why", "EntityTooLarge", ""};
  EXPECT_EQ(Summary(large, ErrorShape::kModelArts), "413 APIG.0201");
  EXPECT_EQ(Summary(large, ErrorShape::kKeystone), "413 Content Too Large");
  large.code = "APIG.0201";
  EXPECT_EQ(Summary(large, ErrorShape::kGateway), "413 APIG.0201");
}

TEST(RenderErrorTest, BodiesOfEveryShape) {
  Error error{ErrorKind::kInvalidArgument, "Illegal name: \"x\"", "ModelArts.0104", "x"};
  EXPECT_EQ(BodyOf(RenderError(error, ErrorShape::kTraining, "r")),
            R"({"is_success":false,"error_message":"Illegal name: \"x\"","error_code":"ModelArts.0104",)"
            R"("error_msg":"Illegal name: \"x\"","message":"Illegal name: \"x\""})");
  EXPECT_EQ(BodyOf(RenderError(error, ErrorShape::kModelArts, "r")),
            R"({"error_code":"ModelArts.0104","error_msg":"Illegal name: \"x\"","message":"Illegal name: \"x\""})");
  EXPECT_EQ(BodyOf(RenderError(error, ErrorShape::kGateway, "r")),
            R"({"error_code":"ModelArts.0104","error_msg":"Illegal name: \"x\"","message":"Illegal name: \"x\"",)"
            R"("request_id":"r"})");
  auto keystone = RenderError(error, ErrorShape::kKeystone, "r");
  EXPECT_EQ(BodyOf(keystone), R"({"error":{"code":400,"message":"Illegal name: \"x\"","title":"Bad Request"}})");
  EXPECT_TRUE(keystone.headers.Get("Content-Type")->starts_with("application/json"));
  EXPECT_EQ(keystone.error, error.message);
}

TEST(RenderErrorTest, OurOwnFaultsAreNotTold) {
  Error error{ErrorKind::kInternal, "secret detail", "", ""};
  for (auto shape : {ErrorShape::kTraining, ErrorShape::kModelArts, ErrorShape::kKeystone, ErrorShape::kGateway}) {
    auto response = RenderError(error, shape, "request-7");
    EXPECT_EQ(BodyOf(response).find("secret"), std::string::npos);
    EXPECT_NE(BodyOf(response).find("request-7"), std::string::npos);
    EXPECT_EQ(response.error, "secret detail") << "the access log has it";
  }
}

TEST(RenderErrorTest, UnavailableSaysWhenToComeBack) {
  EXPECT_EQ(
      RenderError({ErrorKind::kUnavailable, "busy", "", ""}, ErrorShape::kModelArts, "r").headers.Get("Retry-After"),
      "1");
}

}  // namespace
}  // namespace atelier::api
