#include "api/platform/platform_surface.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/testing/demo_identity.h"
#include "http/client.h"
#include "http/testing/server_fixture.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

PlatformTarget Target(PlatformHandler handler, bool open = false, ErrorShape shape = ErrorShape::kModelArts) {
  return {std::move(handler), shape, open, 1024};
}

Result<http::Response> Echo(const PlatformCall& call) {
  auto arguments = call.arguments.contains("model_id") ? call.arguments.at("model_id") : "-";
  return http::Response::Text(200, call.request.method + " " + arguments + " " + call.body + " " +
                                       call.principal.user_name + " " + call.base_url);
}

class PlatformSurfaceTest : public testing::Test {
 protected:
  std::vector<PlatformRoute> Routes() {
    auto fails = [](Error error) {
      return [error](const PlatformCall&) -> Result<http::Response> { return std::unexpected(error); };
    };
    auto count = [this](const PlatformCall& call) {
      ++handled_;
      return Echo(call);
    };
    auto with_need = [](iam::Operation operation) {
      auto target = Target(Echo);
      target.need = iam::Need{operation, iam::Scope::kDomain};
      return target;
    };
    PlatformTarget unserved = Target({});
    unserved.unserved = "boards are not served by this server";
    return {
        {"POST", "/v1/{project_id}/boards", "CreateBoard", unserved},
        {"GET", "/healthz", "Health", Target(Echo, true)},
        {"POST", "/query", "Query", with_need(iam::Operation::kRead)},
        {"GET", "/audit", "Audit", with_need(iam::Operation::kAdminister)},
        {"GET", "/v3/audits", "Audits", Target(Echo, true, ErrorShape::kKeystone)},
        {"GET", "/v1/{project_id}/models/{model_id}", "ShowModel", Target(Echo)},
        {"POST", "/v1/{project_id}/models", "CreateModel", Target(count)},
        {"GET", "/v1/{project_id}/models", "ListModels", Target(Echo)},
        {"GET", "/missing", "Missing",
         Target(fails({ErrorKind::kNotFound, "no such thing", "ModelArts.3001", ""}), true)},
        {"GET", "/broken", "Broken",
         Target(fails({ErrorKind::kInternal, "password=123", "", ""}), true, ErrorShape::kTraining)},
    };
  }
  std::vector<DirectRoute> DirectRoutes() {
    auto direct = [](http::Exchange&, const http::PathArguments& arguments) -> Task<http::Response> {
      co_return http::Response::Text(200, "direct " + arguments.at("rest"));
    };
    return {{"POST", "/v1/infers/{rest...}", "Infer", {direct}}};
  }

  http::ClientResponse Send(const http::ClientRequest& request) {
    auto response = client_.Send(request);
    if (!response) ADD_FAILURE() << response.error().message;
    return response.value_or(http::ClientResponse{});
  }
  http::ClientResponse Get(const std::string& target, bool with_token = false) {
    http::ClientRequest request;
    request.target = target;
    if (with_token) request.headers.Add("X-Auth-Token", token_);
    return Send(request);
  }
  http::ClientRequest Post(const std::string& target, const std::string& body) {
    http::ClientRequest request;
    request.method = "POST";
    request.target = target;
    request.body = body;
    request.headers.Add("X-Auth-Token", token_);
    return request;
  }

  auth::DemoIdentity demo_;
  auth::PlatformAuthenticator authenticator_{demo_.identities, demo_.clock};
  std::string token_ =
      demo_.identities.Authenticate({iam::SignIn::Password{"", "admin", "", "", "open sesame"}, "", "", "", ""})->text;
  int handled_ = 0;  // written on the pool, read when the answer is here
  http::TestServer server_{MakePlatformHandler(Routes(), DirectRoutes(), authenticator_)};
  http::Client client_{server_.address()};
  const std::string models_ = "/v1/" + demo_.project.id + "/models";
};

TEST_F(PlatformSurfaceTest, OpenRoutesNeedNobody) {
  auto response = Get("/healthz");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "GET -   http://" + server_.address());
  http::ClientRequest head;
  head.method = "HEAD";
  head.target = "/healthz";
  EXPECT_EQ(Send(head).status, 200);
}

TEST_F(PlatformSurfaceTest, OthersNeedATokenOrASignature) {
  auto refused = Get(models_ + "/m%20x");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr(R"("error_code":"ModelArts.0205")"));
  auto by_token = Get(models_ + "/m%20x", true);
  EXPECT_EQ(by_token.status, 200);
  EXPECT_EQ(by_token.body, "GET m x  admin http://" + server_.address());
  http::ClientRequest request;
  request.method = "POST";
  request.target = models_;
  request.body = "{}";
  request.headers.Add("Host", server_.address());
  auth::SignSdkHmac(request.headers, "POST", models_, "{}", auth::DemoKeys(), demo_.clock.Now());
  EXPECT_EQ(Send(request).status, 200);
  request.body = "[]";
  auto tampered = Send(request);
  EXPECT_EQ(tampered.status, 403);
  EXPECT_THAT(tampered.body, HasSubstr("ModelArts.0206"));
  EXPECT_EQ(handled_, 1);
}

TEST_F(PlatformSurfaceTest, TheProjectMustBeThePrincipals) {
  auto response = Get("/v1/" + std::string(32, 'f') + "/models", true);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("ModelArts.0210"));
}

// Who may only read is refused by method, or by what the route says; a changing request before its body is read.
TEST_F(PlatformSurfaceTest, TheRoleMustAllowTheRoute) {
  ASSERT_TRUE(demo_.repository.SetRole({std::string(32, 'c'), demo_.domain.id, iam::Role::kReadOnly}));
  demo_.identities.ForgetCached();
  EXPECT_EQ(Get(models_, true).status, 200);
  auto refused = Send(Post(models_, "{}"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("ModelArts.0112"));
  EXPECT_THAT(refused.body, HasSubstr("the role user in the project 'local-1'"));
  EXPECT_EQ(Send(Post("/query", "{}")).status, 200) << "a POST that reads";
  EXPECT_EQ(Get("/audit", true).status, 403) << "a GET for administrators";
  http::RawConnection connection(server_.address());
  connection.Send("POST " + models_ + " HTTP/1.1\r\nHost: h\r\nX-Auth-Token: " + token_ +
                  "\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(connection.ReadResponse(), testing::StartsWith("HTTP/1.1 403 "));
  http::ClientRequest request;
  request.method = "POST";
  request.target = models_;
  request.headers.Add("Host", server_.address());
  auth::SignSdkHmac(request.headers, "POST", models_, "", auth::DemoKeys(), demo_.clock.Now());
  EXPECT_EQ(Send(request).status, 403);
  EXPECT_EQ(handled_, 0);

  ASSERT_TRUE(demo_.repository.SetRole({std::string(32, 'c'), demo_.domain.id, iam::Role::kAdmin}));
  demo_.identities.ForgetCached();
  EXPECT_EQ(Send(Post(models_, "{}")).status, 200);
  EXPECT_EQ(Get("/audit", true).status, 200);
}

TEST_F(PlatformSurfaceTest, UnknownPathsAndMethods) {
  auto unknown = Get("/v9/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr(R"("error_code":"APIG.0101")"));
  EXPECT_THAT(unknown.body, HasSubstr(R"("request_id":")"));
  auto wrong = Post(models_, "");
  wrong.method = "DELETE";
  auto refused = Send(wrong);
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.Get("Allow"), "POST, GET");
  auto direct = Get("/v1/infers/x");
  EXPECT_EQ(direct.status, 405);
  EXPECT_EQ(direct.headers.Get("Allow"), "POST");
}

TEST_F(PlatformSurfaceTest, DirectRoutesDoEverythingThemselves) {
  http::ClientRequest request;
  request.method = "POST";
  request.target = "/v1/infers/a/b";
  EXPECT_EQ(Send(request).body, "direct a/b");
}

TEST_F(PlatformSurfaceTest, ALargeBodyIsRefusedBeforeItIsRead) {
  http::RawConnection connection(server_.address());
  connection.Send("POST " + models_ + " HTTP/1.1\r\nHost: h\r\nX-Auth-Token: " + token_ +
                  "\r\nContent-Length: 1025\r\nExpect: 100-continue\r\n\r\n");
  auto answer = connection.ReadResponse();
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(Send(Post(models_, std::string(1024, 'x'))).status, 200);
  EXPECT_EQ(handled_, 1);
}

TEST_F(PlatformSurfaceTest, StrangersAreRefusedBeforeTheirBodyIsRead) {
  http::RawConnection connection(server_.address());
  connection.Send("POST " + models_ + " HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(connection.ReadResponse(), testing::StartsWith("HTTP/1.1 401 "));
  http::RawConnection foreign(server_.address());
  foreign.Send("POST /v1/" + std::string(32, 'f') + "/models HTTP/1.1\r\nHost: h\r\nX-Auth-Token: " + token_ +
               "\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(foreign.ReadResponse(), testing::StartsWith("HTTP/1.1 403 "));
}

TEST_F(PlatformSurfaceTest, HandlersErrorsHaveTheRoutesShape) {
  auto missing = Get("/missing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body, R"({"error_code":"ModelArts.3001","error_msg":"no such thing","message":"no such thing"})");
  auto broken = Get("/broken");
  EXPECT_EQ(broken.status, 500);
  EXPECT_THAT(broken.body, HasSubstr(R"("is_success":false)"));
  EXPECT_THAT(broken.body, testing::Not(HasSubstr("password")));
  EXPECT_THAT(broken.body, HasSubstr(std::string(*broken.headers.Get("X-Request-Id"))));
}

TEST_F(PlatformSurfaceTest, WhatIsNotServedIsSaidToWhoMayUseIt) {
  const std::string boards = "/v1/" + demo_.project.id + "/boards";
  auto refused = Send(Post(boards, std::string(100, 'x')));
  EXPECT_EQ(refused.status, 501);
  EXPECT_THAT(refused.body, HasSubstr("boards are not served by this server"));
  http::ClientRequest stranger;
  stranger.method = "POST";
  stranger.target = boards;
  EXPECT_EQ(Send(stranger).status, 401);
  EXPECT_EQ(Send(Post("/v1/" + std::string(32, 'f') + "/boards", "{}")).status, 403);
}

TEST_F(PlatformSurfaceTest, BelowV3WhatIsNotThereIsSaidAsKeystoneSaysIt) {
  auto missing = Get("/v3/no-such-thing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.body, testing::StartsWith(R"({"error":{"code":404,"message":"The API does not exist)"));
  http::ClientRequest request;
  request.method = "DELETE";
  request.target = "/v3/audits";
  auto refused = Send(request);
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(*refused.headers.Get("Allow"), "GET");
  EXPECT_EQ(refused.body, R"({"error":{"code":405,"message":"Method Not Allowed: /v3/audits takes GET.",)"
                          R"("title":"Method Not Allowed"}})");
}

TEST_F(PlatformSurfaceTest, TheTableCanBeRead) {
  auto lines = ListRoutes(Routes(), DirectRoutes());
  ASSERT_EQ(lines.size(), Routes().size() + 1);
  EXPECT_EQ(lines[0].action, "CreateBoard");
  EXPECT_EQ(lines[0].unserved, "boards are not served by this server");
  EXPECT_EQ(lines[1].unserved, "");
  EXPECT_EQ(lines.back().pattern, "/v1/infers/{rest...}");
}

TEST_F(PlatformSurfaceTest, TheAccessLogKnowsActionAndError) {
  Get("/missing");
  Get("/healthz");
  auto records = server_.WaitForRecords(2);
  EXPECT_EQ(records[0].action, "Missing");
  EXPECT_EQ(records[0].error, "no such thing");
  EXPECT_EQ(records[1].action, "Health");
}

}  // namespace
}  // namespace atelier::api
