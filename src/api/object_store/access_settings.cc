// Who may do what: ACLs of buckets and objects, policies, the public access block and ownership controls.
#include <fmt/format.h>

#include "access/canned_acl.h"
#include "access/policy.h"
#include "api/object_store/accounts.h"
#include "api/object_store/acl_headers.h"
#include "api/object_store/authorisation.h"
#include "api/object_store/controllers.h"
#include "api/object_store/setting_answers.h"
#include "api/object_store/version_headers.h"
#include "api/object_store/xml_acl.h"
#include "api/object_store/xml_settings.h"
#include "api/object_store/xml_strict.h"

namespace atelier::api::s3 {
namespace {

using http::Response;
using object_store::ObjectRecord;

Result<Response> AclResponse(const Call& call, access::Acl acl, bool of_object) {
  ATELIER_TRY(auto names, AccountNames(call, acl));
  AclShape shape{.acl = std::move(acl), .of_object = of_object, .display_names = std::move(names)};
  return XmlResponse(RenderAcl(call.dialect, call.region(), shape));
}

Result<access::Acl> AclOf(const Call& call, const ObjectRecord& record) {
  if (!record.attributes.acl.empty()) return access::DecodeAcl(record.attributes.acl);
  return access::PrivateAcl(OwnerOf(*call.view, record));
}

// From the body, or else from the headers. The owner stays who it is.
Result<access::Acl> NewAcl(const Call& call, const std::string& body, const access::CannedAclFor& what) {
  ATELIER_TRY(auto requested, RequestedAcl(call, what));
  if (requested && !body.empty()) {
    return InvalidArgument("an ACL is given in the body or in headers, not in both", "UnexpectedContent");
  }
  if (!requested && body.empty()) {
    return InvalidArgument("an ACL must be given: a body, a canned ACL or grant headers", "MissingSecurityHeader");
  }
  if (!requested) {
    ATELIER_TRY(requested, ParseAcl(body));
    ATELIER_CHECK(CheckAccounts(call, *requested));
  }
  bool same = requested->owner_id == what.owner_id ||
              (call.identity.principal && call.identity.principal->project_id == what.owner_id &&
               requested->owner_id == call.identity.principal->domain_id);
  if (!same) {
    return PermissionDenied(fmt::format("the owner is \"{}\" and cannot be changed by an ACL", what.owner_id),
                            "AccessDenied");
  }
  requested->owner_id = what.owner_id;
  ATELIER_CHECK(CheckAclAllowed(*call.view, *requested));
  return *std::move(requested);
}

}  // namespace

Result<Response> GetBucketAcl(const Call& call) { return AclResponse(call, call.view->acl, false); }

Result<Response> PutBucketAcl(const Call& call, const std::string& body) {
  const std::string& owner = call.view->bucket().project_id;
  ATELIER_TRY(access::Acl acl, NewAcl(call, body, {.owner_id = owner, .bucket_owner_id = owner, .of_object = false}));
  return StoreSetting(call, setting::kAcl, access::EncodeAcl(acl));
}

Result<Response> GetObjectAcl(const Call& call) {
  ATELIER_TRY(ObjectRecord record, call.objects().Head(call.caller, call.bucket(), call.key(), WantedVersion(call)));
  ATELIER_CHECK(CheckObjectOwner(call, "GetObjectAcl", *call.view, record));
  ATELIER_TRY(access::Acl acl, AclOf(call, record));
  ATELIER_TRY(Response response, AclResponse(call, std::move(acl), true));
  AddVersionHeader(call, record.version_id, response.headers);
  return response;
}

Result<Response> PutObjectAcl(const Call& call, const std::string& body) {
  auto edit = [&](ObjectRecord& record) -> Result<void> {
    ATELIER_CHECK(CheckObjectOwner(call, "PutObjectAcl", *call.view, record));
    ATELIER_TRY(access::Acl acl, NewAcl(call, body,
                                        {.owner_id = OwnerOf(*call.view, record),
                                         .bucket_owner_id = call.view->bucket().project_id,
                                         .of_object = true}));
    record.attributes.acl = access::EncodeAcl(acl);
    return {};
  };
  ATELIER_TRY(ObjectRecord record,
              call.objects().Edit(call.caller, call.bucket(), call.key(), WantedVersion(call), edit));
  Response response = Response::Empty(200);
  AddVersionHeader(call, record.version_id, response.headers);
  return response;
}

Result<Response> GetBucketPolicy(const Call& call) {
  const std::string* text = call.view->Setting(setting::kPolicy);
  if (text == nullptr) return NeverSet(call, "policy", "NoSuchBucketPolicy");
  Response response = Response::Empty(200);
  response.headers.Set("Content-Type", "application/json");
  response.body = *text;
  return response;
}

Result<Response> PutBucketPolicy(const Call& call, const std::string& body) {
  ATELIER_TRY(access::BucketPolicy policy, access::ParsePolicy(body, call.bucket()));
  if (call.view->block.block_public_policy && access::IsPublic(policy)) {
    return PermissionDenied("the bucket's public access block refuses policies that allow everybody", "AccessDenied");
  }
  return StoreSetting(call, setting::kPolicy, body, 204);
}

Result<Response> DeleteBucketPolicy(const Call& call) { return RemoveSetting(call, setting::kPolicy); }

Result<Response> GetBucketPolicyStatus(const Call& call) {
  bool by_policy = call.view->policy && access::IsPublic(*call.view->policy);
  bool by_acl = access::IsPublic(call.view->acl) && !call.view->block.ignore_public_acls;
  XmlDocument document("PolicyStatus", call.dialect, call.region());
  AddBool(document.root(), "IsPublic", by_policy || by_acl);
  return XmlResponse(document);
}

Result<Response> GetPublicAccessBlock(const Call& call) {
  if (call.view->Setting(setting::kPublicAccessBlock) == nullptr)
    return NeverSet(call, "public access block", "NoSuchPublicAccessBlockConfiguration");
  const access::PublicAccessBlock& block = call.view->block;
  XmlDocument document("PublicAccessBlockConfiguration", call.dialect, call.region());
  AddBool(document.root(), "BlockPublicAcls", block.block_public_acls);
  AddBool(document.root(), "IgnorePublicAcls", block.ignore_public_acls);
  AddBool(document.root(), "BlockPublicPolicy", block.block_public_policy);
  AddBool(document.root(), "RestrictPublicBuckets", block.restrict_public_buckets);
  return XmlResponse(document);
}

Result<Response> PutPublicAccessBlock(const Call& call, const std::string& body) {
  pugi::xml_document document;
  ATELIER_CHECK(ParseXml(body, "PublicAccessBlockConfiguration", document));
  pugi::xml_node root = document.document_element();
  ATELIER_CHECK(CheckChildren(root, {{"BlockPublicAcls", Occurs::kAtMostOnce},
                                     {"IgnorePublicAcls", Occurs::kAtMostOnce},
                                     {"BlockPublicPolicy", Occurs::kAtMostOnce},
                                     {"RestrictPublicBuckets", Occurs::kAtMostOnce}}));
  ATELIER_TRY(auto block_acls, ReadFlag(root, "BlockPublicAcls"));
  ATELIER_TRY(auto ignore_acls, ReadFlag(root, "IgnorePublicAcls"));
  ATELIER_TRY(auto block_policy, ReadFlag(root, "BlockPublicPolicy"));
  ATELIER_TRY(auto restrict_buckets, ReadFlag(root, "RestrictPublicBuckets"));
  access::PublicAccessBlock block{.block_public_acls = block_acls.value_or(false),
                                  .ignore_public_acls = ignore_acls.value_or(false),
                                  .block_public_policy = block_policy.value_or(false),
                                  .restrict_public_buckets = restrict_buckets.value_or(false)};
  return StoreSetting(call, setting::kPublicAccessBlock, access::EncodePublicAccessBlock(block));
}

Result<Response> DeletePublicAccessBlock(const Call& call) { return RemoveSetting(call, setting::kPublicAccessBlock); }

Result<Response> GetOwnershipControls(const Call& call) {
  if (call.view->Setting(setting::kOwnership) == nullptr)
    return NeverSet(call, "ownership controls", "OwnershipControlsNotFoundError");
  return XmlResponse(RenderOwnership(call.dialect, call.region(), call.view->ownership));
}

Result<Response> PutOwnershipControls(const Call& call, const std::string& body) {
  ATELIER_TRY(access::Ownership ownership, ParseOwnership(body));
  bool enforced = ownership == access::Ownership::kBucketOwnerEnforced;
  if (enforced && call.view->acl != access::PrivateAcl(call.view->bucket().project_id)) {
    return InvalidArgument("the bucket's ACL grants to others; make it private before ACLs are switched off",
                           "InvalidBucketAclWithObjectOwnership");
  }
  return StoreSetting(call, setting::kOwnership, std::string(access::ToString(ownership)));
}

Result<Response> DeleteOwnershipControls(const Call& call) { return RemoveSetting(call, setting::kOwnership); }

}  // namespace atelier::api::s3
