// Cuts the power at every change of a scripted workload and checks what is found afterwards.
#include <gtest/gtest.h>

#include <optional>

#include "object_store/object_service.h"
#include "object_store/testing/memory_index.h"
#include "object_store/testing/power_cut_files.h"
#include "object_store/testing/power_cut_index.h"
#include "object_store/testing/scripted_client.h"
#include "object_store/testing/service_fixture.h"

namespace atelier::object_store {
namespace {

constexpr BlobStoreOptions kOptions{
    .small_limit = 512, .segment_size = 4096, .files_per_volume = 3, .background_cleaning = false};

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

class PowerCutTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(folder_.path() / "disk"); }
  fs::path root() const { return folder_.path() / "disk" / "blobs"; }

  void CheckObjects(ServerRun& run, ScriptedClient& client) {
    object_store::CheckObjects(*run.service, *run.blobs, client);
  }
  void CheckNothingIsLeft(ServerRun& run, MemoryIndex& index) {
    object_store::CheckNothingIsLeft(*run.service, *run.blobs, index, root());
  }

  TemporaryDirectory folder_{QuickFolder()};
};

// The bucket is there before the power is ever cut.
void MakeBucket(MemoryIndex& index) {
  ASSERT_TRUE(index.CreateBucket({"bucket", kScriptCaller.project_id, "region", "STANDARD", {}}));
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
      ScriptedClient client(run.service.get(), run.blobs.get());
      RunScript(client);
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
    ScriptedClient client(run->service.get(), run->blobs.get());
    if (run->service != nullptr) RunScript(client);
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
    ScriptedClient client(run->service.get(), run->blobs.get());
    client.ends_at_failure = false;
    if (run->service != nullptr) {
      RunScript(client);
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
    ScriptedClient client(run->service.get(), run->blobs.get());
    if (run->service != nullptr) RunScript(client);
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
