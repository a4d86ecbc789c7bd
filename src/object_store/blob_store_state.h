// Private to the blob store's own .cc files.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "object_store/blob_store.h"
#include "object_store/volume.h"

namespace atelier::object_store {

struct BlobStore::State {
  State(const fs::path& root, MetadataIndex& index_in, Options options_in, std::unique_ptr<FileSystem> files_in)
      : options(options_in), files(std::move(files_in)), paths{root}, index(index_in) {}

  const Options options;
  const std::unique_ptr<FileSystem> files;
  const BlobPaths paths;
  MetadataIndex& index;
  Recovery recovery;
  ReadGate gate;
  const std::shared_ptr<PinTable> pins = std::make_shared<PinTable>();

  std::mutex volume_mutex;
  std::shared_ptr<Volume> current;               // guarded by volume_mutex; made by the first write
  std::vector<std::shared_ptr<Volume>> retired;  // guarded by volume_mutex; not sealed yet

  std::mutex segment_mutex;
  std::unordered_map<std::uint32_t, std::shared_ptr<UniqueFd>> segments;  // guarded by segment_mutex; open for reading

  std::mutex clean_mutex;            // one cleaning at a time
  std::uint64_t cleaning_holds = 0;  // guarded by clean_mutex

  DamageCall on_damage;  // set before the first read
  std::atomic<bool> any_damaged = false;
  std::shared_mutex damaged_mutex;
  std::set<BlobId> damaged;  // guarded by damaged_mutex

  std::mutex wake_mutex;
  std::condition_variable wake;
  bool dead_blobs = false;  // guarded by wake_mutex
  bool stopping = false;    // guarded by wake_mutex
  std::thread cleaner;

  // blob_writer.cc
  Result<std::shared_ptr<Volume>> CurrentVolume();
  void Retire(const std::shared_ptr<Volume>& volume);

  // blob_recovery.cc
  Result<void> RecoverVolume(std::uint32_t volume);

  // blob_cleaner.cc
  void Wake();
  void RunCleaner();
  Result<CleanReport> Clean();
  Result<void> EraseBatch(const std::vector<BlobRef>& dead, CleanReport& report, std::set<std::uint32_t>& touched);
  Result<void> SealRetired(std::set<std::uint32_t>& touched);
  Result<bool> RemoveIfEmpty(std::uint32_t volume);
  bool IsUnsealed(std::uint32_t volume);

  // blob_store.cc
  Result<std::shared_ptr<UniqueFd>> SegmentForReading(std::uint32_t volume);
  bool IsDamaged(BlobId id);
  // DamagedBlob when a file's length or a record's bytes are not what the index says.
  Result<Extent> OpenFileOf(const BlobRef& blob);
  Result<Extent> OpenRecord(const BlobRef& blob);
  Result<Extent> OpenBlob(const BlobRef& blob);  // for a client: DamagedObject
  Result<void> ReadWhole(const Extent& extent, const BlobRef& blob, std::uint64_t most, const Pace& pace);
};

}  // namespace atelier::object_store
