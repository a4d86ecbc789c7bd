#include "object_store/blob_store.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/digest.h"
#include "object_store/blob_store_state.h"
#include "object_store/record_format.h"

namespace atelier::object_store {
namespace {

constexpr std::size_t kMaxOpenSegments = 256;
constexpr std::uint64_t kVerifyStep = 1 << 20;

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

// A blob that the index names must be there: its absence is our fault, never "not found".
std::unexpected<Error> Damaged(const BlobRef& blob, const Error& cause) {
  return Internal(fmt::format("blob {:016x} cannot be read: {}", blob.id.value(), cause.message));
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

Result<Extent> BlobStore::State::OpenRecord(const BlobRef& blob) {
  ATELIER_TRY(auto segment, SegmentForReading(blob.id.volume()));
  const std::uint64_t offset = blob.id.record_offset();
  auto pinned = std::make_shared<PinnedRecord>(pins, std::move(segment), blob.id);
  ATELIER_TRY(std::string header, PreadExactly(pinned->fd->get(), offset, kRecordHeaderSize));
  ATELIER_CHECK(CheckRecordHeader(header, blob));
  UniqueFd* fd = pinned->fd.get();
  return Extent{std::shared_ptr<UniqueFd>(std::move(pinned), fd), offset + kRecordHeaderSize, blob.size};
}

Result<Extent> BlobStore::State::OpenBlob(const BlobRef& blob) {
  if (!blob.id.in_file()) {
    auto record = OpenRecord(blob);
    if (!record) return Damaged(blob, record.error());
    return record;
  }
  auto file = files->OpenForReading(paths.File(blob.id));
  if (!file) return Damaged(blob, file.error());
  struct stat status{};
  if (::fstat(file->get(), &status) != 0 || static_cast<std::uint64_t>(status.st_size) != blob.size)
    return Damaged(blob, Error{ErrorKind::kInternal,
                               fmt::format("the file should have {} bytes, it has {}", blob.size, status.st_size),
                               {},
                               {}});
  return Extent{std::make_shared<UniqueFd>(*std::move(file)), 0, blob.size};
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
    extents.push_back(std::move(extent));
  }
  return extents;
}

Result<void> BlobStore::Verify(const BlobRef& blob) {
  ATELIER_TRY(Extent extent, state_->OpenBlob(blob));
  std::uint32_t crc = 0;
  for (std::uint64_t done = 0; done < blob.size;) {
    auto step = static_cast<std::size_t>(std::min(kVerifyStep, blob.size - done));
    auto bytes = PreadExactly(extent.file->get(), extent.offset + done, step);
    if (!bytes) return Damaged(blob, bytes.error());
    crc = Crc32c(*bytes, crc);
    done += step;
  }
  if (crc != blob.crc32c)
    return Internal(fmt::format("blob {:016x} is damaged: its CRC32C is {:08x}, it should be {:08x}", blob.id.value(),
                                crc, blob.crc32c));
  return {};
}

}  // namespace atelier::object_store
