#include "access/actions.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace atelier::access {
namespace {

constexpr std::optional<Permission> kNoAcl;

TEST(Actions, OfOperations) {
  struct Case {
    std::string_view operation;
    bool names_version;
    std::string_view action;
    std::optional<Permission> permission;
    AclOf acl_of;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"GetObject", false, "s3:GetObject", Permission::kRead, AclOf::kObject},
           {"GetObject", true, "s3:GetObjectVersion", Permission::kRead, AclOf::kObject},
           {"HeadObject", true, "s3:GetObjectVersion", Permission::kRead, AclOf::kObject},
           {"PutObject", false, "s3:PutObject", Permission::kWrite, AclOf::kBucket},
           {"CopyObject", false, "s3:PutObject", Permission::kWrite, AclOf::kBucket},
           {"PostObject", false, "s3:PutObject", Permission::kWrite, AclOf::kBucket},
           {"UploadPart", false, "s3:PutObject", Permission::kWrite, AclOf::kBucket},
           {"UploadPart", true, "s3:PutObject", Permission::kWrite, AclOf::kBucket},
           {"AbortMultipartUpload", false, "s3:AbortMultipartUpload", Permission::kWrite, AclOf::kBucket},
           {"ListParts", false, "s3:ListMultipartUploadParts", Permission::kWrite, AclOf::kBucket},
           {"DeleteObject", false, "s3:DeleteObject", Permission::kWrite, AclOf::kBucket},
           {"DeleteObject", true, "s3:DeleteObjectVersion", Permission::kWrite, AclOf::kBucket},
           {"DeleteObjects", true, "s3:DeleteObjectVersion", Permission::kWrite, AclOf::kBucket},
           {"GetObjectAcl", false, "s3:GetObjectAcl", Permission::kReadAcp, AclOf::kObject},
           {"PutObjectAcl", true, "s3:PutObjectVersionAcl", Permission::kWriteAcp, AclOf::kObject},
           {"GetObjectTagging", true, "s3:GetObjectVersionTagging", kNoAcl, AclOf::kObject},
           {"ListObjectsV2", false, "s3:ListBucket", Permission::kRead, AclOf::kBucket},
           {"ListObjectVersions", false, "s3:ListBucketVersions", Permission::kRead, AclOf::kBucket},
           {"ListMultipartUploads", false, "s3:ListBucketMultipartUploads", Permission::kRead, AclOf::kBucket},
           {"GetBucketAcl", false, "s3:GetBucketAcl", Permission::kReadAcp, AclOf::kBucket},
           {"PutBucketAcl", false, "s3:PutBucketAcl", Permission::kWriteAcp, AclOf::kBucket},
           {"PutBucketPolicy", false, "s3:PutBucketPolicy", kNoAcl, AclOf::kBucket},
           {"DeleteBucketLifecycle", false, "s3:PutLifecycleConfiguration", kNoAcl, AclOf::kBucket},
           {"DeleteBucketCors", false, "s3:PutBucketCORS", kNoAcl, AclOf::kBucket},
           {"PutBucketVersioning", false, "s3:PutBucketVersioning", kNoAcl, AclOf::kBucket},
           {"DeleteBucket", false, "s3:DeleteBucket", kNoAcl, AclOf::kBucket},
           {"ListBuckets", false, "s3:ListAllMyBuckets", kNoAcl, AclOf::kBucket},
       }) {
    auto need = NeedOf(c.operation, c.names_version);
    ASSERT_TRUE(need) << c.operation;
    EXPECT_EQ(need->action, c.action) << c.operation;
    EXPECT_EQ(need->permission, c.permission) << c.operation;
    EXPECT_EQ(need->acl_of, c.acl_of) << c.operation;
  }
  EXPECT_EQ(NeedOf("HeadBucket", false)->action, "s3:ListBucket");
  EXPECT_EQ(NeedOf("HeadBucket", false)->obs_action, "s3:HeadBucket");
}

TEST(Actions, OfNothingElse) {
  for (std::string_view name : {"", "getobject", "PreflightCors", "GetObjectVersion", "Zzz"})
    EXPECT_FALSE(NeedOf(name, false)) << name;
}

TEST(Actions, TheTableAgreesWithItself) {
  const Operation* before = nullptr;
  for (const Operation& operation : Operations()) {
    if (before != nullptr) EXPECT_LT(before->name, operation.name);
    before = &operation;
    for (std::string_view action : {operation.need.action, operation.version_action, operation.need.obs_action})
      EXPECT_TRUE(action.empty() || action.starts_with("s3:")) << operation.name;
    EXPECT_GT(operation.need.action.size(), 3U) << operation.name;
    bool versioned = operation.version_action.empty() || operation.version_action.contains("Version");
    EXPECT_TRUE(versioned) << operation.name;
    // Only an operation on an object can ask that object's ACL, and no object's ACL gives WRITE.
    if (operation.scope != Scope::kObject) EXPECT_EQ(operation.need.acl_of, AclOf::kBucket) << operation.name;
    if (operation.need.permission == Permission::kWrite)
      EXPECT_EQ(operation.need.acl_of, AclOf::kBucket) << operation.name;
    EXPECT_NE(operation.need.permission, Permission::kFullControl) << operation.name;
    if (operation.scope == Scope::kService) EXPECT_FALSE(operation.need.permission) << operation.name;
  }
}

}  // namespace
}  // namespace atelier::access
