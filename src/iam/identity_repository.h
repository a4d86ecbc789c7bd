// Port: where identities are kept. Implemented by storage/ (SOCI) and iam/testing/ (memory).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "iam/group_repository.h"
#include "iam/types.h"

namespace atelier::iam {

// Thread-safe. Every write is one transaction and durable when it returns. Finding and listing: absent things are
// nullopt or left out, not errors. Changing: NotFound when the row is gone, AlreadyExists when the name is taken (of a
// domain: anywhere; of a user, group or project: in its domain).
class IdentityRepository : public GroupRepository {
 public:
  // A domain with its first project, user and key; the user gets the role admin in the domain. CreateFirst marks it as
  // the home domain, and gives AlreadyExists when there is a domain already.
  virtual Result<void> CreateFirst(const Domain&, const Project&, const User&, const AccessKey&) = 0;
  virtual Result<void> CreateDomain(const Domain&, const Project&, const User&, const AccessKey&) = 0;
  virtual Result<std::vector<Domain>> Domains() = 0;  // by name

  virtual Result<void> CreateProject(const Project& project) = 0;
  virtual Result<Project> UpdateProject(const std::string& id, const ProjectChanges& changes) = 0;  // as it is now
  virtual Result<void> DeleteProject(const std::string& id) = 0;  // with its access keys and all roles in it
  virtual Result<std::vector<Project>> Projects(const std::string& domain_id) = 0;
  virtual Result<std::optional<Project>> FindProject(const std::string& id) = 0;

  virtual Result<void> CreateUser(const User& user) = 0;
  virtual Result<User> UpdateUser(const std::string& id, const UserChanges& changes) = 0;
  virtual Result<void> DeleteUser(const std::string& id) = 0;  // with its access keys, roles and memberships
  virtual Result<std::vector<User>> Users(const std::string& domain_id) = 0;
  virtual Result<std::optional<User>> FindUser(const std::string& id) = 0;

  virtual Result<void> CreateAccessKey(const AccessKey& key) = 0;
  virtual Result<AccessKey> UpdateAccessKey(const std::string& access_key, const AccessKeyChanges& changes) = 0;
  virtual Result<void> DeleteAccessKey(const std::string& access_key) = 0;
  virtual Result<std::optional<AccessKey>> FindAccessKey(const std::string& access_key) = 0;
  virtual Result<std::vector<AccessKey>> AccessKeys(const std::string& user_id) = 0;

  virtual Result<void> SetRole(const RoleAssignment& assignment) = 0;  // in the place of another one in that scope
  virtual Result<void> RemoveRole(const std::string& user_id, const std::string& scope_id) = 0;
  virtual Result<std::vector<RoleAssignment>> Roles(const std::string& user_id) = 0;  // own ones, by scope

  // A secret that outlives restarts (signs tokens); made once by whoever asks first.
  virtual Result<std::string> ServerSecret() = 0;
};

}  // namespace atelier::iam
