#include <fmt/format.h>

#include "base/strings.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {

Result<int> CreateGroup(const Common& common, const std::string& name, const std::string& description) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  json::object wanted{{"name", name}, {"description", description}};
  ATELIER_TRY(auto answer, client.Call("POST", "/v3/groups", json::object{{"group", wanted}}));
  auto id = Text(answer.at("group").as_object(), "id");
  if (common.json)
    fmt::print("{}\n", PrettyJson(json::object{{"group_id", id}, {"group_name", name}}));
  else
    fmt::print("created group {} (id {})\n", name, id);
  return 0;
}

Result<int> ListGroups(const Common& common) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto groups, client.Call("GET", "/v3/groups"));
  ATELIER_TRY(auto roles, RolesOfAll(client, "group"));
  if (common.json) {
    PrintWithRoles(groups.at("groups").as_array(), roles);
    return 0;
  }
  Table table({"NAME", "ROLES", "DESCRIPTION", "ID"});
  for (const auto& item : groups.at("groups").as_array()) {
    const auto& group = item.as_object();
    auto id = Text(group, "id");
    table.Add({Text(group, "name"), Join(roles[id], ", "), Text(group, "description"), id});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> DeleteGroup(const Common& common, const std::string& group) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindGroup(client, group));
  ATELIER_CHECK(client.Call("DELETE", "/v3/groups/" + Text(found, "id")));
  fmt::print("deleted group {}\n", Text(found, "name"));
  return 0;
}

Result<int> ListMembers(const Common& common, const std::string& group) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindGroup(client, group));
  ATELIER_TRY(auto answer, client.Call("GET", fmt::format("/v3/groups/{}/users", Text(found, "id"))));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("users")));
    return 0;
  }
  Table table({"NAME", "ENABLED", "ID"});
  for (const auto& item : answer.at("users").as_array()) {
    const auto& user = item.as_object();
    table.Add({Text(user, "name"), user.at("enabled").as_bool() ? "yes" : "no", Text(user, "id")});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> SwitchMember(const Common& common, const std::string& group, const std::string& user, bool member) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindGroup(client, group));
  ATELIER_TRY(auto who, FindUser(client, user));
  ATELIER_CHECK(client.Call(member ? "PUT" : "DELETE",
                            fmt::format("/v3/groups/{}/users/{}", Text(found, "id"), Text(who, "id"))));
  fmt::print("user {} is {} group {}\n", Text(who, "name"), member ? "in" : "not in", Text(found, "name"));
  return 0;
}

Result<int> SetGroupRole(const Common& common, const std::string& group, const std::string& role,
                         const std::string& project) {
  if (role != "none") ATELIER_CHECK(RoleIdOf(role));
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindGroup(client, group));
  ATELIER_TRY(auto where, FindProject(client, project.empty() ? client.connection().project_id : project));
  ATELIER_CHECK(AssignRole(client, Text(where, "id"), "groups/" + Text(found, "id"), role));
  fmt::print("the role of group {} in project {} is {}\n", Text(found, "name"), Text(where, "name"), role);
  return 0;
}

}  // namespace atelier::cli
