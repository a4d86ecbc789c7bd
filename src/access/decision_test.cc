#include "access/decision.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "access/canned_acl.h"

namespace atelier::access {
namespace {

enum class Who { kOwner, kStranger, kAnonymous };

Requester As(Who who) {
  if (who == Who::kAnonymous) return AnonymousRequester();
  bool owner = who == Who::kOwner;
  return {.anonymous = false,
          .project_id = owner ? "p1" : "p2",
          .domain_id = owner ? "d1" : "d2",
          .user_id = "u",
          .user_name = "n",
          .access_key = "AK"};
}

std::shared_ptr<const BucketPolicy> Policy(std::string_view effect, std::string_view principal,
                                           std::string_view action) {
  std::string text = fmt::format(
      R"({{"Statement":{{"Effect":"{}","Principal":{},"Action":"{}","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]}}}})",
      effect, principal, action);
  auto policy = ParsePolicy(text, "b");
  EXPECT_TRUE(policy) << policy.error().message;
  return std::make_shared<const BucketPolicy>(*std::move(policy));
}

BucketAccess Private() {
  BucketAccess access;
  access.owner_project = "p1";
  access.acl = PrivateAcl("p1");
  access.object_acl = PrivateAcl("p1");
  return access;
}

Acl Canned(std::string_view name, bool of_object = false) {
  return *CannedAcl(name, {.owner_id = "p1", .bucket_owner_id = "p1", .of_object = of_object});
}

bool May(const BucketAccess& access, Who who, std::string_view operation) {
  AccessRequest request;
  request.requester = As(who);
  request.need = *NeedOf(operation, false);
  request.bucket = "b";
  auto found = std::ranges::find(Operations(), operation, &Operation::name);
  if (found->scope == Scope::kObject) request.key = "k";
  return Decide(access, request).has_value();
}

void Expect(const BucketAccess& access, std::string_view operation, bool owner, bool stranger, bool anonymous) {
  EXPECT_EQ(May(access, Who::kOwner, operation), owner) << operation << " by the owner";
  EXPECT_EQ(May(access, Who::kStranger, operation), stranger) << operation << " by another project";
  EXPECT_EQ(May(access, Who::kAnonymous, operation), anonymous) << operation << " without a signature";
}

TEST(Decision, WithoutPolicyAndGrantsTheOwnerAlone) {
  for (const Operation& operation : Operations()) Expect(Private(), operation.name, true, false, false);
}

TEST(Decision, WhatAnotherProjectWroteIsItsOwnToRead) {
  BucketAccess access = Private();
  access.object_acl = PrivateAcl("p2");
  for (std::string_view operation : {"GetObject", "HeadObject", "GetObjectAcl", "PutObjectAcl", "GetObjectAttributes"})
    Expect(access, operation, false, true, false);
  Expect(access, "DeleteObject", true, false, false);
  Expect(access, "GetObjectTagging", true, false, false);
  Expect(access, "PutObject", true, false, false);

  access.policy = Policy("Allow", R"({"AWS":"p1"})", "s3:GetObject");
  Expect(access, "GetObject", true, true, false);
  access.policy = nullptr;
  access.object_acl = *CannedAcl("bucket-owner-read", {.owner_id = "p2", .bucket_owner_id = "p1", .of_object = true});
  Expect(access, "GetObject", true, true, false);
  Expect(access, "GetObjectAcl", false, true, false);
  access.ownership = Ownership::kBucketOwnerEnforced;
  Expect(access, "GetObjectAcl", true, false, false);
}

TEST(Decision, AclsGiveTheirOperationsOnly) {
  BucketAccess access = Private();
  access.acl = Canned("public-read-write");
  for (std::string_view open : {"ListObjects", "HeadBucket", "PutObject", "DeleteObject", "UploadPart"})
    Expect(access, open, true, true, true);
  for (std::string_view shut : {"GetObject", "GetBucketAcl", "PutBucketPolicy", "DeleteBucket", "GetObjectTagging"})
    Expect(access, shut, true, false, false);

  access = Private();
  access.object_acl = Canned("public-read", true);
  Expect(access, "GetObject", true, true, true);
  Expect(access, "GetObjectAcl", true, false, false);
  Expect(access, "PutObject", true, false, false);
  access.object_acl = Canned("public-read-write", true);  // WRITE on an object means nothing
  Expect(access, "PutObject", true, false, false);
  access.object_acl = Canned("authenticated-read", true);
  Expect(access, "GetObject", true, true, false);
  access.object_acl.reset();
  Expect(access, "GetObject", true, false, false);
}

TEST(Decision, TheObjectsOwnerHasItsAcl) {
  BucketAccess access = Private();
  access.object_acl = Acl{.owner_id = "p2", .grants = {}};
  Expect(access, "PutObjectAcl", false, true, false);
  Expect(access, "GetObject", false, false, false);
}

TEST(Decision, DeliveredGrantsHoldForObjects) {
  BucketAccess access = Private();
  access.acl = Canned("public-read-delivered");
  Expect(access, "GetObject", true, true, true);
  Expect(access, "ListObjects", true, true, true);
  access.object_acl->inherits = false;
  Expect(access, "GetObject", true, false, false);
  access.object_acl.reset();
  Expect(access, "GetObject", true, false, false);
}

TEST(Decision, PoliciesAllow) {
  BucketAccess access = Private();
  access.policy = Policy("Allow", R"({"AWS":"p2"})", "s3:GetObject");
  Expect(access, "GetObject", true, true, false);
  Expect(access, "PutObject", true, false, false);
  access.policy = Policy("Allow", R"("*")", "s3:*");
  for (std::string_view operation : {"GetObject", "PutObject", "PutBucketLifecycleConfiguration", "PutBucketPolicy"})
    Expect(access, operation, true, true, true);
}

TEST(Decision, DenyWinsOverEverything) {
  BucketAccess access = Private();
  access.acl = Canned("public-read-write");
  access.object_acl = Canned("public-read", true);
  access.policy = Policy("Deny", R"("*")", "s3:*");
  for (const Operation& operation : Operations()) {
    bool of_policy = operation.name == "GetBucketPolicy" || operation.name == "PutBucketPolicy" ||
                     operation.name == "DeleteBucketPolicy";
    Expect(access, operation.name, of_policy, false, false);
  }
  access.policy = Policy("Deny", R"({"AWS":"p2"})", "s3:GetObject");
  Expect(access, "GetObject", true, false, true);
}

TEST(Decision, RestrictedBucketsKeepPublicPoliciesIn) {
  BucketAccess access = Private();
  access.block.restrict_public_buckets = true;
  access.policy = Policy("Allow", R"({"AWS":["*","p2"]})", "s3:GetObject");
  Expect(access, "GetObject", true, false, false);
  access.policy = Policy("Allow", R"({"AWS":"p2"})", "s3:GetObject");
  Expect(access, "GetObject", true, true, false);
}

TEST(Decision, IgnoredPublicAclsLeaveGrantsToAccounts) {
  BucketAccess access = Private();
  access.block.ignore_public_acls = true;
  access.acl = Canned("public-read-delivered");
  access.object_acl = Canned("public-read", true);
  Expect(access, "ListObjects", true, false, false);
  Expect(access, "GetObject", true, false, false);
  access.object_acl->grants.push_back({{Grantee::Kind::kCanonicalId, "p2"}, Permission::kRead});
  Expect(access, "GetObject", true, true, false);
}

TEST(Decision, AnEnforcedOwnerTurnsAclsOff) {
  BucketAccess access = Private();
  access.ownership = Ownership::kBucketOwnerEnforced;
  access.acl = Canned("public-read-write");
  access.object_acl = Canned("public-read", true);
  for (std::string_view operation : {"ListObjects", "PutObject", "GetObject"})
    Expect(access, operation, true, false, false);
  access.policy = Policy("Allow", R"({"AWS":"p2"})", "s3:GetObject");
  Expect(access, "GetObject", true, true, false);
}

TEST(Decision, TheBlocksOnSettingChangeNothingHere) {
  BucketAccess access = Private();
  access.block.block_public_acls = access.block.block_public_policy = true;
  access.object_acl = Canned("public-read", true);
  Expect(access, "GetObject", true, true, true);
}

TEST(Decision, SaysWhatWasAskedAndNotWhyItWasRefused) {
  BucketAccess access = Private();
  access.policy = Policy("Deny", R"({"AWS":"secret-account"})", "s3:*");
  for (Who who : {Who::kStranger, Who::kAnonymous}) {
    AccessRequest request{
        .requester = As(who), .need = *NeedOf("GetObject", true), .bucket = "b", .key = "k", .context = {}};
    auto decision = Decide(access, request);
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().kind, ErrorKind::kPermissionDenied);
    EXPECT_EQ(decision.error().code, "AccessDenied");
    EXPECT_NE(decision.error().message.find("s3:GetObjectVersion on b/k"), std::string::npos);
    EXPECT_EQ(decision.error().message.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace atelier::access
