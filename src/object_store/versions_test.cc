// Versions through the service: what clients are told.
#include "object_store/errors.h"
#include "object_store/testing/service_fixture.h"

namespace atelier::object_store {
namespace {

class VersionsTest : public ServiceFixture {
 protected:
  void SetUp() override {
    Start();
    ASSERT_TRUE(service_->SetVersioning(me_, "bucket", VersioningState::kEnabled));
  }
  std::string Read(const std::string& key, const VersionChoice& version = {}) {
    auto opened = service_->Open(me_, "bucket", key, version);
    return opened ? ReadExtents(opened->extents) : opened.error().code;
  }
};

TEST_F(VersionsTest, OldBytesAreReadByTheirId) {
  auto first = Put("k", "one");
  auto second = Put("k", "two");
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->version_id, "");
  EXPECT_EQ(Read("k"), "two");
  EXPECT_EQ(Read("k", first->version_id), "one");
  EXPECT_EQ(Read("k", second->version_id), "two");
  EXPECT_EQ(Read("k", std::string(31, '0') + "9"), "NoSuchVersion");
  EXPECT_EQ(Read("k", ""), "NoSuchVersion") << "there is no null version";
}

TEST_F(VersionsTest, TheIdOfAnotherKeysVersionNamesNothing) {
  auto put = Put("k", "one");
  auto other = Put("other", "two");  // in the same millisecond: the clock stands still
  ASSERT_TRUE(put && other);
  EXPECT_EQ(Read("k", other->version_id), "NoSuchVersion");
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k", .version = other->version_id}));
  EXPECT_EQ(Read("k"), "one");
}

TEST_F(VersionsTest, ADeletedKeySaysSoAndItsVersionsRemain) {
  auto put = Put("k", "one");
  auto deleted = service_->Delete(me_, "bucket", {.key = "k"});
  ASSERT_TRUE(put && deleted && deleted->delete_marker);
  auto head = service_->Head(me_, "bucket", "k");
  EXPECT_EQ(CodeOf(head), "NoSuchKey");
  EXPECT_EQ(head.error().subject, std::string(kMarkerSubject) + *deleted->version);
  auto marker = service_->Head(me_, "bucket", "k", deleted->version);
  EXPECT_EQ(CodeOf(marker), "MethodNotAllowed");
  EXPECT_EQ(marker.error().subject, std::string(kMarkerSubject) + *deleted->version);
  EXPECT_EQ(Read("k", put->version_id), "one");
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_EQ(Read("k", put->version_id), "one") << "the cleaner leaves what a version names";
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k", .version = put->version_id}));
  auto cleaned = blobs_->Clean();
  ASSERT_TRUE(cleaned);
  EXPECT_EQ(cleaned->erased, 1U);
}

TEST_F(VersionsTest, AnOldVersionIsRestoredByCopyingIt) {
  auto first = Put("k", "one");
  ASSERT_TRUE(first && Put("k", "two"));
  CopyRequest back{.source_bucket = "bucket",
                   .source_key = "k",
                   .source_version = first->version_id,
                   .target_bucket = "bucket",
                   .target_key = "k"};
  auto copied = service_->Copy(me_, back);
  ASSERT_TRUE(copied);
  EXPECT_NE(copied->version_id, first->version_id);
  EXPECT_EQ(Read("k"), "one");
}

TEST_F(VersionsTest, VersioningIsNotTakenBack) {
  EXPECT_EQ(CodeOf(service_->SetVersioning(me_, "bucket", VersioningState::kNever)), "InvalidBucketState");
  ASSERT_TRUE(service_->SetVersioning(me_, "bucket", VersioningState::kSuspended));
  auto put = Put("k", "one");
  ASSERT_TRUE(put);
  EXPECT_EQ(put->version_id, "");
  EXPECT_EQ(service_->FindBucket(me_, "bucket")->versioning, VersioningState::kSuspended);
}

TEST_F(VersionsTest, TagsFollowCopiesAsTheirDirectiveSaysAndAclsNever) {
  ObjectAttributes attributes;
  attributes.tags = {{"a", "1"}};
  attributes.acl = "public";
  ASSERT_TRUE(Put("k", "one", {}, {}, attributes));
  CopyRequest copy{.source_bucket = "bucket", .source_key = "k", .target_bucket = "bucket", .target_key = "copy"};
  auto copied = service_->Copy(me_, copy);
  ASSERT_TRUE(copied);
  EXPECT_EQ(copied->attributes.tags, attributes.tags);
  EXPECT_EQ(copied->attributes.acl, "");
  copy.replace_tags = {{{"b", "2"}}};
  copy.acl = "theirs";
  copied = service_->Copy(me_, copy);
  ASSERT_TRUE(copied);
  EXPECT_EQ(copied->attributes.tags, *copy.replace_tags);
  EXPECT_EQ(copied->attributes.acl, "theirs");
}

TEST_F(VersionsTest, AppendedBytesAreReadInOrder) {
  auto append = [&](std::uint64_t position, const std::string& bytes) -> Result<ObjectRecord> {
    ATELIER_TRY(auto writer, service_->Append(me_, "bucket", *ObjectKey::Parse("log"), position, {}, {}));
    ATELIER_CHECK(writer->Append(bytes));
    return writer->Commit({}, {});
  };
  const std::string large = Pattern(300'000);
  ASSERT_TRUE(append(0, "first "));
  ASSERT_TRUE(append(6, large));
  EXPECT_EQ(CodeOf(append(6, "late")), "PositionNotEqualToLength");
  ASSERT_TRUE(append(6 + large.size(), " last"));
  EXPECT_EQ(Read("log"), "first " + large + " last");
  ASSERT_TRUE(Put("log", "whole"));
  EXPECT_EQ(CodeOf(append(5, "x")), "ObjectNotAppendable");
}

TEST_F(VersionsTest, WritersOfOtherProjectsOwnWhatTheyWrite) {
  Caller other{.project_id = "other", .authorised = true};
  auto writer = service_->Put(other, "bucket", *ObjectKey::Parse("k"), {}, {});
  ASSERT_TRUE(writer && (*writer)->Append("x"));
  ASSERT_TRUE((*writer)->Commit({}, {}));
  EXPECT_EQ(service_->Head(me_, "bucket", "k")->attributes.owner_id, "other");
  ASSERT_TRUE(Put("k", "mine"));
  EXPECT_EQ(service_->Head(me_, "bucket", "k")->attributes.owner_id, "");
  EXPECT_EQ(CodeOf(service_->Head({.project_id = "other"}, "bucket", "k")), "AccessDenied");
}

}  // namespace
}  // namespace atelier::object_store
