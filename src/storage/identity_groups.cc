// Groups in control.db: their rows, members and roles.
#include "base/strings.h"
#include "iam/authorization.h"
#include "storage/identity_repository.h"
#include "storage/identity_statements.h"

namespace atelier::storage {

using iam::Group;
using iam::GroupRole;
using iam::RoleAssignment;
using iam::User;

Result<std::vector<Group>> SelectGroups(soci::session& sql, const std::string& condition, const std::string& argument) {
  std::vector<Group> groups;
  Group group;
  std::int64_t created = 0;
  soci::statement select =
      (sql.prepare << "SELECT id, name, domain_id, description, created_at FROM user_group " + condition,
       soci::use(argument), soci::into(group.id), soci::into(group.name), soci::into(group.domain_id),
       soci::into(group.description), soci::into(created));
  select.execute();
  while (select.fetch()) {
    group.created = FromUnixMillis(created);
    groups.push_back(group);
  }
  return groups;
}

Result<std::vector<GroupRole>> SelectGroupRoles(soci::session& sql, const std::string& group_id) {
  std::vector<GroupRole> roles;
  std::string scope_id, role;
  soci::statement select =
      (sql.prepare << "SELECT scope_id, role FROM group_role WHERE group_id = :g ORDER BY scope_id",
       soci::use(group_id), soci::into(scope_id), soci::into(role));
  select.execute();
  while (select.fetch()) roles.push_back({group_id, scope_id, iam::RoleOf(role)});
  return roles;
}

Result<std::vector<RoleAssignment>> SelectEffectiveRoles(soci::session& sql, const std::string& user_id) {
  std::vector<RoleAssignment> roles;
  std::string scope_id, role, group_id;
  soci::statement select =
      (sql.prepare << "SELECT scope_id, role, '' AS through FROM role_assignment WHERE user_id = :u "
                      "UNION ALL SELECT r.scope_id, r.role, r.group_id FROM group_member m "
                      "JOIN group_role r ON r.group_id = m.group_id WHERE m.user_id = :v "
                      "ORDER BY scope_id, through",
       soci::use(user_id), soci::use(user_id), soci::into(scope_id), soci::into(role), soci::into(group_id));
  select.execute();
  while (select.fetch()) roles.push_back({user_id, scope_id, iam::RoleOf(role), group_id});
  return roles;
}

Result<void> InsertGroup(soci::session& sql, const Group& group) {
  ATELIER_CHECK(CheckNameFree(sql, "user_group", "group", group.domain_id, group.name, group.id));
  std::int64_t created = ToUnixMillis(group.created);
  sql << "INSERT INTO user_group(id, name, domain_id, description, created_at) VALUES(:i, :n, :d, :t, :c)",
      soci::use(group.id), soci::use(group.name), soci::use(group.domain_id), soci::use(group.description),
      soci::use(created);
  return {};
}

Result<void> UpdateRow(soci::session& sql, const Group& group) {
  ATELIER_CHECK(CheckNameFree(sql, "user_group", "group", group.domain_id, group.name, group.id));
  sql << "UPDATE user_group SET name = :n, description = :t WHERE id = :i", soci::use(group.name),
      soci::use(group.description), soci::use(group.id);
  return {};
}

Result<void> SqlIdentityRepository::CreateGroup(const Group& group) {
  return control_.Write([&](soci::session& sql) { return InsertGroup(sql, group); });
}

Result<Group> SqlIdentityRepository::UpdateGroup(const std::string& id, const iam::GroupChanges& changes) {
  return Update(control_, SelectGroups, "WHERE id = :i", id, changes);
}

Result<void> SqlIdentityRepository::DeleteGroup(const std::string& id) {
  return Delete(control_, id,
                {"group_member WHERE group_id = :i", "group_role WHERE group_id = :i", "user_group WHERE id = :i"});
}

Result<std::vector<Group>> SqlIdentityRepository::Groups(const std::string& domain_id) {
  return ReadRows(control_, SelectGroups, "WHERE domain_id = :d ORDER BY name", domain_id);
}

Result<std::optional<Group>> SqlIdentityRepository::FindGroup(const std::string& id) {
  return First(ReadRows(control_, SelectGroups, "WHERE id = :i", id));
}

Result<void> SqlIdentityRepository::AddMember(const std::string& group_id, const std::string& user_id) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(auto groups, SelectGroups(sql, "WHERE id = :i", group_id));
    ATELIER_TRY(auto users, SelectUsers(sql, "WHERE id = :i", user_id));
    if (groups.empty() || users.empty()) return Gone("group or user");
    sql << "INSERT INTO group_member(group_id, user_id) VALUES(:g, :u) ON CONFLICT DO NOTHING", soci::use(group_id),
        soci::use(user_id);
    return {};
  });
}

Result<void> SqlIdentityRepository::RemoveMember(const std::string& group_id, const std::string& user_id) {
  return DeletePair(control_, "group_member WHERE group_id = :g AND user_id = :u", group_id, user_id,
                    "such member of the group");
}

Result<std::vector<User>> SqlIdentityRepository::Members(const std::string& group_id) {
  return ReadRows(control_, SelectUsers,
                  "WHERE id IN (SELECT user_id FROM group_member WHERE group_id = :g) ORDER BY name", group_id);
}

Result<std::vector<Group>> SqlIdentityRepository::GroupsOf(const std::string& user_id) {
  return ReadRows(control_, SelectGroups,
                  "WHERE id IN (SELECT group_id FROM group_member WHERE user_id = :u) ORDER BY name", user_id);
}

Result<void> SqlIdentityRepository::SetGroupRole(const GroupRole& role) {
  return control_.Write([&](soci::session& sql) -> Result<void> {
    ATELIER_TRY(auto groups, SelectGroups(sql, "WHERE id = :i", role.group_id));
    if (groups.empty()) return Gone(role.group_id);
    std::string word(iam::ToString(role.role));
    sql << "INSERT INTO group_role(group_id, scope_id, role) VALUES(:g, :s, :r) "
           "ON CONFLICT(group_id, scope_id) DO UPDATE SET role = excluded.role",
        soci::use(role.group_id), soci::use(role.scope_id), soci::use(word);
    return {};
  });
}

Result<void> SqlIdentityRepository::RemoveGroupRole(const std::string& group_id, const std::string& scope_id) {
  return DeletePair(control_, "group_role WHERE group_id = :g AND scope_id = :s", group_id, scope_id,
                    "role of the group in this scope");
}

Result<std::vector<GroupRole>> SqlIdentityRepository::GroupRoles(const std::string& group_id) {
  return ReadRows(control_, SelectGroupRoles, group_id);
}

Result<std::vector<RoleAssignment>> SqlIdentityRepository::EffectiveRoles(const std::string& user_id) {
  return ReadRows(control_, SelectEffectiveRoles, user_id);
}

}  // namespace atelier::storage
