// What the surface checks and writes down besides serving.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/platform/platform_surface.h"
#include "audit/testing/memory_audit_repository.h"
#include "auth/testing/demo_identity.h"
#include "http/client.h"
#include "http/testing/server_fixture.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

constexpr std::string_view kDocument = R"({"tags": [{"name": "models", "x-invalid-code": "ModelArts.3037"}], "paths": {
 "/v1/{project_id}/models": {"post": {"operationId": "CreateModel", "tags": ["models"], "requestBody": {"required": true,
   "content": {"application/json": {"schema": {"type": "object", "properties": {"name": {"type": "string"}}}}}}},
  "get": {"operationId": "ListModels", "tags": ["models"], "parameters": [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}]}}}})";

class AuditTrailTest : public testing::Test {
 protected:
  std::vector<PlatformRoute> Routes() {
    auto done = [this](const PlatformCall&) -> Result<http::Response> {
      ++handled_;
      return http::Response::Json(200, "{}");
    };
    auto conflict = [](const PlatformCall&) -> Result<http::Response> { return NotFound("no such model"); };
    auto sign_in = [this](const PlatformCall&) -> Result<http::Response> {
      auto response = http::Response::Json(201, "{}");
      response.headers.Set("X-Subject-Token", token_);
      return response;
    };
    return {{"POST", "/v1/{project_id}/models", "CreateModel", {done}},
            {"GET", "/v1/{project_id}/models", "ListModels", {done}},
            {"DELETE", "/v1/{project_id}/models/{model_id}", "DeleteModel", {conflict}},
            {"POST", "/sign-in", "CreateToken", {sign_in, ErrorShape::kKeystone, true}}};
  }
  std::vector<DirectRoute> DirectRoutes() {
    auto direct = [](http::Exchange& exchange, const http::PathArguments&) -> Task<http::Response> {
      co_return http::Response::Empty(exchange.request().headers.Has("X-Auth-Token") ? 200 : 401);
    };
    return {{"POST", "/infers/{service_id}", "Predict", {direct}}};
  }
  http::ClientResponse Send(const std::string& method, const std::string& target, const std::string& body = {},
                            bool with_token = true) {
    http::ClientRequest request;
    request.method = method;
    request.target = target;
    request.body = body;
    if (with_token) request.headers.Add("X-Auth-Token", token_);
    auto response = client_.Send(request);
    if (!response) ADD_FAILURE() << response.error().message;
    return response.value_or(http::ClientResponse{});
  }
  // "POST CreateModel 200 by admin: project_id=...", newest first; a recorded entry of our own flushes the notes.
  std::vector<audit::Entry> Entries() {
    audit::Entry flush;
    flush.project_id = "flush";
    EXPECT_TRUE(log_.Record(flush));
    return repository_.Find({.projects = {demo_.project.id, "", "elsewhere"}}).value();
  }

  auth::DemoIdentity demo_;
  auth::PlatformAuthenticator authenticator_{demo_.identities, demo_.clock};
  std::string token_ =
      demo_.identities.Authenticate({iam::SignIn::Password{"", "admin", "", "", "open sesame"}, "", "", "", ""})->text;
  std::atomic<int> handled_ = 0;
  audit::MemoryAuditRepository repository_;
  audit::AuditLog log_{repository_, demo_.clock, {}};
  spec::RequestValidator validator_ =
      spec::RequestValidator::Make(spec::Specification::Parse(kDocument).value()).value();
  http::TestServer server_{
      MakePlatformHandler(Routes(), DirectRoutes(), authenticator_, {.validator = &validator_, .audit = &log_})};
  http::Client client_{server_.address()};
  const std::string models_ = "/v1/" + demo_.project.id + "/models";
};

TEST_F(AuditTrailTest, AChangeIsThereOnceItIsAnswered) {
  EXPECT_EQ(Send("POST", models_, R"({"name":"secret name"})").status, 200);
  auto entries = repository_.Find({.projects = {demo_.project.id}}).value();
  ASSERT_EQ(entries.size(), 1U);
  const auto& entry = entries.front();
  EXPECT_EQ(entry.action + " " + entry.method, "CreateModel POST");
  EXPECT_EQ(entry.user_name, "admin");
  EXPECT_EQ(entry.signed_in_by, audit::SignedInBy::kToken);
  EXPECT_EQ(entry.status, 200);
  EXPECT_EQ(entry.resource, "project_id=" + demo_.project.id);
  EXPECT_EQ(entry.remote_address, "127.0.0.1");
  EXPECT_EQ(entry.request_id.size(), 32U);
}

TEST_F(AuditTrailTest, LookingIsNotWrittenDownButBeingRefusedIs) {
  EXPECT_EQ(Send("GET", models_).status, 200);
  EXPECT_EQ(Send("POST", "/infers/s").status, 200);
  EXPECT_THAT(Entries(), testing::IsEmpty());
  EXPECT_EQ(Send("GET", "/v1/elsewhere/models").status, 403);
  EXPECT_EQ(Send("GET", "/v1/elsewhere/models", "", false).status, 401);
  EXPECT_EQ(Send("POST", "/infers/s", "", false).status, 401);
  auto entries = Entries();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].action, "Predict");
  EXPECT_EQ(entries[1].project_id + " " + entries[1].user_name, "elsewhere ") << "a stranger's: where it knocked";
  EXPECT_EQ(entries[2].project_id, demo_.project.id) << "a known one's: where it belongs";
  EXPECT_EQ(entries[2].resource, "project_id=elsewhere");
}

TEST_F(AuditTrailTest, AChangeThatFailedIsThereWithItsStatus) {
  EXPECT_EQ(Send("DELETE", models_ + "/a%20b").status, 404);
  auto entries = Entries();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front().status, 404);
  EXPECT_THAT(entries.front().resource, HasSubstr("model_id=a%20b"));
}

TEST_F(AuditTrailTest, WhoSignedInIsKnownByTheToken) {
  EXPECT_EQ(Send("POST", "/sign-in", "", false).status, 201);
  auto entries = Entries();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.front().user_name + " " + entries.front().project_id, "admin " + demo_.project.id);
}

TEST_F(AuditTrailTest, WhatCannotBeWrittenDownIsNotAcknowledged) {
  repository_.Refuse(ResourceExhausted("the disk is full"));
  auto refused = Send("POST", models_, "{}");
  EXPECT_EQ(refused.status, 500);
  EXPECT_EQ(handled_, 1);
}

TEST_F(AuditTrailTest, WrongRequestsDoNotReachTheHandler) {
  auto wrong = Send("POST", models_, R"({"name":7})");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("ModelArts.3037"));
  EXPECT_THAT(wrong.body, HasSubstr("name: expected a text, got 7"));
  EXPECT_THAT(Send("GET", models_ + "?limit=0").body, HasSubstr("limit: expected a number of at least 1, got 0"));
  EXPECT_EQ(handled_, 0);
}

}  // namespace
}  // namespace atelier::api
