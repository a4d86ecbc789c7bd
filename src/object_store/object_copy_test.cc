#include "base/strings.h"
#include "object_store/testing/service_fixture.h"

namespace atelier::object_store {
namespace {

class ObjectCopyTest : public ServiceFixture {
 protected:
  static CopyRequest Named(const std::string& from, const std::string& to) {
    return {.source_bucket = "bucket", .source_key = from, .target_bucket = "bucket", .target_key = to};
  }
  static std::string Md5(std::string_view bytes) { return HexEncode(ComputeDigest(DigestKind::kMd5, bytes)); }

  Result<ObjectRecord> PutInParts(const std::string& key, const std::vector<std::string>& parts,
                                  std::optional<DigestKind> kind = {}, bool composite = true) {
    std::string upload = StartUpload(key, kind, composite);
    std::vector<CompletedPart> listed;
    for (const std::string& bytes : parts) {
      int number = static_cast<int>(listed.size()) + 1;
      ATELIER_TRY(auto part, PutPart(key, upload, number, bytes));
      listed.push_back({number, part.etag, {}});
    }
    return service_->CompleteUpload(me_, "bucket", key, upload, {listed, 0, {}, {}, {}});
  }
  Result<ObjectRecord> Append(const std::string& key, std::uint64_t position, std::string_view bytes) {
    ATELIER_TRY(auto writer, service_->Append(me_, "bucket", *ObjectKey::Parse(key), position, {}, {}));
    ATELIER_CHECK(writer->Append(bytes));
    return writer->Commit({}, {});
  }
  std::size_t BlobCount() { return index_.Blobs(BlobId(), BlobId(~0ULL >> 1), 10)->size(); }
};

TEST_F(ObjectCopyTest, CopiesShareTheBytes) {
  const std::string bytes = Pattern(50'000);
  ObjectAttributes attributes;
  attributes.metadata["a"] = "1";
  ASSERT_TRUE(Put("k", bytes, {}, {}, attributes));
  CopyRequest request{.source_bucket = "bucket", .source_key = "k", .target_bucket = "bucket", .target_key = "copy"};
  auto copied = service_->Copy(me_, request);
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(copied->attributes.metadata.at("a"), "1");
  EXPECT_EQ(index_.Blobs(BlobId(), BlobId(~0ULL >> 1), 10)->size(), 1U);
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k"}));
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_EQ(Get("copy"), bytes);
  CopyRequest itself{.source_bucket = "bucket", .source_key = "copy", .target_bucket = "bucket", .target_key = "copy"};
  EXPECT_EQ(CodeOf(service_->Copy(me_, itself)), "InvalidRequest");
  itself.replace = ObjectAttributes{};
  ASSERT_TRUE(service_->Copy(me_, itself));
  EXPECT_TRUE(service_->Head(me_, "bucket", "copy")->attributes.metadata.empty());
  ASSERT_TRUE(blobs_->Clean());
  EXPECT_EQ(Get("copy"), bytes);
  request.source_key = "copy";
  request.target_key = "third";
  request.check_source = [](const ObjectRecord&) -> Result<void> {
    return FailedPrecondition("no", "PreconditionFailed");
  };
  EXPECT_EQ(CodeOf(service_->Copy(me_, request)), "PreconditionFailed");
}

TEST_F(ObjectCopyTest, OfPartsIsAnObjectPutWhole) {
  const std::string one = Pattern(6000, 1), two = Pattern(100, 2);
  auto source = PutInParts("k", {one, two});
  ASSERT_TRUE(source) << source.error().message;
  ASSERT_TRUE(source->etag.ends_with("-2"));
  auto copied = service_->Copy(me_, Named("k", "copy"));
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(copied->etag, Md5(one + two));
  EXPECT_TRUE(copied->part_sizes.empty());
  EXPECT_EQ(service_->Head(me_, "bucket", "copy")->etag, copied->etag);
  EXPECT_EQ(Get("copy"), one + two);
  EXPECT_EQ(BlobCount(), 2U) << "read, but not moved";
  EXPECT_EQ(service_->Head(me_, "bucket", "k")->etag, source->etag);
}

TEST_F(ObjectCopyTest, KeepsTheEtagOfPartsWhenThatIsEnough) {
  auto source = PutInParts("k", {"one", "two"}, DigestKind::kSha256);
  ASSERT_TRUE(source);
  CopyRequest request = Named("k", "copy");
  request.keep_etag_of_parts = true;
  auto copied = service_->Copy(me_, request);
  ASSERT_TRUE(copied);
  EXPECT_EQ(copied->etag, source->etag);
  EXPECT_EQ(copied->part_sizes, source->part_sizes);
  EXPECT_TRUE(copied->checksums[0].composite);
  auto again = service_->Copy(me_, Named("copy", "whole"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->etag, Md5("onetwo"));
}

TEST_F(ObjectCopyTest, HasChecksumsOfTheWhole) {
  struct Row {
    DigestKind kind;
    bool composite;
  };
  for (Row row : {Row{DigestKind::kSha256, true}, Row{DigestKind::kCrc32c, true}, Row{DigestKind::kCrc32c, false}}) {
    ASSERT_TRUE(PutInParts("k", {"one", "two"}, row.kind, row.composite));
    auto copied = service_->Copy(me_, Named("k", "copy"));
    ASSERT_TRUE(copied) << copied.error().message;
    ASSERT_EQ(copied->checksums.size(), 1U);
    EXPECT_EQ(copied->checksums[0].kind, row.kind);
    EXPECT_EQ(copied->checksums[0].value, ComputeDigest(row.kind, "onetwo"));
    EXPECT_FALSE(copied->checksums[0].composite);
  }
}

TEST_F(ObjectCopyTest, OfAppendsIsAnObjectPutWhole) {
  ASSERT_TRUE(Append("log", 0, "one"));
  ASSERT_TRUE(Append("log", 3, "two"));
  auto copied = service_->Copy(me_, Named("log", "copy"));
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(copied->etag, Md5("onetwo"));
  EXPECT_EQ(copied->appends, 0U);

  std::string upload = StartUpload("k");
  auto part = service_->CopyPart(me_, "bucket", "k", upload, 1, Named("log", ""), {});
  ASSERT_TRUE(part) << part.error().message;
  EXPECT_EQ(part->etag, Md5("onetwo"));
  auto completed = service_->CompleteUpload(me_, "bucket", "k", upload, {{{1, part->etag, {}}}, 0, {}, {}, {}});
  EXPECT_TRUE(completed) << completed.error().message;
}

// What the bytes are compared with is what was verified when they came; a new checksum would hide the damage.
TEST_F(ObjectCopyTest, DamageIsNotCopiedAsGood) {
  ASSERT_TRUE(PutInParts("k", {Pattern(10'000)}, DigestKind::kCrc32c, false));
  for (const fs::path& file : Files()) {
    if (file.extension() == ".seg") continue;
    fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
    auto fd = OpenFile(file, 02);
    ASSERT_TRUE(fd && PwriteAll(fd->get(), "!", 5000));
  }
  auto copied = service_->Copy(me_, Named("k", "copy"));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(copied.error().message,
            "the bytes of 'k' are damaged: their CRC32C is not the one that was stored with them");
  EXPECT_EQ(CodeOf(service_->Head(me_, "bucket", "copy")), "NoSuchKey");
}

// The conditions are held against what is read, and nothing is read when they fail at first sight.
TEST_F(ObjectCopyTest, ConditionsAreCheckedBeforeAndWhileReading) {
  auto source = PutInParts("k", {"one", "two"});
  ASSERT_TRUE(source);
  std::vector<std::string> seen;
  CopyRequest request = Named("k", "copy");
  request.check_source = [&](const ObjectRecord& record) -> Result<void> {
    seen.push_back(record.etag);
    if (seen.size() == 1) EXPECT_TRUE(PutInParts("k", {"three", "four"}));
    return {};
  };
  auto copied = service_->Copy(me_, request);
  ASSERT_TRUE(copied);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0], source->etag);
  EXPECT_NE(seen[1], source->etag);
  EXPECT_EQ(copied->etag, Md5("threefour"));
}

}  // namespace
}  // namespace atelier::object_store
