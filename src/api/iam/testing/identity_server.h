// A platform listener with all identity routes, and its administrator's requests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "api/iam/administration_routes.h"
#include "api/iam/iam_routes.h"
#include "api/platform/platform_surface.h"
#include "auth/testing/demo_identity.h"
#include "base/json.h"
#include "http/client.h"
#include "http/testing/server_fixture.h"
#include "iam/testing/fake_project_usage.h"

namespace atelier::api {

class IdentityServerTest : public testing::Test {
 protected:
  std::vector<PlatformRoute> Routes() {
    auto routes = IamRoutes(demo_.identities, {"http://127.0.0.1:9000"});
    auto more = AdministrationRoutes(administration_);
    routes.insert(routes.end(), more.begin(), more.end());
    return routes;
  }
  struct Answer {
    int status = 0;
    json::object body;
    std::string text;
  };
  Answer Send(const auth::KeyPair& keys, const std::string& method, const std::string& target,
              const std::string& body = "") {
    http::ClientRequest request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.headers.Add("Host", server_.address());
    request.headers.Add("Content-Type", "application/json");
    auth::SignSdkHmac(request.headers, method, target, body, keys, demo_.clock.Now());
    auto response = client_.Send(request);
    if (!response) {
      ADD_FAILURE() << response.error().message;
      return {};
    }
    return {response->status, ParseJsonObject(response->body).value_or(json::object{}), response->body};
  }
  Answer AsAdmin(const std::string& method, const std::string& target, const std::string& body = "") {
    return Send(auth::DemoKeys(), method, target, body);
  }
  static std::string Id(const Answer& answer, std::string_view of) {
    return std::string(answer.body.at(of).at("id").as_string());
  }
  // A user with a role in the demo project and a key in it.
  struct Member {
    std::string id;
    auth::KeyPair keys;
  };
  Member MakeMember(const std::string& name, const std::string& role_id) {
    auto user = AsAdmin("POST", "/v3/users", R"({"user":{"name":")" + name + R"(","password":"open sesame"}})");
    EXPECT_EQ(user.status, 201) << user.text;
    std::string id = Id(user, "user");
    EXPECT_EQ(AsAdmin("PUT", RolePath(id, role_id)).status, 204);
    auto key = AsAdmin("POST", keys_, R"({"credential":{"user_id":")" + id + R"("}})");
    EXPECT_EQ(key.status, 201) << key.text;
    const auto& credential = key.body.at("credential").as_object();
    return {id, {std::string(credential.at("access").as_string()), std::string(credential.at("secret").as_string())}};
  }
  std::string RolePath(const std::string& user_id, const std::string& role_id) const {
    return "/v3/projects/" + demo_.project.id + "/users/" + user_id + "/roles/" + role_id;
  }
  int SignIn(const std::string& name, const std::string& password) {
    http::ClientRequest request;
    request.method = "POST";
    request.target = "/v3/auth/tokens";
    request.body = R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":")" + name +
                   R"(","password":")" + password + R"(","domain":{"name":"atelier"}}}}}})";
    auto response = client_.Send(request);
    return response ? response->status : 0;
  }

  const std::string keys_ = "/v3.0/OS-CREDENTIAL/credentials";
  auth::DemoIdentity demo_;
  iam::FakeProjectUsage usage_;
  iam::Administration administration_{demo_.repository, demo_.identities, usage_, demo_.clock};
  auth::PlatformAuthenticator authenticator_{demo_.identities, demo_.clock};
  http::TestServer server_{MakePlatformHandler(Routes(), {}, authenticator_)};
  http::Client client_{server_.address()};
};

}  // namespace atelier::api
