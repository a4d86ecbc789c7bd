// Users, groups, projects, access keys, roles and domains: made, changed and removed by who may.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "iam/identity_repository.h"
#include "iam/identity_service.h"
#include "iam/project_usage.h"
#include "iam/types.h"

namespace atelier::iam {

struct NewUser {
  std::string name, password, description;
  bool enabled = true;
  std::string domain_id = {};  // empty: the actor's, and it can be no other
};
struct NewProject {
  std::string name, description;
  bool enabled = true;
  std::string domain_id = {};
};
struct NewGroup {
  std::string name, description;
  std::string domain_id = {};
};
// Without a user the actor's own; without a project the actor's own project.
struct NewAccessKey {
  std::string user_id, project_id, description;
};

// Thread-safe. Every change is seen by this process's sign-ins, tokens and keys before it returns.
//
// Who may: administering the domain (authorization.h) is needed for users, groups, projects and other people's keys,
// administering a project for the roles in it; a user's own keys and password are the user's. Nobody can disable,
// delete or demote themself, by way of a group either, nor their project, so that somebody who administers is always
// left. Nothing is changed with a temporary access key.
//
// Errors: InvalidArgument (a name or password that cannot be), PermissionDenied, NotFound (also for what is in another
// domain), AlreadyExists (the name is taken), FailedPrecondition (a project that still owns something; one's own
// removal; a key for a project in which the user has no role).
class Administration {
 public:
  Administration(IdentityRepository& repository, IdentityService& identities, ProjectUsage& usage, const Clock& clock);

  Result<std::vector<User>> Users(const Principal& actor);
  Result<User> FindUser(const Principal& actor, const std::string& id);  // everybody may see themself
  Result<User> CreateUser(const Principal& actor, const NewUser& user);
  Result<User> UpdateUser(const Principal& actor, const std::string& id, UserChanges changes,
                          const std::optional<std::string>& password = {});  // given: hashed into the changes
  Result<void> DeleteUser(const Principal& actor, const std::string& id);
  // The user's own. Unauthenticated when `original` is wrong; that counts as a failed sign-in.
  Result<void> ChangePassword(const Principal& actor, const std::string& id, const std::string& original,
                              const std::string& password, const std::string& remote_address);

  Result<Project> CreateProject(const Principal& actor, const NewProject& project);
  Result<Project> UpdateProject(const Principal& actor, const std::string& id, const ProjectChanges& changes);
  // Refused while it owns buckets, jobs, models or services. What a request that is already running makes meanwhile is
  // left without an owner.
  Result<void> DeleteProject(const Principal& actor, const std::string& id);

  // `scope_id` is a project or the domain itself. One role for each user and scope: setting replaces.
  Result<void> SetRole(const Principal& actor, const RoleAssignment& assignment);
  Result<void> RemoveRole(const Principal& actor, const RoleAssignment& assignment);  // NotFound: has another one
  Result<void> FindRole(const Principal& actor, const RoleAssignment& assignment);    // NotFound likewise
  Result<std::vector<RoleAssignment>> Roles(const Principal& actor);                  // of all users of the domain
  Result<std::vector<RoleAssignment>> EffectiveRoles(const Principal& actor);         // with those of their groups

  // Looked at by who administers a project, and by members (FindMember, GroupsOf). A domain has at most kMostGroups.
  static constexpr std::size_t kMostGroups = 1000;
  Result<std::vector<Group>> Groups(const Principal& actor);
  Result<Group> FindGroup(const Principal& actor, const std::string& id);
  Result<Group> CreateGroup(const Principal& actor, const NewGroup& group);  // ResourceExhausted: kMostGroups
  Result<Group> UpdateGroup(const Principal& actor, const std::string& id, const GroupChanges& changes);
  Result<void> DeleteGroup(const Principal& actor, const std::string& id);
  Result<std::vector<User>> Members(const Principal& actor, const std::string& group_id);
  Result<std::vector<Group>> GroupsOf(const Principal& actor, const std::string& user_id);
  Result<void> AddMember(const Principal& actor, const std::string& group_id, const std::string& user_id);
  Result<void> RemoveMember(const Principal& actor, const std::string& group_id, const std::string& user_id);
  Result<void> FindMember(const Principal& actor, const std::string& group_id, const std::string& user_id);
  Result<void> SetGroupRole(const Principal& actor, const GroupRole& role);
  Result<void> RemoveGroupRole(const Principal& actor, const GroupRole& role);  // NotFound: has another one
  Result<void> FindGroupRole(const Principal& actor, const GroupRole& role);    // NotFound likewise
  Result<std::vector<GroupRole>> GroupRoles(const Principal& actor);            // of all groups of the domain

  Result<std::vector<AccessKey>> AccessKeys(const Principal& actor, const std::string& user_id);
  Result<AccessKey> FindAccessKey(const Principal& actor, const std::string& access_key);
  Result<AccessKey> CreateAccessKey(const Principal& actor,
                                    const NewAccessKey& key);  // the only time to show its secret
  Result<AccessKey> UpdateAccessKey(const Principal& actor, const std::string& access_key,
                                    const AccessKeyChanges& changes);
  Result<void> DeleteAccessKey(const Principal& actor, const std::string& access_key);

  // Whether the actor may reach what belongs to the server as a whole (backups, verification, domains): an
  // administrator of the home domain, which the first start made.
  Result<void> AuthorizeServer(const Principal& actor);
  // For those: another domain with its own project, administrator and access key.
  struct MadeDomain {
    Domain domain;
    Credentials credentials;
  };
  Result<MadeDomain> CreateDomain(const Principal& actor, const std::string& name, const std::string& user_name);

 private:
  Result<User> UserOf(const Principal& actor, const std::string& id);
  Result<Project> ProjectOf(const Principal& actor, const std::string& id);
  Result<Group> GroupOf(const Principal& actor, const std::string& id);
  Result<void> CheckMayAssignIn(const Principal& actor, const std::string& scope_id);
  Result<void> CheckMayAssign(const Principal& actor, const RoleAssignment& assignment);
  Result<void> CheckKeepsOwnRoles(const Principal& actor, const std::string& group_id, const std::string& scope_id,
                                  Role instead);
  Result<void> CheckMayUseKeysOf(const Principal& actor, const std::string& user_id);
  Result<void> CheckUnused(const Project& project);
  // To change anything of the domain, which is `domain_id` unless that is empty.
  static Result<void> AuthorizeChange(const Principal& actor, const std::string& domain_id = {});
  // What a change gave, once nothing remembers the state before it.
  template <class T>
  Result<T> Changed(Result<T> outcome) {
    identities_.ForgetCached();
    return outcome;
  }

  IdentityRepository& repository_;
  IdentityService& identities_;
  ProjectUsage& usage_;
  const Clock& clock_;
};

}  // namespace atelier::iam
