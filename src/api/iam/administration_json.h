// The wire shapes of users, projects, roles, access keys and domains (Keystone v3; modelarts-api section 1.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"
#include "iam/administration.h"

namespace atelier::api {

json::object UserObject(const iam::User& user);
json::object ProjectObject(const iam::Project& project);
json::object DomainObject(const iam::Domain& domain);
json::object AccessKeyObject(const iam::AccessKey& key);  // without the secret, which is told once
json::object RoleObject(iam::Role role);
json::object CredentialsObject(const iam::Credentials& credentials);  // as credentials.json has them

// The cloud's ids: "0" is te_admin, "1" user, "2" readonly. NotFound for any other.
Result<iam::Role> RoleById(const std::string& id);
std::string RoleId(iam::Role role);

// Bodies {"user":{...}}, {"project":{...}}, ...; InvalidArgument names what is missing or cannot be. Members that mean
// nothing here are ignored, but for those that would give access: default_project_id and parent_id are refused.
struct UserUpdate {
  iam::UserChanges changes;
  std::optional<std::string> password;
};
struct PasswordChange {
  std::string original, password;
};
struct DomainRequest {
  std::string name;
  std::string user_name = "admin";  // who administers it
};
Result<iam::NewUser> ParseNewUser(std::string_view body);
Result<UserUpdate> ParseUserUpdate(std::string_view body);
Result<PasswordChange> ParsePasswordChange(std::string_view body);
Result<iam::NewProject> ParseNewProject(std::string_view body);
Result<iam::ProjectChanges> ParseProjectChanges(std::string_view body);
Result<iam::NewAccessKey> ParseNewAccessKey(std::string_view body);
Result<iam::AccessKeyChanges> ParseAccessKeyChanges(std::string_view body);
Result<DomainRequest> ParseDomainRequest(std::string_view body);

}  // namespace atelier::api
