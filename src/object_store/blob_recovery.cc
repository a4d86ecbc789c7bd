#include <fmt/format.h>

#include <set>

#include "base/log.h"
#include "object_store/blob_store_state.h"
#include "object_store/record_format.h"

namespace atelier::object_store {
namespace {

Result<std::vector<BlobRef>> AllBlobs(MetadataIndex& index, std::uint32_t volume) {
  constexpr std::size_t kStep = 4096;
  std::vector<BlobRef> all;
  BlobId after = BlobId::FirstOf(volume);
  const BlobId end = BlobId::FirstOf(volume + 1);
  for (;;) {
    ATELIER_TRY(auto some, index.Blobs(after, end, kStep));
    all.insert(all.end(), some.begin(), some.end());
    if (some.size() < kStep) return all;
    after = some.back().id;
  }
}

// Absent is an answer here, not an error.
Result<UniqueFd> OpenIfThere(FileSystem& files, const fs::path& path) {
  auto opened = files.OpenForChange(path);
  if (!opened && opened.error().kind == ErrorKind::kNotFound) return UniqueFd();
  return opened;
}

// Gives back every byte of the segment that no row refers to.
Result<void> RecoverSegment(FileSystem& files, int fd, const std::vector<BlobRef>& records) {
  std::uint64_t end = kSegmentHeaderSize;
  for (const BlobRef& record : records) {
    const std::uint64_t begin = record.id.record_offset();
    if (begin > end) ATELIER_CHECK(files.PunchHole(fd, end, begin - end));
    end = begin + RecordSize(record.size);
  }
  ATELIER_CHECK(files.Truncate(fd, end));
  return files.Sync(fd);
}

}  // namespace

Result<void> BlobStore::State::RecoverVolume(std::uint32_t volume) {
  ATELIER_TRY(auto blobs, AllBlobs(index, volume));
  std::vector<BlobRef> records;
  std::set<std::string> named;
  for (const BlobRef& blob : blobs) {
    if (blob.id.in_file()) {
      named.insert(paths.File(blob.id).filename().string());
    } else {
      records.push_back(blob);
    }
  }

  auto listed = files->ListDirectory(paths.Folder(volume));
  if (!listed && listed.error().kind != ErrorKind::kNotFound) return std::unexpected(std::move(listed).error());
  std::size_t removed = 0;
  if (listed) {
    for (const std::string& name : *listed) {
      if (named.erase(name) > 0) continue;  // what stays in `named` is not there
      ATELIER_CHECK(files->Unlink(paths.Folder(volume) / name));
      ++removed;
    }
    ATELIER_CHECK(files->SyncDirectory(paths.Folder(volume)));
  }

  ATELIER_TRY(UniqueFd segment, OpenIfThere(*files, paths.Segment(volume)));
  if (segment.valid()) ATELIER_CHECK(RecoverSegment(*files, segment.get(), records));
  for (const BlobRef& blob : blobs) {
    bool lost = blob.id.in_file() ? named.contains(paths.File(blob.id).filename().string()) : !segment.valid();
    if (!lost) continue;
    // The bytes of a dead blob may have been removed before its row was.
    ATELIER_TRY(auto dead, index.DeadBlobs(BlobId(blob.id.value() - 1), 1));
    if (dead.empty() || dead.front().id != blob.id) recovery.missing.push_back(blob);
  }

  ATELIER_CHECK(index.SealVolume(volume));
  ATELIER_TRY(bool empty, RemoveIfEmpty(volume));
  ++recovery.volumes;
  recovery.removed_files += removed;
  LogInfo("repaired a volume that was not closed", {{"volume", volume},
                                                    {"blobs", blobs.size()},
                                                    {"files_removed", removed},
                                                    {"missing", recovery.missing.size()},
                                                    {"volume_removed", empty}});
  return {};
}

}  // namespace atelier::object_store
