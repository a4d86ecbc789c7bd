#include "storage/identity_rows.h"

#include "base/strings.h"
#include "iam/authorization.h"
#include "iam/names.h"

namespace atelier::storage {
namespace {

using iam::AccessKey;
using iam::Domain;
using iam::Project;
using iam::RoleAssignment;
using iam::User;

constexpr const char* kProjectColumns = "SELECT id, name, domain_id, enabled, description FROM project ";
constexpr const char* kUserColumns =
    "SELECT id, name, domain_id, password_salt, password_hash, enabled, description FROM user ";
constexpr const char* kKeyColumns =
    "SELECT access_key, secret_key, user_id, project_id, enabled, created_at, description FROM access_key ";

}  // namespace

Result<void> CheckNameFree(soci::session& sql, const std::string& table, const std::string& kind,
                           const std::string& domain_id, const std::string& name, const std::string& id) {
  int others = 0;
  sql << "SELECT count(*) FROM " + table + " WHERE domain_id = :d AND name = :n AND id <> :i", soci::use(domain_id),
      soci::use(name), soci::use(id), soci::into(others);
  if (others > 0) return iam::NameTaken(kind, name);
  return {};
}

Result<std::string> SecretFromHex(const std::string& text) {
  auto bytes = HexDecode(text);
  if (!bytes) return Internal("a secret in control.db is not hexadecimal; the file was changed by something else");
  return *std::move(bytes);
}

Result<std::vector<Domain>> SelectDomains(soci::session& sql) {
  std::vector<Domain> domains;
  Domain domain;
  int home = 0;
  soci::statement select = (sql.prepare << "SELECT id, name, home FROM domain ORDER BY name", soci::into(domain.id),
                            soci::into(domain.name), soci::into(home));
  select.execute();
  while (select.fetch()) {
    domain.home = home != 0;
    domains.push_back(domain);
  }
  return domains;
}

Result<std::vector<Project>> SelectProjects(soci::session& sql, const std::string& condition,
                                            const std::string& argument) {
  std::vector<Project> projects;
  Project project;
  int enabled = 0;
  soci::statement select =
      (sql.prepare << kProjectColumns + condition, soci::use(argument), soci::into(project.id),
       soci::into(project.name), soci::into(project.domain_id), soci::into(enabled), soci::into(project.description));
  select.execute();
  while (select.fetch()) {
    project.enabled = enabled != 0;
    projects.push_back(project);
  }
  return projects;
}

Result<std::vector<User>> SelectUsers(soci::session& sql, const std::string& condition, const std::string& argument) {
  std::vector<User> users;
  User user;
  std::string salt, hash;
  int enabled = 0;
  soci::statement select = (sql.prepare << kUserColumns + condition, soci::use(argument), soci::into(user.id),
                            soci::into(user.name), soci::into(user.domain_id), soci::into(salt), soci::into(hash),
                            soci::into(enabled), soci::into(user.description));
  select.execute();
  while (select.fetch()) {
    user.enabled = enabled != 0;
    ATELIER_TRY(user.password_salt, SecretFromHex(salt));
    ATELIER_TRY(user.password_hash, SecretFromHex(hash));
    users.push_back(user);
  }
  return users;
}

Result<std::vector<AccessKey>> SelectKeys(soci::session& sql, const std::string& condition,
                                          const std::string& argument) {
  std::vector<AccessKey> keys;
  AccessKey key;
  int enabled = 0;
  std::int64_t created = 0;
  soci::statement select = (sql.prepare << kKeyColumns + condition, soci::use(argument), soci::into(key.access_key),
                            soci::into(key.secret_key), soci::into(key.user_id), soci::into(key.project_id),
                            soci::into(enabled), soci::into(created), soci::into(key.description));
  select.execute();
  while (select.fetch()) {
    key.enabled = enabled != 0;
    key.created = FromUnixMillis(created);
    keys.push_back(key);
  }
  return keys;
}

Result<std::vector<RoleAssignment>> SelectRoles(soci::session& sql, const std::string& user_id) {
  std::vector<RoleAssignment> roles;
  std::string scope_id, role;
  soci::statement select =
      (sql.prepare << "SELECT scope_id, role FROM role_assignment WHERE user_id = :u ORDER BY scope_id",
       soci::use(user_id), soci::into(scope_id), soci::into(role));
  select.execute();
  while (select.fetch()) roles.push_back({user_id, scope_id, iam::RoleOf(role)});
  return roles;
}

Result<void> InsertDomain(soci::session& sql, const Domain& domain) {
  int others = 0;
  sql << "SELECT count(*) FROM domain WHERE name = :n", soci::use(domain.name), soci::into(others);
  if (others > 0) return iam::NameTaken("domain", domain.name);
  int home = domain.home ? 1 : 0;
  sql << "INSERT INTO domain(id, name, home) VALUES(:i, :n, :h)", soci::use(domain.id), soci::use(domain.name),
      soci::use(home);
  return {};
}

Result<void> InsertProject(soci::session& sql, const Project& project) {
  ATELIER_CHECK(CheckNameFree(sql, "project", "project", project.domain_id, project.name, project.id));
  int enabled = project.enabled ? 1 : 0;
  sql << "INSERT INTO project(id, name, domain_id, enabled, description) VALUES(:i, :n, :d, :e, :t)",
      soci::use(project.id), soci::use(project.name), soci::use(project.domain_id), soci::use(enabled),
      soci::use(project.description);
  return {};
}

Result<void> InsertUser(soci::session& sql, const User& user) {
  ATELIER_CHECK(CheckNameFree(sql, "user", "user", user.domain_id, user.name, user.id));
  std::string salt = HexEncode(user.password_salt);
  std::string hash = HexEncode(user.password_hash);
  int enabled = user.enabled ? 1 : 0;
  sql << "INSERT INTO user(id, name, domain_id, password_salt, password_hash, enabled, description) "
         "VALUES(:i, :n, :d, :s, :h, :e, :t)",
      soci::use(user.id), soci::use(user.name), soci::use(user.domain_id), soci::use(salt), soci::use(hash),
      soci::use(enabled), soci::use(user.description);
  return {};
}

void InsertKey(soci::session& sql, const AccessKey& key) {
  int enabled = key.enabled ? 1 : 0;
  std::int64_t created = ToUnixMillis(key.created);
  sql << "INSERT INTO access_key(access_key, secret_key, user_id, project_id, enabled, created_at, description) "
         "VALUES(:a, :s, :u, :p, :e, :c, :t)",
      soci::use(key.access_key), soci::use(key.secret_key), soci::use(key.user_id), soci::use(key.project_id),
      soci::use(enabled), soci::use(created), soci::use(key.description);
}

void PutRole(soci::session& sql, const RoleAssignment& assignment) {
  std::string role(iam::ToString(assignment.role));
  sql << "INSERT INTO role_assignment(user_id, scope_id, role) VALUES(:u, :s, :r) "
         "ON CONFLICT(user_id, scope_id) DO UPDATE SET role = excluded.role",
      soci::use(assignment.user_id), soci::use(assignment.scope_id), soci::use(role);
}

Result<void> UpdateRow(soci::session& sql, const Project& project) {
  ATELIER_CHECK(CheckNameFree(sql, "project", "project", project.domain_id, project.name, project.id));
  int enabled = project.enabled ? 1 : 0;
  sql << "UPDATE project SET name = :n, enabled = :e, description = :t WHERE id = :i", soci::use(project.name),
      soci::use(enabled), soci::use(project.description), soci::use(project.id);
  return {};
}

Result<void> UpdateRow(soci::session& sql, const User& user) {
  ATELIER_CHECK(CheckNameFree(sql, "user", "user", user.domain_id, user.name, user.id));
  std::string salt = HexEncode(user.password_salt);
  std::string hash = HexEncode(user.password_hash);
  int enabled = user.enabled ? 1 : 0;
  sql << "UPDATE user SET name = :n, password_salt = :s, password_hash = :h, enabled = :e, description = :t "
         "WHERE id = :i",
      soci::use(user.name), soci::use(salt), soci::use(hash), soci::use(enabled), soci::use(user.description),
      soci::use(user.id);
  return {};
}

Result<void> UpdateRow(soci::session& sql, const AccessKey& key) {
  int enabled = key.enabled ? 1 : 0;
  sql << "UPDATE access_key SET enabled = :e, description = :t WHERE access_key = :a", soci::use(enabled),
      soci::use(key.description), soci::use(key.access_key);
  return {};
}

}  // namespace atelier::storage
