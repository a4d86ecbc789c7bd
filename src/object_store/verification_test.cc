#include "object_store/verification.h"

#include <gmock/gmock.h>

#include "object_store/testing/health_fixture.h"

namespace atelier::object_store {
namespace {

class VerificationTest : public HealthTest {
 protected:
  static bool GoOn(const VerifyProgress&) { return true; }

  Result<VerifyOutcome> Verify(const std::string& bucket = "") { return VerifyStore(index_, *health_, bucket, GoOn); }
};

TEST_F(VerificationTest, ReadsEveryBlobOnce) {
  ASSERT_TRUE(Put("small", Pattern(1000)));
  ASSERT_TRUE(Put("large", Pattern(10'000)));
  ASSERT_TRUE(Put("empty", ""));
  CopyRequest copy{"bucket", "large", "bucket", "copy", {}, {}, {}};
  ASSERT_TRUE(service_->Copy(me_, copy));
  std::uint64_t last = 0, total = 0;
  auto progress = [&](const VerifyProgress& read) {
    EXPECT_GT(read.bytes, last);
    last = read.bytes;
    total = read.total_bytes;
    return true;
  };
  auto outcome = VerifyStore(index_, *health_, "", progress);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->read.blobs, 2U);
  EXPECT_EQ(outcome->read.bytes, 11'000U);
  EXPECT_EQ(last, 11'000U);
  EXPECT_EQ(total, 11'000U);
  EXPECT_TRUE(outcome->damage.empty());
}

TEST_F(VerificationTest, DamageIsNamedByBucketAndKeyOfEveryUser) {
  ASSERT_TRUE(service_->CreateBucket(me_, *BucketName::Parse("other"), ""));
  ASSERT_TRUE(Put("large", Pattern(10'000)));
  ASSERT_TRUE(Put("good", Pattern(10'000, 2)));
  CopyRequest copy{"bucket", "large", "other", "copy", {}, {}, {}};
  ASSERT_TRUE(service_->Copy(me_, copy));
  const std::string upload = StartUpload("upload");
  ASSERT_TRUE(PutPart("upload", upload, 3, Pattern(9'000, 3)));
  Flip("large", 77);
  auto part = index_.Parts(upload, 0, 10);
  ASSERT_TRUE(part);
  fs::remove(BlobPaths{folder_.path() / "blobs"}.File(part->at(0).pieces.at(0).blob.id));

  auto outcome = Verify();
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->damage.size(), 2U);
  EXPECT_EQ(outcome->damage[0].users, (std::vector<DamagedUser>{{"bucket", "large", "", 0}, {"other", "copy", "", 0}}));
  EXPECT_EQ(outcome->damage[1].users, (std::vector<DamagedUser>{{"bucket", "upload", upload, 3}}));

  auto only = Verify("other");
  ASSERT_TRUE(only);
  EXPECT_EQ(only->read.blobs, 1U);
  ASSERT_EQ(only->damage.size(), 1U);
  EXPECT_EQ(only->damage[0].users, (std::vector<DamagedUser>{{"other", "copy", "", 0}}));
}

TEST_F(VerificationTest, ABucketThatIsAbsentIsAnError) {
  auto outcome = Verify("absent");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, "NoSuchBucket");
}

TEST_F(VerificationTest, CanBeStopped) {
  ASSERT_TRUE(Put("a", Pattern(10'000)));
  ASSERT_TRUE(Put("b", Pattern(10'000)));
  auto stop_at_second = [](const VerifyProgress& read) { return read.bytes <= 10'000; };
  auto outcome = VerifyStore(index_, *health_, "", stop_at_second);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, ErrorKind::kCancelled);
}

}  // namespace
}  // namespace atelier::object_store
