#include "object_store/blob_health.h"

#include <gmock/gmock.h>

#include "object_store/testing/health_fixture.h"

namespace atelier::object_store {
namespace {

using testing::HasSubstr;

using BlobHealthTest = HealthTest;

TEST_F(BlobHealthTest, ASmallObjectIsCheckedBeforeItsFirstByte) {
  ASSERT_TRUE(Put("small", Pattern(1000)));
  EXPECT_EQ(Get("small"), Pattern(1000));
  EXPECT_EQ(health_->damaged_blobs(), 0U);
  Flip("small", 999);
  auto opened = service_->Open(me_, "bucket", "small");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "InternalError");
  EXPECT_THAT(opened.error().message, HasSubstr("damaged"));
  EXPECT_EQ(health_->damaged_blobs(), 1U) << "what a reader finds is remembered";
  auto known = health_->Damage();
  ASSERT_TRUE(known);
  EXPECT_EQ(known->at(0).blob, BlobOf("small"));
  EXPECT_EQ(known->at(0).found, clock_.Now());
}

TEST_F(BlobHealthTest, ALongRecordIsCheckedToItsEnd) {
  options_.small_limit = 60'000;
  Start();
  StartHealth();
  ASSERT_TRUE(Put("record", Pattern(50'000)));
  ASSERT_FALSE(BlobOf("record").id.in_file());
  EXPECT_EQ(Get("record"), Pattern(50'000));
  Flip("record", 49'999);
  EXPECT_EQ(Refusal("record"), "InternalError");
  Flip("record", 49'999);
  EXPECT_EQ(Refusal("record"), "served");
  Flip("record", 0);
  EXPECT_EQ(Refusal("record"), "InternalError");
}

TEST_F(BlobHealthTest, TheBytesThatWereCheckedAreTheBytesThatAreSent) {
  ASSERT_TRUE(Put("small", "0123456789"));
  auto opened = service_->Open(me_, "bucket", "small");
  ASSERT_TRUE(opened);
  Flip("small", 4);
  auto middle = SliceExtents(opened->extents, 3, 4);
  ASSERT_NE(middle.at(0).checked, nullptr);
  EXPECT_EQ(middle.at(0).CheckedBytes(), "3456");
}

TEST_F(BlobHealthTest, ALargeObjectIsRefusedOnceItsDamageIsKnown) {
  ASSERT_TRUE(Put("large", Pattern(10'000)));
  Flip("large", 5000);
  EXPECT_EQ(Refusal("large"), "served") << "nobody has read it since";
  auto verdict = health_->Verify(BlobOf("large"));
  ASSERT_TRUE(verdict);
  EXPECT_FALSE(verdict->sound);
  EXPECT_THAT(verdict->reason, HasSubstr("CRC32C"));
  EXPECT_EQ(Refusal("large"), "InternalError");

  Start();
  StartHealth();
  EXPECT_EQ(Refusal("large"), "InternalError") << "also after a restart";

  Flip("large", 5000);
  EXPECT_TRUE(health_->Verify(BlobOf("large"))->sound);
  EXPECT_EQ(Refusal("large"), "served") << "it reads well again";
  EXPECT_TRUE(record_.Damage()->empty());
}

TEST_F(BlobHealthTest, AMissingFileIsDamageAndAWantOfDescriptorsIsNot) {
  ASSERT_TRUE(Put("large", Pattern(10'000)));
  const fs::path file = BlobPaths{folder_.path() / "blobs"}.File(BlobOf("large").id);
  fs::rename(file, file.string() + ".aside");
  EXPECT_THAT(health_->Verify(BlobOf("large"))->reason, HasSubstr("cannot be read"));
  fs::rename(file.string() + ".aside", file);
  EXPECT_TRUE(health_->Verify(BlobOf("large"))->sound);
}

TEST_F(BlobHealthTest, DeletedObjectsAreMissedByNobody) {
  ASSERT_TRUE(Put("large", Pattern(10'000)));
  const BlobRef blob = BlobOf("large");
  Flip("large", 1);
  EXPECT_FALSE(health_->Verify(blob)->sound);
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "large"}));
  EXPECT_TRUE(health_->Verify(blob)->sound) << "dead";
  EXPECT_TRUE(health_->Damage()->empty());
  EXPECT_EQ(health_->damaged_blobs(), 0U);
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_TRUE(health_->Verify(blob)->sound) << "gone";
}

TEST_F(BlobHealthTest, WhatIsReadIsCounted) {
  ASSERT_TRUE(Put("small", Pattern(1000)));
  ASSERT_TRUE(Put("large", Pattern(10'000)));
  ASSERT_TRUE(health_->Verify(BlobOf("small")));
  ASSERT_TRUE(health_->Verify(BlobOf("large")));
  EXPECT_EQ(health_->verified_blobs(), 2U);
  EXPECT_EQ(health_->verified_bytes(), 11'000U);
}

TEST_F(BlobHealthTest, WhileCleaningIsHeldDeadBytesStay) {
  ASSERT_TRUE(Put("small", Pattern(1000)));
  ASSERT_TRUE(Put("large", Pattern(10'000)));
  const BlobRef small = BlobOf("small"), large = BlobOf("large");
  {
    BlobStore::CleaningHold hold(*blobs_);
    ASSERT_TRUE(service_->DeleteMany(me_, "bucket", {{.key = "small"}, {.key = "large"}}));
    EXPECT_EQ(blobs_->Clean()->erased, 0U);
    EXPECT_TRUE(blobs_->Verify(small)->sound);
    EXPECT_TRUE(blobs_->Verify(large)->sound);
  }
  EXPECT_EQ(blobs_->Clean()->erased, 2U);
  EXPECT_FALSE(blobs_->Verify(small)->sound);
}

}  // namespace
}  // namespace atelier::object_store
