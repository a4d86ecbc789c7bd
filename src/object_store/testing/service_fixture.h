// An ObjectService over a memory index and a folder of its own, for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "object_store/blob_store.h"
#include "object_store/object_service.h"
#include "object_store/testing/memory_index.h"

namespace atelier::object_store {

// The bytes of the extents.
inline std::string ReadExtents(const std::vector<Extent>& extents) {
  std::string all;
  for (const Extent& extent : extents) {
    auto bytes = PreadExactly(extent.file->get(), extent.offset, extent.length);
    all += bytes ? *bytes : "<" + bytes.error().message + ">";
  }
  return all;
}

// Text of any size in which every place differs from its neighbours.
inline std::string Pattern(std::size_t size, unsigned seed = 1) {
  std::string text(size, '\0');
  std::uint32_t state = seed * 2654435761U + 1;
  for (char& c : text) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

template <class T>
std::string CodeOf(const Result<T>& result) {
  return result ? "success" : result.error().code;
}

class ServiceFixture : public testing::Test {
 protected:
  void SetUp() override { Start(); }

  void Start() {
    service_.reset();
    blobs_.reset();
    auto opened = BlobStore::Open(folder_.path() / "blobs", index_, options_);
    ASSERT_TRUE(opened) << opened.error().message;
    blobs_ = *std::move(opened);
    service_ = std::make_unique<ObjectService>(index_, *blobs_, clock_, "region");
    auto made = service_->CreateBucket(me_, *BucketName::Parse("bucket"), "");
    ASSERT_TRUE(made || made.error().code == "BucketAlreadyOwnedByYou");
  }

  Result<ObjectRecord> Put(const std::string& key, std::string_view bytes, const ExpectedDigests& expected = {},
                           const WriteConditions& conditions = {}, ObjectAttributes attributes = {}) {
    std::vector<DigestKind> extra;
    for (const Checksum& checksum : expected.checksums) extra.push_back(checksum.kind);
    if (expected.sha256) extra.push_back(DigestKind::kSha256);
    auto writer = service_->Put(me_, "bucket", *ObjectKey::Parse(key), std::move(attributes), extra);
    if (!writer) return std::unexpected(writer.error());
    for (std::size_t done = 0; done < bytes.size(); done += 100'000)
      ATELIER_CHECK((*writer)->Append(bytes.substr(done, 100'000)));
    return (*writer)->Commit(expected, conditions);
  }

  // What Open gives, or "<code>".
  std::string Get(const std::string& key) {
    auto opened = service_->Open(me_, "bucket", key);
    return opened ? ReadExtents(opened->extents) : "<" + opened.error().code + ">";
  }

  Result<PartRecord> PutPart(const std::string& key, const std::string& upload, int number, std::string_view bytes) {
    ATELIER_TRY(auto writer, service_->PutPart(me_, "bucket", key, upload, number, {}));
    ATELIER_CHECK(writer->Append(bytes));
    return writer->Commit({});
  }
  std::string StartUpload(const std::string& key, std::optional<DigestKind> kind = {}, bool composite = true) {
    auto upload = service_->CreateUpload(me_, "bucket", *ObjectKey::Parse(key), {}, kind, composite);
    EXPECT_TRUE(upload);
    return upload->upload_id;
  }

  // Regular files below the blobs' folder.
  std::vector<fs::path> Files() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path() / "blobs"))
      if (entry.is_regular_file()) files.push_back(entry.path());
    return files;
  }

  TemporaryDirectory folder_;
  MemoryIndex index_;
  ManualClock clock_{FromUnixMillis(1'700'000'000'000)};
  BlobStoreOptions options_{
      .small_limit = 4096, .segment_size = 64 * 1024, .files_per_volume = 8, .background_cleaning = false};
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<ObjectService> service_;
  Caller me_{"project"};
};

}  // namespace atelier::object_store
