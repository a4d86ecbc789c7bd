#include "object_store/object_service.h"

#include "base/strings.h"
#include "object_store/testing/service_fixture.h"

namespace atelier::object_store {
namespace {

using ObjectServiceTest = ServiceFixture;

TEST_F(ObjectServiceTest, ObjectsOfEverySizeComeBack) {
  for (std::size_t size : {0UL, 1UL, 4095UL, 4096UL, 4097UL, 300'000UL}) {
    std::string key = "k" + std::to_string(size), bytes = Pattern(size, static_cast<unsigned>(size));
    auto put = Put(key, bytes);
    ASSERT_TRUE(put) << put.error().message;
    EXPECT_EQ(put->etag, HexEncode(ComputeDigest(DigestKind::kMd5, bytes)));
    EXPECT_EQ(put->size, size);
    EXPECT_EQ(Get(key), bytes) << size;
  }
  Start();
  for (std::size_t size : {0UL, 1UL, 4095UL, 4096UL, 4097UL, 300'000UL})
    EXPECT_EQ(Get("k" + std::to_string(size)), Pattern(size, static_cast<unsigned>(size))) << "after a restart";
}

TEST_F(ObjectServiceTest, AFolderAFileAndWhatLiesBelowAreThreeObjects) {
  for (const char* key : {"dir", "dir/", "dir/x", "a//b", "/lead", "x/../y"}) ASSERT_TRUE(Put(key, key));
  for (const char* key : {"dir", "dir/", "dir/x", "a//b", "/lead", "x/../y"}) EXPECT_EQ(Get(key), key);
}

TEST_F(ObjectServiceTest, BucketsBelongToAProject) {
  Caller other{"other"};
  EXPECT_EQ(CodeOf(service_->CreateBucket(me_, *BucketName::Parse("bucket"), "")), "BucketAlreadyOwnedByYou");
  EXPECT_EQ(CodeOf(service_->CreateBucket(other, *BucketName::Parse("bucket"), "")), "BucketAlreadyExists");
  EXPECT_EQ(CodeOf(service_->Open(other, "bucket", "k")), "AccessDenied");
  EXPECT_EQ(CodeOf(service_->FindBucket(other, "bucket")), "AccessDenied");
  EXPECT_EQ(CodeOf(service_->DeleteBucket(other, "bucket")), "AccessDenied");
  EXPECT_EQ(CodeOf(service_->FindBucket(me_, "absent")), "NoSuchBucket");
  EXPECT_EQ(service_->ListBuckets(me_)->size(), 1U);
  EXPECT_TRUE(service_->ListBuckets(other)->empty());
}

TEST_F(ObjectServiceTest, ABucketThatWasDeletedAndMadeByAnotherProjectIsItsOwn) {
  ASSERT_TRUE(service_->DeleteBucket(me_, "bucket"));
  EXPECT_EQ(CodeOf(service_->Head(me_, "bucket", "k")), "NoSuchBucket");
  Caller other{"other"};
  ASSERT_TRUE(service_->CreateBucket(other, *BucketName::Parse("bucket"), ""));
  EXPECT_EQ(CodeOf(service_->Head(me_, "bucket", "k")), "AccessDenied");
}

TEST_F(ObjectServiceTest, WrongDigestsStoreNothing) {
  ExpectedDigests md5{.md5 = std::string(16, 'x'), .sha256 = {}, .checksums = {}};
  ExpectedDigests sha{.md5 = {}, .sha256 = std::string(32, 'x'), .checksums = {}};
  ExpectedDigests crc{.md5 = {}, .sha256 = {}, .checksums = {{DigestKind::kCrc32, "abcd", false}}};
  EXPECT_EQ(CodeOf(Put("k", "bytes", md5)), "BadDigest");
  EXPECT_EQ(CodeOf(Put("k", "bytes", sha)), "XAmzContentSHA256Mismatch");
  auto refused = Put("k", Pattern(10'000), crc);
  EXPECT_EQ(CodeOf(refused), "BadDigest");
  EXPECT_NE(refused.error().message.find("CRC32"), std::string::npos);
  EXPECT_EQ(Get("k"), "<NoSuchKey>");
  EXPECT_TRUE(index_.Blobs(BlobId(), BlobId(~0ULL >> 1), 10)->empty());
}

TEST_F(ObjectServiceTest, VerifiedChecksumsAreKept) {
  ExpectedDigests expected;
  expected.md5 = ComputeDigest(DigestKind::kMd5, "bytes");
  expected.sha256 = ComputeDigest(DigestKind::kSha256, "bytes");
  expected.checksums = {{DigestKind::kCrc64Nvme, ComputeDigest(DigestKind::kCrc64Nvme, "bytes"), false}};
  ASSERT_TRUE(Put("k", "bytes", expected));
  auto head = service_->Head(me_, "bucket", "k");
  ASSERT_TRUE(head);
  ASSERT_EQ(head->checksums.size(), 1U);
  EXPECT_EQ(head->checksums[0].kind, DigestKind::kCrc64Nvme);
}

TEST_F(ObjectServiceTest, AReaderKeepsWhatItOpenedThroughOverwriteDeleteAndCleaning) {
  const std::string small = Pattern(3000, 1), large = Pattern(50'000, 2);
  ASSERT_TRUE(Put("small", small));
  ASSERT_TRUE(Put("large", large));
  auto open_small = service_->Open(me_, "bucket", "small");
  auto open_large = service_->Open(me_, "bucket", "large");
  ASSERT_TRUE(open_small && open_large);
  ASSERT_TRUE(Put("small", "new"));
  ASSERT_TRUE(service_->DeleteMany(me_, "bucket", {{.key = "large"}, {.key = "absent"}}));
  auto first = blobs_->Clean();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->pinned, 1U);
  EXPECT_EQ(first->erased, 1U);
  EXPECT_EQ(ReadExtents(open_small->extents), small);
  EXPECT_EQ(ReadExtents(open_large->extents), large);
  open_small->extents.clear();
  EXPECT_EQ(blobs_->Clean()->erased, 1U);
  EXPECT_TRUE(index_.DeadBlobs(BlobId(), 10)->empty());
  EXPECT_EQ(Get("small"), "new");
}

TEST_F(ObjectServiceTest, AnAbandonedOrRefusedWriteLeavesNoFile) {
  {
    auto writer = service_->Put(me_, "bucket", *ObjectKey::Parse("k"), {}, {});
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->Append(Pattern(20'000)));
  }
  ASSERT_TRUE(Put("k", "first"));
  WriteConditions only_new{.if_none_match_any = true, .if_match = {}};
  EXPECT_EQ(CodeOf(Put("k", Pattern(20'000), {}, only_new)), "PreconditionFailed");
  EXPECT_EQ(Files().size(), 1U) << "the segment";
  EXPECT_EQ(Get("k"), "first");
}

TEST_F(ObjectServiceTest, VolumesAreRetiredSealedAndRemovedWhenEmpty) {
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(Put("s" + std::to_string(i), Pattern(4000, static_cast<unsigned>(i))));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(Put("f" + std::to_string(i), Pattern(5000, static_cast<unsigned>(i))));
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_EQ(index_.UnsealedVolumes()->size(), 1U);
  EXPECT_GT(index_.Volumes().size(), 4U);
  std::vector<DeleteRequest> keys;
  for (int i = 0; i < 60; ++i) keys.push_back({.key = "s" + std::to_string(i)});
  for (int i = 0; i < 20; ++i) keys.push_back({.key = "f" + std::to_string(i)});
  ASSERT_TRUE(service_->DeleteMany(me_, "bucket", keys));
  auto cleaned = blobs_->Clean();
  ASSERT_TRUE(cleaned);
  EXPECT_EQ(cleaned->erased, 80U);
  EXPECT_EQ(index_.Volumes().size(), 1U);
  service_.reset();
  blobs_.reset();
  EXPECT_TRUE(index_.Volumes().empty());
  EXPECT_TRUE(Files().empty());
}

TEST_F(ObjectServiceTest, TheBackgroundCleanerRemovesWhatIsDeleted) {
  options_.background_cleaning = true;
  Start();
  ASSERT_TRUE(Put("k", Pattern(20'000)));
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k"}));
  service_.reset();
  blobs_.reset();  // waits for the cleaner's thread; what it had not begun is left for the next start
  options_.background_cleaning = false;
  Start();
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_TRUE(index_.DeadBlobs(BlobId(), 10)->empty());
  EXPECT_TRUE(Files().empty());
}

TEST_F(ObjectServiceTest, RangesAreCutAcrossExtents) {
  std::vector<Extent> extents = {{nullptr, 10, 5}, {nullptr, 100, 7}, {nullptr, 0, 3}};
  auto cut = SliceExtents(extents, 3, 10);
  ASSERT_EQ(cut.size(), 3U);
  EXPECT_EQ(cut[0].offset, 13U);
  EXPECT_EQ(cut[0].length, 2U);
  EXPECT_EQ(cut[1].offset, 100U);
  EXPECT_EQ(cut[1].length, 7U);
  EXPECT_EQ(cut[2].offset, 0U);
  EXPECT_EQ(cut[2].length, 1U);
  EXPECT_TRUE(SliceExtents(extents, 15, 10).empty());
  EXPECT_TRUE(SliceExtents(extents, 3, 0).empty());
}

TEST_F(ObjectServiceTest, DamageIsFoundBeforeServingAndByVerification) {
  ASSERT_TRUE(Put("header", Pattern(1000, 1)));
  ASSERT_TRUE(Put("payload", Pattern(1000, 2)));
  ASSERT_TRUE(Put("file", Pattern(10'000, 3)));
  ASSERT_TRUE(Put("good", Pattern(1000, 4)));
  auto damage = [&](const std::string& key, std::int64_t at) {
    auto stored = index_.FindObject("bucket", key, {});
    const BlobId id = (*stored)->pieces[0].blob.id;
    for (const fs::path& file : Files()) {
      bool segment = file.extension() == ".seg";
      if (segment == id.in_file()) continue;
      fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
      auto fd = OpenFile(file, 02);
      ASSERT_TRUE(fd);
      ASSERT_TRUE(
          PwriteAll(fd->get(), "!", static_cast<std::uint64_t>((segment ? std::int64_t(id.record_offset()) : 0) + at)));
    }
  };
  damage("header", 5);
  damage("payload", 500);
  damage("file", 5000);
  for (const char* key : {"header", "payload"}) {
    auto opened = service_->Open(me_, "bucket", key);
    ASSERT_FALSE(opened) << key;
    EXPECT_EQ(opened.error().kind, ErrorKind::kInternal);
    EXPECT_THAT(opened.error().message, testing::HasSubstr("damaged"));
  }
  auto report = service_->VerifyAll([](const auto&) { return true; });
  ASSERT_TRUE(report);
  EXPECT_EQ(report->blobs, 4U);
  EXPECT_EQ(report->damage.size(), 3U);
}

TEST_F(ObjectServiceTest, AMissingFileIsAnInternalErrorAndNotAMissingKey) {
  ASSERT_TRUE(Put("k", Pattern(10'000)));
  for (const fs::path& file : Files()) fs::remove(file);
  auto opened = service_->Open(me_, "bucket", "k");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::kInternal);
}

TEST_F(ObjectServiceTest, TreesAreMaterialised) {
  ASSERT_TRUE(Put("data/a.csv", "small"));
  ASSERT_TRUE(Put("data/sub/big.bin", Pattern(50'000)));
  ASSERT_TRUE(Put("data/empty/", ""));
  ASSERT_TRUE(Put("data/none.txt", ""));
  ASSERT_TRUE(Put("other/x", "x"));
  const fs::path target = folder_.path() / "target";
  for (int run = 0; run < 2; ++run) {
    auto report = service_->Materialize(me_, "bucket", "data/", target, true);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->files, 3U);
    EXPECT_EQ(report->linked, 1U);
    EXPECT_EQ(report->bytes, 50'005U);
  }
  EXPECT_EQ(*ReadFile(target / "a.csv"), "small");
  EXPECT_EQ(*ReadFile(target / "sub/big.bin"), Pattern(50'000));
  EXPECT_EQ(*ReadFile(target / "none.txt"), "");
  EXPECT_TRUE(fs::is_directory(target / "empty"));
  EXPECT_FALSE(fs::exists(target / "other"));
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "data/sub/big.bin"}));
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_EQ(*ReadFile(target / "sub/big.bin"), Pattern(50'000)) << "a link outlives its object";
}

TEST_F(ObjectServiceTest, KeysThatAreNoPathsAreNotMaterialised) {
  const fs::path target = folder_.path() / "target";
  for (const char* key : {"bad1/../x", "bad2//x", "bad3/./x", "bad4/a//"}) {
    ASSERT_TRUE(Put(key, "x"));
    auto refused = service_->Materialize(me_, "bucket", std::string(key).substr(0, 5), target, false);
    ASSERT_FALSE(refused) << key;
    EXPECT_EQ(refused.error().subject, key);
  }
  ASSERT_TRUE(Put("clash/dir", "x"));
  ASSERT_TRUE(Put("clash/dir/x", "x"));
  auto refused = service_->Materialize(me_, "bucket", "clash/", target, false);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("'clash/dir' and 'clash/dir/x'"), std::string::npos)
      << refused.error().message;
}

TEST_F(ObjectServiceTest, AFileIsStoredAsAnObject) {
  const fs::path file = folder_.path() / "file";
  ASSERT_TRUE(WriteFileDurably(file, Pattern(3'000'000)));
  auto put = service_->PutFile(me_, "bucket", *ObjectKey::Parse("f"), file);
  ASSERT_TRUE(put);
  EXPECT_EQ(Get("f"), Pattern(3'000'000));
  EXPECT_EQ(service_->BucketUsage(me_, "bucket")->bytes, 3'000'000U);
}

}  // namespace
}  // namespace atelier::object_store
