#include "access/decision.h"

#include <fmt/format.h>

namespace atelier::access {
namespace {

bool IsOfPolicyItself(std::string_view action) {
  return action == "s3:GetBucketPolicy" || action == "s3:PutBucketPolicy" || action == "s3:DeleteBucketPolicy";
}

bool AclAllows(const BucketAccess& access, const AccessRequest& request) {
  if (!request.need.permission || access.ownership == Ownership::kBucketOwnerEnforced) return false;
  const Requester& requester = request.requester;
  Permission permission = *request.need.permission;
  GrantFilter filter{.ignore_public = access.block.ignore_public_acls, .delivered_only = false};
  if (request.need.acl_of == AclOf::kBucket) return Grants(access.acl, requester, permission, filter);
  if (!access.object_acl) return false;
  if (Grants(*access.object_acl, requester, permission, filter)) return true;
  filter.delivered_only = true;
  return access.object_acl->inherits && Grants(access.acl, requester, permission, filter);
}

// Written by another project, which kept it: the bucket's owner may remove it, and decides about its tags, but does not
// read it.
bool IsOfAnother(const BucketAccess& access, const AccessRequest& request) {
  bool asks_object = request.need.acl_of == AclOf::kObject && request.need.permission;
  return asks_object && access.object_acl && access.object_acl->owner_id != access.owner_project &&
         access.ownership != Ownership::kBucketOwnerEnforced;
}

std::unexpected<Error> Denied(const AccessRequest& request) {
  std::string resource = ResourceOf(request);
  std::string message =
      request.requester.anonymous
          ? fmt::format("{} on {} is not allowed without a signature; sign the request", request.need.action, resource)
          : fmt::format("{} on {} is not allowed for this access key; ask the owner of the bucket", request.need.action,
                        resource);
  return PermissionDenied(std::move(message), "AccessDenied", std::move(resource));
}

}  // namespace

Result<void> Decide(const BucketAccess& access, const AccessRequest& request) {
  bool of_owner = IsOfProject(request.requester, access.owner_project);
  if (of_owner && IsOfPolicyItself(request.need.action)) return {};
  Effect effect = access.policy ? Evaluate(*access.policy, request) : Effect::kNone;
  if (effect == Effect::kDeny) return Denied(request);
  if (of_owner && !IsOfAnother(access, request)) return {};
  bool restricted = access.block.restrict_public_buckets && access.policy && IsPublic(*access.policy);
  if (effect == Effect::kAllow && !restricted) return {};
  if (AclAllows(access, request)) return {};
  return Denied(request);
}

}  // namespace atelier::access
