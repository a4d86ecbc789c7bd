#include <fmt/format.h>

#include <map>

#include "base/strings.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/table.h"

namespace atelier::cli {
namespace {

constexpr const char* kKeys = "/v3.0/OS-CREDENTIAL/credentials";

std::string KeyPath(const std::string& access_key) { return fmt::format("{}/{}", kKeys, PercentEncode(access_key)); }

}  // namespace

Result<int> CreateKey(const Common& common, const KeyOptions& options) {
  ATELIER_CHECK(CheckNoSuchFile(options.credentials_file));
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto own, OwnAccount(client));
  ATELIER_TRY(auto project, FindProject(client, options.project.empty() ? own.project_id : options.project));
  std::string user_id = own.user_id;
  ClientCredentials credentials;
  credentials.user_name = own.user_name;
  if (!options.user.empty()) {
    ATELIER_TRY(auto user, FindUser(client, options.user));
    user_id = Text(user, "id");
    credentials.user_name = Text(user, "name");
  }
  credentials.domain_name = own.domain_name;
  credentials.project_id = Text(project, "id");
  credentials.project_name = Text(project, "name");
  credentials.region = client.connection().region;
  json::object wanted{
      {"user_id", user_id}, {"project_id", credentials.project_id}, {"description", options.description}};
  ATELIER_TRY(auto answer, client.Call("POST", kKeys, json::object{{"credential", wanted}}));
  const auto& key = answer.at("credential").as_object();
  credentials.access_key = Text(key, "access");
  credentials.secret_key = Text(key, "secret");
  ATELIER_CHECK(HandOver(common, credentials, options.credentials_file, {{"user_id", user_id}}));
  return 0;
}

Result<int> CreateTemporaryKey(const Common& common, const TemporaryKeyOptions& options) {
  ATELIER_CHECK(CheckNoSuchFile(options.credentials_file));
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_TRY(auto own, OwnAccount(client));
  json::object token{{"id", own.token}, {"duration_seconds", options.seconds}};
  json::object identity{{"methods", json::array{"token"}}, {"token", token}};
  ATELIER_TRY(auto answer, client.Call("POST", "/v3.0/OS-CREDENTIAL/securitytokens",
                                       json::object{{"auth", json::object{{"identity", identity}}}}));
  const auto& key = answer.at("credential").as_object();
  ClientCredentials credentials{
      Text(key, "access"),       Text(key, "secret"), own.user_name,    "",
      own.domain_name,           own.project_id,      own.project_name, client.connection().region,
      Text(key, "securitytoken")};
  ATELIER_CHECK(HandOver(common, credentials, options.credentials_file, {{"expires_at", Text(key, "expires_at")}}));
  return 0;
}

Result<int> ListKeys(const Common& common, const std::string& user) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  std::string query;
  if (!user.empty()) {
    ATELIER_TRY(auto found, FindUser(client, user));
    query = "?user_id=" + Text(found, "id");
  }
  ATELIER_TRY(auto answer, client.Call("GET", kKeys + query));
  if (common.json) {
    fmt::print("{}\n", PrettyJson(answer.at("credentials")));
    return 0;
  }
  ATELIER_TRY(auto projects, client.Call("GET", "/v3/projects"));
  std::map<std::string, std::string> names;
  for (const auto& project : projects.at("projects").as_array())
    names[Text(project.as_object(), "id")] = Text(project.as_object(), "name");
  Table table({"ACCESS KEY", "ENABLED", "PROJECT", "CREATED (UTC)", "DESCRIPTION"});
  for (const auto& item : answer.at("credentials").as_array()) {
    const auto& key = item.as_object();
    auto project = Text(key, "project_id");
    auto created = Text(key, "create_time");
    table.Add({Text(key, "access"), Text(key, "status") == "active" ? "yes" : "no",
               names.contains(project) ? names[project] : project, created.substr(0, 10) + " " + created.substr(11, 8),
               Text(key, "description")});
  }
  fmt::print("{}", table.Render());
  return 0;
}

Result<int> SwitchKey(const Common& common, const std::string& access_key, bool enabled) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_CHECK(client.Call("PUT", KeyPath(access_key),
                            json::object{{"credential", json::object{{"status", enabled ? "active" : "inactive"}}}}));
  fmt::print("{} access key {}\n", enabled ? "enabled" : "disabled", access_key);
  return 0;
}

Result<int> DeleteKey(const Common& common, const std::string& access_key) {
  ATELIER_TRY(auto client, ConnectToPlatform(common));
  ATELIER_CHECK(client.Call("DELETE", KeyPath(access_key)));
  fmt::print("deleted access key {}\n", access_key);
  return 0;
}

}  // namespace atelier::cli
