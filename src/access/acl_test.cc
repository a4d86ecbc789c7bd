#include "access/acl.h"

#include <gtest/gtest.h>

#include "access/canned_acl.h"
#include "access/ownership.h"
#include "access/public_access_block.h"

namespace atelier::access {
namespace {

using Kind = Grantee::Kind;

Requester Of(std::string project, std::string domain = "d9") {
  return {.anonymous = false,
          .project_id = std::move(project),
          .domain_id = std::move(domain),
          .user_id = "u",
          .user_name = "n",
          .access_key = "AK"};
}
const Requester kAnonymous = AnonymousRequester();

Result<Acl> CannedOfBucket(std::string_view name) {
  return CannedAcl(name, {.owner_id = "p1", .bucket_owner_id = "p1"});
}

TEST(Permission, HasTheWordsOfTheWire) {
  for (std::string_view word : {"READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"}) {
    auto permission = ParsePermission(word);
    ASSERT_TRUE(permission) << word;
    EXPECT_EQ(ToString(*permission), word);
  }
  EXPECT_FALSE(ParsePermission("read"));
  EXPECT_FALSE(ParsePermission(""));
}

TEST(Grants, ToWhom) {
  struct Case {
    Grantee grantee;
    bool owner, account, stranger, anonymous;
  };
  for (const Case& c : std::initializer_list<Case>{
           {{Kind::kCanonicalId, "p2"}, false, true, false, false},
           {{Kind::kCanonicalId, "d2"}, false, true, false, false},
           {{Kind::kCanonicalId, ""}, false, false, false, false},
           {{Kind::kAllUsers, ""}, true, true, true, true},
           {{Kind::kAuthenticatedUsers, ""}, true, true, true, false},
           {{Kind::kLogDelivery, ""}, false, false, false, false},
       }) {
    Acl acl{.owner_id = "p1", .grants = {{c.grantee, Permission::kRead}}};
    EXPECT_EQ(Grants(acl, Of("p1"), Permission::kRead), c.owner) << c.grantee.id;
    EXPECT_EQ(Grants(acl, Of("p2", "d2"), Permission::kRead), c.account) << c.grantee.id;
    EXPECT_EQ(Grants(acl, Of("p3"), Permission::kRead), c.stranger) << c.grantee.id;
    EXPECT_EQ(Grants(acl, kAnonymous, Permission::kRead), c.anonymous) << c.grantee.id;
  }
}

TEST(Grants, What) {
  auto given = [](Permission granted, Permission asked) {
    Acl acl{.owner_id = "p1", .grants = {{{Kind::kCanonicalId, "p2"}, granted}}};
    return Grants(acl, Of("p2"), asked);
  };
  for (Permission asked : {Permission::kRead, Permission::kWrite, Permission::kReadAcp, Permission::kWriteAcp}) {
    EXPECT_TRUE(given(Permission::kFullControl, asked));
    for (Permission granted : {Permission::kRead, Permission::kWrite, Permission::kReadAcp, Permission::kWriteAcp})
      EXPECT_EQ(given(granted, asked), granted == asked);
  }
}

TEST(Grants, TheAclItselfIsAlwaysTheOwners) {
  Acl acl{.owner_id = "p1", .grants = {}};
  EXPECT_TRUE(Grants(acl, Of("p1"), Permission::kReadAcp));
  EXPECT_TRUE(Grants(acl, Of("p1"), Permission::kWriteAcp));
  EXPECT_FALSE(Grants(acl, Of("p1"), Permission::kRead));
  EXPECT_FALSE(Grants(acl, Of("p2"), Permission::kReadAcp));
  EXPECT_FALSE(Grants(Acl{}, kAnonymous, Permission::kReadAcp));
}

TEST(Grants, Filtered) {
  Acl acl{.owner_id = "p1",
          .grants = {{{Kind::kAllUsers, ""}, Permission::kRead, true},
                     {{Kind::kCanonicalId, "p2"}, Permission::kRead, false},
                     {{Kind::kCanonicalId, "p3"}, Permission::kRead, true}}};
  EXPECT_FALSE(Grants(acl, kAnonymous, Permission::kRead, {.ignore_public = true}));
  EXPECT_TRUE(Grants(acl, Of("p2"), Permission::kRead, {.ignore_public = true}));
  EXPECT_TRUE(Grants(acl, kAnonymous, Permission::kRead, {.delivered_only = true}));
  EXPECT_FALSE(Grants(acl, Of("p2"), Permission::kRead, {.ignore_public = true, .delivered_only = true}));
  EXPECT_TRUE(Grants(acl, Of("p3"), Permission::kRead, {.ignore_public = true, .delivered_only = true}));
}

TEST(CannedAcls, OfBucketsAndObjects) {
  const Grant owner{{Kind::kCanonicalId, "p2"}, Permission::kFullControl};
  const Grant all_read{{Kind::kAllUsers, ""}, Permission::kRead};
  const Grant all_write{{Kind::kAllUsers, ""}, Permission::kWrite};
  struct Case {
    std::string_view name;
    std::vector<Grant> bucket, object;  // besides the owner's
  };
  const std::vector<Case> cases = {
      {"private", {}, {}},
      {"public-read", {all_read}, {all_read}},
      {"public-read-write", {all_read, all_write}, {all_read, all_write}},
      {"authenticated-read",
       {{{Kind::kAuthenticatedUsers, ""}, Permission::kRead}},
       {{{Kind::kAuthenticatedUsers, ""}, Permission::kRead}}},
      {"bucket-owner-read", {}, {{{Kind::kCanonicalId, "p1"}, Permission::kRead}}},
      {"bucket-owner-full-control", {}, {{{Kind::kCanonicalId, "p1"}, Permission::kFullControl}}},
      {"log-delivery-write",
       {{{Kind::kLogDelivery, ""}, Permission::kWrite}, {{Kind::kLogDelivery, ""}, Permission::kReadAcp}},
       {{{Kind::kLogDelivery, ""}, Permission::kWrite}, {{Kind::kLogDelivery, ""}, Permission::kReadAcp}}},
  };
  for (const Case& c : cases) {
    for (bool of_object : {false, true}) {
      auto acl = CannedAcl(c.name, {.owner_id = "p2", .bucket_owner_id = "p1", .of_object = of_object});
      ASSERT_TRUE(acl) << c.name;
      std::vector<Grant> expected = of_object ? c.object : c.bucket;
      expected.insert(expected.begin(), owner);
      EXPECT_EQ(acl->owner_id, "p2");
      EXPECT_EQ(acl->grants, expected) << c.name << (of_object ? " of objects" : " of buckets");
    }
  }
}

TEST(CannedAcls, DeliveredOnesAreOfBuckets) {
  auto acl = CannedOfBucket("public-read-write-delivered");
  ASSERT_TRUE(acl);
  EXPECT_EQ(acl->grants, (std::vector<Grant>{{{Kind::kCanonicalId, "p1"}, Permission::kFullControl, false},
                                             {{Kind::kAllUsers, ""}, Permission::kRead, true},
                                             {{Kind::kAllUsers, ""}, Permission::kWrite, true}}));
  EXPECT_EQ(CannedOfBucket("public-read-delivered")->grants.size(), 2U);
  EXPECT_FALSE(CannedAcl("public-read-delivered", {.owner_id = "p1", .bucket_owner_id = "p1", .of_object = true}));
}

TEST(CannedAcls, AreFew) {
  auto acl = CannedOfBucket("public");
  ASSERT_FALSE(acl);
  EXPECT_EQ(acl.error().code, "InvalidArgument");
  EXPECT_NE(acl.error().message.find("\"public\""), std::string::npos);
}

TEST(CannedAcls, OfTheBucketsOwnObjectsGrantOnce) {
  auto acl = CannedAcl("bucket-owner-full-control", {.owner_id = "p1", .bucket_owner_id = "p1", .of_object = true});
  EXPECT_EQ(acl.value(), PrivateAcl("p1"));
}

TEST(IsPublicAcl, WhenItGrantsToGroups) {
  EXPECT_FALSE(IsPublic(PrivateAcl("p1")));
  for (std::string_view name : {"public-read", "authenticated-read", "public-read-delivered"})
    EXPECT_TRUE(IsPublic(*CannedOfBucket(name))) << name;
  EXPECT_FALSE(IsPublic(*CannedOfBucket("log-delivery-write")));
}

TEST(AccountGrantee, TakesIdsThatCanBeStoredAndShown) {
  EXPECT_EQ(AccountGrantee("0a1b").value(), (Grantee{Kind::kCanonicalId, "0a1b"}));
  EXPECT_TRUE(AccountGrantee(std::string(256, 'a')));
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("\xc3\xbc"), std::string("\xff"),
                                 std::string("a\n"), std::string(257, 'a')}) {
    EXPECT_EQ(AccountGrantee(bad).error().code, "InvalidArgument") << bad;
  }
}

TEST(CheckAcl, CountsGrants) {
  Acl acl = PrivateAcl("p1");
  acl.grants.resize(kMaxGrants, acl.grants.front());
  EXPECT_TRUE(CheckAcl(acl));
  acl.grants.push_back(acl.grants.front());
  EXPECT_EQ(CheckAcl(acl).error().code, "MalformedACLError");
}

TEST(AclCodec, GoesThereAndBack) {
  Acl acl{.owner_id = "p1",
          .grants = {{{Kind::kCanonicalId, "p\"2"}, Permission::kFullControl},
                     {{Kind::kAllUsers, ""}, Permission::kRead, true},
                     {{Kind::kAuthenticatedUsers, ""}, Permission::kReadAcp},
                     {{Kind::kLogDelivery, ""}, Permission::kWrite}},
          .inherits = false};
  auto decoded = DecodeAcl(EncodeAcl(acl));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, acl);
  EXPECT_EQ(DecodeAcl(EncodeAcl(PrivateAcl("p1"))).value(), PrivateAcl("p1"));
}

// What is on disk stays readable.
TEST(AclCodec, ReadsVersionOne) {
  constexpr std::string_view kText =
      R"({"v":1,"owner":"p1","inherits":true,"grants":[{"id":"p1","may":"FULL_CONTROL"},{"to":"AllUsers","may":"READ","delivered":true}]})";
  Acl acl = PrivateAcl("p1");
  acl.grants.push_back({{Kind::kAllUsers, ""}, Permission::kRead, true});
  EXPECT_EQ(DecodeAcl(kText).value(), acl);
  EXPECT_EQ(EncodeAcl(acl), kText);
}

TEST(AclCodec, TellsDamage) {
  for (std::string_view bad :
       {"", "{}", "[]", R"({"v":2,"owner":"p","inherits":true,"grants":[]})", R"({"v":1,"owner":"p","inherits":true})",
        R"({"v":1,"inherits":true,"grants":[]})", R"({"v":1,"owner":"p","inherits":true,"grants":[1]})",
        R"({"v":1,"owner":"p","inherits":true,"grants":[{"id":"p","may":"EAT"}]})",
        R"({"v":1,"owner":"p","inherits":true,"grants":[{"may":"READ"}]})",
        R"({"v":1,"owner":"p","inherits":true,"grants":[{"to":"Friends","may":"READ"}]})",
        R"({"v":1,"owner":"p","inherits":true,"grants":[{"to":"AllUsers","id":"p","may":"READ"}]})"}) {
    auto acl = DecodeAcl(bad);
    ASSERT_FALSE(acl) << bad;
    EXPECT_EQ(acl.error().kind, ErrorKind::kInternal);
  }
}

TEST(PublicAccessBlockCodec, KeepsEachFlag) {
  for (unsigned bits = 0; bits < 16; ++bits) {
    PublicAccessBlock block{.block_public_acls = (bits & 1) != 0,
                            .ignore_public_acls = (bits & 2) != 0,
                            .block_public_policy = (bits & 4) != 0,
                            .restrict_public_buckets = (bits & 8) != 0};
    EXPECT_EQ(DecodePublicAccessBlock(EncodePublicAccessBlock(block)).value(), block);
  }
  EXPECT_EQ(EncodePublicAccessBlock({.block_public_acls = true}),
            R"({"v":1,"block_acls":true,"ignore_acls":false,"block_policy":false,"restrict":false})");
  for (std::string_view bad :
       {"", "{}", R"({"v":1})",
        R"({"v":2,"block_acls":true,"ignore_acls":false,"block_policy":false,"restrict":false})"})
    EXPECT_EQ(DecodePublicAccessBlock(bad).error().kind, ErrorKind::kInternal) << bad;
}

TEST(Ownership, HasTheWordsOfTheWire) {
  for (std::string_view word : {"ObjectWriter", "BucketOwnerPreferred", "BucketOwnerEnforced"}) {
    auto ownership = ParseOwnership(word);
    ASSERT_TRUE(ownership) << word;
    EXPECT_EQ(ToString(*ownership), word);
  }
  EXPECT_FALSE(ParseOwnership("Nobody"));
}

}  // namespace
}  // namespace atelier::access
