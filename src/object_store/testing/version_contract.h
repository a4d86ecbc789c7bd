// What every MetadataIndex must do with versions, settings and appends. Instantiated as metadata_index_contract.h says.
#pragma once

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "object_store/testing/metadata_index_contract.h"

namespace atelier::object_store {

// The versions of a bucket as one would keep them on paper: a list for each key, the oldest first.
class VersionModel {
 public:
  struct Entry {
    std::string id, etag;
    bool marker = false;
    std::uint32_t blob = 0;
  };

  void Put(VersioningState state, const std::string& key, Entry entry) {
    if (state == VersioningState::kNever) keys_[key].clear();
    if (state == VersioningState::kSuspended) EraseId(key, "");
    keys_[key].push_back(std::move(entry));
  }
  void Delete(VersioningState state, const std::string& key, const std::string& marker_id) {
    if (state == VersioningState::kNever) {
      keys_.erase(key);
    } else {
      Put(state, key, {marker_id, "", true, 0});
    }
  }
  void EraseId(const std::string& key, const std::string& id) {
    std::erase_if(keys_[key], [&](const Entry& entry) { return entry.id == id; });
    if (keys_[key].empty()) keys_.erase(key);
  }
  const Entry* Current(const std::string& key) const {
    auto found = keys_.find(key);
    if (found == keys_.end() || found->second.back().marker) return nullptr;
    return &found->second.back();
  }
  // "key id etag latest", the newest of each key first.
  std::vector<std::string> Lines() const {
    std::vector<std::string> lines;
    for (const auto& [key, entries] : keys_)
      for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        lines.push_back(Line(key, entry->id, entry->marker, entry->etag, entry == entries.rbegin()));
    return lines;
  }
  std::set<std::uint32_t> Blobs() const {
    std::set<std::uint32_t> blobs;
    for (const auto& [key, entries] : keys_)
      for (const Entry& entry : entries)
        if (!entry.marker) blobs.insert(entry.blob);
    return blobs;
  }
  std::vector<std::string> Ids(const std::string& key) const {
    std::vector<std::string> ids;
    if (auto found = keys_.find(key); found != keys_.end())
      for (const Entry& entry : found->second) ids.push_back(entry.id);
    return ids;
  }
  static std::string Line(const std::string& key, const std::string& id, bool marker, const std::string& etag,
                          bool latest) {
    return key + " " + (id.empty() ? "null" : id) + " " + (marker ? "marker" : etag) + (latest ? " latest" : "");
  }

 private:
  std::map<std::string, std::vector<Entry>> keys_;
};

class VersionContract : public MetadataIndexContract {
 protected:
  // All versions, by pages of `limit`.
  std::vector<std::string> Versions(std::size_t limit = 1000, const std::string& prefix = "") {
    std::vector<std::string> lines;
    VersionQuery query{.prefix = prefix, .delimiter = "", .after_key = "", .after_version = {}, .limit = limit};
    for (;;) {
      auto page = index_->ListVersions("b", query);
      EXPECT_TRUE(page);
      if (!page) return lines;
      for (const ObjectRecord& record : page->versions)
        lines.push_back(
            VersionModel::Line(record.key, record.version_id, record.delete_marker, record.etag, record.latest));
      if (!page->truncated) return lines;
      query.after_key = page->next_key;
      query.after_version = page->next_version;
    }
  }
  Result<void> SetVersioning(VersioningState state) {
    ATELIER_TRY(auto bucket, index_->FindBucket("b"));
    bucket->versioning = state;
    return index_->UpdateBucket(*bucket);
  }
  DeleteOutcome Remove(const std::string& key, const VersionChoice& version = {}) {
    ObjectRecord marker;
    marker.last_modified = FromUnixMillis(6000);
    auto deleted = index_->DeleteObjects("b", {{.key = key, .version = version}}, marker);
    EXPECT_TRUE(deleted && deleted->outcomes.size() == 1 && deleted->outcomes[0]);
    return *deleted->outcomes[0];
  }
  std::string PutVersion(const std::string& key, const std::string& etag, const std::vector<BlobRef>& fresh = {}) {
    auto written = index_->PutObject(Object(key, fresh, etag), fresh, {});
    EXPECT_TRUE(written);
    return written->version_id;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(VersionContract);

TEST_P(VersionContract, AVersionedBucketKeepsWhatIsReplacedAndDeleted) {
  PutVersion("k", "e0", {Blob(1)});
  ASSERT_TRUE(SetVersioning(VersioningState::kEnabled));
  EXPECT_EQ((*index_->FindBucket("b"))->versioning, VersioningState::kEnabled);
  std::string first = PutVersion("k", "e1", {Blob(2)});
  std::string second = PutVersion("k", "e2", {Blob(3)});
  EXPECT_NE(first, "");
  EXPECT_NE(first, second);
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->record.etag, "e2");
  EXPECT_EQ((*index_->FindObject("b", "k", first))->record.etag, "e1");
  EXPECT_EQ((*index_->FindObject("b", "k", ""))->record.etag, "e0");
  EXPECT_FALSE(*index_->FindObject("b", "k", "00000000000fffff"));
  EXPECT_FALSE(*index_->FindObject("b", "k", "no id"));

  DeleteOutcome marked = Remove("k");
  EXPECT_TRUE(marked.delete_marker);
  EXPECT_FALSE(*index_->FindObject("b", "k", {}));
  ASSERT_TRUE(*index_->FindMarker("b", "k"));
  EXPECT_EQ((*index_->FindMarker("b", "k"))->record.version_id, *marked.version);
  EXPECT_TRUE((*index_->FindObject("b", "k", marked.version))->record.delete_marker);
  EXPECT_TRUE(List({}).empty());
  EXPECT_EQ(Versions(), (std::vector<std::string>{"k " + *marked.version + " marker latest", "k " + second + " e2",
                                                  "k " + first + " e1", "k null e0"}));
  EXPECT_EQ(index_->Usage("b")->objects, 3U);
  EXPECT_EQ(Code(index_->DeleteBucket("b")), "BucketNotEmpty");

  EXPECT_TRUE(Remove("k", marked.version).delete_marker);
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->record.etag, "e2") << "the version below the marker is current again";
  EXPECT_FALSE(Remove("k", second).delete_marker);
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->record.etag, "e1");
  EXPECT_EQ(Dead(), std::vector{Blob(3).id});
  Remove("k", "");
  Remove("k", first);
  EXPECT_TRUE(Versions().empty());
  EXPECT_EQ(index_->Usage("b")->objects, 0U);
  EXPECT_TRUE(index_->DeleteBucket("b"));
}

TEST_P(VersionContract, RandomChangesLeaveWhatTheModelSays) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same run every time
  VersionModel model;
  VersioningState state = VersioningState::kNever;
  const std::vector<std::string> keys = {"a", "a/b", "a/c", "b"};
  for (std::uint32_t step = 1; step <= 600; ++step) {
    if (step % 60 == 0) {
      state = step % 120 == 0 ? VersioningState::kSuspended : VersioningState::kEnabled;
      ASSERT_TRUE(SetVersioning(state));
    }
    const std::string& key = keys[random() % keys.size()];
    auto ids = model.Ids(key);
    unsigned choice = random() % 10;
    if (choice < 5) {
      std::string etag = "e" + std::to_string(step);
      model.Put(state, key, {PutVersion(key, etag, {Blob(step)}), etag, false, step});
    } else if (choice < 7) {
      DeleteOutcome outcome = Remove(key);
      model.Delete(state, key, outcome.version.value_or(""));
    } else if (!ids.empty()) {
      const std::string& id = ids[random() % ids.size()];
      Remove(key, id);
      model.EraseId(key, id);
    }
    ASSERT_EQ(Versions(), model.Lines()) << "after step " << step;
    const auto* current = model.Current(key);
    auto found = index_->FindObject("b", key, {});
    ASSERT_EQ(found && *found ? (*found)->record.etag : "", current == nullptr ? "" : current->etag) << step;
  }
  EXPECT_EQ(Versions(1), model.Lines()) << "page by page";
  EXPECT_EQ(Versions(3), model.Lines());
  std::set<std::uint32_t> alive;
  auto blobs = index_->Blobs(BlobId(), BlobId(std::numeric_limits<std::int64_t>::max()), 10'000);
  std::vector<BlobId> dead = Dead();
  for (const BlobRef& blob : *blobs)
    if (std::ranges::find(dead, blob.id) == dead.end()) alive.insert(blob.crc32c);
  EXPECT_EQ(alive, model.Blobs());
}

TEST_P(VersionContract, ListsOfVersionsFollowPrefixesAndDelimiters) {
  ASSERT_TRUE(SetVersioning(VersioningState::kEnabled));
  for (const char* key : {"a", "d/1", "d/1", "d/2", "e"}) PutVersion(key, "e");
  auto page = index_->ListVersions("b", {.prefix = "", .delimiter = "/", .after_key = "", .after_version = {}});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->versions.size(), 2U);
  EXPECT_EQ(page->common_prefixes, std::vector<std::string>{"d/"});
  auto first =
      index_->ListVersions("b", {.prefix = "", .delimiter = "/", .after_key = "", .after_version = {}, .limit = 2});
  ASSERT_TRUE(first && first->truncated);
  EXPECT_EQ(first->next_key, "d/");
  EXPECT_FALSE(first->next_version);
  auto second =
      index_->ListVersions("b", {.prefix = "", .delimiter = "/", .after_key = "d/", .after_version = {}, .limit = 2});
  ASSERT_TRUE(second);
  ASSERT_EQ(second->versions.size(), 1U);
  EXPECT_EQ(second->versions[0].key, "e");
  EXPECT_EQ(Versions(1000, "d/").size(), 3U);
}

TEST_P(VersionContract, AVersionIsEditedInItsPlace) {
  ASSERT_TRUE(SetVersioning(VersioningState::kEnabled));
  std::string first = PutVersion("k", "e1", {Blob(1)});
  PutVersion("k", "e2", {Blob(2)});
  auto tag = [](const char* value) {
    return [=](ObjectRecord& record) -> Result<void> {
      record.attributes.tags["t"] = value;
      record.attributes.acl = "acl";
      record.attributes.owner_id = "owner";
      return {};
    };
  };
  ASSERT_TRUE(index_->EditObject("b", "k", first, tag("old")));
  ASSERT_TRUE(index_->EditObject("b", "k", {}, tag("new")));
  EXPECT_EQ((*index_->FindObject("b", "k", first))->record.attributes.tags.at("t"), "old");
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->record.attributes.tags.at("t"), "new");
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->record.attributes.acl, "acl");
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->record.attributes.owner_id, "owner");
  EXPECT_EQ((*index_->FindObject("b", "k", {}))->record.etag, "e2");
  EXPECT_EQ(Versions().size(), 2U);
  EXPECT_TRUE(Dead().empty());
  auto refuse = [](ObjectRecord&) -> Result<void> { return InvalidArgument("no", "Refused"); };
  EXPECT_EQ(Code(index_->EditObject("b", "k", {}, refuse)), "Refused");
  EXPECT_EQ(Code(index_->EditObject("b", "absent", {}, tag("x"))), "NoSuchKey");
  EXPECT_EQ(Code(index_->EditObject("b", "k", "00000000000fffff", tag("x"))), "NoSuchVersion");
  auto marker = Remove("k");
  EXPECT_EQ(Code(index_->EditObject("b", "k", marker.version, tag("x"))), "MethodNotAllowed");
}

TEST_P(VersionContract, DeletesAreConditionalAndEachHasItsOutcome) {
  PutVersion("k", "e1", {Blob(1, 5)});
  PutVersion("l", "e1");
  auto deleted =
      index_->DeleteObjects("b",
                            {{.key = "k", .if_match = "other"},
                             {.key = "k", .if_size = 6},
                             {.key = "k", .if_modified = FromUnixMillis(9000)},
                             {.key = "l", .version = "no id"},
                             {.key = "absent", .if_match = "e1"},
                             {.key = "k", .if_match = "e1", .if_size = 5, .if_modified = FromUnixMillis(2000)}},
                            {});
  ASSERT_TRUE(deleted);
  std::vector<std::string> codes;
  for (const auto& outcome : deleted->outcomes) codes.push_back(Code(outcome));
  EXPECT_EQ(codes, (std::vector<std::string>{"PreconditionFailed", "PreconditionFailed", "PreconditionFailed",
                                             "InvalidArgument", "success", "success"}));
  EXPECT_EQ(deleted->dead, 1U);
  EXPECT_EQ(List({}), std::vector<std::string>{"l"});
}

TEST_P(VersionContract, DeletesMayAskForThePlaceOfTheVersion) {
  using enum RequiredPlace;
  ASSERT_TRUE(SetVersioning(VersioningState::kEnabled));
  auto old = PutVersion("k", "e1");
  auto current = PutVersion("k", "e2");
  auto code = [&](const DeleteRequest& request) {
    auto deleted = index_->DeleteObjects("b", {request}, {});
    return deleted ? Code(deleted->outcomes.front()) : deleted.error().code;
  };
  EXPECT_EQ(code({.key = "absent", .place = kNewest}), "PreconditionFailed");
  EXPECT_EQ(code({.key = "k", .version = old, .place = kNewest}), "PreconditionFailed");
  EXPECT_EQ(code({.key = "k", .version = current, .place = kNoncurrent}), "PreconditionFailed");
  EXPECT_EQ(Versions().size(), 2U);
  EXPECT_EQ(code({.key = "k", .place = kNewest}), "success");
  EXPECT_EQ(code({.key = "k", .place = kNewest}), "PreconditionFailed") << "no second delete marker";
  EXPECT_EQ(code({.key = "k", .version = old, .place = kNoncurrent}), "success");
  EXPECT_EQ(code({.key = "k", .version = old, .place = kNoncurrent}), "PreconditionFailed");
  EXPECT_EQ(Versions().size(), 2U);
}

TEST_P(VersionContract, SettingsAreKeptByName) {
  EXPECT_TRUE(index_->Settings("b")->empty());
  ASSERT_TRUE(index_->PutSetting("b", "cors", "one"));
  ASSERT_TRUE(index_->PutSetting("b", "cors", "two"));
  ASSERT_TRUE(index_->PutSetting("b", "policy", std::string("p\0q", 3)));
  EXPECT_EQ(*index_->Settings("b"), (BucketSettings{{"cors", "two"}, {"policy", std::string("p\0q", 3)}}));
  EXPECT_EQ(index_->BucketsWithSetting("cors")->size(), 1U);
  ASSERT_TRUE(index_->PutSetting("b", "cors", {}));
  ASSERT_TRUE(index_->PutSetting("b", "never", {}));
  EXPECT_TRUE(index_->BucketsWithSetting("cors")->empty());
  EXPECT_EQ(Code(index_->Settings("absent")), "NoSuchBucket");
  EXPECT_EQ(Code(index_->PutSetting("absent", "cors", "x")), "NoSuchBucket");
  ASSERT_TRUE(index_->DeleteBucket("b"));
  ASSERT_TRUE(index_->CreateBucket({"b", "project", "region", "STANDARD", {}}));
  EXPECT_TRUE(index_->Settings("b")->empty()) << "they go with the bucket";
}

TEST_P(VersionContract, AppendsGrowAnObjectAndRefuseWrongPlaces) {
  auto append = [&](std::uint64_t position, const BlobRef& blob) {
    StoredAppend next{"b", "log", position, {{blob, 0, blob.size}}, std::string(16, 'm'), FromUnixMillis(7000), {}};
    return index_->AppendObject(next, {blob});
  };
  EXPECT_EQ(Code(append(1, Blob(9))), "PositionNotEqualToLength");
  auto first = append(0, Blob(1, 10));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size, 10U);
  EXPECT_EQ(first->etag, "6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d");
  EXPECT_EQ(Code(append(0, Blob(9))), "PositionNotEqualToLength");
  auto second = append(10, Blob(2, 5));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->size, 15U);
  EXPECT_EQ(second->appends, 2U);
  EXPECT_TRUE(second->etag.ends_with("-2"));
  EXPECT_EQ((*index_->FindObject("b", "log", {}))->pieces.size(), 2U);
  EXPECT_EQ(index_->Usage("b")->bytes, 15U);
  EXPECT_EQ(index_->Usage("b")->objects, 1U);
  EXPECT_TRUE(Dead().empty());
  ASSERT_TRUE(index_->PutObject(Object("log", {Blob(3)}), {Blob(3)}, {}));
  EXPECT_EQ(Dead().size(), 2U);
  EXPECT_EQ(Code(append(10, Blob(9))), "ObjectNotAppendable");
}

}  // namespace atelier::object_store
