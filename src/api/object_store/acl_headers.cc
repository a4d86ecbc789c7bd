#include "api/object_store/acl_headers.h"

#include "api/object_store/grant_headers.h"

namespace atelier::api::s3 {

Result<std::optional<access::Acl>> RequestedAcl(const Call& call, const access::CannedAclFor& what) {
  auto canned = call.Prefixed("acl");
  ATELIER_TRY(auto grants, ParseGrantHeaders(call.dialect, call.request.headers));
  if (canned && !grants.empty()) {
    return InvalidArgument("a request can name a canned ACL or list grants, not both", "InvalidRequest");
  }
  if (canned) {
    ATELIER_TRY(access::Acl acl, access::CannedAcl(*canned, what));
    return acl;
  }
  if (grants.empty()) return std::nullopt;
  access::Acl acl;
  acl.owner_id = what.owner_id;
  acl.grants = std::move(grants);
  ATELIER_CHECK(access::CheckAcl(acl));
  return acl;
}

Result<void> CheckAclAllowed(const BucketView& view, const access::Acl& acl) {
  if (view.ownership == access::Ownership::kBucketOwnerEnforced && acl != access::PrivateAcl(acl.owner_id)) {
    return InvalidArgument("the bucket does not allow ACLs: its owner owns everything in it",
                           "AccessControlListNotSupported");
  }
  if (view.block.block_public_acls && access::IsPublic(acl)) {
    return PermissionDenied("the bucket's public access block refuses ACLs that grant to everybody", "AccessDenied");
  }
  return {};
}

Result<std::string> NewObjectAcl(const Call& call) {
  const std::string& bucket_owner = call.view->bucket().project_id;
  const std::string& owner = call.caller.project_id.empty() ? bucket_owner : call.caller.project_id;
  ATELIER_TRY(auto acl, RequestedAcl(call, {.owner_id = owner, .bucket_owner_id = bucket_owner, .of_object = true}));
  if (!acl) return std::string();
  ATELIER_CHECK(CheckAclAllowed(*call.view, *acl));
  return *acl == access::PrivateAcl(owner) ? std::string() : access::EncodeAcl(*acl);
}

}  // namespace atelier::api::s3
