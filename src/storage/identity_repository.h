// Identities in control.db.
#pragma once

#include "iam/identity_repository.h"
#include "storage/database.h"

namespace atelier::storage {

// Thread-safe; keeps no state but the database's. Salts, hashes and secrets are kept in hex.
class SqlIdentityRepository final : public iam::IdentityRepository {
 public:
  explicit SqlIdentityRepository(Database& control) : control_(control) {}

  Result<void> CreateFirst(const iam::Domain&, const iam::Project&, const iam::User&, const iam::AccessKey&) override;
  Result<void> CreateDomain(const iam::Domain&, const iam::Project&, const iam::User&, const iam::AccessKey&) override;
  Result<std::vector<iam::Domain>> Domains() override;
  Result<void> CreateProject(const iam::Project& project) override;
  Result<iam::Project> UpdateProject(const std::string& id, const iam::ProjectChanges& changes) override;
  Result<void> DeleteProject(const std::string& id) override;
  Result<std::vector<iam::Project>> Projects(const std::string& domain_id) override;
  Result<std::optional<iam::Project>> FindProject(const std::string& id) override;
  Result<void> CreateUser(const iam::User& user) override;
  Result<iam::User> UpdateUser(const std::string& id, const iam::UserChanges& changes) override;
  Result<void> DeleteUser(const std::string& id) override;
  Result<std::vector<iam::User>> Users(const std::string& domain_id) override;
  Result<std::optional<iam::User>> FindUser(const std::string& id) override;
  Result<void> CreateAccessKey(const iam::AccessKey& key) override;
  Result<iam::AccessKey> UpdateAccessKey(const std::string& access_key, const iam::AccessKeyChanges& changes) override;
  Result<void> DeleteAccessKey(const std::string& access_key) override;
  Result<std::optional<iam::AccessKey>> FindAccessKey(const std::string& access_key) override;
  Result<std::vector<iam::AccessKey>> AccessKeys(const std::string& user_id) override;
  Result<void> SetRole(const iam::RoleAssignment& assignment) override;
  Result<void> RemoveRole(const std::string& user_id, const std::string& scope_id) override;
  Result<std::vector<iam::RoleAssignment>> Roles(const std::string& user_id) override;
  Result<std::string> ServerSecret() override;

  Result<void> CreateGroup(const iam::Group& group) override;
  Result<iam::Group> UpdateGroup(const std::string& id, const iam::GroupChanges& changes) override;
  Result<void> DeleteGroup(const std::string& id) override;
  Result<std::vector<iam::Group>> Groups(const std::string& domain_id) override;
  Result<std::optional<iam::Group>> FindGroup(const std::string& id) override;
  Result<void> AddMember(const std::string& group_id, const std::string& user_id) override;
  Result<void> RemoveMember(const std::string& group_id, const std::string& user_id) override;
  Result<std::vector<iam::User>> Members(const std::string& group_id) override;
  Result<std::vector<iam::Group>> GroupsOf(const std::string& user_id) override;
  Result<void> SetGroupRole(const iam::GroupRole& role) override;
  Result<void> RemoveGroupRole(const std::string& group_id, const std::string& scope_id) override;
  Result<std::vector<iam::GroupRole>> GroupRoles(const std::string& group_id) override;
  Result<std::vector<iam::RoleAssignment>> EffectiveRoles(const std::string& user_id) override;

 private:
  Database& control_;
};

}  // namespace atelier::storage
