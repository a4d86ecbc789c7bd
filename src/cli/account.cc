#include "cli/account.h"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <utility>

#include "base/files.h"
#include "base/ids.h"
#include "base/strings.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kRoles = {
    {{"admin", "0"}, {"user", "1"}, {"read-only", "2"}}};

// The one that has this name, else the one that has this id.
Result<json::object> FindNamed(PlatformClient& client, const std::string& kind, const std::string& wanted) {
  ATELIER_TRY(auto answer, client.Call("GET", "/v3/" + kind + "s"));
  const auto& items = answer.at(kind + "s").as_array();
  for (std::string_view key : {"name", "id"})
    for (const auto& item : items)
      if (Text(item.as_object(), key) == wanted) return item.as_object();
  return NotFound(fmt::format("there is no {} '{}'; 'atelier {} list' shows what there is", kind, wanted, kind));
}

}  // namespace

Result<PlatformClient> ConnectToPlatform(const Common& common) {
  ATELIER_TRY(Connection connection, FindConnection(common.data_dir));
  return PlatformClient(std::move(connection));
}

Result<Account> OwnAccount(PlatformClient& client) {
  const auto& keys = client.connection().keys;
  if (!keys.security_token.empty())
    return PermissionDenied("this needs a permanent access key: with a temporary access key nobody signs in");
  json::object pair{{"access", json::object{{"key", keys.access_key}}},
                    {"secret", json::object{{"key", keys.secret_key}}}};
  json::object identity{{"methods", json::array{"hw_ak_sk"}}, {"hw_ak_sk", pair}};
  ATELIER_TRY(auto answer, client.Ask("POST", "/v3/auth/tokens?nocatalog=true",
                                      json::object{{"auth", json::object{{"identity", identity}}}}));
  const auto& token = answer.body.at("token").as_object();
  const auto& user = token.at("user").as_object();
  const auto& domain = user.at("domain").as_object();
  const auto& project = token.at("project").as_object();
  return Account{Text(user, "id"),
                 Text(user, "name"),
                 Text(domain, "id"),
                 Text(domain, "name"),
                 Text(project, "id"),
                 Text(project, "name"),
                 std::string(answer.headers.Get("X-Subject-Token").value_or(""))};
}

Result<json::object> FindUser(PlatformClient& client, const std::string& user) {
  return FindNamed(client, "user", user);
}

Result<json::object> FindProject(PlatformClient& client, const std::string& project) {
  return FindNamed(client, "project", project);
}

Result<json::object> FindGroup(PlatformClient& client, const std::string& group) {
  return FindNamed(client, "group", group);
}

Result<std::string> RoleIdOf(const std::string& word) {
  for (const auto& [role, id] : kRoles)
    if (role == word) return std::string(id);
  return InvalidArgument("a role is admin, user or read-only, got '" + word + "'");
}

std::string RoleWordOf(std::string_view id) {
  for (const auto& [role, role_id] : kRoles)
    if (role_id == id) return std::string(role);
  return "role " + std::string(id);
}

Result<RoleWords> RolesOfAll(PlatformClient& client, std::string_view kind) {
  std::string target = kind == "user" ? "/v3/role_assignments?effective=true" : "/v3/role_assignments";
  ATELIER_TRY(auto assignments, client.Call("GET", target));
  ATELIER_TRY(auto projects, client.Call("GET", "/v3/projects"));
  std::map<std::string, std::string> project_names;
  for (const auto& project : projects.at("projects").as_array())
    project_names[Text(project.as_object(), "id")] = Text(project.as_object(), "name");
  RoleWords roles;
  for (const auto& value : assignments.at("role_assignments").as_array()) {
    const auto& item = value.as_object();
    const auto* who = item.if_contains(kind);
    if (who == nullptr) continue;
    std::string where = "everywhere";
    if (const auto* project = item.at("scope").as_object().if_contains("project")) {
      auto id = Text(project->as_object(), "id");
      where = "in " + (project_names.contains(id) ? project_names[id] : id);
    }
    bool passed_on = item.at("links").as_object().contains("membership");
    roles[Text(who->as_object(), "id")].push_back(fmt::format(
        "{} {}{}", RoleWordOf(Text(item.at("role").as_object(), "id")), where, passed_on ? " by a group" : ""));
  }
  return roles;
}

void PrintWithRoles(json::array items, const RoleWords& roles) {
  for (auto& item : items) {
    json::array words;
    if (auto found = roles.find(Text(item.as_object(), "id")); found != roles.end())
      for (const auto& role : found->second) words.emplace_back(role);
    item.as_object()["roles"] = words;
  }
  fmt::print("{}\n", PrettyJson(items));
}

Result<void> AssignRole(PlatformClient& client, const std::string& project_id, const std::string& who,
                        const std::string& word) {
  std::string base = fmt::format("/v3/projects/{}/{}/roles/", project_id, who);
  if (word != "none") {
    ATELIER_TRY(auto role_id, RoleIdOf(word));
    ATELIER_CHECK(client.Call("PUT", base + role_id));
    return {};
  }
  auto kind = who.starts_with("users/") ? "user" : "group";
  ATELIER_TRY(auto held, client.Call("GET", fmt::format("/v3/role_assignments?{}.id={}&scope.project.id={}", kind,
                                                        who.substr(who.find('/') + 1), project_id)));
  for (const auto& item : held.at("role_assignments").as_array())
    ATELIER_CHECK(client.Call("DELETE", base + Text(item.at("role").as_object(), "id")));
  return {};
}

json::object ClientCredentials::ToJson() const {
  json::object object{
      {"access_key", access_key},   {"secret_key", secret_key}, {"user_name", user_name},       {"password", password},
      {"domain_name", domain_name}, {"project_id", project_id}, {"project_name", project_name}, {"region", region}};
  if (!security_token.empty()) object["security_token"] = security_token;
  return object;
}

Result<void> CheckNoSuchFile(const fs::path& file) {
  std::error_code error;
  if (file.empty() || !fs::exists(file, error)) return {};
  return InvalidArgument(file.string() + " is there already: give a new name with --credentials");
}

Result<void> HandOver(const Common& common, const ClientCredentials& credentials, const fs::path& file,
                      const json::object& also) {
  json::object object = credentials.ToJson();
  if (!file.empty()) {
    ATELIER_CHECK(WriteFileDurably(file, PrettyJson(object) + "\n", 0600));
    object.erase("secret_key");
    object.erase("security_token");
    object.erase("password");
    object["credentials"] = file.string();
  }
  for (const auto& [key, value] : also) object[key] = value;
  if (common.json) {
    fmt::print("{}\n", PrettyJson(object));
    return {};
  }
  Table table({"FIELD", "VALUE"});
  for (const auto& [key, value] : object)
    if (auto text = Text(object, key); !text.empty()) table.Add({std::string(key), text});
  fmt::print("{}", table.Render());
  if (file.empty() && !credentials.secret_key.empty()) fmt::print("The secret key is shown only this once.\n");
  return {};
}

Result<std::string> PasswordFrom(const fs::path& file) {
  if (file.empty()) return RandomAlphanumeric(20);
  std::string text;
  if (file == "-") {
    if (!std::getline(std::cin, text)) return InvalidArgument("there is no password on standard input");
  } else {
    ATELIER_TRY(text, ReadFile(file, 4096));
  }
  return std::string(Split(text, '\n').front());
}

}  // namespace atelier::cli
