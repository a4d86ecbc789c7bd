#include "api/iam/administration_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/iam/testing/identity_server.h"

namespace atelier::api {
namespace {

using testing::HasSubstr;

using AdministrationRoutesTest = IdentityServerTest;

TEST_F(AdministrationRoutesTest, AUsersLife) {
  auto made = AsAdmin("POST", "/v3/users",
                      R"({"user":{"name":"anna","password":"open sesame","enabled":true,"description":"the first",)"
                      R"("email":null,"default_project_id":null,"domain_id":")" +
                          demo_.domain.id + R"("}})");
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.text.find("open sesame"), std::string::npos);
  std::string id = Id(made, "user");
  EXPECT_EQ(AsAdmin("GET", "/v3/users/" + id).body, made.body);
  EXPECT_EQ(AsAdmin("GET", "/v3/users?name=anna").body.at("users").as_array().size(), 1U);
  EXPECT_EQ(AsAdmin("GET", "/v3/users?name=nobody").body.at("users").as_array().size(), 0U);
  EXPECT_EQ(AsAdmin("GET", "/v3/users").body.at("users").as_array().size(), 2U);
  ASSERT_EQ(AsAdmin("PUT", RolePath(id, "1")).status, 204);
  EXPECT_EQ(SignIn("anna", "open sesame"), 201);

  auto changed = AsAdmin("PATCH", "/v3/users/" + id, R"({"user":{"enabled":false}})");
  EXPECT_EQ(changed.status, 200) << changed.text;
  EXPECT_FALSE(changed.body.at("user").at("enabled").as_bool());
  EXPECT_EQ(changed.body.at("user").at("description").as_string(), "the first");
  EXPECT_EQ(SignIn("anna", "open sesame"), 401);
  EXPECT_EQ(
      AsAdmin("PATCH", "/v3/users/" + id, R"({"user":{"enabled":true,"password":"open barley","name":"anne"}})").status,
      200);
  EXPECT_EQ(SignIn("anne", "open barley"), 201);
  EXPECT_EQ(AsAdmin("DELETE", "/v3/users/" + id).status, 204);
  EXPECT_EQ(AsAdmin("GET", "/v3/users/" + id).status, 404);
  EXPECT_EQ(SignIn("anne", "open barley"), 401);
}

TEST_F(AdministrationRoutesTest, OnesOwnPassword) {
  Member anna = MakeMember("anna", "2");
  auto path = "/v3/users/" + anna.id + "/password";
  auto wrong = Send(anna.keys, "POST", path, R"({"user":{"original_password":"no","password":"open barley"}})");
  EXPECT_EQ(wrong.status, 401) << wrong.text;
  const std::string body = R"({"user":{"original_password":"open sesame","password":"open barley"}})";
  EXPECT_EQ(AsAdmin("POST", path, body).status, 403) << "not even an administrator's";
  EXPECT_EQ(Send(anna.keys, "POST", path, body).status, 204);
  EXPECT_EQ(SignIn("anna", "open barley"), 201);
  EXPECT_EQ(Send(anna.keys, "GET", "/v3/users/" + anna.id).status, 200);
}

TEST_F(AdministrationRoutesTest, AProjectsLife) {
  auto made =
      AsAdmin("POST", "/v3/projects",
              R"({"project":{"name":"shop","description":"the shop","parent_id":")" + demo_.domain.id + R"("}})");
  ASSERT_EQ(made.status, 201) << made.text;
  std::string path = "/v3/projects/" + Id(made, "project");
  EXPECT_EQ(AsAdmin("GET", path).body, made.body);
  EXPECT_EQ(AsAdmin("GET", "/v3/projects?name=shop").body.at("projects").as_array().size(), 1U);
  auto changed = AsAdmin("PATCH", path, R"({"project":{"name":"store","enabled":false}})");
  EXPECT_EQ(changed.body.at("project").at("name").as_string(), "store") << changed.text;
  EXPECT_FALSE(changed.body.at("project").at("enabled").as_bool());
  usage_.owned[Id(made, "project")] = {"1 bucket"};
  auto refused = AsAdmin("DELETE", path);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.body.at("error").at("message").as_string(),
            "The project 'store' still has 1 bucket: delete them first.");
  usage_.owned.clear();
  EXPECT_EQ(AsAdmin("DELETE", path).status, 204);
  EXPECT_EQ(AsAdmin("DELETE", path).status, 404);
}

TEST_F(AdministrationRoutesTest, RolesAreGivenCheckedAndTaken) {
  Member anna = MakeMember("anna", "2");
  EXPECT_EQ(AsAdmin("GET", RolePath(anna.id, "2")).status, 204);
  EXPECT_EQ(AsAdmin("HEAD", RolePath(anna.id, "1")).status, 404);
  EXPECT_EQ(AsAdmin("PUT", RolePath(anna.id, "0")).status, 204);
  EXPECT_EQ(AsAdmin("GET", RolePath(anna.id, "2")).status, 404) << "one role in a project";
  auto listed = AsAdmin("GET", "/v3/role_assignments?user.id=" + anna.id);
  EXPECT_EQ(CompactJson(listed.body.at("role_assignments")), R"([{"role":{"id":"0"},"user":{"id":")" + anna.id +
                                                                 R"("},"scope":{"project":{"id":")" + demo_.project.id +
                                                                 R"("}},"links":{}}])");
  EXPECT_EQ(AsAdmin("DELETE", RolePath(anna.id, "2")).status, 404);
  EXPECT_EQ(AsAdmin("DELETE", RolePath(anna.id, "0")).status, 204);
  EXPECT_EQ(Send(anna.keys, "GET", "/v3/projects").status, 403) << "Invalid AK/SK";
  EXPECT_EQ(AsAdmin("PUT", RolePath(anna.id, "7")).status, 404);
  EXPECT_EQ(AsAdmin("PUT", RolePath("nobody", "1")).status, 404);
  EXPECT_EQ(AsAdmin("GET", "/v3/roles?name=readonly").body.at("roles").as_array().size(), 1U);
  EXPECT_EQ(AsAdmin("GET", "/v3/roles/2").body.at("role").at("name"), "readonly");
  EXPECT_EQ(AsAdmin("GET", "/v3/roles/readonly").status, 404) << "a name: clients look for it in the list then";
  auto domain_role = "/v3/domains/" + demo_.domain.id + "/users/" + anna.id + "/roles/0";
  EXPECT_EQ(AsAdmin("PUT", domain_role).status, 204);
  EXPECT_EQ(Send(anna.keys, "GET", "/v3/users").status, 200);
  EXPECT_EQ(AsAdmin("DELETE", domain_role).status, 204);
}

TEST_F(AdministrationRoutesTest, AnAccessKeysLife) {
  Member anna = MakeMember("anna", "1");
  auto made = Send(anna.keys, "POST", keys_, R"({"credential":{"description":"laptop"}})");
  ASSERT_EQ(made.status, 201) << made.text;
  auto credential = made.body.at("credential").as_object();
  EXPECT_EQ(credential.at("user_id").as_string(), anna.id);
  EXPECT_EQ(credential.at("project_id").as_string(), demo_.project.id);
  std::string path = keys_ + "/" + std::string(credential.at("access").as_string());
  auth::KeyPair fresh{std::string(credential.at("access").as_string()),
                      std::string(credential.at("secret").as_string())};
  EXPECT_EQ(Send(fresh, "GET", "/v3/projects").status, 200);

  auto shown = Send(anna.keys, "GET", path);
  credential.erase("secret");
  EXPECT_EQ(CompactJson(shown.body.at("credential")), CompactJson(credential)) << "the secret is told once";
  auto listed = Send(anna.keys, "GET", keys_);
  EXPECT_EQ(listed.body.at("credentials").as_array().size(), 2U);
  EXPECT_EQ(AsAdmin("GET", keys_ + "?user_id=" + anna.id).body, listed.body);

  auto disabled = Send(anna.keys, "PUT", path, R"({"credential":{"status":"inactive"}})");
  EXPECT_EQ(disabled.status, 200) << disabled.text;
  EXPECT_EQ(disabled.body.at("credential").at("status").as_string(), "inactive");
  EXPECT_EQ(Send(fresh, "GET", "/v3/projects").status, 403);
  EXPECT_EQ(Send(anna.keys, "PUT", path, R"({"credential":{"status":"active","description":"x"}})").status, 200);
  EXPECT_EQ(Send(fresh, "GET", "/v3/projects").status, 200);
  EXPECT_EQ(Send(anna.keys, "PUT", path, R"({"credential":{"status":"asleep"}})").status, 400);
  EXPECT_EQ(Send(anna.keys, "DELETE", path).status, 204);
  EXPECT_EQ(Send(anna.keys, "GET", path).status, 404);
}

TEST_F(AdministrationRoutesTest, OthersAreNobodysBusiness) {
  Member anna = MakeMember("anna", "1");
  Member boris = MakeMember("boris", "1");
  struct Row {
    std::string method, target, body;
    int status;
  };
  const std::string key = keys_ + "/" + boris.keys.access_key;
  const Row rows[] = {
      {"GET", "/v3/users", "", 403},
      {"POST", "/v3/users", R"({"user":{"name":"x","password":"open sesame"}})", 403},
      {"GET", "/v3/users/" + boris.id, "", 403},
      {"PATCH", "/v3/users/" + boris.id, R"({"user":{"enabled":false}})", 403},
      {"DELETE", "/v3/users/" + boris.id, "", 403},
      {"POST", "/v3/projects", R"({"project":{"name":"x"}})", 403},
      {"PATCH", "/v3/projects/" + demo_.project.id, R"({"project":{"name":"x"}})", 403},
      {"DELETE", "/v3/projects/" + demo_.project.id, "", 403},
      {"POST", "/v3/domains", R"({"domain":{"name":"x"}})", 403},
      {"GET", "/v3/role_assignments", "", 403},
      {"PUT", RolePath(boris.id, "2"), "", 403},
      {"GET", RolePath(boris.id, "2"), "", 403},
      {"DELETE", RolePath(boris.id, "1"), "", 403},
      {"GET", keys_ + "?user_id=" + boris.id, "", 403},
      {"POST", keys_, R"({"credential":{"user_id":")" + boris.id + R"("}})", 403},
      {"GET", key, "", 404},
      {"PUT", key, R"({"credential":{"status":"inactive"}})", 404},
      {"DELETE", key, "", 404},
  };
  for (const Row& row : rows) {
    auto answer = Send(anna.keys, row.method, row.target, row.body);
    EXPECT_EQ(answer.status, row.status) << row.method << " " << row.target << " " << answer.text;
    EXPECT_EQ(answer.body.at("error").at("code").as_int64(), row.status);
  }
  EXPECT_EQ(Send(boris.keys, "GET", "/v3/projects").status, 200);
}

TEST_F(AdministrationRoutesTest, BadBodiesAreToldWhatIsWrong) {
  struct Row {
    std::string method, target, body, says;
  };
  const Row rows[] = {
      {"POST", "/v3/users", "{}", "'user' is missing"},
      {"POST", "/v3/users", R"({"user":{"password":"open sesame"}})", "'user.name' is missing"},
      {"POST", "/v3/users", R"({"user":{"name":"x"}})", "'user.password' is missing"},
      {"POST", "/v3/users", R"({"user":{"name":"x","password":"short"}})", "8 to 128 bytes"},
      {"POST", "/v3/users", R"({"user":{"name":"x","password":"open sesame","default_project_id":"p"}})", "not served"},
      {"POST", "/v3/users", R"({"user":{"name":7}})", "name"},
      {"PATCH", "/v3/users/" + std::string(32, 'c'), R"({"user":{"enabled":"maybe"}})", "enabled"},
      {"PATCH", "/v3/users/" + std::string(32, 'c'), R"({"user":{"password":""}})", "8 to 128 bytes"},
      {"POST", "/v3/projects", R"({"project":{}})", "'project.name' is missing"},
      {"POST", "/v3/projects", R"({"project":{"name":"x","domain_id":"d","parent_id":"p"}})", "parent_id"},
      {"POST", "/v3/domains", R"({"domain":{}})", "'domain.name' is missing"},
      {"POST", keys_, "[]", "object"},
      {"POST", keys_, "{}", "'credential' is missing"},
  };
  for (const Row& row : rows) {
    auto answer = AsAdmin(row.method, row.target, row.body);
    EXPECT_EQ(answer.status, 400) << row.body << answer.text;
    EXPECT_THAT(answer.text, HasSubstr(row.says)) << row.body;
  }
  auto taken = AsAdmin("POST", "/v3/users", R"({"user":{"name":"admin","password":"open sesame"}})");
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(taken.body.at("error").at("title").as_string(), "Conflict");
}

TEST_F(AdministrationRoutesTest, ADomainComesWithItsCredentials) {
  auto made = AsAdmin("POST", "/v3/domains", R"({"domain":{"name":"guest","user_name":"chief"}})");
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body.at("domain").at("name").as_string(), "guest");
  const auto& credentials = made.body.at("credentials").as_object();
  EXPECT_EQ(credentials.at("user_name").as_string(), "chief");
  EXPECT_EQ(credentials.at("domain_name").as_string(), "guest");
  auth::KeyPair chief{std::string(credentials.at("access_key").as_string()),
                      std::string(credentials.at("secret_key").as_string())};
  auto projects = Send(chief, "GET", "/v3/projects");
  ASSERT_EQ(projects.body.at("projects").as_array().size(), 1U) << projects.text;
  EXPECT_EQ(projects.body.at("projects").at(0).at("id"), credentials.at("project_id"));
  auto users = Send(chief, "GET", "/v3/users");
  ASSERT_EQ(users.body.at("users").as_array().size(), 1U) << users.text;
  EXPECT_EQ(Send(chief, "GET", "/v3/users/" + std::string(32, 'c')).status, 404);
  EXPECT_EQ(Send(chief, "POST", "/v3/domains", R"({"domain":{"name":"third"}})").status, 403);
}

}  // namespace
}  // namespace atelier::api
