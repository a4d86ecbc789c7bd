#include "object_store/lifecycle_worker.h"

#include <condition_variable>
#include <mutex>

#include "object_store/settings_codec.h"
#include "object_store/testing/lifecycle_rules.h"
#include "object_store/testing/service_fixture.h"

namespace atelier::object_store {
namespace {

using std::chrono::hours;

// Tells what the worker does, so that a test can step between.
class WatchedIndex final : public MemoryIndex {
 public:
  std::function<void()> after_list, after_delete, on_pass;

  Result<VersionPage> ListVersions(const std::string& bucket, const VersionQuery& query) override {
    auto page = MemoryIndex::ListVersions(bucket, query);
    if (after_list) std::exchange(after_list, nullptr)();
    return page;
  }
  Result<Deleted> DeleteObjects(const std::string& bucket, const std::vector<DeleteRequest>& requests,
                                const ObjectRecord& marker) override {
    auto deleted = MemoryIndex::DeleteObjects(bucket, requests, marker);
    if (after_delete) after_delete();
    return deleted;
  }
  Result<std::vector<Bucket>> BucketsWithSetting(const std::string& name) override {
    if (on_pass) on_pass();
    return MemoryIndex::BucketsWithSetting(name);
  }
};

// "expired removed aborted".
std::string Text(const Result<LifecycleChanges>& changes) {
  if (!changes) return changes.error().message;
  return fmt::format("{} {} {}", changes->expired_objects, changes->removed_versions, changes->aborted_uploads);
}

class LifecycleWorkerTest : public ServiceFixture {
 protected:
  void SetUp() override {
    auto opened = BlobStore::Open(folder_.path() / "blobs", watched_, options_);
    ASSERT_TRUE(opened) << opened.error().message;
    blobs_ = *std::move(opened);
    service_ = std::make_unique<ObjectService>(watched_, *blobs_, clock_, "region");
    MakeBucket("bucket");
  }
  void TearDown() override {
    service_.reset();
    blobs_.reset();  // before the index
  }

  void MakeBucket(const std::string& name) { ASSERT_TRUE(service_->CreateBucket(me_, *BucketName::Parse(name), "")); }
  void SetRules(const LifecycleRules& rules, const std::string& bucket = "bucket") {
    ASSERT_TRUE(service_->PutSetting(me_, bucket, kLifecycleSetting, EncodeLifecycle(rules)));
  }
  void SetVersioning(VersioningState state) { ASSERT_TRUE(service_->SetVersioning(me_, "bucket", state)); }
  // A version a call, an hour apart.
  std::string PutVersion(const std::string& key, std::string_view bytes) {
    auto put = Put(key, bytes);
    EXPECT_TRUE(put);
    clock_.Advance(hours(1));
    return put ? put->version_id : "";
  }
  std::string RunOnce(const LifecycleOptions& options = Quick()) {
    return Text(LifecycleWorker(*service_, clock_, options).RunOnce());
  }
  // "k bytes latest", "k marker".
  std::vector<std::string> Versions() {
    std::vector<std::string> lines;
    auto page = service_->ListVersions(me_, "bucket", {});
    EXPECT_TRUE(page && !page->truncated);
    for (const ObjectRecord& record : page->versions) {
      auto opened = service_->Open(me_, "bucket", record.key, record.version_id);
      std::string content = record.delete_marker ? "marker" : ReadExtents(opened->extents);
      lines.push_back(record.key + " " + content + (record.latest ? " latest" : ""));
    }
    return lines;
  }

  static LifecycleOptions Quick() {
    LifecycleOptions options;
    options.rest = Milliseconds(0);
    return options;
  }

  WatchedIndex watched_;
};

using Lines = std::vector<std::string>;

TEST_F(LifecycleWorkerTest, ExpiresObjects) {
  SetRules({Expires(1, "old/")});
  PutVersion("old/a", "a");
  PutVersion("old/b", "b");
  PutVersion("kept", "c");
  EXPECT_EQ(RunOnce(), "0 0 0");
  clock_.Advance(hours(48));
  PutVersion("old/new", "d");
  EXPECT_EQ(RunOnce(), "2 0 0");
  EXPECT_EQ(Versions(), (Lines{"kept c latest", "old/new d latest"}));
  EXPECT_EQ(RunOnce(), "0 0 0");
}

TEST_F(LifecycleWorkerTest, TakesAVersionedBucketApartStepByStep) {
  SetVersioning(VersioningState::kEnabled);
  SetRules({Expires(5), ExpiresNoncurrent(1)});
  PutVersion("k", "1");
  PutVersion("k", "2");
  clock_.Advance(hours(48));
  EXPECT_EQ(RunOnce(), "0 1 0");
  EXPECT_EQ(Versions(), Lines{"k 2 latest"});
  clock_.Advance(hours(120));
  EXPECT_EQ(RunOnce(), "1 0 0");
  EXPECT_EQ(Versions(), (Lines{"k marker latest", "k 2"}));
  EXPECT_EQ(Get("k"), "<NoSuchKey>");
  clock_.Advance(hours(48));
  EXPECT_EQ(RunOnce(), "0 1 0");
  EXPECT_EQ(Versions(), Lines{"k marker latest"});
  EXPECT_EQ(RunOnce(), "0 0 0") << "the marker is young";
  clock_.Advance(hours(120));
  EXPECT_EQ(RunOnce(), "0 1 0");
  EXPECT_EQ(Versions(), Lines{});
}

TEST_F(LifecycleWorkerTest, RemovesLoneMarkersOfASuspendedBucket) {
  SetVersioning(VersioningState::kSuspended);
  SetRules({RemovesMarkers()});
  PutVersion("k", "1");
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k"}));
  EXPECT_EQ(Versions(), Lines{"k marker latest"});
  EXPECT_EQ(RunOnce(), "0 1 0");
  EXPECT_EQ(Versions(), Lines{});
}

TEST_F(LifecycleWorkerTest, AbortsUploads) {
  LifecycleRule rule = Rule("tmp/");
  rule.abort_uploads_after_days = 2;
  SetRules({rule});
  std::string other = StartUpload("other");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(PutPart("tmp/a", StartUpload("tmp/a"), 1, "x"));
  StartUpload("tmp/b");
  clock_.Advance(hours(72));
  StartUpload("tmp/b");
  LifecycleOptions options = Quick();
  options.page = 2;
  EXPECT_EQ(RunOnce(options), "0 0 6");
  auto left = service_->ListUploads(me_, "bucket", "", "", "", "", 10);
  ASSERT_TRUE(left);
  ASSERT_EQ(left->uploads.size(), 2U);
  EXPECT_EQ(left->uploads[0].upload_id, other);
  EXPECT_EQ(left->uploads[1].key, "tmp/b");
}

TEST_F(LifecycleWorkerTest, PageAndBatchSizesMakeNoDifference) {
  SetVersioning(VersioningState::kEnabled);
  SetRules({ExpiresNoncurrent(1, 1)});
  for (std::size_t size : {1U, 2U, 3U, 7U, 1000U}) {
    for (std::string name : {"a", "b", "c"})
      for (int i = 0; i < 5; ++i) PutVersion(fmt::format("{}/{}", size, name), "x");
    clock_.Advance(hours(48));
    LifecycleOptions options = Quick();
    options.page = size;
    options.batch = size;
    EXPECT_EQ(RunOnce(options), "0 9 0") << "of five versions of each key two stay; pages of " << size;
    EXPECT_EQ(RunOnce(options), "0 0 0");
  }
}

// What clients do after the page was read and before what is due of it is deleted.
TEST_F(LifecycleWorkerTest, ANewWriteSurvives) {
  SetRules({Expires(1)});
  for (std::string bytes : {"new", "old"}) {
    PutVersion("k", "old");
    clock_.Advance(hours(48));
    watched_.after_list = [&] { PutVersion("k", bytes); };
    EXPECT_EQ(RunOnce(), "0 0 0") << bytes;
    EXPECT_EQ(Get("k"), bytes);
  }
}

TEST_F(LifecycleWorkerTest, ANewVersionIsNotHidden) {
  SetVersioning(VersioningState::kEnabled);
  SetRules({Expires(1)});
  PutVersion("k", "old");
  clock_.Advance(hours(48));
  watched_.after_list = [&] { PutVersion("k", "new"); };
  EXPECT_EQ(RunOnce(), "0 0 0");
  EXPECT_EQ(Versions(), (Lines{"k new latest", "k old"}));
}

TEST_F(LifecycleWorkerTest, WhatWasDeletedMeanwhileGetsNoSecondMarker) {
  SetVersioning(VersioningState::kEnabled);
  SetRules({Expires(1)});
  PutVersion("k", "old");
  clock_.Advance(hours(48));
  watched_.after_list = [&] { ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k"})); };
  EXPECT_EQ(RunOnce(), "0 0 0");
  EXPECT_EQ(Versions(), (Lines{"k marker latest", "k old"}));
}

TEST_F(LifecycleWorkerTest, AnOldVersionThatWasRestoredSurvives) {
  SetVersioning(VersioningState::kEnabled);
  SetRules({ExpiresNoncurrent(1)});
  PutVersion("k", "old");
  std::string newest = PutVersion("k", "new");
  clock_.Advance(hours(48));
  watched_.after_list = [&] { ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k", .version = newest})); };
  EXPECT_EQ(RunOnce(), "0 0 0");
  EXPECT_EQ(Versions(), Lines{"k old latest"});
}

TEST_F(LifecycleWorkerTest, TheNullVersionIsRemovedOnlyAsItWas) {
  PutVersion("k", "null, old");
  SetVersioning(VersioningState::kEnabled);
  PutVersion("k", "newer");
  SetVersioning(VersioningState::kSuspended);
  SetRules({ExpiresNoncurrent(1)});
  clock_.Advance(hours(48));
  // The null version is now another one, with the same id.
  watched_.after_list = [&] { PutVersion("k", "null, new"); };
  EXPECT_EQ(RunOnce(), "0 0 0");
  EXPECT_EQ(Versions(), (Lines{"k null, new latest", "k newer"}));
}

TEST_F(LifecycleWorkerTest, AKeyThatIsWrittenAnewKeepsItsObjectWhenItsMarkerWasDue) {
  SetVersioning(VersioningState::kSuspended);
  SetRules({RemovesMarkers()});
  ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k"}));
  watched_.after_list = [&] { PutVersion("k", "new"); };
  EXPECT_EQ(RunOnce(), "0 0 0");
  EXPECT_EQ(Versions(), Lines{"k new latest"});
}

TEST_F(LifecycleWorkerTest, RulesThatAreTakenBackEndTheVisit) {
  SetRules({Expires(1)});
  PutVersion("k", "x");
  clock_.Advance(hours(48));
  watched_.after_list = [&] { ASSERT_TRUE(service_->PutSetting(me_, "bucket", kLifecycleSetting, std::nullopt)); };
  EXPECT_EQ(RunOnce(), "0 0 0");
  EXPECT_EQ(Get("k"), "x");
}

TEST_F(LifecycleWorkerTest, AFailingBucketDoesNotStopTheOthers) {
  MakeBucket("another");
  SetRules({Expires(1)});
  PutVersion("k", "x");
  ASSERT_TRUE(service_->PutSetting(me_, "another", kLifecycleSetting, "no rules"));
  clock_.Advance(hours(48));
  LifecycleWorker worker(*service_, clock_, Quick());
  EXPECT_EQ(Text(worker.RunOnce()), "1 0 0");
  LifecycleTotals totals = worker.totals();
  EXPECT_EQ(totals.failed_buckets, 1U);
  EXPECT_EQ(totals.passes, 1U);
  EXPECT_EQ(totals.last_end, clock_.Now());
  EXPECT_EQ(totals.changes, (LifecycleChanges{.expired_objects = 1}));
  SetRules({Expires(1)}, "another");
  EXPECT_EQ(Text(worker.RunOnce()), "0 0 0");
  EXPECT_EQ(worker.totals().failed_buckets, 1U);
  EXPECT_EQ(worker.totals().changes, (LifecycleChanges{.expired_objects = 1}));
}

TEST_F(LifecycleWorkerTest, ABucketThatGoesMeanwhileIsNoFailure) {
  SetRules({Expires(1)});
  PutVersion("k", "x");
  clock_.Advance(hours(48));
  watched_.after_list = [&] {
    ASSERT_TRUE(service_->Delete(me_, "bucket", {.key = "k"}));
    ASSERT_TRUE(service_->DeleteBucket(me_, "bucket"));
  };
  LifecycleWorker worker(*service_, clock_, Quick());
  EXPECT_EQ(Text(worker.RunOnce()), "0 0 0");
  EXPECT_EQ(worker.totals().failed_buckets, 0U);
}

// Counts events of another thread.
class Counter {
 public:
  void Add() {
    std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  bool Reaches(int wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return count_ >= wanted; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

TEST_F(LifecycleWorkerTest, PassesComeByThemselvesUntilItIsStopped) {
  SetRules({Expires(1)});
  PutVersion("k", "x");
  clock_.Advance(hours(48));
  Counter passes;
  watched_.on_pass = [&] { passes.Add(); };
  LifecycleOptions options = Quick();
  options.interval = Milliseconds(1);
  LifecycleWorker worker(*service_, clock_, options);
  worker.Start();
  EXPECT_TRUE(passes.Reaches(3));
  worker.Stop();
  EXPECT_EQ(Get("k"), "<NoSuchKey>");
  EXPECT_GE(worker.totals().passes, 2U);
}

TEST_F(LifecycleWorkerTest, StopsBetweenTwoBatchesAndStartsAnew) {
  SetRules({Expires(1)});
  for (std::string key : {"a", "b", "c"}) PutVersion(key, "x");
  clock_.Advance(hours(48));
  Counter batches;
  watched_.after_delete = [&] { batches.Add(); };
  LifecycleOptions options;
  options.batch = 1;
  options.rest = hours(1);
  {
    LifecycleWorker worker(*service_, clock_, options);
    worker.Start();
    EXPECT_TRUE(batches.Reaches(1));
    worker.Stop();
    EXPECT_EQ(worker.totals().passes, 0U);
    EXPECT_EQ(worker.totals().changes.expired_objects, 1U);
    EXPECT_EQ(Text(worker.RunOnce()), "0 0 0") << "after Stop nothing is done";
  }
  EXPECT_EQ(Versions().size(), 2U);
  EXPECT_EQ(RunOnce(), "2 0 0");
}

}  // namespace
}  // namespace atelier::object_store
