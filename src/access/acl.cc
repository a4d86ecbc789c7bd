#include "access/acl.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace atelier::access {
namespace {

using Kind = Grantee::Kind;

constexpr auto kPermissions = std::to_array<std::pair<Permission, std::string_view>>({
    {Permission::kRead, "READ"},
    {Permission::kWrite, "WRITE"},
    {Permission::kReadAcp, "READ_ACP"},
    {Permission::kWriteAcp, "WRITE_ACP"},
    {Permission::kFullControl, "FULL_CONTROL"},
});

bool IsPublicGroup(const Grantee& grantee) {
  return grantee.kind == Kind::kAllUsers || grantee.kind == Kind::kAuthenticatedUsers;
}

bool Includes(const Grantee& grantee, const Requester& requester) {
  switch (grantee.kind) {
    case Kind::kCanonicalId:
      return IsOfAccount(requester, grantee.id);
    case Kind::kAllUsers:
      return true;
    case Kind::kAuthenticatedUsers:
      return !requester.anonymous;
    case Kind::kLogDelivery:
      return false;
  }
  return false;
}

}  // namespace

std::string_view ToString(Permission permission) {
  const auto* row = std::ranges::find(kPermissions, permission, &std::pair<Permission, std::string_view>::first);
  return row->second;
}

std::optional<Permission> ParsePermission(std::string_view word) {
  const auto* row = std::ranges::find(kPermissions, word, &std::pair<Permission, std::string_view>::second);
  return row == kPermissions.end() ? std::nullopt : std::optional(row->first);
}

Result<Grantee> AccountGrantee(std::string_view id) {
  constexpr std::size_t kLongest = 256;
  bool visible = std::ranges::all_of(id, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!id.empty() && id.size() <= kLongest && visible) return Grantee{Kind::kCanonicalId, std::string(id)};
  return InvalidArgument("the id of a grantee must be that of a project: 1 to 256 letters, digits and signs",
                         "InvalidArgument");
}

Result<void> CheckAcl(const Acl& acl) {
  if (acl.grants.size() <= kMaxGrants) return {};
  return InvalidArgument(fmt::format("an ACL has at most {} grants; this one has {}", kMaxGrants, acl.grants.size()),
                         "MalformedACLError");
}

bool Grants(const Acl& acl, const Requester& requester, Permission permission, GrantFilter filter) {
  bool of_acl = permission == Permission::kReadAcp || permission == Permission::kWriteAcp;
  if (of_acl && !filter.delivered_only && IsOfProject(requester, acl.owner_id)) return true;
  return std::ranges::any_of(acl.grants, [&](const Grant& grant) {
    if (filter.ignore_public && IsPublicGroup(grant.grantee)) return false;
    if (filter.delivered_only && !grant.delivered) return false;
    bool enough = grant.permission == permission || grant.permission == Permission::kFullControl;
    return enough && Includes(grant.grantee, requester);
  });
}

bool IsPublic(const Acl& acl) {
  return std::ranges::any_of(acl.grants, [](const Grant& grant) { return IsPublicGroup(grant.grantee); });
}

}  // namespace atelier::access
