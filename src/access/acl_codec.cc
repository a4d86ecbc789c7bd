// ACLs as they are stored: {"v":1,"owner":"p1","inherits":true,"grants":[{"to":"AllUsers","may":"READ"}]}.
#include <algorithm>
#include <array>
#include <utility>

#include "access/acl.h"
#include "base/json.h"

namespace atelier::access {
namespace {

using Kind = Grantee::Kind;

constexpr std::int64_t kVersion = 1;

// Names on disk: never rename.
constexpr auto kGroups = std::to_array<std::pair<Kind, std::string_view>>({
    {Kind::kAllUsers, "AllUsers"},
    {Kind::kAuthenticatedUsers, "AuthenticatedUsers"},
    {Kind::kLogDelivery, "LogDelivery"},
});

std::unexpected<Error> Damaged() {
  return Internal("a stored ACL cannot be decoded; the database is damaged or was changed by something else");
}

json::object EncodeGrant(const Grant& grant) {
  json::object encoded;
  const auto* group = std::ranges::find(kGroups, grant.grantee.kind, &std::pair<Kind, std::string_view>::first);
  if (group != kGroups.end()) {
    encoded["to"] = group->second;
  } else {
    encoded["id"] = grant.grantee.id;
  }
  encoded["may"] = ToString(grant.permission);
  if (grant.delivered) encoded["delivered"] = true;
  return encoded;
}

Result<Grant> DecodeGrant(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return Damaged();
  ATELIER_TRY(auto group, ReadString(*object, "to"));
  ATELIER_TRY(auto id, ReadString(*object, "id"));
  ATELIER_TRY(auto may, ReadString(*object, "may"));
  ATELIER_TRY(auto delivered, ReadBool(*object, "delivered"));
  auto permission = ParsePermission(may.value_or(""));
  if (!permission || group.has_value() == id.has_value()) return Damaged();

  Grant grant{{Kind::kCanonicalId, id.value_or("")}, *permission, delivered.value_or(false)};
  if (!group) return grant;
  const auto* row = std::ranges::find(kGroups, std::string_view(*group), &std::pair<Kind, std::string_view>::second);
  if (row == kGroups.end()) return Damaged();
  grant.grantee.kind = row->first;
  return grant;
}

Result<Acl> Decode(std::string_view text) {
  ATELIER_TRY(json::object root, ParseJsonObject(text));
  ATELIER_TRY(auto version, ReadInt(root, "v"));
  ATELIER_TRY(auto owner, ReadString(root, "owner"));
  ATELIER_TRY(auto inherits, ReadBool(root, "inherits"));
  ATELIER_TRY(const json::array* grants, ReadArray(root, "grants"));
  if (version != kVersion || !owner || !inherits || grants == nullptr) return Damaged();
  Acl acl{.owner_id = *std::move(owner), .grants = {}, .inherits = *inherits};
  for (const json::value& value : *grants) {
    ATELIER_TRY(Grant grant, DecodeGrant(value));
    acl.grants.push_back(std::move(grant));
  }
  return acl;
}

}  // namespace

std::string EncodeAcl(const Acl& acl) {
  json::array grants;
  for (const Grant& grant : acl.grants) grants.push_back(EncodeGrant(grant));
  return CompactJson(json::object{
      {"v", kVersion}, {"owner", acl.owner_id}, {"inherits", acl.inherits}, {"grants", std::move(grants)}});
}

Result<Acl> DecodeAcl(std::string_view text) {
  auto acl = Decode(text);
  // Whatever the reason is, it is not the client's fault.
  if (!acl) return Damaged();
  return acl;
}

}  // namespace atelier::access
