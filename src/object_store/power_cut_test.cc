// Cuts the power at every change of a scripted workload and checks what is found afterwards.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "object_store/object_service.h"
#include "object_store/record_format.h"
#include "object_store/testing/memory_index.h"
#include "object_store/testing/power_cut_files.h"
#include "object_store/testing/power_cut_index.h"
#include "object_store/testing/service_fixture.h"
#include "object_store/volume.h"

namespace atelier::object_store {
namespace {

constexpr BlobStoreOptions kOptions{
    .small_limit = 512, .segment_size = 4096, .files_per_volume = 3, .background_cleaning = false};
const Caller kMe{"project"};

// One run of the server on the simulated machine.
struct ServerRun {
  ServerRun(SimulatedDisk& disk, const fs::path& root, MetadataIndex& durable_index, PowerSwitch& power)
      : ServerRun(disk, root, durable_index, power, power) {}
  ServerRun(SimulatedDisk& disk, const fs::path& root, MetadataIndex& durable_index, PowerSwitch& power,
            PowerSwitch& index_power)
      : index(durable_index, index_power) {
    auto opened = BlobStore::Open(root, index, kOptions, std::make_unique<PowerCutFiles>(disk, power));
    if (!opened) return;
    blobs = *std::move(opened);
    service = std::make_unique<ObjectService>(index, *blobs, clock, "region");
  }

  PowerCutIndex index;
  ManualClock clock{FromUnixMillis(1000)};
  std::unique_ptr<BlobStore> blobs;
  std::unique_ptr<ObjectService> service;
};

using Contents = std::optional<std::string>;  // of a key; nullopt: absent

// What the client knows: the acknowledged contents of each key, and those that an unanswered request may have left.
class Client {
 public:
  explicit Client(ServerRun& run) : run_(run) {}

  bool alive = true;
  // Whether a failed request ends the client; else it goes on, and the request must have changed nothing.
  bool ends_at_failure = true;
  std::map<std::string, Contents> known;
  std::map<std::string, Contents> in_doubt;

  void Put(const std::string& key, const std::string& bytes) {
    Do(key, bytes, [&]() -> Result<void> {
      ATELIER_TRY(auto writer, run_.service->Put(kMe, "bucket", *ObjectKey::Parse(key), {}, {}));
      ATELIER_CHECK(writer->Append(bytes));
      ATELIER_TRY(auto record, writer->Commit({}, {}));
      return {};
    });
  }
  void Delete(const std::string& key) {
    Do(key, std::nullopt, [&]() -> Result<void> {
      ATELIER_CHECK(run_.service->Delete(kMe, "bucket", {.key = key}));
      return {};
    });
  }
  void Copy(const std::string& from, const std::string& to) {
    Do(to, known[from], [&]() -> Result<void> {
      CopyRequest request{.source_bucket = "bucket", .source_key = from, .target_bucket = "bucket", .target_key = to};
      ATELIER_TRY(auto record, run_.service->Copy(kMe, request));
      return {};
    });
  }
  void Multipart(const std::string& key, const std::vector<std::string>& parts, bool complete) {
    std::string whole;
    for (const std::string& part : parts) whole += part;
    Do(key, complete ? Contents(whole) : known[key], [&]() -> Result<void> {
      ATELIER_TRY(auto upload, run_.service->CreateUpload(kMe, "bucket", *ObjectKey::Parse(key), {}, {}, true));
      std::vector<CompletedPart> list;
      for (const std::string& part : parts) {
        int number = static_cast<int>(list.size()) + 1;
        ATELIER_TRY(auto writer, run_.service->PutPart(kMe, "bucket", key, upload.upload_id, number, {}));
        ATELIER_CHECK(writer->Append(part));
        ATELIER_TRY(auto record, writer->Commit({}));
        list.push_back({number, record.etag, {}});
      }
      if (!complete) return run_.service->AbortUpload(kMe, "bucket", key, upload.upload_id);
      ATELIER_TRY(auto record,
                  run_.service->CompleteUpload(kMe, "bucket", key, upload.upload_id, {list, 0, {}, {}, {}}));
      return {};
    });
  }
  void AbandonedAndRefused(const std::string& key, const std::string& bytes) {
    if (!known[key]) return;
    Do(key, known[key], [&]() -> Result<void> {
      {
        ATELIER_TRY(auto abandoned, run_.service->Put(kMe, "bucket", *ObjectKey::Parse(key), {}, {}));
        ATELIER_CHECK(abandoned->Append(bytes));
      }
      ATELIER_TRY(auto refused, run_.service->Put(kMe, "bucket", *ObjectKey::Parse(key), {}, {}));
      ATELIER_CHECK(refused->Append(bytes));
      auto result = refused->Commit({}, WriteConditions{.if_none_match_any = true, .if_match = {}});
      if (!result && result.error().code == "PreconditionFailed") return {};
      return result ? Internal("the condition was not checked") : Result<void>(std::unexpected(result.error()));
    });
  }
  void Clean() {
    if (alive && !run_.blobs->Clean() && ends_at_failure) alive = false;
  }

 private:
  void Do(const std::string& key, Contents after, const std::function<Result<void>()>& request) {
    if (!alive) return;
    if (request()) {
      known[key] = std::move(after);
    } else if (ends_at_failure) {
      alive = false;
      in_doubt[key] = std::move(after);
    }
  }

  ServerRun& run_;
};

void Workload(Client& client) {
  client.Put("a", Pattern(300, 1));
  client.Put("b", Pattern(2000, 2));
  client.Put("a", Pattern(3000, 3));
  client.Put("b", Pattern(400, 4));
  client.Clean();
  client.Put("c", Pattern(500, 5));
  client.Copy("c", "d");
  client.Delete("c");
  client.Clean();
  client.AbandonedAndRefused("d", Pattern(1500, 6));
  client.AbandonedAndRefused("d", Pattern(150, 7));
  client.Multipart("e", {Pattern(400, 8), Pattern(5000, 9), Pattern(10, 10)}, true);
  client.Multipart("f", {Pattern(700, 11), Pattern(20, 12)}, false);
  client.Put("e", "");
  for (unsigned i = 0; i < 10; ++i) client.Put("g" + std::to_string(i), Pattern(480, 20 + i));
  client.Clean();
  for (unsigned i = 0; i < 4; ++i) client.Put("h" + std::to_string(i), Pattern(900, 30 + i));
  for (unsigned i = 0; i < 8; ++i) client.Delete("g" + std::to_string(i));
  client.Delete("h0");
  client.Copy("h1", "a");
  client.Clean();
  client.Put("last", Pattern(40, 40));
}

class PowerCutTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder_.path() / "disk"); }
  fs::path root() const { return folder_.path() / "disk" / "blobs"; }

  void CheckObjects(ServerRun& run, Client& client) {
    std::set<std::string> keys;
    for (const auto& [key, contents] : client.known) keys.insert(key);
    for (const auto& [key, contents] : client.in_doubt) keys.insert(key);
    for (const std::string& key : keys) {
      auto opened = run.service->Open(kMe, "bucket", key);
      Contents found;
      if (opened) {
        found = ReadExtents(opened->extents);
      } else {
        EXPECT_EQ(opened.error().code, "NoSuchKey") << key << ": " << opened.error().message;
      }
      auto doubt = client.in_doubt.find(key);
      bool right = found == client.known[key] || (doubt != client.in_doubt.end() && found == doubt->second);
      EXPECT_TRUE(right) << key << " has " << (found ? std::to_string(found->size()) + " bytes" : "gone");
    }
    auto report = run.service->VerifyAll([](const auto&) { return true; });
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->damage.empty()) << report->damage.front();
    EXPECT_TRUE(run.blobs->recovery().missing.empty());
  }

  // After open uploads are aborted and the cleaner has run, every byte on the disk belongs to a blob of the index.
  void CheckNothingIsLeft(ServerRun& run, MemoryIndex& index) {
    auto uploads = index.Uploads("bucket", "", {"", "", true}, 100);
    if (uploads)
      for (const MultipartUpload& upload : *uploads)
        ASSERT_TRUE(run.service->AbortUpload(kMe, "bucket", upload.key, upload.upload_id));
    ASSERT_TRUE(run.blobs->Clean());
    EXPECT_TRUE(index.DeadBlobs(BlobId(), 1)->empty());
    std::set<fs::path> files;
    std::map<fs::path, std::string> segments;
    for (const auto& entry : fs::recursive_directory_iterator(root())) {
      if (!entry.is_regular_file()) continue;
      if (entry.path().extension() == ".seg") {
        segments[entry.path()] = *ReadFile(entry.path());
      } else {
        files.insert(entry.path());
      }
    }
    const BlobPaths paths{root()};
    for (const BlobRef& blob : *index.Blobs(BlobId(), BlobId(~0ULL >> 1), 1000)) {
      if (blob.id.in_file()) {
        EXPECT_EQ(files.erase(paths.File(blob.id)), 1U);
      } else {
        std::string& segment = segments[paths.Segment(blob.id.volume())];
        ASSERT_GE(segment.size(), blob.id.record_offset() + RecordSize(blob.size));
        segment.replace(blob.id.record_offset(), RecordSize(blob.size), RecordSize(blob.size), '\0');
      }
    }
    EXPECT_TRUE(files.empty()) << *files.begin();
    for (const auto& [path, bytes] : segments) {
      EXPECT_TRUE(bytes.find_first_not_of('\0', kSegmentHeaderSize) == bytes.npos) << path << " has unreferenced bytes";
      EXPECT_TRUE(index.Volumes().contains(static_cast<std::uint32_t>(std::stoul(path.stem(), nullptr, 16)))) << path;
    }
  }

  TemporaryDirectory folder_;
};

// The bucket is there before the power is ever cut.
void MakeBucket(MemoryIndex& index) {
  ASSERT_TRUE(index.CreateBucket({"bucket", kMe.project_id, "region", "STANDARD", {}}));
}

TEST_F(PowerCutTest, AtEveryChangeOfTheWorkload) {
  std::uint64_t total = 0;
  {
    SimulatedDisk disk(folder_.path() / "disk");
    MemoryIndex index;
    MakeBucket(index);
    PowerSwitch power;
    {
      ServerRun run(disk, root(), index, power);
      Client client(run);
      Workload(client);
      ASSERT_TRUE(client.alive);
      CheckObjects(run, client);
      CheckNothingIsLeft(run, index);
    }
    total = power.steps();
    fs::remove_all(root());
  }
  ASSERT_GT(total, 200U);
  for (std::uint64_t cut = 1; cut <= total && !HasFailure(); ++cut) {
    SCOPED_TRACE("cut at change " + std::to_string(cut));
    SimulatedDisk disk(folder_.path() / "disk");
    MemoryIndex index;
    MakeBucket(index);
    PowerSwitch power(cut);
    std::optional<ServerRun> run(std::in_place, disk, root(), index, power);
    Client client(*run);
    if (run->service != nullptr) Workload(client);
    run.reset();
    disk.LosePower(static_cast<std::uint32_t>(cut));

    // The power goes once more while the next start repairs and cleans.
    PowerSwitch shaky(1 + cut % 23);
    run.emplace(disk, root(), index, shaky);
    if (run->service != nullptr && run->blobs->Clean()) {
      run->service.reset();
      run->blobs.reset();
    }
    run.reset();
    disk.LosePower(static_cast<std::uint32_t>(cut * 31));

    PowerSwitch steady;
    run.emplace(disk, root(), index, steady);
    ASSERT_NE(run->service, nullptr);
    CheckObjects(*run, client);
    CheckNothingIsLeft(*run, index);
    run.reset();
    fs::remove_all(root());
  }
}

// A full disk or an I/O error: the request fails, everything else stays, and the next requests are served.
TEST_F(PowerCutTest, AFaultAtAnyChangeOfTheDiskLosesNothing) {
  bool reached = true;
  for (std::uint64_t fault = 1; reached && !HasFailure(); ++fault) {
    SCOPED_TRACE("fault at change " + std::to_string(fault));
    SimulatedDisk disk(folder_.path() / "disk");
    MemoryIndex index;
    MakeBucket(index);
    PowerSwitch faulty(fault, true), steady;
    std::optional<ServerRun> run(std::in_place, disk, root(), index, faulty, steady);
    Client client(*run);
    client.ends_at_failure = false;
    if (run->service != nullptr) {
      Workload(client);
      CheckObjects(*run, client);
    }
    run.reset();
    reached = faulty.steps() >= fault;
    run.emplace(disk, root(), index, steady);
    ASSERT_NE(run->service, nullptr);
    CheckObjects(*run, client);
    CheckNothingIsLeft(*run, index);
    run.reset();
    fs::remove_all(root());
  }
}

// The index fails before or after a change while the disk works: bytes that a row may refer to must not be taken back.
TEST_F(PowerCutTest, AnIndexThatFailsInDoubtLosesNothing) {
  bool reached = true;
  for (std::uint64_t fault = 1; reached && !HasFailure(); ++fault) {
    SCOPED_TRACE("index fails from change " + std::to_string(fault));
    SimulatedDisk disk(folder_.path() / "disk");
    MemoryIndex index;
    MakeBucket(index);
    PowerSwitch steady, broken(fault);
    std::optional<ServerRun> run(std::in_place, disk, root(), index, steady, broken);
    Client client(*run);
    if (run->service != nullptr) Workload(client);
    run.reset();
    reached = broken.steps() >= fault;
    run.emplace(disk, root(), index, steady);
    ASSERT_NE(run->service, nullptr);
    CheckObjects(*run, client);
    CheckNothingIsLeft(*run, index);
    run.reset();
    fs::remove_all(root());
  }
}

}  // namespace
}  // namespace atelier::object_store
