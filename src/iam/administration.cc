// Users, roles and domains; projects, groups and keys are in administration_of_projects.cc, administration_of_groups.cc
// and administration_of_keys.cc.
#include "iam/administration.h"

#include <algorithm>

#include "base/ids.h"
#include "iam/authorization.h"
#include "iam/names.h"
#include "iam/new_identities.h"

namespace atelier::iam {
namespace {

std::unexpected<Error> NoSuchUser(const std::string& id) {
  return NotFound("There is no user with the id " + id + ".");
}

}  // namespace

Administration::Administration(IdentityRepository& repository, IdentityService& identities, ProjectUsage& usage,
                               const Clock& clock)
    : repository_(repository), identities_(identities), usage_(usage), clock_(clock) {}

Result<void> Administration::AuthorizeChange(const Principal& actor, const std::string& domain_id) {
  ATELIER_CHECK(AuthorizeIdentityChange(actor));
  return AuthorizeDomain(actor, domain_id);
}

Result<User> Administration::UserOf(const Principal& actor, const std::string& id) {
  ATELIER_TRY(auto user, repository_.FindUser(id));
  if (!user || user->domain_id != actor.domain_id) return NoSuchUser(id);
  return *std::move(user);
}

Result<std::vector<User>> Administration::Users(const Principal& actor) {
  ATELIER_CHECK(Authorize(actor, {Operation::kAdminister, Scope::kProject}));
  return repository_.Users(actor.domain_id);
}

Result<User> Administration::FindUser(const Principal& actor, const std::string& id) {
  if (id != actor.user_id) ATELIER_CHECK(Authorize(actor, {Operation::kAdminister, Scope::kProject}));
  return UserOf(actor, id);
}

Result<User> Administration::CreateUser(const Principal& actor, const NewUser& wanted) {
  ATELIER_CHECK(AuthorizeChange(actor, wanted.domain_id));
  ATELIER_CHECK(CheckName("user name", wanted.name));
  ATELIER_CHECK(CheckDescription(wanted.description));
  ATELIER_CHECK(CheckPassword(wanted.password));
  auto hashed = HashPassword(wanted.password);
  User user{RandomHex(32),          wanted.name,    actor.domain_id,   std::move(hashed.salt),
            std::move(hashed.hash), wanted.enabled, wanted.description};
  ATELIER_CHECK(Changed(repository_.CreateUser(user)));
  return user;
}

Result<User> Administration::UpdateUser(const Principal& actor, const std::string& id, UserChanges changes,
                                        const std::optional<std::string>& password) {
  ATELIER_CHECK(AuthorizeChange(actor));
  ATELIER_CHECK(UserOf(actor, id));
  if (changes.name) ATELIER_CHECK(CheckName("user name", *changes.name));
  if (changes.description) ATELIER_CHECK(CheckDescription(*changes.description));
  if (changes.enabled == false && id == actor.user_id)
    return FailedPrecondition("Users cannot disable themselves: let another administrator do it.");
  if (password) {
    ATELIER_CHECK(CheckPassword(*password));
    changes.password = HashPassword(*password);
  }
  return Changed(repository_.UpdateUser(id, changes));
}

Result<void> Administration::DeleteUser(const Principal& actor, const std::string& id) {
  ATELIER_CHECK(AuthorizeChange(actor));
  ATELIER_CHECK(UserOf(actor, id));
  if (id == actor.user_id)
    return FailedPrecondition("Users cannot delete themselves: let another administrator do it.");
  return Changed(repository_.DeleteUser(id));
}

Result<void> Administration::ChangePassword(const Principal& actor, const std::string& id, const std::string& original,
                                            const std::string& password, const std::string& remote_address) {
  ATELIER_CHECK(AuthorizeIdentityChange(actor));
  if (id != actor.user_id)
    return PermissionDenied("This changes one's own password; an administrator sets another user's with PATCH.");
  ATELIER_CHECK(CheckPassword(password));
  ATELIER_CHECK(identities_.CheckPassword(id, original, remote_address));
  UserChanges changes;
  changes.password = HashPassword(password);
  ATELIER_CHECK(Changed(repository_.UpdateUser(id, changes)));
  return {};
}

// Of a project, who administers it or the domain; of the domain, who administers that.
Result<void> Administration::CheckMayAssignIn(const Principal& actor, const std::string& scope_id) {
  ATELIER_CHECK(AuthorizeIdentityChange(actor));
  bool own_project = scope_id == actor.project_id;
  ATELIER_CHECK(Authorize(actor, {Operation::kAdminister, own_project ? Scope::kProject : Scope::kDomain}));
  if (scope_id != actor.domain_id) ATELIER_CHECK(ProjectOf(actor, scope_id));
  return {};
}

Result<void> Administration::CheckMayAssign(const Principal& actor, const RoleAssignment& assignment) {
  ATELIER_CHECK(CheckMayAssignIn(actor, assignment.scope_id));
  ATELIER_CHECK(UserOf(actor, assignment.user_id));
  if (assignment.user_id == actor.user_id)
    return FailedPrecondition("Users cannot change their own roles: let another administrator do it.");
  return {};
}

Result<void> Administration::SetRole(const Principal& actor, const RoleAssignment& assignment) {
  if (assignment.role == Role::kNone) return InvalidArgument("A role must be admin, user or read-only.");
  ATELIER_CHECK(CheckMayAssign(actor, assignment));
  return Changed(repository_.SetRole(assignment));
}

Result<void> Administration::FindRole(const Principal& actor, const RoleAssignment& assignment) {
  ATELIER_CHECK(Authorize(actor, {Operation::kAdminister, Scope::kProject}));
  ATELIER_CHECK(UserOf(actor, assignment.user_id));
  ATELIER_TRY(auto roles, repository_.Roles(assignment.user_id));
  if (RoleIn(roles, assignment.scope_id) == assignment.role && assignment.role != Role::kNone) return {};
  return NotFound("The user does not have the role " + std::string(ToString(assignment.role)) + " there.");
}

Result<void> Administration::RemoveRole(const Principal& actor, const RoleAssignment& assignment) {
  ATELIER_CHECK(CheckMayAssign(actor, assignment));
  ATELIER_CHECK(FindRole(actor, assignment));
  return Changed(repository_.RemoveRole(assignment.user_id, assignment.scope_id));
}

Result<std::vector<RoleAssignment>> Administration::Roles(const Principal& actor) {
  ATELIER_TRY(auto users, Users(actor));
  std::vector<RoleAssignment> all;
  for (const auto& user : users) {
    ATELIER_TRY(auto roles, repository_.Roles(user.id));
    std::ranges::move(roles, std::back_inserter(all));
  }
  return all;
}

Result<std::vector<RoleAssignment>> Administration::EffectiveRoles(const Principal& actor) {
  ATELIER_TRY(auto users, Users(actor));
  std::vector<RoleAssignment> all;
  for (const auto& user : users) {
    ATELIER_TRY(auto roles, repository_.EffectiveRoles(user.id));
    std::ranges::move(roles, std::back_inserter(all));
  }
  return all;
}

Result<void> Administration::AuthorizeServer(const Principal& actor) {
  ATELIER_CHECK(AuthorizeDomain(actor));
  ATELIER_TRY(auto own, identities_.Domains(actor));
  if (!own.empty() && own.front().home) return {};
  return PermissionDenied("This is for administrators of the domain that the server's first start made.");
}

Result<Administration::MadeDomain> Administration::CreateDomain(const Principal& actor, const std::string& name,
                                                                const std::string& user_name) {
  ATELIER_CHECK(AuthorizeIdentityChange(actor));
  ATELIER_CHECK(AuthorizeServer(actor));
  ATELIER_CHECK(CheckName("domain name", name));
  ATELIER_CHECK(CheckName("user name", user_name));
  NewDomain made = MakeDomain(name, user_name, identities_.region(), clock_.Now());
  ATELIER_CHECK(Changed(repository_.CreateDomain(made.domain, made.project, made.user, made.key)));
  return MadeDomain{std::move(made.domain), std::move(made.credentials)};
}

}  // namespace atelier::iam
