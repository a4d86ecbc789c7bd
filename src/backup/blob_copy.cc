#include "backup/blob_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>

#include "backup/file_copy.h"
#include "base/digest.h"
#include "object_store/record_format.h"
#include "object_store/verification.h"

namespace atelier::backup {

using object_store::BlobPaths;
using object_store::BlobRef;
using object_store::kRecordHeaderSize;
using object_store::MetadataIndex;

namespace {

constexpr std::uint64_t kStep = 1 << 20;
constexpr unsigned kBlobMode = 0444;  // as the blob store makes them

bool IsDamage(const Error& error) { return error.kind == ErrorKind::kInternal || error.kind == ErrorKind::kNotFound; }

// Blobs come in the order of their ids: volume by volume, records before files.
class BlobCopier {
 public:
  BlobCopier(const BlobPaths& from, const BlobPaths* to, const BlobCopyOptions& options, Stage& stage)
      : from_(from), to_(to), options_(options), stage_(stage) {}

  Result<void> Add(const BlobRef& blob) {
    ++report_.blobs;
    report_.bytes += blob.size;
    if (volume_ != blob.id.volume()) ATELIER_CHECK(OpenVolume(blob.id.volume()));
    ATELIER_TRY(bool sound, blob.id.in_file() ? AddFile(blob) : AddRecord(blob));
    if (!sound) report_.damaged.push_back(blob);
    return stage_.Add(blob.size);
  }

  Result<BlobCopyReport> Finish() {
    ATELIER_CHECK(CloseVolume());
    if (to_ != nullptr) ATELIER_CHECK(SyncTree(to_->root));
    return std::move(report_);
  }

 private:
  Result<void> OpenVolume(std::uint32_t volume) {
    ATELIER_CHECK(CloseVolume());
    volume_ = volume;
    // A volume with nothing but files may have lost its segment; then no record is missed.
    auto source = OpenFile(from_.Segment(volume), O_RDONLY);
    if (!source && !IsDamage(source.error())) return std::unexpected(std::move(source).error());
    if (source) source_ = *std::move(source);
    if (to_ == nullptr) return {};
    ATELIER_CHECK(MakeDirectories(to_->Folder(volume)));
    ATELIER_TRY(target_, OpenFile(to_->Segment(volume), O_RDWR | O_CREAT | O_EXCL, 0644));
    return PwriteAll(target_.get(), object_store::EncodeSegmentHeader(volume), 0);
  }

  Result<void> CloseVolume() {
    source_.Reset();
    if (!target_.valid()) return {};
    // A damaged record at the end is a hole, but has its place.
    if (::ftruncate(target_.get(), static_cast<off_t>(end_)) != 0) return ErrnoError("ftruncate", errno);
    if (::fsync(target_.get()) != 0) return ErrnoError("fsync", errno);
    target_.Reset();
    end_ = object_store::kSegmentHeaderSize;
    return {};
  }

  Result<bool> AddRecord(const BlobRef& blob) {
    const std::uint64_t offset = blob.id.record_offset();
    end_ = std::max(end_, offset + object_store::RecordSize(blob.size));
    if (!source_.valid()) return false;
    auto record = PreadExactly(source_.get(), offset, static_cast<std::size_t>(kRecordHeaderSize + blob.size));
    if (!record && !IsDamage(record.error())) return std::unexpected(std::move(record).error());
    if (!record) return false;
    std::string_view bytes(*record);
    if (!object_store::CheckRecordHeader(bytes.substr(0, kRecordHeaderSize), blob)) return false;
    if (Crc32c(bytes.substr(kRecordHeaderSize)) != blob.crc32c) return false;
    if (to_ != nullptr) ATELIER_CHECK(PwriteAll(target_.get(), bytes, offset));
    return true;
  }

  Result<bool> AddFile(const BlobRef& blob) {
    auto source = OpenFile(from_.File(blob.id), O_RDONLY);
    if (!source && !IsDamage(source.error())) return std::unexpected(std::move(source).error());
    if (!source) return false;
    const bool linked = to_ != nullptr && options_.link && Link(blob);
    if (linked) ++report_.linked;
    if (linked && !options_.read_links) return true;
    UniqueFd copy;
    if (to_ != nullptr && !linked) {
      ATELIER_TRY(copy, OpenFile(to_->File(blob.id), O_WRONLY | O_CREAT | O_EXCL, kBlobMode));
    }
    ATELIER_TRY(bool sound, ReadFileOf(blob, source->get(), copy));
    if (copy.valid() && ::fsync(copy.get()) != 0) return ErrnoError("fsync", errno);
    return sound;
  }

  bool Link(const BlobRef& blob) const { return ::link(from_.File(blob.id).c_str(), to_->File(blob.id).c_str()) == 0; }

  // To the file's end, whatever the index says: a damaged file is kept as it is.
  Result<bool> ReadFileOf(const BlobRef& blob, int source, UniqueFd& copy) const {
    std::string block(kStep, '\0');
    std::uint64_t size = 0;
    std::uint32_t crc = 0;
    for (;;) {
      ssize_t count = ::read(source, block.data(), block.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EIO) return false;
      if (count < 0) return ErrnoError("read " + from_.File(blob.id).string(), errno);
      if (count == 0) return size == blob.size && crc == blob.crc32c;
      std::string_view bytes = std::string_view(block).substr(0, static_cast<std::size_t>(count));
      crc = Crc32c(bytes, crc);
      size += bytes.size();
      if (copy.valid()) ATELIER_CHECK(WriteAll(copy.get(), bytes));
    }
  }

  const BlobPaths& from_;
  const BlobPaths* const to_;  // null: only read
  const BlobCopyOptions& options_;
  Stage& stage_;
  BlobCopyReport report_;
  std::optional<std::uint32_t> volume_;
  UniqueFd source_, target_;  // the volume's segment
  std::uint64_t end_ = object_store::kSegmentHeaderSize;
};

Result<BlobCopyReport> Run(MetadataIndex& index, const BlobPaths& from, const BlobPaths* to,
                           const BlobCopyOptions& options, const Progress& progress, const std::string& stage_name) {
  ATELIER_TRY(auto totals, index.SumBlobs());
  Stage stage(progress, stage_name, totals.bytes);
  BlobCopier copier(from, to, options, stage);
  auto add = [&](const BlobRef& blob) -> Result<bool> {
    ATELIER_CHECK(copier.Add(blob));
    return true;
  };
  ATELIER_CHECK(object_store::VisitBlobs(index, object_store::BlobId(), add));
  return copier.Finish();
}

}  // namespace

Result<BlobCopyReport> CopyBlobs(MetadataIndex& index, const BlobPaths& from, const BlobPaths& to,
                                 const BlobCopyOptions& options, const Progress& progress,
                                 const std::string& stage_name) {
  ATELIER_CHECK(MakeDirectories(to.Segments()));
  ATELIER_CHECK(MakeDirectories(to.Files()));
  return Run(index, from, &to, options, progress, stage_name);
}

Result<BlobCopyReport> ReadBlobs(MetadataIndex& index, const BlobPaths& in, const Progress& progress,
                                 const std::string& stage_name) {
  return Run(index, in, nullptr, {}, progress, stage_name);
}

Result<void> ForgetDead(MetadataIndex& index) {
  constexpr std::size_t kPage = 4096;
  for (;;) {
    ATELIER_TRY(auto dead, index.DeadBlobs(object_store::BlobId(), kPage));
    if (dead.empty()) return {};
    std::vector<object_store::BlobId> ids;
    std::set<std::uint32_t> volumes;
    for (const BlobRef& blob : dead) {
      ids.push_back(blob.id);
      volumes.insert(blob.id.volume());
    }
    ATELIER_CHECK(index.ForgetBlobs(ids));
    for (std::uint32_t volume : volumes) ATELIER_CHECK(index.ForgetEmptyVolume(volume));
  }
}

}  // namespace atelier::backup
