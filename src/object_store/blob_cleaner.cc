#include <algorithm>
#include <chrono>
#include <map>

#include "base/log.h"
#include "object_store/blob_store_state.h"
#include "object_store/record_format.h"

namespace atelier::object_store {
namespace {

constexpr std::size_t kBatch = 512;
// How long the cleaner lets dead blobs gather: it then shares one sync and one transaction among many.
constexpr auto kGather = std::chrono::milliseconds(200);

}  // namespace

void BlobStore::State::Wake() {
  std::lock_guard lock(wake_mutex);
  if (dead_blobs) return;
  dead_blobs = true;
  wake.notify_all();
}

void BlobStore::State::RunCleaner() {
  std::unique_lock lock(wake_mutex);
  for (;;) {
    wake.wait(lock, [&] { return dead_blobs || stopping; });
    wake.wait_for(lock, kGather, [&] { return stopping; });
    if (stopping) return;
    dead_blobs = false;
    lock.unlock();
    // What failed stays recorded as dead: the next deletion or the next start tries again.
    if (auto cleaned = Clean(); !cleaned)
      LogWarning("dead blobs could not be removed", {{"error", cleaned.error().message}});
    lock.lock();
  }
}

Result<BlobStore::CleanReport> BlobStore::State::Clean() {
  std::lock_guard lock(clean_mutex);
  CleanReport report;
  if (cleaning_holds > 0) return report;  // the last hold wakes the cleaner
  std::set<std::uint32_t> touched;
  ATELIER_CHECK(SealRetired(touched));
  BlobId after;
  for (;;) {
    ATELIER_TRY(auto dead, index.DeadBlobs(after, kBatch));
    if (dead.empty()) break;
    after = dead.back().id;
    ATELIER_CHECK(EraseBatch(dead, report, touched));
  }
  for (std::uint32_t volume : touched) {
    if (IsUnsealed(volume)) continue;
    ATELIER_TRY(bool removed, RemoveIfEmpty(volume));
    if (removed) ++report.volumes_removed;
  }
  return report;
}

BlobStore::CleaningHold::CleaningHold(BlobStore& store) : store_(store) {
  std::lock_guard lock(store_.state_->clean_mutex);
  ++store_.state_->cleaning_holds;
}

BlobStore::CleaningHold::~CleaningHold() {
  {
    std::lock_guard lock(store_.state_->clean_mutex);
    --store_.state_->cleaning_holds;
  }
  store_.state_->Wake();
}

// Whoever saw a row of these blobs alive did so in a section that has ended when the wait returns, and pinned the
// record in it.
Result<void> BlobStore::State::EraseBatch(const std::vector<BlobRef>& dead, CleanReport& report,
                                          std::set<std::uint32_t>& touched) {
  gate.WaitForReaders();
  std::vector<BlobId> erased;
  std::map<std::uint32_t, UniqueFd> changed_segments;
  std::set<std::uint32_t> changed_folders;
  for (const BlobRef& blob : dead) {
    const std::uint32_t volume = blob.id.volume();
    if (blob.id.in_file()) {
      ATELIER_CHECK(files->Unlink(paths.File(blob.id)));
      changed_folders.insert(volume);
    } else {
      if (pins->IsPinned(blob.id)) {
        ++report.pinned;
        continue;
      }
      auto& segment = changed_segments[volume];
      if (!segment.valid()) {
        ATELIER_TRY(segment, files->OpenForChange(paths.Segment(volume)));
      }
      ATELIER_CHECK(files->PunchHole(segment.get(), blob.id.record_offset(), RecordSize(blob.size)));
    }
    erased.push_back(blob.id);
    touched.insert(volume);
  }
  for (const auto& [volume, segment] : changed_segments) ATELIER_CHECK(files->Sync(segment.get()));
  for (std::uint32_t volume : changed_folders) {
    auto synced = files->SyncDirectory(paths.Folder(volume));
    if (!synced && synced.error().kind != ErrorKind::kNotFound) return synced;
  }
  report.erased += erased.size();
  return erased.empty() ? Result<void>() : index.ForgetBlobs(erased);
}

Result<void> BlobStore::State::SealRetired(std::set<std::uint32_t>& touched) {
  std::vector<std::shared_ptr<Volume>> ready;
  {
    std::lock_guard lock(volume_mutex);
    auto is_ready = [](const std::shared_ptr<Volume>& volume) {
      return volume.use_count() == 1 && !volume->uncertain();
    };
    std::ranges::copy_if(retired, std::back_inserter(ready), is_ready);
  }
  // The last writer's effects, ordered by its release of the pointer, must be seen here.
  std::atomic_thread_fence(std::memory_order_acquire);
  for (const std::shared_ptr<Volume>& volume : ready) {
    ATELIER_CHECK(volume->Finish());
    ATELIER_CHECK(index.SealVolume(volume->number()));
    touched.insert(volume->number());
    std::lock_guard lock(volume_mutex);
    std::erase(retired, volume);
  }
  return {};
}

bool BlobStore::State::IsUnsealed(std::uint32_t volume) {
  std::lock_guard lock(volume_mutex);
  return (current != nullptr && current->number() == volume) ||
         std::ranges::any_of(retired, [&](const auto& other) { return other->number() == volume; });
}

// Files first, then the row: the other way round a crash would leave files that nothing knows of.
Result<bool> BlobStore::State::RemoveIfEmpty(std::uint32_t volume) {
  ATELIER_TRY(auto any, index.Blobs(BlobId::FirstOf(volume), BlobId::FirstOf(volume + 1), 1));
  if (!any.empty()) return false;
  {
    std::lock_guard lock(segment_mutex);
    segments.erase(volume);
  }
  ATELIER_CHECK(files->Unlink(paths.Segment(volume)));
  ATELIER_CHECK(files->RemoveDirectory(paths.Folder(volume)));
  ATELIER_CHECK(files->SyncDirectory(paths.Segments()));
  ATELIER_CHECK(files->SyncDirectory(paths.Files()));
  return index.ForgetEmptyVolume(volume);
}

}  // namespace atelier::object_store
