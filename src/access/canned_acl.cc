#include "access/canned_acl.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace atelier::access {
namespace {

using Kind = Grantee::Kind;

struct GroupGrant {
  Kind group;
  Permission permission;
  bool delivered = false;
};

constexpr auto kPublicRead = std::to_array<GroupGrant>({{Kind::kAllUsers, Permission::kRead}});
constexpr auto kPublicReadWrite =
    std::to_array<GroupGrant>({{Kind::kAllUsers, Permission::kRead}, {Kind::kAllUsers, Permission::kWrite}});
constexpr auto kAuthenticatedRead = std::to_array<GroupGrant>({{Kind::kAuthenticatedUsers, Permission::kRead}});
constexpr auto kLogDeliveryWrite =
    std::to_array<GroupGrant>({{Kind::kLogDelivery, Permission::kWrite}, {Kind::kLogDelivery, Permission::kReadAcp}});
constexpr auto kReadDelivered = std::to_array<GroupGrant>({{Kind::kAllUsers, Permission::kRead, true}});
constexpr auto kReadWriteDelivered = std::to_array<GroupGrant>(
    {{Kind::kAllUsers, Permission::kRead, true}, {Kind::kAllUsers, Permission::kWrite, true}});

struct Canned {
  std::string_view name;
  std::span<const GroupGrant> grants;
  bool bucket_only = false;
};

constexpr auto kCanned = std::to_array<Canned>({
    {"private", {}},
    {"public-read", kPublicRead},
    {"public-read-write", kPublicReadWrite},
    {"authenticated-read", kAuthenticatedRead},
    {"bucket-owner-read", {}},
    {"bucket-owner-full-control", {}},
    {"log-delivery-write", kLogDeliveryWrite},
    {"public-read-delivered", kReadDelivered, true},
    {"public-read-write-delivered", kReadWriteDelivered, true},
});

}  // namespace

Acl PrivateAcl(std::string owner_id) {
  Acl acl;
  acl.grants.push_back({{Kind::kCanonicalId, owner_id}, Permission::kFullControl});
  acl.owner_id = std::move(owner_id);
  return acl;
}

Result<Acl> CannedAcl(std::string_view name, const CannedAclFor& what) {
  const auto* canned = std::ranges::find(kCanned, name, &Canned::name);
  if (canned == kCanned.end() || (canned->bucket_only && what.of_object)) {
    return InvalidArgument(fmt::format("\"{}\" is not a canned ACL of {}; use one such as private or public-read", name,
                                       what.of_object ? "objects" : "buckets"),
                           "InvalidArgument", std::string(name));
  }
  Acl acl = PrivateAcl(what.owner_id);
  for (const GroupGrant& grant : canned->grants)
    acl.grants.push_back({{grant.group, ""}, grant.permission, grant.delivered});
  if (what.of_object && what.bucket_owner_id != what.owner_id && name.starts_with("bucket-owner-")) {
    Permission permission = name == "bucket-owner-read" ? Permission::kRead : Permission::kFullControl;
    acl.grants.push_back({{Kind::kCanonicalId, what.bucket_owner_id}, permission});
  }
  return acl;
}

}  // namespace atelier::access
