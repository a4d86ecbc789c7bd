// What the commands about users, groups, projects and keys share: whose key this is, names to ids, and credentials for
// others.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/connection.h"

namespace atelier::cli {

// Who the connection's access key speaks for, asked of the server. PermissionDenied for a temporary key.
struct Account {
  std::string user_id, user_name, domain_id, domain_name, project_id, project_name;
  std::string token;  // of the sign-in that was made to ask
};
Result<Account> OwnAccount(PlatformClient& client);

Result<PlatformClient> ConnectToPlatform(const Common& common);
Result<json::object> FindUser(PlatformClient& client, const std::string& user);        // name or id
Result<json::object> FindProject(PlatformClient& client, const std::string& project);  // name or id
Result<json::object> FindGroup(PlatformClient& client, const std::string& group);      // name or id

// The wire's id of "admin", "user" or "read-only"; InvalidArgument for another word.
Result<std::string> RoleIdOf(const std::string& word);
std::string RoleWordOf(std::string_view id);

// "user in shop", "admin everywhere", for each id of a "user" (what groups pass on among it) or "group".
using RoleWords = std::map<std::string, std::vector<std::string>>;
Result<RoleWords> RolesOfAll(PlatformClient& client, std::string_view kind);
// The API's own items, each with its roles beside: what lists print with --json.
void PrintWithRoles(json::array items, const RoleWords& roles);
// Sets the role of a user or group (`who`: "users/<id>") in a project; "none" takes the one that is held.
Result<void> AssignRole(PlatformClient& client, const std::string& project_id, const std::string& who,
                        const std::string& word);

// What a client needs, member by member as in credentials.json; what is not known is empty.
struct ClientCredentials {
  std::string access_key, secret_key, user_name, password, domain_name, project_id, project_name, region;
  std::string security_token = {};  // of a temporary key; left out when there is none
  json::object ToJson() const;
};
// InvalidArgument when there is such a file already; to be asked before anything is made.
Result<void> CheckNoSuchFile(const std::filesystem::path& file);
// Into the file (0600), and only where it lies is printed; without a file onto standard output.
Result<void> HandOver(const Common& common, const ClientCredentials& credentials, const std::filesystem::path& file,
                      const json::object& also = {});

// The file's first line; "-" is standard input. Without a file a new password.
Result<std::string> PasswordFrom(const std::filesystem::path& file);

}  // namespace atelier::cli
