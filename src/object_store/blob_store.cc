#include "object_store/blob_store.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/digest.h"
#include "object_store/blob_store_state.h"
#include "object_store/errors.h"
#include "object_store/record_format.h"

namespace atelier::object_store {
namespace {

constexpr std::size_t kMaxOpenSegments = 256;
constexpr std::uint64_t kFileStep = 1 << 20;
// Records up to this size are kept as they were read: sending them from memory saves the sendfile. Longer ones are read
// in steps that stay in the processor's cache, and sent from the page cache: 128 KiB from memory cost 70 % more time.
constexpr std::uint64_t kKeepLimit = 16 * 1024;
constexpr std::uint64_t kRecordStep = 32 * 1024;

// Keeps a segment's descriptor open and the cleaner away from one of its records.
struct PinnedRecord {
  PinnedRecord(std::shared_ptr<PinTable> table_in, std::shared_ptr<UniqueFd> fd_in, BlobId id_in)
      : table(std::move(table_in)), fd(std::move(fd_in)), id(id_in) {
    table->Pin(id);
  }
  ~PinnedRecord() { table->Unpin(id); }
  PinnedRecord(const PinnedRecord&) = delete;
  PinnedRecord& operator=(const PinnedRecord&) = delete;

  std::shared_ptr<PinTable> table;
  std::shared_ptr<UniqueFd> fd;
  BlobId id;
};

// A blob that the index names must be there and readable: its absence is our fault, never "not found". Only a want of
// descriptors or memory says nothing about the blob.
std::unexpected<Error> AsDamage(Error cause) {
  if (cause.kind != ErrorKind::kInternal && cause.kind != ErrorKind::kNotFound)
    return std::unexpected(std::move(cause));
  return DamagedBlob("it cannot be read: " + cause.message);
}

std::unexpected<Error> WrongChecksum(const BlobRef& blob, std::uint32_t found) {
  return DamagedBlob(fmt::format("its CRC32C is {:08x}, it should be {:08x}", found, blob.crc32c));
}

}  // namespace

BlobStore::BlobStore(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<BlobStore>> BlobStore::Open(const fs::path& root, MetadataIndex& index, Options options,
                                                   std::unique_ptr<FileSystem> files) {
  if (files == nullptr) files = MakeSystemFiles();
  auto state = std::make_unique<State>(root, index, options, std::move(files));
  ATELIER_CHECK(state->files->MakeDirectory(root));
  ATELIER_CHECK(state->files->MakeDirectory(state->paths.Segments()));
  ATELIER_CHECK(state->files->MakeDirectory(state->paths.Files()));
  ATELIER_TRY(auto unsealed, index.UnsealedVolumes());
  for (std::uint32_t volume : unsealed) ATELIER_CHECK(state->RecoverVolume(volume));
  std::unique_ptr<BlobStore> store(new BlobStore(std::move(state)));
  if (options.background_cleaning) {
    State* running = store->state_.get();
    running->dead_blobs = true;  // what the last run left
    running->pins->OnRelease([running] { running->Wake(); });
    running->cleaner = std::thread([running] { running->RunCleaner(); });
  }
  return store;
}

BlobStore::~BlobStore() {
  state_->pins->OnRelease({});
  if (state_->cleaner.joinable()) {
    {
      std::lock_guard lock(state_->wake_mutex);
      state_->stopping = true;
    }
    state_->wake.notify_all();
    state_->cleaner.join();
  }
  std::shared_ptr<Volume> last;
  {
    std::lock_guard lock(state_->volume_mutex);
    last = state_->current;
  }
  if (last != nullptr) state_->Retire(last);
  last.reset();
  std::lock_guard lock(state_->clean_mutex);
  std::set<std::uint32_t> touched;
  // A volume that cannot be sealed now is repaired by the next start.
  if (state_->SealRetired(touched))
    for (std::uint32_t volume : touched) (void)state_->RemoveIfEmpty(volume);
}

const BlobStore::Recovery& BlobStore::recovery() const { return state_->recovery; }

ReadGate::Section BlobStore::BeginRead() { return ReadGate::Section(state_->gate); }

void BlobStore::NotifyDead() { state_->Wake(); }

Result<BlobStore::CleanReport> BlobStore::Clean() { return state_->Clean(); }

Result<std::shared_ptr<UniqueFd>> BlobStore::State::SegmentForReading(std::uint32_t volume) {
  std::lock_guard lock(segment_mutex);
  auto& segment = segments[volume];
  if (segment == nullptr) {
    auto opened = files->OpenForReading(paths.Segment(volume));
    if (!opened) {
      segments.erase(volume);
      return std::unexpected(std::move(opened).error());
    }
    auto fresh = std::make_shared<UniqueFd>(*std::move(opened));
    // Readers keep what they use; the rest is opened again when it is needed.
    if (segments.size() > kMaxOpenSegments) segments.clear();
    segments[volume] = fresh;
    return fresh;
  }
  return segment;
}

bool BlobStore::State::IsDamaged(BlobId id) {
  if (!any_damaged) return false;
  std::shared_lock lock(damaged_mutex);
  return damaged.contains(id);
}

void BlobStore::MarkDamaged(BlobId id) {
  std::unique_lock lock(state_->damaged_mutex);
  state_->damaged.insert(id);
  state_->any_damaged = true;
}

void BlobStore::ClearDamaged(BlobId id) {
  std::unique_lock lock(state_->damaged_mutex);
  state_->damaged.erase(id);
  state_->any_damaged = !state_->damaged.empty();
}

void BlobStore::OnDamage(DamageCall call) { state_->on_damage = std::move(call); }

Result<Extent> BlobStore::State::OpenRecord(const BlobRef& blob) {
  auto segment = SegmentForReading(blob.id.volume());
  if (!segment) return AsDamage(segment.error());
  const std::uint64_t offset = blob.id.record_offset();
  auto pinned = std::make_shared<PinnedRecord>(pins, *std::move(segment), blob.id);
  UniqueFd* fd = pinned->fd.get();
  Extent extent{std::shared_ptr<UniqueFd>(std::move(pinned), fd), offset + kRecordHeaderSize, blob.size};
  const std::uint64_t first = kRecordHeaderSize + (blob.size <= kKeepLimit ? blob.size : 0);
  auto record = files->Read(fd->get(), offset, static_cast<std::size_t>(first));
  if (!record) return AsDamage(record.error());
  std::string_view bytes(*record);
  ATELIER_CHECK(CheckRecordHeader(bytes.substr(0, kRecordHeaderSize), blob));
  if (blob.size > kKeepLimit) {
    ATELIER_CHECK(ReadWhole(extent, blob, kRecordStep, {}));
    return extent;
  }
  if (std::uint32_t crc = Crc32c(bytes.substr(kRecordHeaderSize)); crc != blob.crc32c) return WrongChecksum(blob, crc);
  extent.checked = std::make_shared<const std::string>(*std::move(record));
  extent.checked_offset = offset;
  return extent;
}

Result<Extent> BlobStore::State::OpenFileOf(const BlobRef& blob) {
  auto file = files->OpenForReading(paths.File(blob.id));
  if (!file) return AsDamage(file.error());
  struct stat status{};
  if (::fstat(file->get(), &status) != 0) return ErrnoError("look at " + paths.File(blob.id).string(), errno);
  if (static_cast<std::uint64_t>(status.st_size) != blob.size)
    return DamagedBlob(fmt::format("the file should have {} bytes, it has {}", blob.size, status.st_size));
  return Extent{std::make_shared<UniqueFd>(*std::move(file)), 0, blob.size};
}

Result<Extent> BlobStore::State::OpenBlob(const BlobRef& blob) {
  // Records are looked at whole each time: they need no memory of what was found.
  if (blob.id.in_file() && IsDamaged(blob.id)) return DamagedObject(blob.id, "found when it was read before");
  auto opened = blob.id.in_file() ? OpenFileOf(blob) : OpenRecord(blob);
  if (opened || !IsDamagedBlob(opened.error())) return opened;
  if (on_damage) on_damage(blob, opened.error().message);
  return DamagedObject(blob.id, opened.error().message);
}

Result<std::vector<Extent>> BlobStore::OpenPieces(const std::vector<Piece>& pieces) {
  std::vector<Extent> extents;
  extents.reserve(pieces.size());
  for (const Piece& piece : pieces) {
    ATELIER_TRY(Extent extent, state_->OpenBlob(piece.blob));
    if (piece.offset + piece.length > piece.blob.size)
      return Internal(fmt::format("an object refers to bytes beyond blob {:016x}", piece.blob.id.value()));
    extent.offset += piece.offset;
    extent.length = piece.length;
    // Objects of many small pieces would hold all of them in memory.
    if (pieces.size() > 1) extent.checked.reset();
    extents.push_back(std::move(extent));
  }
  return extents;
}

Result<void> BlobStore::State::ReadWhole(const Extent& extent, const BlobRef& blob, std::uint64_t most,
                                         const Pace& pace) {
  std::uint32_t crc = 0;
  for (std::uint64_t done = 0; done < blob.size;) {
    auto step = static_cast<std::size_t>(std::min(most, blob.size - done));
    if (pace && !pace(step)) return MakeError(ErrorKind::kCancelled, "the verification was stopped");
    auto bytes = files->Read(extent.file->get(), extent.offset + done, step);
    if (!bytes) return AsDamage(bytes.error());
    crc = Crc32c(*bytes, crc);
    done += step;
  }
  if (crc != blob.crc32c) return WrongChecksum(blob, crc);
  return {};
}

Result<BlobVerdict> BlobStore::Verify(const BlobRef& blob, const Pace& pace) {
  if (!blob.id.in_file() && pace && !pace(blob.size))
    return MakeError(ErrorKind::kCancelled, "the verification was stopped");
  auto extent = blob.id.in_file() ? state_->OpenFileOf(blob) : state_->OpenRecord(blob);
  Result<void> read;
  if (!extent) {
    read = std::unexpected(std::move(extent).error());
  } else if (blob.id.in_file()) {
    read = state_->ReadWhole(*extent, blob, kFileStep, pace);
  }
  if (read) return BlobVerdict{};
  if (IsDamagedBlob(read.error())) return BlobVerdict{false, read.error().message};
  return std::unexpected(std::move(read).error());
}

}  // namespace atelier::object_store
