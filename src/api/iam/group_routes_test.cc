#include "api/iam/group_routes.h"

#include <gmock/gmock.h>

#include "api/iam/testing/identity_server.h"

namespace atelier::api {
namespace {

class GroupRoutesTest : public IdentityServerTest {
 protected:
  std::string MakeGroup(const std::string& name) {
    auto made = AsAdmin("POST", "/v3/groups", R"({"group":{"name":")" + name + R"("}})");
    EXPECT_EQ(made.status, 201) << made.text;
    return Id(made, "group");
  }
  std::string InProject(const std::string& group_id, const std::string& role_id) const {
    return "/v3/projects/" + demo_.project.id + "/groups/" + group_id + "/roles" + (role_id.empty() ? "" : "/") +
           role_id;
  }
  std::string InDomain(const std::string& group_id, const std::string& role_id) const {
    return "/v3/domains/" + demo_.domain.id + "/groups/" + group_id + "/roles/" + role_id;
  }
  std::size_t Count(const std::string& target, std::string_view what) {
    auto answer = AsAdmin("GET", target);
    EXPECT_EQ(answer.status, 200) << answer.text;
    return answer.status == 200 ? answer.body.at(what).as_array().size() : 0;
  }
};

TEST_F(GroupRoutesTest, AGroupsLife) {
  auto made =
      AsAdmin("POST", "/v3/groups",
              R"({"group":{"name":"readers","description":"who look","domain_id":")" + demo_.domain.id + R"("}})");
  ASSERT_EQ(made.status, 201) << made.text;
  std::string path = "/v3/groups/" + Id(made, "group");
  EXPECT_EQ(AsAdmin("GET", path).body, made.body);
  EXPECT_EQ(Count("/v3/groups?name=readers", "groups"), 1U);
  EXPECT_EQ(Count("/v3/groups?name=nobody", "groups"), 0U);
  EXPECT_EQ(Count("/v3/groups?domain_id=" + demo_.domain.id, "groups"), 1U);
  EXPECT_EQ(Count("/v3/groups?domain_id=other", "groups"), 0U);
  auto changed = AsAdmin("PATCH", path, R"({"group":{"name":"lookers"}})");
  EXPECT_EQ(changed.status, 200) << changed.text;
  EXPECT_EQ(changed.body.at("group").at("name").as_string(), "lookers");
  EXPECT_EQ(changed.body.at("group").at("description").as_string(), "who look");
  EXPECT_EQ(AsAdmin("PATCH", path, R"({"group":{"domain_id":")" + demo_.domain.id + R"("}})").status, 200);
  EXPECT_EQ(AsAdmin("PATCH", path, R"({"group":{"domain_id":"other"}})").status, 400);
  EXPECT_EQ(AsAdmin("POST", "/v3/groups", R"({"group":{"name":"lookers"}})").status, 409);
  EXPECT_EQ(AsAdmin("DELETE", path).status, 204);
  EXPECT_EQ(AsAdmin("GET", path).status, 404);
}

TEST_F(GroupRoutesTest, BodiesThatCannotBe) {
  for (std::string body : {"", "[]", "{}", R"({"group":7})", R"({"group":{}})", R"({"group":{"name":7}})",
                           R"({"group":{"name":""}})", R"({"group":{"name":"x","description":{}}})"})
    EXPECT_EQ(AsAdmin("POST", "/v3/groups", body).status, 400) << body;
  EXPECT_EQ(AsAdmin("POST", "/v3/groups", R"({"group":{"name":"x","domain_id":"other"}})").status, 403);
}

TEST_F(GroupRoutesTest, MembersComeAndGo) {
  auto anna = MakeMember("anna", "2");
  std::string group = "/v3/groups/" + MakeGroup("readers");
  std::string member = group + "/users/" + anna.id;
  EXPECT_EQ(AsAdmin("HEAD", member).status, 404);
  EXPECT_EQ(AsAdmin("PUT", member).status, 204);
  EXPECT_EQ(AsAdmin("PUT", member).status, 204);
  EXPECT_EQ(AsAdmin("HEAD", member).status, 204);
  EXPECT_EQ(Count(group + "/users", "users"), 1U);
  EXPECT_EQ(Count("/v3/users/" + anna.id + "/groups", "groups"), 1U);
  EXPECT_EQ(Send(anna.keys, "GET", "/v3/users/" + anna.id + "/groups").status, 200);
  EXPECT_EQ(Send(anna.keys, "HEAD", member).status, 204);
  EXPECT_EQ(Send(anna.keys, "GET", group).status, 403);
  EXPECT_EQ(Send(anna.keys, "PUT", member).status, 403);
  EXPECT_EQ(AsAdmin("DELETE", member).status, 204);
  EXPECT_EQ(AsAdmin("DELETE", member).status, 404);
  EXPECT_EQ(AsAdmin("PUT", group + "/users/absent").status, 404);
}

// A reader may write once a group of theirs may: with a key that was there before.
TEST_F(GroupRoutesTest, RolesReachTheMembers) {
  auto anna = MakeMember("anna", "2");
  std::string group_id = MakeGroup("heads");
  ASSERT_EQ(AsAdmin("PUT", "/v3/groups/" + group_id + "/users/" + anna.id).status, 204);
  EXPECT_EQ(Send(anna.keys, "GET", "/v3/users").status, 403);
  EXPECT_EQ(AsAdmin("PUT", InProject(group_id, "0")).status, 204);
  EXPECT_EQ(Send(anna.keys, "GET", "/v3/users").status, 200);
  EXPECT_EQ(AsAdmin("HEAD", InProject(group_id, "0")).status, 204);
  EXPECT_EQ(AsAdmin("HEAD", InProject(group_id, "1")).status, 404);
  EXPECT_EQ(AsAdmin("PUT", InProject(group_id, "7")).status, 404);
  EXPECT_EQ(Count(InProject(group_id, ""), "roles"), 1U);
  EXPECT_EQ(Count("/v3/role_assignments?group.id=" + group_id, "role_assignments"), 1U);
  EXPECT_EQ(Count("/v3/role_assignments?user.id=" + anna.id, "role_assignments"), 1U) << "her own";
  EXPECT_EQ(Count("/v3/role_assignments?effective&user.id=" + anna.id, "role_assignments"), 2U);
  EXPECT_EQ(Count("/v3/role_assignments?scope.project.id=" + demo_.project.id + "&role.id=0", "role_assignments"), 1U);
  EXPECT_EQ(AsAdmin("DELETE", InProject(group_id, "1")).status, 404);
  EXPECT_EQ(AsAdmin("DELETE", InProject(group_id, "0")).status, 204);
  EXPECT_EQ(Send(anna.keys, "GET", "/v3/users").status, 403);

  EXPECT_EQ(Send(anna.keys, "GET", "/v3/groups").status, 403);
  EXPECT_EQ(AsAdmin("PUT", InDomain(group_id, "0")).status, 204);
  EXPECT_EQ(Send(anna.keys, "GET", "/v3/groups").status, 200);
  std::string inherited = "/v3/OS-INHERIT/domains/" + demo_.domain.id + "/groups/" + group_id + "/roles/";
  EXPECT_EQ(AsAdmin("HEAD", inherited + "0/inherited_to_projects").status, 204) << "the same role";
  EXPECT_EQ(Count(inherited + "inherited_to_projects", "roles"), 1U);
  EXPECT_EQ(AsAdmin("DELETE", inherited + "0/inherited_to_projects").status, 204);
  EXPECT_EQ(AsAdmin("HEAD", InDomain(group_id, "0")).status, 404);
}

}  // namespace
}  // namespace atelier::api
