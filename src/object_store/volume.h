// One volume: a segment of small blobs and a folder of large ones, written by one run of the server.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "object_store/blob.h"
#include "object_store/file_system.h"
#include "object_store/sync_group.h"

namespace atelier::object_store {

// Where the parts of a store lie below its root.
struct BlobPaths {
  fs::path root;
  fs::path Segments() const { return root / "segments"; }
  fs::path Files() const { return root / "files"; }
  fs::path Segment(std::uint32_t volume) const;
  fs::path Folder(std::uint32_t volume) const;
  fs::path File(BlobId id) const;
};

// Thread-safe. Whoever holds a shared_ptr to a volume may be writing to it; the store seals it when nobody else does.
class Volume {
 public:
  static Result<std::shared_ptr<Volume>> Create(FileSystem& files, const BlobPaths& paths, std::uint32_t number,
                                                std::uint64_t segment_size, std::uint32_t max_files);
  Volume(FileSystem& files, const BlobPaths& paths, std::uint32_t number, UniqueFd segment, std::uint64_t segment_size,
         std::uint32_t max_files);

  std::uint32_t number() const { return number_; }

  // Writes a record; durable after SyncRecords. nullopt: the segment is full.
  Result<std::optional<BlobRef>> AppendRecord(std::string_view bytes, std::uint32_t crc32c);
  Result<void> SyncRecords() { return segment_sync_.Sync(); }
  // A name for a file; nullopt: the folder has enough.
  std::optional<BlobId> ReserveFile();
  // Names a file whose contents are durable, durably.
  Result<void> Publish(NamelessFile& file, BlobId id);
  // Takes back what no row refers to.
  Result<void> Erase(const BlobRef& blob);

  // It is not known whether rows refer to bytes here: only the next start's recovery may judge.
  void MarkUncertain() { uncertain_ = true; }
  bool uncertain() const { return uncertain_; }
  // Gives back reserved space and makes erasures durable. Nobody may be writing.
  Result<void> Finish();

 private:
  Result<void> Prepare(std::uint64_t end);

  FileSystem& files_;
  const BlobPaths paths_;
  const std::uint32_t number_;
  const std::uint64_t segment_size_;
  const std::uint32_t max_files_;
  UniqueFd segment_;
  SyncGroup segment_sync_;
  SyncGroup folder_sync_;
  std::atomic<bool> uncertain_ = false;
  std::mutex mutex_;
  std::uint64_t used_;           // guarded by mutex_
  std::uint64_t prepared_;       // guarded by mutex_: up to here the segment holds written zeros
  std::uint32_t next_file_ = 1;  // guarded by mutex_
};

}  // namespace atelier::object_store
