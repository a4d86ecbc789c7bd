// The in-memory IdentityRepository, held to the same contract test as the SQL one.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "iam/identity_repository.h"

namespace atelier::iam {

class MemoryIdentityRepository final : public IdentityRepository {
 public:
  Result<void> CreateFirst(const Domain&, const Project&, const User&, const AccessKey&) override;
  Result<void> CreateDomain(const Domain&, const Project&, const User&, const AccessKey&) override;
  Result<std::vector<Domain>> Domains() override;
  Result<void> CreateProject(const Project& project) override;
  Result<Project> UpdateProject(const std::string& id, const ProjectChanges& changes) override;
  Result<void> DeleteProject(const std::string& id) override;
  Result<std::vector<Project>> Projects(const std::string& domain_id) override;
  Result<std::optional<Project>> FindProject(const std::string& id) override;
  Result<void> CreateUser(const User& user) override;
  Result<User> UpdateUser(const std::string& id, const UserChanges& changes) override;
  Result<void> DeleteUser(const std::string& id) override;
  Result<std::vector<User>> Users(const std::string& domain_id) override;
  Result<std::optional<User>> FindUser(const std::string& id) override;
  Result<void> CreateAccessKey(const AccessKey& key) override;
  Result<AccessKey> UpdateAccessKey(const std::string& access_key, const AccessKeyChanges& changes) override;
  Result<void> DeleteAccessKey(const std::string& access_key) override;
  Result<std::optional<AccessKey>> FindAccessKey(const std::string& access_key) override;
  Result<std::vector<AccessKey>> AccessKeys(const std::string& user_id) override;
  Result<void> SetRole(const RoleAssignment& assignment) override;
  Result<void> RemoveRole(const std::string& user_id, const std::string& scope_id) override;
  Result<std::vector<RoleAssignment>> Roles(const std::string& user_id) override;
  Result<std::string> ServerSecret() override;

  Result<void> CreateGroup(const Group& group) override;
  Result<Group> UpdateGroup(const std::string& id, const GroupChanges& changes) override;
  Result<void> DeleteGroup(const std::string& id) override;
  Result<std::vector<Group>> Groups(const std::string& domain_id) override;
  Result<std::optional<Group>> FindGroup(const std::string& id) override;
  Result<void> AddMember(const std::string& group_id, const std::string& user_id) override;
  Result<void> RemoveMember(const std::string& group_id, const std::string& user_id) override;
  Result<std::vector<User>> Members(const std::string& group_id) override;
  Result<std::vector<Group>> GroupsOf(const std::string& user_id) override;
  Result<void> SetGroupRole(const GroupRole& role) override;
  Result<void> RemoveGroupRole(const std::string& group_id, const std::string& scope_id) override;
  Result<std::vector<GroupRole>> GroupRoles(const std::string& group_id) override;
  Result<std::vector<RoleAssignment>> EffectiveRoles(const std::string& user_id) override;

  // Of the user, project or access key that has this id, as another process would: no cache is told.
  void SetEnabled(const std::string& id, bool enabled);

 private:
  Result<void> Insert(Domain, const Project&, const User&, const AccessKey&);  // the mutex is held

  std::mutex mutex_;  // guards all below
  std::vector<Domain> domains_;
  std::vector<Project> projects_;
  std::vector<User> users_;
  std::vector<AccessKey> keys_;
  std::map<std::pair<std::string, std::string>, Role> roles_;  // by user and scope
  std::vector<Group> groups_;
  std::set<std::pair<std::string, std::string>> members_;            // by group and user
  std::map<std::pair<std::string, std::string>, Role> group_roles_;  // by group and scope
  std::string secret_;
};

}  // namespace atelier::iam
