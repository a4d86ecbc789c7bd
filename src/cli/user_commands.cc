#include <fmt/format.h>

#include "base/strings.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

std::string UserPath(const std::string& user_id) { return "/v3/users/" + PercentEncode(user_id); }

Result<void> SetEnabled(const Common& common, const std::string& user, bool enabled) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindUser(client, user));
  ATELIER_CHECK(
      client.Call("PATCH", UserPath(Text(found, "id")), json::object{{"user", json::object{{"enabled", enabled}}}}));
  return {};
}

// The role and, unless it is not wanted, an access key of a user who has just been made; what to hand over.
Result<void> Equip(const Common& common, PlatformClient& client, const UserOptions& options, const std::string& user_id,
                   const json::object& project, ClientCredentials credentials) {
  credentials.project_id = Text(project, "id");
  credentials.project_name = Text(project, "name");
  ATELIER_CHECK(AssignRole(client, credentials.project_id, "users/" + user_id, options.role));
  if (options.with_key) {
    json::object wanted{{"user_id", user_id}, {"project_id", credentials.project_id}};
    ATELIER_TRY(auto answer,
                client.Call("POST", "/v3.0/OS-CREDENTIAL/credentials", json::object{{"credential", wanted}}));
    const auto& key = answer.at("credential").as_object();
    credentials.access_key = Text(key, "access");
    credentials.secret_key = Text(key, "secret");
  }
  return HandOver(common, credentials, options.credentials_file, {{"user_id", user_id}, {"role", options.role}});
}

}  // namespace

Result<int> CreateUser(const Common& common, const UserOptions& options) {
  ATELIER_CHECK(RoleIdOf(options.role));
  ATELIER_CHECK(CheckNoSuchFile(options.credentials_file));
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto own, OwnAccount(client));
  ATELIER_TRY(auto project, FindProject(client, options.project.empty() ? own.project_id : options.project));
  ClientCredentials credentials;
  credentials.user_name = options.name;
  credentials.domain_name = own.domain_name;
  credentials.region = client.connection().region;
  ATELIER_TRY(credentials.password, PasswordFrom(options.password_file));
  json::object wanted{{"name", options.name}, {"password", credentials.password}, {"description", options.description}};
  ATELIER_TRY(auto answer, client.Call("POST", "/v3/users", json::object{{"user", wanted}}));
  auto user_id = Text(answer.at("user").as_object(), "id");
  auto equipped = Equip(common, client, options, user_id, project, std::move(credentials));
  if (equipped) return 0;
  // All or nothing: a user without the role would only be in the way of the next try.
  if (auto removed = client.Call("DELETE", UserPath(user_id)); !removed)
    return std::unexpected(std::move(equipped).error().Within("the user was made, and could not be removed again"));
  return std::unexpected(std::move(equipped).error());
}

Result<int> ListUsers(const Common& common) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto users, client.Call("GET", "/v3/users"));
  ATELIER_TRY(auto roles, RolesOfAll(client, "user"));
  if (common.json) {
    PrintWithRoles(users.at("users").as_array(), roles);
    return 0;
  }
  Table table({"NAME", "ENABLED", "ROLES", "ID"});
  for (const auto& item : users.at("users").as_array()) {
    const auto& user = item.as_object();
    auto id = Text(user, "id");
    table.Add({Text(user, "name"), user.at("enabled").as_bool() ? "yes" : "no", Join(roles[id], ", "), id});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> DeleteUser(const Common& common, const std::string& user) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindUser(client, user));
  ATELIER_CHECK(client.Call("DELETE", UserPath(Text(found, "id"))));
  fmt::print("deleted user {} and its access keys\n", Text(found, "name"));
  return 0;
}

Result<int> SwitchUser(const Common& common, const std::string& user, bool enabled) {
  ATELIER_CHECK(SetEnabled(common, user, enabled));
  fmt::print("{} user {}\n", enabled ? "enabled" : "disabled", user);
  return 0;
}

Result<int> SetPassword(const Common& common, const std::string& user, const std::filesystem::path& password_file) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindUser(client, user));
  ATELIER_TRY(auto password, PasswordFrom(password_file));
  ATELIER_CHECK(
      client.Call("PATCH", UserPath(Text(found, "id")), json::object{{"user", json::object{{"password", password}}}}));
  if (!password_file.empty())
    fmt::print("changed the password of user {}\n", Text(found, "name"));
  else if (common.json)
    fmt::print("{}\n", PrettyJson(json::object{{"user_name", Text(found, "name")}, {"password", password}}));
  else
    fmt::print("the new password of user {} is {}\n", Text(found, "name"), password);
  return 0;
}

Result<int> SetUserRole(const Common& common, const std::string& user, const std::string& role,
                        const std::string& project) {
  if (role != "none") ATELIER_CHECK(RoleIdOf(role));
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto found, FindUser(client, user));
  ATELIER_TRY(auto where, FindProject(client, project.empty() ? client.connection().project_id : project));
  ATELIER_CHECK(AssignRole(client, Text(where, "id"), "users/" + Text(found, "id"), role));
  fmt::print("the role of user {} in project {} is {}\n", Text(found, "name"), Text(where, "name"), role);
  return 0;
}

}  // namespace atelier::cli
