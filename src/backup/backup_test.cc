#include "backup/backup.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "backup/blob_copy.h"
#include "backup/contents.h"
#include "object_store/object_service.h"
#include "object_store/testing/service_fixture.h"
#include "storage/object_index.h"

namespace atelier::backup {
namespace {

using object_store::BlobPaths;
using object_store::BlobStore;
using object_store::BucketName;
using object_store::ObjectKey;
using object_store::ObjectService;
using object_store::Pattern;
using testing::HasSubstr;

constexpr int kFormat = 2;
const object_store::Caller kMe{"project"};

// A server's storage on a data directory.
struct Store {
  explicit Store(const fs::path& data_dir, bool cleaning = false) {
    fs::create_directories(data_dir);
    auto opened_control = storage::Database::Open(data_dir / kControl, "control");
    auto opened_objects = storage::Database::Open(data_dir / kObjects, "objects");
    if (!opened_control || !opened_objects) return;
    control = *std::move(opened_control);
    objects = *std::move(opened_objects);
    index = std::make_unique<storage::SqlObjectIndex>(*objects);
    object_store::BlobStoreOptions options{
        .small_limit = 4096, .segment_size = 64 * 1024, .files_per_volume = 8, .background_cleaning = cleaning};
    auto opened = BlobStore::Open(data_dir / kBlobs, *index, options);
    if (!opened) return;
    blobs = *std::move(opened);
    service = std::make_unique<ObjectService>(*index, *blobs, clock, "region");
  }

  Result<void> Put(const std::string& key, std::string_view bytes) {
    ATELIER_TRY(auto writer, service->Put(kMe, "bucket", *ObjectKey::Parse(key), {}, {}));
    ATELIER_CHECK(writer->Append(bytes));
    ATELIER_CHECK(writer->Commit({}, {}));
    return {};
  }
  std::string Get(const std::string& key) {
    auto opened = service->Open(kMe, "bucket", key);
    return opened ? object_store::ReadExtents(opened->extents) : "<" + opened.error().code + ">";
  }
  object_store::BlobRef BlobOf(const std::string& key) {
    return (*index->FindObject("bucket", key, {}))->pieces.at(0).blob;
  }

  SystemClock clock;
  std::unique_ptr<storage::Database> control, objects;
  std::unique_ptr<storage::SqlObjectIndex> index;
  std::unique_ptr<BlobStore> blobs;
  std::unique_ptr<ObjectService> service;
};

bool GoOn(const std::string&, std::uint64_t, std::uint64_t) { return true; }

// One byte of a file is changed, whoever else has a link to it.
void Damage(const fs::path& file, std::uint64_t at) {
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  auto fd = OpenFile(file, O_RDWR);
  ASSERT_TRUE(fd) << fd.error().message;
  auto byte = PreadExactly(fd->get(), at, 1);
  ASSERT_TRUE(byte) << byte.error().message;
  byte->front() = static_cast<char>(~byte->front());
  ASSERT_TRUE(PwriteAll(fd->get(), *byte, at));
}

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    Open();
    ASSERT_TRUE(store_->service->CreateBucket(kMe, *BucketName::Parse("bucket"), ""));
  }
  void Open(bool cleaning = false) {
    store_.reset();
    store_ = std::make_unique<Store>(data_, cleaning);
    ASSERT_NE(store_->service, nullptr);
  }
  Result<Report> Make(const Options& options = {}, const Progress& progress = GoOn) {
    return MakeBackup({data_, kFormat, "0.1.0", *store_->control, *store_->objects, *store_->blobs, store_->clock},
                      backup_, options, progress);
  }
  Result<Report> RestoreIt(const Options& options = {}) { return Restore(backup_, restored_, kFormat, options, GoOn); }
  void WriteData(const std::string& path, std::string_view text) {
    fs::create_directories((data_ / path).parent_path());
    ASSERT_TRUE(WriteFileDurably(data_ / path, text));
  }

  void CheckEveryTextBeginsWithItsKey() {
    Store back(restored_);
    ASSERT_NE(back.service, nullptr);
    auto page = back.service->List(kMe, "bucket", {});
    ASSERT_TRUE(page);
    EXPECT_FALSE(page->objects.empty());
    for (const auto& object : page->objects) EXPECT_THAT(back.Get(object.key), testing::StartsWith(object.key));
  }

  TemporaryDirectory folder_;
  const fs::path data_ = folder_.path() / "data", backup_ = folder_.path() / "backup",
                 restored_ = folder_.path() / "restored";
  std::unique_ptr<Store> store_;
};

TEST_F(BackupTest, ARestoredStoreHasWhatTheStoreHadThen) {
  for (bool link : {true, false}) {
    ASSERT_TRUE(store_->Put("small", Pattern(1000, 1)));
    ASSERT_TRUE(store_->Put("large", Pattern(100'000, 2)));
    ASSERT_TRUE(store_->Put("empty", ""));
    ASSERT_TRUE(store_->Put("gone", Pattern(500, 3)));
    ASSERT_TRUE(store_->service->Delete(kMe, "bucket", {.key = "gone"}));
    auto made = Make({.link = link, .verify = true});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->manifest.blobs, 2U);
    EXPECT_EQ(made->manifest.blob_bytes, 101'000U);
    EXPECT_EQ(made->linked, link ? 1U : 0U);
    EXPECT_TRUE(made->damage.empty());

    // The store goes on: what it changes and cleans away must not reach the backup.
    ASSERT_TRUE(store_->service->DeleteMany(kMe, "bucket", {{.key = "small"}, {.key = "large"}, {.key = "empty"}}));
    ASSERT_TRUE(store_->blobs->Clean());
    auto checked = CheckBackup(backup_, kFormat, GoOn);
    ASSERT_TRUE(checked) << checked.error().message;
    EXPECT_TRUE(checked->damage.empty());

    auto restored = RestoreIt({.link = link, .verify = true});
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_FALSE(fs::exists(restored_ / kRestoringMark));
    {
      Store back(restored_);
      ASSERT_NE(back.service, nullptr);
      EXPECT_EQ(back.Get("small"), Pattern(1000, 1));
      EXPECT_EQ(back.Get("large"), Pattern(100'000, 2));
      EXPECT_EQ(back.Get("empty"), "");
      EXPECT_EQ(back.Get("gone"), "<NoSuchKey>");
      ASSERT_TRUE(back.Put("more", Pattern(700, 4)));
      EXPECT_EQ(back.Get("more"), Pattern(700, 4));
      EXPECT_TRUE(back.blobs->recovery().missing.empty());
      ASSERT_TRUE(back.blobs->Clean());
    }
    fs::remove_all(backup_);
    fs::remove_all(restored_);
  }
}

TEST_F(BackupTest, IsOneStateWhileWritersAndTheCleanerRun) {
  Open(true);
  ASSERT_TRUE(store_->Put("always", "always there"));
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::vector<std::thread> writers;
  for (unsigned t = 0; t < 3; ++t)
    writers.emplace_back([&, t] {
      // Each key is written, overwritten and deleted, again and again; its text begins with the key.
      for (unsigned i = 0; !stop; ++i) {
        std::string key = "w" + std::to_string(t) + "-" + std::to_string(i % 7);
        EXPECT_TRUE(store_->Put(key, key + Pattern(i % 2 == 0 ? 300 : 9000, i)));
        if (i % 3 == 0) EXPECT_TRUE(store_->service->Delete(kMe, "bucket", {.key = key}));
        ++written;
      }
    });
  for (int round = 1; round <= 3; ++round) {
    while (written < 30 * round) std::this_thread::yield();
    auto made = Make();
    EXPECT_TRUE(made) << made.error().message;
    if (!made) break;
    EXPECT_TRUE(made->damage.empty());
    auto restored = RestoreIt();
    EXPECT_TRUE(restored && restored->damage.empty());
    CheckEveryTextBeginsWithItsKey();
    fs::remove_all(backup_);
    fs::remove_all(restored_);
  }
  stop = true;
  for (std::thread& writer : writers) writer.join();
}

TEST_F(BackupTest, HoldsWhatCannotBeMadeAgainAndNothingElse) {
  const std::vector<std::string> kept = {"credentials.json", "format.json", "jobs/j1/job.log",
                                         "jobs/j1/unpublished/a/b", "models/m1/model/saved.pb"};
  const std::vector<std::string> left = {"lock",
                                         "server.json",
                                         "engines/tf/venv/x",
                                         "jobs/j1/inputs/x",
                                         "jobs/j1/code/x.py",
                                         "models/m2.partial/x",
                                         "workloads/w/pid",
                                         "replicas/r/x",
                                         "checks/c/x"};
  for (const auto& list : {kept, left})
    for (const std::string& path : list) WriteData(path, "text of " + path);
  fs::permissions(data_ / "credentials.json", fs::perms::owner_read | fs::perms::owner_write);
  auto made = Make();
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(RestoreIt());
  for (const std::string& path : kept) EXPECT_EQ(ReadFile(restored_ / path).value_or("absent"), "text of " + path);
  for (const std::string& path : left) {
    EXPECT_FALSE(fs::exists(backup_ / path)) << path;
    EXPECT_FALSE(fs::exists(restored_ / path)) << path;
  }
  struct stat status{};
  ASSERT_EQ(::stat((restored_ / "credentials.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(BackupTest, GoesOnlyIntoAnEmptyFolderElsewhere) {
  fs::create_directories(backup_ / "lost+found");
  ASSERT_TRUE(Make()) << "the root of a file system is empty in this sense";
  auto again = Make();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kFailedPrecondition);
  EXPECT_THAT(again.error().message, HasSubstr("not empty"));
  ASSERT_TRUE(WriteFileDurably(folder_.path() / "restored-file", "x"));
  EXPECT_FALSE(Restore(backup_, folder_.path(), kFormat, {}, GoOn)) << "it holds something";
  EXPECT_TRUE(CheckBackup(backup_, kFormat, GoOn)) << "and the refusal took nothing away";

  Source source{data_, kFormat, "0.1.0", *store_->control, *store_->objects, *store_->blobs, store_->clock};
  for (const fs::path& place : {data_ / "backup", data_, fs::path("relative")})
    EXPECT_FALSE(MakeBackup(source, place, {}, GoOn)) << place;
}

TEST_F(BackupTest, DamageInTheStoreIsReportedAndComesBackAsDamage) {
  ASSERT_TRUE(store_->Put("small", Pattern(1000, 1)));
  ASSERT_TRUE(store_->Put("other", Pattern(1000, 2)));
  ASSERT_TRUE(store_->Put("large", Pattern(100'000, 3)));
  const BlobPaths paths{data_ / kBlobs};
  const auto small = store_->BlobOf("small").id, large = store_->BlobOf("large").id;
  Damage(paths.Segment(small.volume()), small.record_offset() + 100);
  Damage(paths.File(large), 5000);
  auto made = Make();
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->damage.size(), 2U);
  EXPECT_EQ(made->damage[0].users.at(0).key, "small");
  EXPECT_EQ(made->damage[1].users.at(0).key, "large");
  EXPECT_EQ(made->manifest.damaged.size(), 2U);
  auto restored = RestoreIt();
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(restored->damage.size(), 2U);
  Store back(restored_);
  EXPECT_EQ(back.Get("other"), Pattern(1000, 2));
  EXPECT_EQ(back.Get("small"), "<InternalError>");
}

TEST_F(BackupTest, ADamagedBackupIsFoundByItsChecksums) {
  ASSERT_TRUE(store_->Put("small", Pattern(1000, 1)));
  ASSERT_TRUE(store_->Put("large", Pattern(100'000, 2)));
  WriteData("credentials.json", "{}");
  const BlobPaths paths{backup_ / kBlobs};
  const auto small = store_->BlobOf("small").id, large = store_->BlobOf("large").id;
  ASSERT_TRUE(Make({.link = false, .verify = false}));

  Damage(paths.Segment(small.volume()), small.record_offset() + 100);
  fs::remove(paths.File(large));
  auto blobs = CheckBackup(backup_, kFormat, GoOn);
  ASSERT_TRUE(blobs) << blobs.error().message;
  EXPECT_EQ(blobs->damage.size(), 2U);

  Damage(backup_ / "credentials.json", 0);
  auto files = CheckBackup(backup_, kFormat, GoOn);
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().message, HasSubstr("credentials.json"));
  auto restored = RestoreIt();
  ASSERT_FALSE(restored);
  EXPECT_TRUE(fs::is_empty(restored_)) << "what fails takes away what it wrote";
}

TEST_F(BackupTest, ABackupOfANewerFormatIsRefused) {
  ASSERT_TRUE(Make());
  auto restored = Restore(backup_, restored_, kFormat - 1, {}, GoOn);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::kFailedPrecondition);
  EXPECT_THAT(restored.error().message, HasSubstr("newer"));
  EXPECT_FALSE(fs::exists(restored_));
}

TEST_F(BackupTest, AStoppedBackupLeavesAnEmptyFolderAndReleasesTheCleaner) {
  ASSERT_TRUE(store_->Put("large", Pattern(100'000, 2)));
  auto stop = [](const std::string& stage, std::uint64_t, std::uint64_t) { return stage != "copying objects"; };
  auto made = Make({}, stop);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kCancelled);
  EXPECT_TRUE(fs::is_empty(backup_));
  ASSERT_TRUE(store_->service->Delete(kMe, "bucket", {.key = "large"}));
  EXPECT_EQ(store_->blobs->Clean()->erased, 1U);
  EXPECT_TRUE(Make());
}

}  // namespace
}  // namespace atelier::backup
