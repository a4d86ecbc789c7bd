// Who may do what: the one place that says which role allows which kind of operation.
//
//   role       | read | write | administer
//   read-only  | yes  |  -    |  -
//   user       | yes  | yes   |  -
//   admin      | yes  | yes   | yes
//
// A role is held in a project, or in a domain and so in all of its projects. Administering a project is giving roles in
// it; administering a domain is making, changing and removing its users, groups and projects, and other people's access
// keys. Of the roles of a user and of their groups the strongest one counts.
//
// A temporary access key has its user's roles, but looks at identities only: what it made or changed there would go on
// letting somebody in when it has ended.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "iam/types.h"

namespace atelier::iam {

enum class Operation { kRead, kWrite, kAdminister };
enum class Scope { kProject, kDomain };

bool Allows(Role role, Operation operation);

// What a request must be allowed to do.
struct Need {
  Operation operation = Operation::kWrite;
  Scope scope = Scope::kProject;  // the principal's project, or its domain
};
// PermissionDenied, with no code of its own, that says which role is there and which one is wanted.
Result<void> Authorize(const Principal& principal, Need need);
// To administer the principal's domain, which is the one that `domain_id` names unless it is empty.
Result<void> AuthorizeDomain(const Principal& principal, const std::string& domain_id = {});
// To change identities, whatever else that needs: PermissionDenied to a temporary access key.
Result<void> AuthorizeIdentityChange(const Principal& principal);

// The strongest one of a user's roles in a project and in its domain.
Role RoleIn(const std::vector<RoleAssignment>& roles, const std::string& project_id, const std::string& domain_id);
Role RoleIn(const std::vector<RoleAssignment>& roles, const std::string& scope_id);

// "admin", "user", "read-only"; kNone is "none".
std::string_view ToString(Role role);
Role RoleOf(std::string_view word);  // kNone for a word that is none of them

}  // namespace atelier::iam
