#include "iam/administration.h"
#include "iam/authorization.h"
#include "iam/names.h"
#include "iam/new_identities.h"

namespace atelier::iam {

// Keys are their user's and of who administers the domain.
Result<void> Administration::CheckMayUseKeysOf(const Principal& actor, const std::string& user_id) {
  if (user_id == actor.user_id) return {};
  ATELIER_CHECK(AuthorizeDomain(actor));
  ATELIER_CHECK(UserOf(actor, user_id));
  return {};
}

Result<std::vector<AccessKey>> Administration::AccessKeys(const Principal& actor, const std::string& user_id) {
  const std::string& owner = user_id.empty() ? actor.user_id : user_id;
  ATELIER_CHECK(CheckMayUseKeysOf(actor, owner));
  return repository_.AccessKeys(owner);
}

Result<AccessKey> Administration::FindAccessKey(const Principal& actor, const std::string& access_key) {
  ATELIER_TRY(auto key, repository_.FindAccessKey(access_key));
  auto absent = [&] { return NotFound("There is no access key " + access_key + "."); };
  if (!key) return absent();
  auto may = CheckMayUseKeysOf(actor, key->user_id);
  // Who may not see it is not told that it exists.
  if (!may && may.error().kind == ErrorKind::kPermissionDenied) return absent();
  if (!may && may.error().kind == ErrorKind::kNotFound) return absent();
  ATELIER_CHECK(may);
  return *std::move(key);
}

Result<AccessKey> Administration::CreateAccessKey(const Principal& actor, const NewAccessKey& wanted) {
  const std::string& user_id = wanted.user_id.empty() ? actor.user_id : wanted.user_id;
  const std::string& project_id = wanted.project_id.empty() ? actor.project_id : wanted.project_id;
  ATELIER_CHECK(AuthorizeIdentityChange(actor));
  ATELIER_CHECK(CheckMayUseKeysOf(actor, user_id));
  ATELIER_CHECK(CheckDescription(wanted.description));
  ATELIER_TRY(User user, UserOf(actor, user_id));
  ATELIER_TRY(Project project, ProjectOf(actor, project_id));
  ATELIER_TRY(auto roles, repository_.EffectiveRoles(user_id));
  if (RoleIn(roles, project.id, project.domain_id) == Role::kNone)
    return FailedPrecondition("The user '" + user.name + "' has no role in the project '" + project.name +
                              "': give one first.");
  AccessKey key = MakeAccessKey(user_id, project_id, clock_.Now());
  key.description = wanted.description;
  ATELIER_CHECK(Changed(repository_.CreateAccessKey(key)));
  return key;
}

Result<AccessKey> Administration::UpdateAccessKey(const Principal& actor, const std::string& access_key,
                                                  const AccessKeyChanges& changes) {
  ATELIER_CHECK(AuthorizeIdentityChange(actor));
  ATELIER_CHECK(FindAccessKey(actor, access_key));
  if (changes.description) ATELIER_CHECK(CheckDescription(*changes.description));
  return Changed(repository_.UpdateAccessKey(access_key, changes));
}

Result<void> Administration::DeleteAccessKey(const Principal& actor, const std::string& access_key) {
  ATELIER_CHECK(AuthorizeIdentityChange(actor));
  ATELIER_CHECK(FindAccessKey(actor, access_key));
  return Changed(repository_.DeleteAccessKey(access_key));
}

}  // namespace atelier::iam
