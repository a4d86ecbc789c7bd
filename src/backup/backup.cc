#include "backup/backup.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "backup/blob_copy.h"
#include "backup/contents.h"
#include "backup/file_copy.h"
#include "storage/object_index.h"

namespace atelier::backup {
namespace {

using object_store::BlobPaths;
using object_store::BlobRef;
using object_store::DamageReport;

Result<void> CheckPlace(const fs::path& data_dir, const fs::path& to) {
  if (!to.is_absolute()) return InvalidArgument("the backup's folder should be an absolute path, got " + to.string());
  std::error_code error;
  const fs::path inside = fs::weakly_canonical(to, error).lexically_relative(fs::weakly_canonical(data_dir, error));
  if (error) return ErrnoError("resolve " + to.string(), error.value());
  if (inside.empty() || *inside.begin() == "..") return {};
  return InvalidArgument(to.string() + " is within the data directory: a backup belongs elsewhere");
}

// One backup under way.
class Maker {
 public:
  Maker(const Source& source, const fs::path& to, const Options& options, const Progress& progress)
      : source_(source), to_(to), options_(options), progress_(progress) {
    report_.manifest.format = source.format;
    report_.manifest.program = source.program;
  }

  // Rows of control.db speak of packages and objects: those that it names are there before it is copied or are copied
  // after it. Files are looked for twice: what came between is taken, what went between was taken before.
  Result<Report> Make() {
    ATELIER_CHECK(CopyPlainFiles());
    ATELIER_CHECK(source_.control.Snapshot(to_ / kControl));
    ATELIER_CHECK(CopyPlainFiles());
    ATELIER_CHECK(CopyObjects());
    ATELIER_CHECK(DigestDatabases());
    ATELIER_CHECK(SyncTree(to_));
    std::ranges::sort(report_.manifest.files, {}, &ManifestFile::path);
    ATELIER_CHECK(report_.manifest.Write(to_));
    return std::move(report_);
  }

 private:
  Result<void> CopyPlainFiles() {
    ATELIER_TRY(auto files, PlainFiles(source_.data_dir));
    std::erase_if(files, [&](const std::string& file) { return copied_.contains(file); });
    ATELIER_TRY(auto size, SizeOf(source_.data_dir, files));
    Stage stage(progress_, "copying files", size);
    for (const std::string& file : files) {
      auto copied = CopyFile(source_.data_dir, to_, file, stage);
      if (!copied && copied.error().kind == ErrorKind::kNotFound) continue;  // removed meanwhile
      ATELIER_CHECK(copied);
      copied_.insert(file);
      report_.manifest.files.push_back(*std::move(copied));
    }
    return {};
  }

  Result<void> CopyObjects() {
    std::optional<object_store::BlobStore::CleaningHold> hold(std::in_place, source_.blobs);
    report_.manifest.made = source_.clock.Now();
    ATELIER_CHECK(source_.objects.Snapshot(to_ / kObjects));
    ATELIER_TRY(auto database, storage::Database::Open(to_ / kObjects, "objects"));
    storage::SqlObjectIndex index(*database);
    ATELIER_CHECK(ForgetDead(index));
    const BlobPaths from{source_.data_dir / kBlobs}, to{to_ / kBlobs};
    ATELIER_TRY(auto copied, CopyBlobs(index, from, to, {options_.link, false}, progress_, "copying objects"));
    hold.reset();
    if (options_.verify) {
      ATELIER_TRY(auto read, ReadBlobs(index, to, progress_, "verifying"));
      copied.damaged = std::move(read.damaged);
    }
    report_.manifest.blobs = copied.blobs;
    report_.manifest.blob_bytes = copied.bytes;
    report_.linked = copied.linked;
    return NameDamage(index, copied.damaged);
  }

  Result<void> NameDamage(object_store::MetadataIndex& index, const std::vector<BlobRef>& damaged) {
    std::vector<object_store::KnownDamage> known;
    for (const BlobRef& blob : damaged) {
      report_.manifest.damaged.push_back(fmt::format("{:016x}", blob.id.value()));
      known.push_back({blob, "damaged when it was backed up", report_.manifest.made});
    }
    ATELIER_TRY(report_.damage, object_store::NameUsers(index, known, ""));
    return {};
  }

  Result<void> DigestDatabases() {
    ATELIER_TRY(auto size, SizeOf(to_, {kControl, kObjects}));
    Stage stage(progress_, "finishing", size);
    for (const char* name : {kControl, kObjects}) {
      ATELIER_TRY(auto file, DigestFile(to_, name, stage));
      report_.manifest.files.push_back(std::move(file));
    }
    return {};
  }

  const Source& source_;
  const fs::path& to_;
  const Options& options_;
  const Progress& progress_;
  std::set<std::string> copied_;
  Report report_;
};

}  // namespace

Result<Report> MakeBackup(const Source& source, const fs::path& to, const Options& options, const Progress& progress) {
  ATELIER_CHECK(CheckPlace(source.data_dir, to));
  ATELIER_CHECK(TakeEmptyFolder(to));
  auto made = Maker(source, to, options, progress).Make();
  if (made) return made;
  if (auto emptied = EmptyFolder(to); !emptied)
    return std::unexpected(
        std::move(made).error().Within("and what was written could not be removed (" + emptied.error().message + ")"));
  return made;
}

}  // namespace atelier::backup
