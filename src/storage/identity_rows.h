// Rows of the identity tables to and from the domain's types. Private to identity_repository.cc and
// identity_groups.cc.
#pragma once

#include <soci/soci.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "iam/types.h"

namespace atelier::storage {

// A condition has one placeholder, for `argument`.
Result<std::vector<iam::Domain>> SelectDomains(soci::session& sql);
Result<std::vector<iam::Project>> SelectProjects(soci::session& sql, const std::string& condition,
                                                 const std::string& argument);
Result<std::vector<iam::User>> SelectUsers(soci::session& sql, const std::string& condition,
                                           const std::string& argument);
Result<std::vector<iam::AccessKey>> SelectKeys(soci::session& sql, const std::string& condition,
                                               const std::string& argument);
Result<std::vector<iam::RoleAssignment>> SelectRoles(soci::session& sql, const std::string& user_id);
Result<std::vector<iam::RoleAssignment>> SelectEffectiveRoles(soci::session& sql, const std::string& user_id);
Result<std::vector<iam::Group>> SelectGroups(soci::session& sql, const std::string& condition,
                                             const std::string& argument);
Result<std::vector<iam::GroupRole>> SelectGroupRoles(soci::session& sql, const std::string& group_id);

// AlreadyExists, which calls it a `kind`, when another row of the domain has the name.
Result<void> CheckNameFree(soci::session& sql, const std::string& table, const std::string& kind,
                           const std::string& domain_id, const std::string& name, const std::string& id);
// AlreadyExists when the name is taken.
Result<void> InsertDomain(soci::session& sql, const iam::Domain& domain);
Result<void> InsertProject(soci::session& sql, const iam::Project& project);
Result<void> InsertUser(soci::session& sql, const iam::User& user);
Result<void> InsertGroup(soci::session& sql, const iam::Group& group);
void InsertKey(soci::session& sql, const iam::AccessKey& key);
void PutRole(soci::session& sql, const iam::RoleAssignment& assignment);

// Every column but those that never change.
Result<void> UpdateRow(soci::session& sql, const iam::Project& project);
Result<void> UpdateRow(soci::session& sql, const iam::User& user);
Result<void> UpdateRow(soci::session& sql, const iam::AccessKey& key);
Result<void> UpdateRow(soci::session& sql, const iam::Group& group);

Result<std::string> SecretFromHex(const std::string& text);

}  // namespace atelier::storage
