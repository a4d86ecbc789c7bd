// What every MetadataIndex must do. A test program instantiates it once for each implementation:
//   INSTANTIATE_TEST_SUITE_P(Memory, MetadataIndexContract, testing::Values(MakeMemoryIndex));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "object_store/metadata_index.h"

namespace atelier::object_store {

// Owns an index and what it stands on.
struct IndexFixture {
  virtual ~IndexFixture() = default;
  virtual MetadataIndex& index() = 0;
};
using IndexFactory = std::function<std::unique_ptr<IndexFixture>()>;

class MetadataIndexContract : public testing::TestWithParam<IndexFactory> {
 protected:
  void SetUp() override {
    fixture_ = GetParam()();
    index_ = &fixture_->index();
    Bucket bucket{"b", "project", "region", "STANDARD", FromUnixMillis(1000)};
    ASSERT_TRUE(index_->CreateBucket(bucket));
    auto volume = index_->OpenVolume();
    ASSERT_TRUE(volume);
    volume_ = *volume;
  }

  BlobRef Blob(std::uint32_t number, std::uint64_t size = 10) { return {BlobId::File(volume_, number), size, number}; }

  static StoredObject Object(const std::string& key, const std::vector<BlobRef>& blobs, const std::string& etag = "e") {
    StoredObject object;
    object.record.bucket = "b";
    object.record.key = key;
    object.record.etag = etag;
    object.record.last_modified = FromUnixMillis(2000);
    for (const BlobRef& blob : blobs) {
      object.pieces.push_back({blob, 0, blob.size});
      object.record.size += blob.size;
    }
    return object;
  }
  void Put(const std::string& key, const std::vector<BlobRef>& fresh = {}) {
    ASSERT_TRUE(index_->PutObject(Object(key, fresh), fresh, {})) << key;
  }
  // How many blobs died.
  Result<DeadCount> Delete(const std::string& bucket, const std::vector<std::string>& keys) {
    std::vector<DeleteRequest> requests;
    for (const std::string& key : keys) requests.push_back({.key = key});
    ObjectRecord marker;
    marker.last_modified = FromUnixMillis(6000);
    ATELIER_TRY(Deleted deleted, index_->DeleteObjects(bucket, requests, marker));
    return deleted.dead;
  }
  template <class T>
  static std::string Code(const Result<T>& result) {
    return result ? "success" : result.error().code;
  }
  std::vector<BlobId> Dead() {
    auto dead = index_->DeadBlobs(BlobId(), 1000);
    EXPECT_TRUE(dead);
    std::vector<BlobId> ids;
    for (const BlobRef& blob : *dead) ids.push_back(blob.id);
    return ids;
  }
  std::vector<std::string> List(const ListQuery& query, ListPage* page_out = nullptr) {
    auto page = index_->List("b", query);
    EXPECT_TRUE(page);
    std::vector<std::string> names;
    for (const ObjectRecord& object : page->objects) names.push_back(object.key);
    for (const std::string& prefix : page->common_prefixes) names.push_back("[" + prefix + "]");
    if (page_out != nullptr) *page_out = *page;
    return names;
  }
  std::string StartUpload(const std::string& key, const std::string& id) {
    MultipartUpload upload{id, "b", key, FromUnixMillis(3000), {}, DigestKind::kCrc32c, false};
    upload.attributes.metadata["m"] = "v";
    EXPECT_TRUE(index_->CreateUpload(upload));
    return id;
  }
  StoredPart Part(int number, const std::vector<BlobRef>& blobs, const std::string& etag = "p") {
    StoredPart part;
    part.record.number = number;
    part.record.etag = etag;
    part.record.last_modified = FromUnixMillis(4000);
    part.record.checksum = Checksum{DigestKind::kCrc32c, std::string("\0\x01\x02\xff", 4), false};
    for (const BlobRef& blob : blobs) {
      part.pieces.push_back({blob, 0, blob.size});
      part.record.size += blob.size;
    }
    return part;
  }

  std::unique_ptr<IndexFixture> fixture_;
  MetadataIndex* index_ = nullptr;
  std::uint32_t volume_ = 0;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(MetadataIndexContract);

TEST_P(MetadataIndexContract, VolumeNumbersAreNeverGivenTwice) {
  auto second = index_->OpenVolume();
  ASSERT_TRUE(second);
  EXPECT_GT(*second, volume_);
  EXPECT_EQ(*index_->UnsealedVolumes(), (std::vector{volume_, *second}));
  EXPECT_EQ(*index_->ForgetEmptyVolume(*second), false) << "it is not sealed";
  ASSERT_TRUE(index_->SealVolume(*second));
  EXPECT_EQ(*index_->UnsealedVolumes(), std::vector{volume_});
  EXPECT_EQ(*index_->ForgetEmptyVolume(*second), true);
  EXPECT_GT(*index_->OpenVolume(), *second);
}

TEST_P(MetadataIndexContract, AVolumeWithBlobsIsNotForgotten) {
  Put("k", {Blob(1)});
  ASSERT_TRUE(index_->SealVolume(volume_));
  EXPECT_EQ(*index_->ForgetEmptyVolume(volume_), false);
  ASSERT_TRUE(Delete("b", {"k"}));
  EXPECT_EQ(*index_->ForgetEmptyVolume(volume_), false) << "the dead blob's bytes are still there";
  ASSERT_TRUE(index_->ForgetBlobs({Blob(1).id}));
  EXPECT_EQ(*index_->ForgetEmptyVolume(volume_), true);
}

TEST_P(MetadataIndexContract, BucketsAreFoundByNameAndByProject) {
  EXPECT_EQ(Code(index_->CreateBucket({"b", "other", "r", "STANDARD", {}})), "BucketAlreadyExists");
  ASSERT_TRUE(index_->CreateBucket({"a", "project", "r", "WARM", FromUnixMillis(5)}));
  ASSERT_TRUE(index_->CreateBucket({"c", "other", "r", "STANDARD", {}}));
  auto found = index_->FindBucket("a");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->storage_class, "WARM");
  EXPECT_EQ((*found)->created, FromUnixMillis(5));
  EXPECT_FALSE(*index_->FindBucket("absent"));
  auto buckets = index_->Buckets("project");
  ASSERT_TRUE(buckets);
  ASSERT_EQ(buckets->size(), 2U);
  EXPECT_EQ((*buckets)[0].name, "a");
  EXPECT_EQ((*buckets)[1].name, "b");
}

TEST_P(MetadataIndexContract, OperationsOnAnAbsentBucketSayNoSuchBucket) {
  StoredObject object = Object("k", {});
  object.record.bucket = "absent";
  EXPECT_EQ(Code(index_->PutObject(object, {}, {})), "NoSuchBucket");
  EXPECT_EQ(Code(index_->FindObject("absent", "k", {})), "NoSuchBucket");
  EXPECT_EQ(Code(Delete("absent", {"k"})), "NoSuchBucket");
  EXPECT_EQ(Code(index_->List("absent", {})), "NoSuchBucket");
  EXPECT_EQ(Code(index_->Usage("absent")), "NoSuchBucket");
  EXPECT_EQ(Code(index_->DeleteBucket("absent")), "NoSuchBucket");
}

TEST_P(MetadataIndexContract, AnObjectComesBackAsItWasPut) {
  StoredObject object = Object("dir/\xc3\xbc+%41", {Blob(1, 7), Blob(2, 9)}, "etag-2");
  object.pieces[1].offset = 3;
  object.pieces[1].length = 6;
  object.record.size = 13;
  object.record.attributes.content_type = "text/plain";
  object.record.attributes.storage_class = "WARM";
  object.record.attributes.headers["cache-control"] = "no-cache";
  object.record.attributes.metadata["name"] = std::string("\xff\0\x01", 3);
  object.record.checksums = {{DigestKind::kSha256, std::string(32, '\0'), true}};
  object.record.part_sizes = {7, 6};
  object.upload_id = "u";
  ASSERT_TRUE(index_->PutObject(object, {Blob(1, 7), Blob(2, 9)}, {}));
  auto found = index_->FindObject("b", object.record.key, {});
  ASSERT_TRUE(found && *found);
  const StoredObject& back = **found;
  EXPECT_EQ(back.record.bucket, "b");
  EXPECT_EQ(back.record.key, object.record.key);
  EXPECT_EQ(back.record.size, 13U);
  EXPECT_EQ(back.record.etag, "etag-2");
  EXPECT_EQ(back.record.last_modified, FromUnixMillis(2000));
  EXPECT_EQ(back.record.attributes.content_type, "text/plain");
  EXPECT_EQ(back.record.attributes.storage_class, "WARM");
  EXPECT_EQ(back.record.attributes.headers, object.record.attributes.headers);
  EXPECT_EQ(back.record.attributes.metadata, object.record.attributes.metadata);
  ASSERT_EQ(back.record.checksums.size(), 1U);
  EXPECT_EQ(back.record.checksums[0].kind, DigestKind::kSha256);
  EXPECT_EQ(back.record.checksums[0].value, std::string(32, '\0'));
  EXPECT_TRUE(back.record.checksums[0].composite);
  EXPECT_EQ(back.record.part_sizes, object.record.part_sizes);
  EXPECT_EQ(back.pieces, object.pieces);
  EXPECT_EQ(back.upload_id, "u");
  EXPECT_FALSE(*index_->FindObject("b", "absent", {}));
}

TEST_P(MetadataIndexContract, ReplacedAndDeletedBlobsAreDeadUntilForgotten) {
  Put("k", {Blob(1)});
  EXPECT_EQ(index_->PutObject(Object("k", {Blob(2)}), {Blob(2)}, {})->dead, 1U);
  EXPECT_EQ(Dead(), std::vector{Blob(1).id});
  EXPECT_EQ(*Delete("b", {"k", "absent", "k"}), 1U);
  EXPECT_EQ(Dead(), (std::vector{Blob(1).id, Blob(2).id}));
  ASSERT_TRUE(index_->ForgetBlobs({Blob(1).id}));
  EXPECT_EQ(Dead(), std::vector{Blob(2).id});
  auto all = index_->Blobs(BlobId::FirstOf(volume_), BlobId::FirstOf(volume_ + 1), 10);
  EXPECT_EQ(*all, std::vector{Blob(2)});
}

TEST_P(MetadataIndexContract, SharedBlobsLiveAsLongAsTheLastReference) {
  Put("k", {Blob(1)});
  ASSERT_TRUE(index_->PutObject(Object("copy", {Blob(1), Blob(1)}), {}, {}));
  EXPECT_EQ(*Delete("b", {"k"}), 0U);
  ASSERT_TRUE(index_->ForgetBlobs({Blob(1).id})) << "alive: must not be forgotten";
  EXPECT_EQ(*Delete("b", {"copy"}), 1U);
  EXPECT_EQ(Dead(), std::vector{Blob(1).id});
  EXPECT_EQ(Code(index_->PutObject(Object("again", {Blob(1)}), {}, {})), "BlobGone");
  EXPECT_FALSE(*index_->FindObject("b", "again", {}));
}

TEST_P(MetadataIndexContract, AnObjectCanReplaceItselfByACopy) {
  Put("k", {Blob(1)});
  EXPECT_EQ(index_->PutObject(Object("k", {Blob(1)}, "new"), {}, {})->dead, 0U);
  EXPECT_TRUE(Dead().empty());
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->record.etag, "new");
}

TEST_P(MetadataIndexContract, ConditionsAreChecked) {
  WriteConditions only_new{.if_none_match_any = true, .if_match = {}};
  WriteConditions only_e{.if_none_match_any = false, .if_match = "e"};
  WriteConditions any{.if_none_match_any = false, .if_match = "*"};
  EXPECT_EQ(Code(index_->PutObject(Object("k", {}), {}, only_e)), "NoSuchKey");
  EXPECT_TRUE(index_->PutObject(Object("k", {}), {}, only_new));
  EXPECT_EQ(Code(index_->PutObject(Object("k", {Blob(1)}), {Blob(1)}, only_new)), "PreconditionFailed");
  EXPECT_TRUE(index_->Blobs(BlobId(), BlobId(~0ULL >> 1), 10)->empty()) << "a refused write leaves nothing";
  EXPECT_TRUE(index_->PutObject(Object("k", {}, "f"), {}, only_e));
  EXPECT_EQ(Code(index_->PutObject(Object("k", {}), {}, only_e)), "PreconditionFailed");
  EXPECT_TRUE(index_->PutObject(Object("k", {}), {}, any));
}

TEST_P(MetadataIndexContract, UsageIsCounted) {
  Put("a", {Blob(1, 10)});
  Put("b", {Blob(2, 20)});
  Put("a", {Blob(3, 5)});
  EXPECT_EQ(index_->Usage("b")->bytes, 25U);
  EXPECT_EQ(index_->Usage("b")->objects, 2U);
  ASSERT_TRUE(Delete("b", {"b"}));
  EXPECT_EQ(index_->Usage("b")->bytes, 5U);
  EXPECT_EQ(index_->Usage("b")->objects, 1U);
}

TEST_P(MetadataIndexContract, ABucketWithObjectsIsNotDeletedAndOpenUploadsGoWithIt) {
  Put("k", {Blob(1)});
  EXPECT_EQ(Code(index_->DeleteBucket("b")), "BucketNotEmpty");
  ASSERT_TRUE(Delete("b", {"k"}));
  StartUpload("m", "u1");
  ASSERT_TRUE(index_->PutPart("u1", Part(1, {Blob(2)}), {Blob(2)}));
  EXPECT_EQ(*index_->DeleteBucket("b"), 1U);
  EXPECT_FALSE(*index_->FindBucket("b"));
  EXPECT_EQ(Dead(), (std::vector{Blob(1).id, Blob(2).id}));
}

TEST_P(MetadataIndexContract, KeysAreListedInTheOrderOfTheirBytes) {
  for (const char* key : {"b", "a", "a/", "a//b", "/a", "B", "\xc3\xa9", "z", "a/../b", "."}) Put(key);
  EXPECT_EQ(List({}), (std::vector<std::string>{".", "/a", "B", "a", "a/", "a/../b", "a//b", "b", "z", "\xc3\xa9"}));
  EXPECT_EQ(List({"a/", "", "", 1000}), (std::vector<std::string>{"a/", "a/../b", "a//b"}));
  EXPECT_EQ(List({"a/", "", "a/", 1000}), (std::vector<std::string>{"a/../b", "a//b"}));
}

TEST_P(MetadataIndexContract, PagesJoinWithoutGapOrRepetition) {
  for (int i = 0; i < 57; ++i) Put("key" + std::to_string(100 + i));
  std::vector<std::string> all = List({});
  for (std::size_t limit : {1U, 2U, 7U, 56U, 57U, 58U}) {
    std::vector<std::string> joined;
    ListQuery query{"key", "", "", limit};
    ListPage page;
    do {
      auto names = List(query, &page);
      EXPECT_LE(names.size(), limit);
      joined.insert(joined.end(), names.begin(), names.end());
      query.after = page.next_after;
    } while (page.truncated);
    EXPECT_EQ(joined, all) << limit;
  }
  ListPage page;
  EXPECT_TRUE(List({"", "", "", 0}, &page).empty());
  EXPECT_FALSE(page.truncated);
}

TEST_P(MetadataIndexContract, ADelimiterGathersCommonPrefixes) {
  for (int folder = 0; folder < 12; ++folder)
    for (int i = 0; i < 12; ++i) Put("d" + std::to_string(10 + folder) + "/" + std::to_string(i));
  Put("d10");
  Put("d15-file");
  ListPage page;
  List({"", "/", "", 1000}, &page);
  EXPECT_EQ(page.common_prefixes.size(), 12U);
  EXPECT_EQ(page.objects.size(), 2U);
  EXPECT_FALSE(page.truncated);
  std::vector<std::string> joined;
  ListQuery query{"", "/", "", 3};
  do {
    for (std::string& name : List(query, &page)) joined.push_back(name);
    query.after = page.next_after;
  } while (page.truncated);
  EXPECT_EQ(joined.size(), 14U);
  // A marker inside a common prefix skips that prefix.
  EXPECT_EQ(List({"d1", "/", "d13/7", 2}), (std::vector<std::string>{"d15-file", "[d14/]"}));
  EXPECT_EQ(List({"d10/", "/", "", 2}), (std::vector<std::string>{"d10/0", "d10/1"}));
}

TEST_P(MetadataIndexContract, ADelimiterMayHaveSeveralBytes) {
  for (const char* key : {"a--b", "a--c", "a-d", "a"}) Put(key);
  EXPECT_EQ(List({"", "--", "", 10}), (std::vector<std::string>{"a", "a-d", "[a--]"}));
}

TEST_P(MetadataIndexContract, AnUploadComesBackAsItWasBegun) {
  StartUpload("k", "u1");
  auto found = index_->FindUpload("b", "k", "u1");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->key, "k");
  EXPECT_EQ((*found)->bucket, "b");
  EXPECT_EQ((*found)->initiated, FromUnixMillis(3000));
  EXPECT_EQ((*found)->attributes.metadata.at("m"), "v");
  EXPECT_EQ((*found)->checksum_kind, DigestKind::kCrc32c);
  EXPECT_FALSE((*found)->checksum_composite);
  EXPECT_FALSE(*index_->FindUpload("b", "other", "u1"));
  EXPECT_FALSE(*index_->FindUpload("absent", "k", "u1"));
  EXPECT_FALSE(*index_->FindUpload("b", "k", "u2"));
}

TEST_P(MetadataIndexContract, PartsAreReplacedAndListed) {
  StartUpload("k", "u1");
  ASSERT_TRUE(index_->PutPart("u1", Part(2, {Blob(1)}), {Blob(1)}));
  ASSERT_TRUE(index_->PutPart("u1", Part(1, {Blob(2)}), {Blob(2)}));
  EXPECT_EQ(*index_->PutPart("u1", Part(2, {Blob(3)}, "new"), {Blob(3)}), 1U);
  EXPECT_EQ(Dead(), std::vector{Blob(1).id});
  auto parts = index_->Parts("u1", 0, 10);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].record.number, 1);
  EXPECT_EQ((*parts)[1].record.etag, "new");
  EXPECT_EQ((*parts)[1].record.checksum->value, std::string("\0\x01\x02\xff", 4));
  EXPECT_EQ((*parts)[1].pieces, Part(2, {Blob(3)}).pieces);
  EXPECT_EQ(index_->Parts("u1", 1, 10)->size(), 1U);
  EXPECT_EQ(index_->Parts("u1", 0, 1)->size(), 1U);
  EXPECT_EQ(Code(index_->PutPart("absent", Part(1, {}), {})), "NoSuchUpload");
  EXPECT_EQ(Code(index_->Parts("absent", 0, 1)), "NoSuchUpload");
}

TEST_P(MetadataIndexContract, CompletionKeepsTheUsedPartsAndDropsTheOthers) {
  StartUpload("k", "u1");
  for (std::uint32_t number : {1U, 2U, 3U})
    ASSERT_TRUE(index_->PutPart("u1", Part(static_cast<int>(number), {Blob(number)}), {Blob(number)}));
  Put("k", {Blob(9)});
  StoredObject object = Object("k", {Blob(1), Blob(3)}, "x-2");
  object.upload_id = "u1";
  EXPECT_EQ(index_->CompleteUpload("u1", {Part(1, {Blob(1)}), Part(3, {Blob(3)})}, object, {})->dead, 2U);
  EXPECT_EQ(Dead(), (std::vector{Blob(2).id, Blob(9).id}));
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->upload_id, "u1");
  EXPECT_FALSE(*index_->FindUpload("b", "k", "u1"));
  EXPECT_EQ(index_->Usage("b")->bytes, 20U);
  EXPECT_EQ(Code(index_->CompleteUpload("u1", {}, object, {})), "NoSuchUpload");
  EXPECT_EQ(*Delete("b", {"k"}), 2U);
}

TEST_P(MetadataIndexContract, CompletionIsRefusedWhenAPartChangedOrAConditionFails) {
  StartUpload("k", "u1");
  ASSERT_TRUE(index_->PutPart("u1", Part(1, {Blob(1)}), {Blob(1)}));
  StoredPart read = Part(1, {Blob(1)});
  ASSERT_TRUE(index_->PutPart("u1", Part(1, {Blob(2)}), {Blob(2)}));
  EXPECT_EQ(Code(index_->CompleteUpload("u1", {read}, Object("k", {Blob(1)}), {})), "PartsChanged");
  EXPECT_EQ(Code(index_->CompleteUpload("u1", {Part(2, {})}, Object("k", {}), {})), "PartsChanged");
  Put("k");
  WriteConditions only_new{.if_none_match_any = true, .if_match = {}};
  EXPECT_EQ(Code(index_->CompleteUpload("u1", {Part(1, {Blob(2)})}, Object("k", {Blob(2)}), only_new)),
            "PreconditionFailed");
  EXPECT_TRUE(*index_->FindUpload("b", "k", "u1"));
}

TEST_P(MetadataIndexContract, AbortDropsTheParts) {
  StartUpload("k", "u1");
  ASSERT_TRUE(index_->PutPart("u1", Part(1, {Blob(1)}), {Blob(1)}));
  EXPECT_EQ(Code(index_->AbortUpload("b", "other", "u1")), "NoSuchUpload");
  EXPECT_EQ(*index_->AbortUpload("b", "k", "u1"), 1U);
  EXPECT_EQ(Dead(), std::vector{Blob(1).id});
  EXPECT_EQ(Code(index_->AbortUpload("b", "k", "u1")), "NoSuchUpload");
}

TEST_P(MetadataIndexContract, UploadsAreScannedByKeyAndId) {
  for (const auto& [key, id] : std::vector<std::pair<std::string, std::string>>{
           {"b", "u2"}, {"a", "u3"}, {"b", "u1"}, {"c/x", "u4"}, {"c/y", "u5"}})
    StartUpload(key, id);
  auto scan = [&](const std::string& prefix, const MetadataIndex::UploadPosition& from, std::size_t limit) {
    std::vector<std::string> ids;
    for (const MultipartUpload& upload : *index_->Uploads("b", prefix, from, limit)) ids.push_back(upload.upload_id);
    return ids;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(scan("", {"", "", true}, 10), (Ids{"u3", "u1", "u2", "u4", "u5"}));
  EXPECT_EQ(scan("", {"b", "u1", false}, 10), (Ids{"u2", "u4", "u5"}));
  EXPECT_EQ(scan("", {"b", "u1", true}, 2), (Ids{"u1", "u2"}));
  EXPECT_EQ(scan("c/", {"", "", true}, 10), (Ids{"u4", "u5"}));
  EXPECT_EQ(scan("c/", {"d", "", true}, 10), Ids{});
}

TEST_P(MetadataIndexContract, UsersOfBlobsAreObjectsThenParts) {
  ASSERT_TRUE(index_->CreateBucket({"a", "other", "r", "STANDARD", {}}));
  EXPECT_EQ(*index_->BucketNames(), (std::vector<std::string>{"a", "b"}));
  Put("k2", {Blob(1), Blob(2)});
  Put("k1", {Blob(3)});
  Put("empty");
  ASSERT_TRUE(index_->PutObject(Object("copy", {Blob(3)}), {}, {}));
  StartUpload("m", "u2");
  StartUpload("m", "u1");
  ASSERT_TRUE(index_->PutPart("u2", Part(1, {Blob(4)}), {Blob(4)}));
  ASSERT_TRUE(index_->PutPart("u1", Part(10, {Blob(5)}), {Blob(5)}));
  ASSERT_TRUE(index_->PutPart("u1", Part(2, {Blob(6)}), {Blob(6)}));
  const std::vector<std::string> all = {"copy 3", "empty", "k1 3", "k2 1 2", "m/u1/2 6", "m/u1/10 5", "m/u2/1 4"};
  for (std::size_t limit : {1U, 2U, 4U, 7U, 100U}) {
    std::vector<std::string> found;
    std::optional<BlobUser> after;
    for (;;) {
      auto users = index_->BlobUsers("b", after, limit);
      ASSERT_TRUE(users);
      if (users->empty()) break;
      EXPECT_LE(users->size(), limit);
      for (const BlobUser& user : *users) {
        std::string text = user.key;
        if (!user.upload_id.empty()) text += "/" + user.upload_id + "/" + std::to_string(user.part_number);
        for (const Piece& piece : user.pieces) text += " " + std::to_string(piece.blob.crc32c);
        found.push_back(text);
      }
      after = users->back();
    }
    EXPECT_EQ(found, all) << limit;
  }
  EXPECT_TRUE(index_->BlobUsers("a", {}, 10)->empty());
  EXPECT_EQ(Code(index_->BlobUsers("absent", {}, 10)), "NoSuchBucket");
}

TEST_P(MetadataIndexContract, BlobsAreSummed) {
  EXPECT_EQ(index_->SumBlobs()->blobs, 0U);
  Put("k", {Blob(1, 7), Blob(2, 1ULL << 33)});
  EXPECT_EQ(index_->SumBlobs()->blobs, 2U);
  EXPECT_EQ(index_->SumBlobs()->bytes, 7 + (1ULL << 33));
}

TEST_P(MetadataIndexContract, OfConcurrentConditionalWritesExactlyOneWins) {
  constexpr int kThreads = 8, kKeys = 10;
  WriteConditions only_new{.if_none_match_any = true, .if_match = {}};
  std::vector<int> wins(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int k = 0; k < kKeys; ++k) {
        auto put = index_->PutObject(Object("k" + std::to_string(k), {}, std::to_string(t)), {}, only_new);
        if (put) ++wins[static_cast<std::size_t>(t)];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int total = 0;
  for (int count : wins) total += count;
  EXPECT_EQ(total, kKeys);
  EXPECT_EQ(index_->Usage("b")->objects, static_cast<std::uint64_t>(kKeys));
}

}  // namespace atelier::object_store
