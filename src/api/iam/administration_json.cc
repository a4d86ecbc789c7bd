#include "api/iam/administration_json.h"

#include <array>

namespace atelier::api {
namespace {

struct RoleWords {
  iam::Role role;
  std::string_view id, name, description;
};
constexpr std::array<RoleWords, 3> kRoles = {{
    {iam::Role::kAdmin, "0", "te_admin", "Everything, and giving roles"},
    {iam::Role::kUser, "1", "user", "Everything but giving roles"},
    {iam::Role::kReadOnly, "2", "readonly", "Looking at everything, changing nothing"},
}};

const RoleWords* WordsOf(iam::Role role) {
  for (const auto& words : kRoles)
    if (words.role == role) return &words;
  return nullptr;
}

// The object `name` of a body that is to have it.
Result<json::object> ReadWrapped(std::string_view body, const std::string& name) {
  ATELIER_TRY(json::object whole, ParseJsonObject(body));
  ATELIER_TRY(const json::object* inner, ReadObject(whole, name));
  if (inner == nullptr) return InvalidArgument("'" + name + "' is missing");
  return *inner;
}

Result<std::string> Need(const json::object& from, const std::string& within, const std::string& key) {
  ATELIER_TRY(auto text, ReadString(from, key));
  if (!text) return InvalidArgument("'" + within + "." + key + "' is missing");
  return *std::move(text);
}

Result<std::string> TextOf(const json::object& from, std::string_view key) {
  ATELIER_TRY(auto text, ReadString(from, key));
  return text.value_or("");
}

}  // namespace

json::object UserObject(const iam::User& user) {
  return {{"id", user.id},
          {"name", user.name},
          {"domain_id", user.domain_id},
          {"enabled", user.enabled},
          {"description", user.description},
          {"password_expires_at", nullptr},
          {"links", json::object{}}};
}

json::object ProjectObject(const iam::Project& project) {
  return {{"id", project.id},           {"name", project.name},           {"domain_id", project.domain_id},
          {"enabled", project.enabled}, {"parent_id", project.domain_id}, {"description", project.description},
          {"is_domain", false},         {"links", json::object{}}};
}

json::object DomainObject(const iam::Domain& domain) {
  return {{"id", domain.id}, {"name", domain.name}, {"enabled", true}};
}

json::object AccessKeyObject(const iam::AccessKey& key) {
  return {{"access", key.access_key},
          {"user_id", key.user_id},
          {"project_id", key.project_id},
          {"status", key.enabled ? "active" : "inactive"},
          {"create_time", FormatIso8601(key.created)},
          {"description", key.description}};
}

json::object RoleObject(iam::Role role) {
  const RoleWords* words = WordsOf(role);
  if (words == nullptr) return {};
  return {{"id", words->id},
          {"name", words->name},
          {"description", words->description},
          {"domain_id", nullptr},
          {"links", json::object{}}};
}

json::object CredentialsObject(const iam::Credentials& c) {
  return {{"access_key", c.access_key},     {"secret_key", c.secret_key},
          {"user_name", c.user_name},       {"password", c.password},
          {"domain_name", c.domain_name},   {"project_id", c.project_id},
          {"project_name", c.project_name}, {"region", c.region}};
}

Result<iam::Role> RoleById(const std::string& id) {
  for (const auto& words : kRoles)
    if (words.id == id) return words.role;
  return NotFound("Could not find role: " + id + "; GET /v3/roles lists them.");
}

std::string RoleId(iam::Role role) {
  const RoleWords* words = WordsOf(role);
  return words == nullptr ? std::string() : std::string(words->id);
}

Result<iam::NewUser> ParseNewUser(std::string_view body) {
  ATELIER_TRY(json::object user, ReadWrapped(body, "user"));
  iam::NewUser wanted;
  ATELIER_TRY(wanted.name, Need(user, "user", "name"));
  ATELIER_TRY(wanted.password, Need(user, "user", "password"));
  ATELIER_TRY(wanted.description, TextOf(user, "description"));
  ATELIER_TRY(wanted.domain_id, TextOf(user, "domain_id"));
  ATELIER_TRY(auto enabled, ReadBool(user, "enabled"));
  wanted.enabled = enabled.value_or(true);
  ATELIER_TRY(std::string default_project, TextOf(user, "default_project_id"));
  if (!default_project.empty())
    return InvalidArgument(
        "'user.default_project_id' is not served: give the user a role in the project with PUT "
        "/v3/projects/{project_id}/users/{user_id}/roles/{role_id}");
  return wanted;
}

Result<UserUpdate> ParseUserUpdate(std::string_view body) {
  ATELIER_TRY(json::object user, ReadWrapped(body, "user"));
  UserUpdate update;
  ATELIER_TRY(update.changes.name, ReadString(user, "name"));
  ATELIER_TRY(update.changes.description, ReadString(user, "description"));
  ATELIER_TRY(update.changes.enabled, ReadBool(user, "enabled"));
  ATELIER_TRY(update.password, ReadString(user, "password"));
  return update;
}

Result<PasswordChange> ParsePasswordChange(std::string_view body) {
  ATELIER_TRY(json::object user, ReadWrapped(body, "user"));
  PasswordChange change;
  ATELIER_TRY(change.original, Need(user, "user", "original_password"));
  ATELIER_TRY(change.password, Need(user, "user", "password"));
  return change;
}

Result<iam::NewProject> ParseNewProject(std::string_view body) {
  ATELIER_TRY(json::object project, ReadWrapped(body, "project"));
  iam::NewProject wanted;
  ATELIER_TRY(wanted.name, Need(project, "project", "name"));
  ATELIER_TRY(wanted.description, TextOf(project, "description"));
  ATELIER_TRY(wanted.domain_id, TextOf(project, "domain_id"));
  ATELIER_TRY(auto enabled, ReadBool(project, "enabled"));
  wanted.enabled = enabled.value_or(true);
  // A project below its domain is what every project is; a project below a project is not served.
  ATELIER_TRY(std::string parent, TextOf(project, "parent_id"));
  if (!parent.empty() && wanted.domain_id.empty()) wanted.domain_id = parent;
  if (!parent.empty() && parent != wanted.domain_id)
    return InvalidArgument("'project.parent_id' must be the domain's id: projects below projects are not served");
  return wanted;
}

Result<iam::ProjectChanges> ParseProjectChanges(std::string_view body) {
  ATELIER_TRY(json::object project, ReadWrapped(body, "project"));
  iam::ProjectChanges changes;
  ATELIER_TRY(changes.name, ReadString(project, "name"));
  ATELIER_TRY(changes.description, ReadString(project, "description"));
  ATELIER_TRY(changes.enabled, ReadBool(project, "enabled"));
  return changes;
}

Result<iam::NewAccessKey> ParseNewAccessKey(std::string_view body) {
  ATELIER_TRY(json::object credential, ReadWrapped(body, "credential"));
  iam::NewAccessKey wanted;
  ATELIER_TRY(wanted.user_id, TextOf(credential, "user_id"));
  ATELIER_TRY(wanted.project_id, TextOf(credential, "project_id"));
  ATELIER_TRY(wanted.description, TextOf(credential, "description"));
  return wanted;
}

Result<iam::AccessKeyChanges> ParseAccessKeyChanges(std::string_view body) {
  ATELIER_TRY(json::object credential, ReadWrapped(body, "credential"));
  iam::AccessKeyChanges changes;
  ATELIER_TRY(changes.description, ReadString(credential, "description"));
  ATELIER_TRY(auto status, ReadString(credential, "status"));
  if (!status) return changes;
  if (*status != "active" && *status != "inactive")
    return InvalidArgument("'credential.status' must be active or inactive, got '" + *status + "'");
  changes.enabled = *status == "active";
  return changes;
}

Result<DomainRequest> ParseDomainRequest(std::string_view body) {
  ATELIER_TRY(json::object domain, ReadWrapped(body, "domain"));
  DomainRequest request;
  ATELIER_TRY(request.name, Need(domain, "domain", "name"));
  ATELIER_TRY(auto user_name, ReadString(domain, "user_name"));
  if (user_name) request.user_name = *std::move(user_name);
  return request;
}

}  // namespace atelier::api
