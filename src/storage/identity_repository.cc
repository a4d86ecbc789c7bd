#include "storage/identity_repository.h"

#include "base/ids.h"
#include "base/strings.h"
#include "storage/identity_statements.h"

namespace atelier::storage {
namespace {

using iam::AccessKey;
using iam::Domain;
using iam::Project;
using iam::RoleAssignment;
using iam::User;

Result<void> InsertWhole(soci::session& sql, const Domain& domain, const Project& project, const User& user,
                         const AccessKey& key) {
  ATELIER_CHECK(InsertDomain(sql, domain));
  ATELIER_CHECK(InsertProject(sql, project));
  ATELIER_CHECK(InsertUser(sql, user));
  InsertKey(sql, key);
  PutRole(sql, {user.id, domain.id, iam::Role::kAdmin});
  return {};
}

}  // namespace

Result<void> SqlIdentityRepository::CreateFirst(const Domain& domain, const Project& project, const User& user,
                                                const AccessKey& key) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    int domains = 0;
    sql << "SELECT count(*) FROM domain", soci::into(domains);
    if (domains > 0) return AlreadyExists("there is a domain already; the first identities are made only once");
    return InsertWhole(sql, {domain.id, domain.name, true}, project, user, key);
  });
}

Result<void> SqlIdentityRepository::CreateDomain(const Domain& domain, const Project& project, const User& user,
                                                 const AccessKey& key) {
  return control_.Write([&](soci::session& sql) { return InsertWhole(sql, domain, project, user, key); });
}

Result<std::vector<Domain>> SqlIdentityRepository::Domains() { return ReadRows(control_, SelectDomains); }

Result<void> SqlIdentityRepository::CreateProject(const Project& project) {
  return control_.Write([&](soci::session& sql) { return InsertProject(sql, project); });
}

Result<Project> SqlIdentityRepository::UpdateProject(const std::string& id, const iam::ProjectChanges& changes) {
  return Update(control_, SelectProjects, "WHERE id = :i", id, changes);
}

Result<void> SqlIdentityRepository::DeleteProject(const std::string& id) {
  return Delete(control_, id,
                {"access_key WHERE project_id = :i", "role_assignment WHERE scope_id = :i",
                 "group_role WHERE scope_id = :i", "project WHERE id = :i"});
}

Result<std::vector<Project>> SqlIdentityRepository::Projects(const std::string& domain_id) {
  return ReadRows(control_, SelectProjects, "WHERE domain_id = :d ORDER BY name", domain_id);
}

Result<std::optional<Project>> SqlIdentityRepository::FindProject(const std::string& id) {
  return First(ReadRows(control_, SelectProjects, "WHERE id = :i", id));
}

Result<void> SqlIdentityRepository::CreateUser(const User& user) {
  return control_.Write([&](soci::session& sql) { return InsertUser(sql, user); });
}

Result<User> SqlIdentityRepository::UpdateUser(const std::string& id, const iam::UserChanges& changes) {
  return Update(control_, SelectUsers, "WHERE id = :i", id, changes);
}

Result<void> SqlIdentityRepository::DeleteUser(const std::string& id) {
  return Delete(control_, id,
                {"access_key WHERE user_id = :i", "role_assignment WHERE user_id = :i",
                 "group_member WHERE user_id = :i", "user WHERE id = :i"});
}

Result<std::vector<User>> SqlIdentityRepository::Users(const std::string& domain_id) {
  return ReadRows(control_, SelectUsers, "WHERE domain_id = :d ORDER BY name", domain_id);
}

Result<std::optional<User>> SqlIdentityRepository::FindUser(const std::string& id) {
  return First(ReadRows(control_, SelectUsers, "WHERE id = :i", id));
}

Result<void> SqlIdentityRepository::CreateAccessKey(const AccessKey& key) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(auto users, SelectUsers(sql, "WHERE id = :i", key.user_id));
    ATELIER_TRY(auto projects, SelectProjects(sql, "WHERE id = :i", key.project_id));
    if (users.empty() || projects.empty()) return Gone("user or project of the access key");
    InsertKey(sql, key);
    return {};
  });
}

Result<AccessKey> SqlIdentityRepository::UpdateAccessKey(const std::string& access_key,
                                                         const iam::AccessKeyChanges& changes) {
  return Update(control_, SelectKeys, "WHERE access_key = :a", access_key, changes);
}

Result<void> SqlIdentityRepository::DeleteAccessKey(const std::string& access_key) {
  return Delete(control_, access_key, {"access_key WHERE access_key = :a"});
}

Result<std::optional<AccessKey>> SqlIdentityRepository::FindAccessKey(const std::string& access_key) {
  return First(ReadRows(control_, SelectKeys, "WHERE access_key = :a", access_key));
}

Result<std::vector<AccessKey>> SqlIdentityRepository::AccessKeys(const std::string& user_id) {
  return ReadRows(control_, SelectKeys, "WHERE user_id = :u ORDER BY created_at, access_key", user_id);
}

Result<void> SqlIdentityRepository::SetRole(const RoleAssignment& assignment) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(auto users, SelectUsers(sql, "WHERE id = :i", assignment.user_id));
    if (users.empty()) return Gone(assignment.user_id);
    PutRole(sql, assignment);
    return {};
  });
}

Result<void> SqlIdentityRepository::RemoveRole(const std::string& user_id, const std::string& scope_id) {
  return DeletePair(control_, "role_assignment WHERE user_id = :u AND scope_id = :s", user_id, scope_id,
                    "role of the user in this scope");
}

Result<std::vector<RoleAssignment>> SqlIdentityRepository::Roles(const std::string& user_id) {
  return ReadRows(control_, SelectRoles, user_id);
}

Result<std::string> SqlIdentityRepository::ServerSecret() {
  std::string secret;
  auto find_or_make = [&](soci::session& sql) -> Result<void> {
    std::string fresh = HexEncode(RandomBytes(32));
    sql << "INSERT INTO server_secret(name, value) VALUES('token', :v) ON CONFLICT(name) DO NOTHING", soci::use(fresh);
    sql << "SELECT value FROM server_secret WHERE name = 'token'", soci::into(secret);
    return {};
  };
  ATELIER_CHECK(control_.Write(find_or_make));
  return SecretFromHex(secret);
}

}  // namespace atelier::storage
