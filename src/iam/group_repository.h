// Port: where groups, their members and their roles are kept. A part of IdentityRepository: deleting users and projects
// concerns it too.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "iam/types.h"

namespace atelier::iam {

// As identity_repository.h says of threads, durability and errors.
class GroupRepository {
 public:
  virtual ~GroupRepository() = default;
  virtual Result<void> CreateGroup(const Group& group) = 0;
  virtual Result<Group> UpdateGroup(const std::string& id, const GroupChanges& changes) = 0;
  virtual Result<void> DeleteGroup(const std::string& id) = 0;  // with its roles; its members stay users
  virtual Result<std::vector<Group>> Groups(const std::string& domain_id) = 0;  // by name
  virtual Result<std::optional<Group>> FindGroup(const std::string& id) = 0;

  virtual Result<void> AddMember(const std::string& group_id, const std::string& user_id) = 0;     // twice is once
  virtual Result<void> RemoveMember(const std::string& group_id, const std::string& user_id) = 0;  // NotFound: is none
  virtual Result<std::vector<User>> Members(const std::string& group_id) = 0;                      // by name
  virtual Result<std::vector<Group>> GroupsOf(const std::string& user_id) = 0;                     // by name

  virtual Result<void> SetGroupRole(const GroupRole& role) = 0;  // in the place of another one in that scope
  virtual Result<void> RemoveGroupRole(const std::string& group_id, const std::string& scope_id) = 0;
  virtual Result<std::vector<GroupRole>> GroupRoles(const std::string& group_id) = 0;  // by scope

  // A user's own roles and those of their groups, as they are at one moment; by scope, own ones first.
  virtual Result<std::vector<RoleAssignment>> EffectiveRoles(const std::string& user_id) = 0;
};

}  // namespace atelier::iam
