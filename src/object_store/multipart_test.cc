#include "base/strings.h"
#include "object_store/testing/service_fixture.h"

namespace atelier::object_store {
namespace {

class MultipartTest : public ServiceFixture {
 protected:
  Result<ObjectRecord> Complete(const std::string& upload, const std::vector<CompletedPart>& parts,
                                std::uint64_t min_part_size = 0) {
    return service_->CompleteUpload(me_, "bucket", "k", upload, {parts, min_part_size, {}, {}, {}});
  }
  CompletedPart Upload(const std::string& upload, int number, std::string_view bytes) {
    auto part = PutPart("k", upload, number, bytes);
    EXPECT_TRUE(part);
    return {number, part->etag, {}};
  }
};

TEST_F(MultipartTest, PartsMakeUpTheObject) {
  std::string upload = StartUpload("k");
  const std::string one = Pattern(6000, 1), two = Pattern(100, 2), three = Pattern(9000, 3);
  auto c3 = Upload(upload, 30, three), c1 = Upload(upload, 1, "replaced"), c2 = Upload(upload, 2, two);
  c1 = Upload(upload, 1, one);
  auto done = Complete(upload, {c1, c2, c3});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->size, 15'100U);
  EXPECT_EQ(done->part_sizes, (std::vector<std::uint64_t>{6000, 100, 9000}));
  std::string md5s = ComputeDigest(DigestKind::kMd5, one) + ComputeDigest(DigestKind::kMd5, two) +
                     ComputeDigest(DigestKind::kMd5, three);
  EXPECT_EQ(done->etag, HexEncode(ComputeDigest(DigestKind::kMd5, md5s)) + "-3");
  EXPECT_EQ(Get("k"), one + two + three);
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_EQ(Get("k"), one + two + three);
}

TEST_F(MultipartTest, CompletionCanBeRepeatedUntilTheObjectIsReplaced) {
  std::string upload = StartUpload("k");
  auto part = Upload(upload, 1, "bytes");
  auto first = Complete(upload, {part});
  ASSERT_TRUE(first);
  clock_.Advance(Milliseconds(5000));
  auto second = Complete(upload, {part});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->etag, first->etag);
  EXPECT_EQ(second->last_modified, first->last_modified);
  ASSERT_TRUE(Put("k", "other"));
  EXPECT_EQ(CodeOf(Complete(upload, {part})), "NoSuchUpload");
}

TEST_F(MultipartTest, WrongListsAreRefused) {
  std::string upload = StartUpload("k");
  auto one = Upload(upload, 1, "one"), two = Upload(upload, 2, "two");
  CompletedPart absent{3, one.etag, {}}, wrong{2, one.etag, {}};
  EXPECT_EQ(CodeOf(Complete(upload, {two, one})), "InvalidPartOrder");
  EXPECT_EQ(CodeOf(Complete(upload, {one, one})), "InvalidPartOrder");
  EXPECT_EQ(CodeOf(Complete(upload, {one, absent})), "InvalidPart");
  EXPECT_EQ(CodeOf(Complete(upload, {one, wrong})), "InvalidPart");
  EXPECT_EQ(CodeOf(Complete(upload, {})), "MalformedXML");
  EXPECT_EQ(CodeOf(Complete(upload, {one, two}, 4)), "EntityTooSmall");
  EXPECT_EQ(CodeOf(Complete("absent", {one})), "NoSuchUpload");
  EXPECT_EQ(CodeOf(PutPart("k", upload, 0, "x")), "InvalidArgument");
  EXPECT_EQ(CodeOf(PutPart("k", upload, 10001, "x")), "InvalidArgument");
  EXPECT_EQ(CodeOf(PutPart("k", "absent", 1, "x")), "NoSuchUpload");
  EXPECT_TRUE(Complete(upload, {one, two}, 3)) << "the last part may be small";
}

TEST_F(MultipartTest, FullObjectChecksumsAreCombined) {
  for (DigestKind kind : {DigestKind::kCrc32, DigestKind::kCrc32c, DigestKind::kCrc64Nvme}) {
    std::string upload = StartUpload("k", kind, false);
    const std::string one = Pattern(6000, 1), two = Pattern(100, 2);
    auto done = Complete(upload, {Upload(upload, 1, one), Upload(upload, 2, two)});
    ASSERT_TRUE(done);
    ASSERT_EQ(done->checksums.size(), 1U);
    EXPECT_EQ(done->checksums[0].value, ComputeDigest(kind, one + two));
    EXPECT_FALSE(done->checksums[0].composite);
  }
}

TEST_F(MultipartTest, CompositeChecksumsAreOverTheParts) {
  std::string upload = StartUpload("k", DigestKind::kSha256, true);
  auto one = Upload(upload, 1, "one"), two = Upload(upload, 2, "two");
  one.checksum = ComputeDigest(DigestKind::kSha256, "two");
  EXPECT_EQ(CodeOf(Complete(upload, {one, two})), "InvalidPart");
  one.checksum = ComputeDigest(DigestKind::kSha256, "one");
  auto done = Complete(upload, {one, two});
  ASSERT_TRUE(done);
  std::string values = ComputeDigest(DigestKind::kSha256, "one") + ComputeDigest(DigestKind::kSha256, "two");
  EXPECT_EQ(done->checksums[0].value, ComputeDigest(DigestKind::kSha256, values));
  EXPECT_TRUE(done->checksums[0].composite);
  EXPECT_EQ(CodeOf(service_->CreateUpload(me_, "bucket", *ObjectKey::Parse("k"), {}, DigestKind::kSha256, false)),
            "InvalidRequest");
  EXPECT_EQ(CodeOf(service_->CreateUpload(me_, "bucket", *ObjectKey::Parse("k"), {}, DigestKind::kCrc64Nvme, true)),
            "InvalidRequest");
}

TEST_F(MultipartTest, PartsAreCopiedFromObjectsWithoutMovingBytes) {
  const std::string bytes = Pattern(10'000);
  ASSERT_TRUE(Put("source", bytes));
  std::string upload = StartUpload("k");
  CopyRequest source{.source_bucket = "bucket", .source_key = "source"};
  auto middle = service_->CopyPart(me_, "bucket", "k", upload, 1, source, std::pair{1000UL, 4999UL});
  auto whole = service_->CopyPart(me_, "bucket", "k", upload, 2, source, {});
  ASSERT_TRUE(middle && whole);
  EXPECT_EQ(middle->etag, HexEncode(ComputeDigest(DigestKind::kMd5, bytes.substr(1000, 4000))));
  EXPECT_EQ(whole->etag, HexEncode(ComputeDigest(DigestKind::kMd5, bytes)));
  EXPECT_EQ(CodeOf(service_->CopyPart(me_, "bucket", "k", upload, 3, source, std::pair{9000UL, 10'000UL})),
            "InvalidRange");
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "source"}));
  ASSERT_TRUE(Complete(upload, {{1, middle->etag, {}}, {2, whole->etag, {}}}));
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_EQ(Get("k"), bytes.substr(1000, 4000) + bytes);
  EXPECT_EQ(index_.Blobs(BlobId(), BlobId(~0ULL >> 1), 10)->size(), 1U);
}

TEST_F(MultipartTest, AbortRemovesTheParts) {
  std::string upload = StartUpload("k");
  Upload(upload, 1, Pattern(50'000));
  ASSERT_TRUE(service_->AbortUpload(me_, "bucket", "k", upload));
  EXPECT_EQ(CodeOf(service_->AbortUpload(me_, "bucket", "k", upload)), "NoSuchUpload");
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_TRUE(index_.Blobs(BlobId(), BlobId(~0ULL >> 1), 10)->empty());
}

TEST_F(MultipartTest, PartsAndUploadsAreListed) {
  std::string upload = StartUpload("k");
  for (int number : {5, 1, 3}) Upload(upload, number, "x");
  auto parts = service_->ListParts(me_, "bucket", "k", upload, 1, 10);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].number, 3);
  std::vector<std::string> ids = {upload};
  for (const char* key : {"dir/a", "dir/b", "k", "z"}) ids.push_back(StartUpload(key));
  auto all = service_->ListUploads(me_, "bucket", "", "/", "", "", 10);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->uploads.size(), 3U);
  EXPECT_EQ(all->common_prefixes, std::vector<std::string>{"dir/"});
  std::size_t seen = 0;
  std::string key, id;
  for (bool more = true; more;) {
    auto page = service_->ListUploads(me_, "bucket", "", "", key, id, 1);
    ASSERT_TRUE(page);
    seen += page->uploads.size();
    key = page->next_key;
    id = page->next_upload_id;
    more = page->truncated;
  }
  EXPECT_EQ(seen, 5U);
  EXPECT_EQ(service_->ListUploads(me_, "bucket", "", "", "k", "", 10)->uploads.size(), 1U) << "beyond the key k";
}

}  // namespace
}  // namespace atelier::object_store
