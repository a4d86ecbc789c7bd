#include "iam/authorization.h"

#include <algorithm>

namespace atelier::iam {
namespace {

// The weakest role that allows it.
Role WantedFor(Operation operation) {
  switch (operation) {
    case Operation::kRead:
      return Role::kReadOnly;
    case Operation::kWrite:
      return Role::kUser;
    case Operation::kAdminister:
      return Role::kAdmin;
  }
  return Role::kAdmin;
}

}  // namespace

bool Allows(Role role, Operation operation) { return role >= WantedFor(operation); }

Result<void> Authorize(const Principal& principal, Need need) {
  bool in_domain = need.scope == Scope::kDomain;
  Role role = in_domain ? principal.domain_role : principal.role;
  if (Allows(role, need.operation)) return {};
  std::string where = in_domain ? "domain '" + principal.domain_name : "project '" + principal.project_name;
  return PermissionDenied("This needs the role " + std::string(ToString(WantedFor(need.operation))) + " in the " +
                          where + "', where the role of user '" + principal.user_name + "' is " +
                          std::string(ToString(role)) + ".");
}

Result<void> AuthorizeDomain(const Principal& principal, const std::string& domain_id) {
  ATELIER_CHECK(Authorize(principal, {Operation::kAdminister, Scope::kDomain}));
  if (domain_id.empty() || domain_id == principal.domain_id) return {};
  return PermissionDenied("The domain " + domain_id + " is not the one of user '" + principal.user_name + "'.");
}

Result<void> AuthorizeIdentityChange(const Principal& principal) {
  if (!principal.temporary_until) return {};
  return PermissionDenied(
      "A temporary access key cannot change users, groups, projects, roles, passwords or access keys: use a token or a "
      "permanent access key.");
}

Role RoleIn(const std::vector<RoleAssignment>& roles, const std::string& scope_id) {
  Role strongest = Role::kNone;
  for (const auto& assignment : roles)
    if (assignment.scope_id == scope_id) strongest = std::max(strongest, assignment.role);
  return strongest;
}

Role RoleIn(const std::vector<RoleAssignment>& roles, const std::string& project_id, const std::string& domain_id) {
  return std::max(RoleIn(roles, project_id), RoleIn(roles, domain_id));
}

std::string_view ToString(Role role) {
  switch (role) {
    case Role::kNone:
      return "none";
    case Role::kReadOnly:
      return "read-only";
    case Role::kUser:
      return "user";
    case Role::kAdmin:
      return "admin";
  }
  return "none";
}

Role RoleOf(std::string_view word) {
  for (Role role : {Role::kReadOnly, Role::kUser, Role::kAdmin})
    if (word == ToString(role)) return role;
  return Role::kNone;
}

}  // namespace atelier::iam
