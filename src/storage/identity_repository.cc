#include "storage/identity_repository.h"

#include <soci/soci.h>

#include "base/ids.h"
#include "base/strings.h"

namespace atelier::storage {
namespace {

using iam::AccessKey;
using iam::Domain;
using iam::Project;
using iam::User;

constexpr const char* kProjectColumns = "SELECT id, name, domain_id, enabled FROM project ";
constexpr const char* kUserColumns = "SELECT id, name, domain_id, password_salt, password_hash, enabled FROM user ";
constexpr const char* kKeyColumns =
    "SELECT access_key, secret_key, user_id, project_id, enabled, created_at FROM access_key ";

Result<std::string> FromHex(const std::string& text) {
  auto bytes = HexDecode(text);
  if (!bytes) return Internal("a secret in control.db is not hexadecimal; the file was changed by something else");
  return *std::move(bytes);
}

Result<std::vector<Project>> SelectProjects(soci::session& sql, const std::string& where, const std::string& argument) {
  std::vector<Project> projects;
  Project project;
  int enabled = 0;
  soci::statement select = (sql.prepare << kProjectColumns + where, soci::use(argument), soci::into(project.id),
                            soci::into(project.name), soci::into(project.domain_id), soci::into(enabled));
  select.execute();
  while (select.fetch()) {
    project.enabled = enabled != 0;
    projects.push_back(project);
  }
  return projects;
}

Result<std::vector<User>> SelectUsers(soci::session& sql, const std::string& where, const std::string& argument) {
  std::vector<User> users;
  User user;
  std::string salt, hash;
  int enabled = 0;
  soci::statement select =
      (sql.prepare << kUserColumns + where, soci::use(argument), soci::into(user.id), soci::into(user.name),
       soci::into(user.domain_id), soci::into(salt), soci::into(hash), soci::into(enabled));
  select.execute();
  while (select.fetch()) {
    user.enabled = enabled != 0;
    ATELIER_TRY(user.password_salt, FromHex(salt));
    ATELIER_TRY(user.password_hash, FromHex(hash));
    users.push_back(user);
  }
  return users;
}

Result<std::vector<AccessKey>> SelectKeys(soci::session& sql, const std::string& where, const std::string& argument) {
  std::vector<AccessKey> keys;
  AccessKey key;
  int enabled = 0;
  std::int64_t created = 0;
  soci::statement select =
      (sql.prepare << kKeyColumns + where, soci::use(argument), soci::into(key.access_key), soci::into(key.secret_key),
       soci::into(key.user_id), soci::into(key.project_id), soci::into(enabled), soci::into(created));
  select.execute();
  while (select.fetch()) {
    key.enabled = enabled != 0;
    key.created = FromUnixMillis(created);
    keys.push_back(key);
  }
  return keys;
}

// Runs one of the selects above in a read transaction.
template <class Select>
auto ReadRows(Database& control, Select select, const std::string& where, const std::string& argument) {
  decltype(select(std::declval<soci::session&>(), where, argument)) rows;
  auto read = [&](soci::session& sql) -> Result<void> {
    rows = select(sql, where, argument);
    if (!rows) return std::unexpected(rows.error());
    return {};
  };
  if (auto done = control.Read(read); !done) rows = std::unexpected(std::move(done).error());
  return rows;
}

template <class Row>
Result<std::optional<Row>> First(Result<std::vector<Row>> rows) {
  if (!rows) return std::unexpected(std::move(rows).error());
  if (rows->empty()) return std::nullopt;
  return std::move(rows->front());
}

}  // namespace

Result<void> SqlIdentityRepository::CreateFirst(const Domain& domain, const Project& project, const User& user,
                                                const AccessKey& key) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    int domains = 0;
    sql << "SELECT count(*) FROM domain", soci::into(domains);
    if (domains > 0) return AlreadyExists("there is a domain already; the first identities are made only once");
    std::string salt = HexEncode(user.password_salt);
    std::string hash = HexEncode(user.password_hash);
    int project_enabled = project.enabled ? 1 : 0;
    int user_enabled = user.enabled ? 1 : 0;
    int key_enabled = key.enabled ? 1 : 0;
    std::int64_t created = ToUnixMillis(key.created);
    sql << "INSERT INTO domain(id, name) VALUES(:i, :n)", soci::use(domain.id), soci::use(domain.name);
    sql << "INSERT INTO project(id, name, domain_id, enabled) VALUES(:i, :n, :d, :e)", soci::use(project.id),
        soci::use(project.name), soci::use(project.domain_id), soci::use(project_enabled);
    sql << "INSERT INTO user(id, name, domain_id, password_salt, password_hash, enabled) VALUES(:i, :n, :d, :s, :h, "
           ":e)",
        soci::use(user.id), soci::use(user.name), soci::use(user.domain_id), soci::use(salt), soci::use(hash),
        soci::use(user_enabled);
    sql << "INSERT INTO access_key(access_key, secret_key, user_id, project_id, enabled, created_at) "
           "VALUES(:a, :s, :u, :p, :e, :c)",
        soci::use(key.access_key), soci::use(key.secret_key), soci::use(key.user_id), soci::use(key.project_id),
        soci::use(key_enabled), soci::use(created);
    return {};
  });
}

Result<std::vector<Domain>> SqlIdentityRepository::Domains() {
  std::vector<Domain> domains;
  auto read = [&](soci::session& sql) -> Result<void> {
    Domain domain;
    soci::statement select =
        (sql.prepare << "SELECT id, name FROM domain ORDER BY name", soci::into(domain.id), soci::into(domain.name));
    select.execute();
    while (select.fetch()) domains.push_back(domain);
    return {};
  };
  ATELIER_CHECK(control_.Read(read));
  return domains;
}

Result<std::vector<Project>> SqlIdentityRepository::Projects(const std::string& domain_id) {
  return ReadRows(control_, SelectProjects, "WHERE domain_id = :d ORDER BY name", domain_id);
}

Result<std::optional<Project>> SqlIdentityRepository::FindProject(const std::string& id) {
  return First(ReadRows(control_, SelectProjects, "WHERE id = :i", id));
}

Result<std::vector<User>> SqlIdentityRepository::Users(const std::string& domain_id) {
  return ReadRows(control_, SelectUsers, "WHERE domain_id = :d ORDER BY name", domain_id);
}

Result<std::optional<User>> SqlIdentityRepository::FindUser(const std::string& id) {
  return First(ReadRows(control_, SelectUsers, "WHERE id = :i", id));
}

Result<std::optional<AccessKey>> SqlIdentityRepository::FindAccessKey(const std::string& access_key) {
  return First(ReadRows(control_, SelectKeys, "WHERE access_key = :a", access_key));
}

Result<std::vector<AccessKey>> SqlIdentityRepository::AccessKeys(const std::string& user_id) {
  return ReadRows(control_, SelectKeys, "WHERE user_id = :u ORDER BY created_at, access_key", user_id);
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
  return FromHex(secret);
}

}  // namespace atelier::storage
