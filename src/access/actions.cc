#include "access/actions.h"

#include <algorithm>
#include <array>

namespace atelier::access {
namespace {

constexpr std::optional<Permission> kOwnerOnly;

constexpr Operation OnService(std::string_view name, std::string_view action) {
  return {name, Scope::kService, {action, "", kOwnerOnly, AclOf::kBucket}, ""};
}

constexpr Operation OnBucket(std::string_view name, std::string_view action, std::optional<Permission> permission,
                             std::string_view obs_action = "") {
  return {name, Scope::kBucket, {action, obs_action, permission, AclOf::kBucket}, ""};
}

constexpr Operation OnObject(std::string_view name, std::string_view action, std::optional<Permission> permission,
                             std::string_view version_action = "") {
  return {name, Scope::kObject, {action, "", permission, AclOf::kObject}, version_action};
}

// Changes which objects the bucket has, so its ACL is asked.
constexpr Operation Writes(std::string_view name, std::string_view action, std::string_view version_action = "",
                           std::string_view obs_action = "") {
  return {name, Scope::kObject, {action, obs_action, Permission::kWrite, AclOf::kBucket}, version_action};
}

constexpr auto kOperations = std::to_array<Operation>({
    Writes("AbortMultipartUpload", "s3:AbortMultipartUpload"),
    Writes("AppendObject", "s3:PutObject"),
    Writes("CompleteMultipartUpload", "s3:PutObject"),
    Writes("CopyObject", "s3:PutObject"),
    OnService("CreateBucket", "s3:CreateBucket"),
    Writes("CreateMultipartUpload", "s3:PutObject"),
    OnBucket("DeleteBucket", "s3:DeleteBucket", kOwnerOnly),
    OnBucket("DeleteBucketCors", "s3:PutBucketCORS", kOwnerOnly),
    OnBucket("DeleteBucketCustomDomain", "s3:DeleteBucketCustomDomainConfiguration", kOwnerOnly),
    OnBucket("DeleteBucketEncryption", "s3:PutEncryptionConfiguration", kOwnerOnly),
    OnBucket("DeleteBucketLifecycle", "s3:PutLifecycleConfiguration", kOwnerOnly),
    OnBucket("DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls", kOwnerOnly),
    OnBucket("DeleteBucketPolicy", "s3:DeleteBucketPolicy", kOwnerOnly),
    OnBucket("DeleteBucketReplication", "s3:PutReplicationConfiguration", kOwnerOnly,
             "s3:DeleteReplicationConfiguration"),
    OnBucket("DeleteBucketTagging", "s3:PutBucketTagging", kOwnerOnly, "s3:DeleteBucketTagging"),
    OnBucket("DeleteBucketWebsite", "s3:DeleteBucketWebsite", kOwnerOnly),
    Writes("DeleteObject", "s3:DeleteObject", "s3:DeleteObjectVersion"),
    OnObject("DeleteObjectTagging", "s3:DeleteObjectTagging", kOwnerOnly, "s3:DeleteObjectVersionTagging"),
    Writes("DeleteObjects", "s3:DeleteObject", "s3:DeleteObjectVersion"),
    OnBucket("DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", kOwnerOnly),
    OnBucket("GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration", kOwnerOnly),
    OnBucket("GetBucketAcl", "s3:GetBucketAcl", Permission::kReadAcp),
    OnBucket("GetBucketAlias", "s3:GetBucketAlias", kOwnerOnly),
    OnBucket("GetBucketAnalytics", "s3:GetAnalyticsConfiguration", kOwnerOnly),
    OnBucket("GetBucketBackToSource", "s3:GetBucketBackToSource", kOwnerOnly),
    OnBucket("GetBucketCompressPolicy", "s3:GetBucketCompressPolicy", kOwnerOnly),
    OnBucket("GetBucketCors", "s3:GetBucketCORS", kOwnerOnly),
    OnBucket("GetBucketCustomDomain", "s3:GetBucketCustomDomainConfiguration", kOwnerOnly),
    OnBucket("GetBucketDirectColdAccess", "s3:GetBucketDirectColdAccess", kOwnerOnly),
    OnBucket("GetBucketDisPolicy", "s3:GetBucketDisPolicy", kOwnerOnly),
    OnBucket("GetBucketEncryption", "s3:GetEncryptionConfiguration", kOwnerOnly),
    OnBucket("GetBucketIntelligentTiering", "s3:GetIntelligentTieringConfiguration", kOwnerOnly),
    OnBucket("GetBucketInventory", "s3:GetInventoryConfiguration", kOwnerOnly),
    OnBucket("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", kOwnerOnly),
    OnBucket("GetBucketLocation", "s3:GetBucketLocation", kOwnerOnly),
    OnBucket("GetBucketLogging", "s3:GetBucketLogging", kOwnerOnly),
    OnBucket("GetBucketMetrics", "s3:GetMetricsConfiguration", kOwnerOnly),
    OnBucket("GetBucketMirrorBackToSource", "s3:GetBucketMirrorBackToSource", kOwnerOnly),
    OnBucket("GetBucketNotificationConfiguration", "s3:GetBucketNotification", kOwnerOnly),
    OnBucket("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", kOwnerOnly),
    OnBucket("GetBucketPolicy", "s3:GetBucketPolicy", kOwnerOnly),
    OnBucket("GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", kOwnerOnly),
    OnBucket("GetBucketQuota", "s3:GetBucketQuota", kOwnerOnly),
    OnBucket("GetBucketReplication", "s3:GetReplicationConfiguration", kOwnerOnly),
    OnBucket("GetBucketRequestPayment", "s3:GetBucketRequestPayment", kOwnerOnly),
    OnBucket("GetBucketStorageClass", "s3:GetBucketStoragePolicy", kOwnerOnly),
    OnBucket("GetBucketStorageInfo", "s3:GetBucketStorage", kOwnerOnly),
    OnBucket("GetBucketStoragePolicy", "s3:GetBucketStoragePolicy", kOwnerOnly),
    OnBucket("GetBucketTagging", "s3:GetBucketTagging", kOwnerOnly),
    OnBucket("GetBucketVersioning", "s3:GetBucketVersioning", kOwnerOnly),
    OnBucket("GetBucketWebsite", "s3:GetBucketWebsite", kOwnerOnly),
    OnObject("GetObject", "s3:GetObject", Permission::kRead, "s3:GetObjectVersion"),
    OnObject("GetObjectAcl", "s3:GetObjectAcl", Permission::kReadAcp, "s3:GetObjectVersionAcl"),
    OnObject("GetObjectAttributes", "s3:GetObjectAttributes", Permission::kRead, "s3:GetObjectVersionAttributes"),
    OnObject("GetObjectLegalHold", "s3:GetObjectLegalHold", kOwnerOnly),
    OnBucket("GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", kOwnerOnly),
    OnObject("GetObjectRetention", "s3:GetObjectRetention", kOwnerOnly),
    OnObject("GetObjectTagging", "s3:GetObjectTagging", kOwnerOnly, "s3:GetObjectVersionTagging"),
    OnObject("GetObjectTorrent", "s3:GetObjectTorrent", Permission::kRead, "s3:GetObjectVersionTorrent"),
    OnBucket("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", kOwnerOnly),
    OnBucket("HeadBucket", "s3:ListBucket", Permission::kRead, "s3:HeadBucket"),
    OnObject("HeadObject", "s3:GetObject", Permission::kRead, "s3:GetObjectVersion"),
    OnService("ListBuckets", "s3:ListAllMyBuckets"),
    OnBucket("ListMultipartUploads", "s3:ListBucketMultipartUploads", Permission::kRead),
    OnBucket("ListObjectVersions", "s3:ListBucketVersions", Permission::kRead),
    OnBucket("ListObjects", "s3:ListBucket", Permission::kRead),
    OnBucket("ListObjectsV2", "s3:ListBucket", Permission::kRead),
    Writes("ListParts", "s3:ListMultipartUploadParts"),
    Writes("ModifyObject", "s3:PutObject"),
    Writes("PostObject", "s3:PutObject"),
    OnObject("ProcessImage", "s3:GetObject", Permission::kRead, "s3:GetObjectVersion"),
    OnBucket("PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration", kOwnerOnly),
    OnBucket("PutBucketAcl", "s3:PutBucketAcl", Permission::kWriteAcp),
    OnBucket("PutBucketCors", "s3:PutBucketCORS", kOwnerOnly),
    OnBucket("PutBucketEncryption", "s3:PutEncryptionConfiguration", kOwnerOnly),
    OnBucket("PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration", kOwnerOnly),
    OnBucket("PutBucketLogging", "s3:PutBucketLogging", kOwnerOnly),
    OnBucket("PutBucketNotificationConfiguration", "s3:PutBucketNotification", kOwnerOnly),
    OnBucket("PutBucketOwnershipControls", "s3:PutBucketOwnershipControls", kOwnerOnly),
    OnBucket("PutBucketPolicy", "s3:PutBucketPolicy", kOwnerOnly),
    OnBucket("PutBucketReplication", "s3:PutReplicationConfiguration", kOwnerOnly),
    OnBucket("PutBucketRequestPayment", "s3:PutBucketRequestPayment", kOwnerOnly),
    OnBucket("PutBucketTagging", "s3:PutBucketTagging", kOwnerOnly),
    OnBucket("PutBucketVersioning", "s3:PutBucketVersioning", kOwnerOnly),
    OnBucket("PutBucketWebsite", "s3:PutBucketWebsite", kOwnerOnly),
    Writes("PutObject", "s3:PutObject"),
    OnObject("PutObjectAcl", "s3:PutObjectAcl", Permission::kWriteAcp, "s3:PutObjectVersionAcl"),
    OnObject("PutObjectLegalHold", "s3:PutObjectLegalHold", kOwnerOnly),
    OnBucket("PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration", kOwnerOnly),
    OnObject("PutObjectRetention", "s3:PutObjectRetention", kOwnerOnly),
    OnObject("PutObjectTagging", "s3:PutObjectTagging", kOwnerOnly, "s3:PutObjectVersionTagging"),
    OnBucket("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", kOwnerOnly),
    Writes("RenameObject", "s3:PutObject"),
    OnObject("RestoreObject", "s3:RestoreObject", kOwnerOnly),
    OnObject("SelectObjectContent", "s3:GetObject", Permission::kRead, "s3:GetObjectVersion"),
    OnBucket("SetBucketCustomDomain", "s3:PutBucketCustomDomainConfiguration", kOwnerOnly),
    OnBucket("SetBucketQuota", "s3:PutBucketQuota", kOwnerOnly),
    OnBucket("SetBucketStorageClass", "s3:PutBucketStoragePolicy", kOwnerOnly),
    OnBucket("SetBucketStoragePolicy", "s3:PutBucketStoragePolicy", kOwnerOnly),
    Writes("SetObjectMetadata", "s3:PutObject", "", "s3:ModifyObjectMetaData"),
    Writes("TruncateObject", "s3:PutObject"),
    Writes("UploadPart", "s3:PutObject"),
    Writes("UploadPartCopy", "s3:PutObject"),
});

static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

}  // namespace

std::span<const Operation> Operations() { return kOperations; }

std::optional<Need> NeedOf(std::string_view operation, bool names_version) {
  const auto* found = std::ranges::lower_bound(kOperations, operation, {}, &Operation::name);
  if (found == kOperations.end() || found->name != operation) return std::nullopt;
  Need need = found->need;
  if (names_version && !found->version_action.empty()) need.action = found->version_action;
  return need;
}

}  // namespace atelier::access
