#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "backup/backup.h"
#include "backup/blob_copy.h"
#include "backup/contents.h"
#include "backup/file_copy.h"
#include "storage/object_index.h"

namespace atelier::backup {
namespace {

using object_store::BlobPaths;

Result<Manifest> ReadManifest(const fs::path& from, int newest_format) {
  ATELIER_TRY(Manifest manifest, Manifest::Read(from));
  if (manifest.format > newest_format)
    return FailedPrecondition(
        fmt::format("the backup holds a data directory of format {}, written by Atelier {}; this program knows formats "
                    "up to {}: restore it with a newer one",
                    manifest.format, manifest.program, newest_format));
  return manifest;
}

Result<void> Compare(const ManifestFile& expected, const ManifestFile& found) {
  if (found.size == expected.size && found.sha256 == expected.sha256) return {};
  return FailedPrecondition(
      fmt::format("the backup is damaged: {} has {} bytes with SHA-256 {}, its manifest says {} and {}", expected.path,
                  found.size, found.sha256, expected.size, expected.sha256));
}

std::uint64_t SizeOfAll(const Manifest& manifest) {
  std::uint64_t bytes = 0;
  for (const ManifestFile& file : manifest.files) bytes += file.size;
  return bytes;
}

// What is known of damage, by the index of the restored store.
Result<std::vector<object_store::DamageReport>> Named(object_store::MetadataIndex& index, const Manifest& manifest,
                                                      const std::vector<object_store::BlobRef>& damaged) {
  std::vector<object_store::KnownDamage> known;
  for (const auto& blob : damaged) known.push_back({blob, "damaged in the backup", manifest.made});
  return object_store::NameUsers(index, known, "");
}

Result<Report> RestoreInto(const fs::path& from, const fs::path& to, Manifest manifest, const Options& options,
                           const Progress& progress) {
  const fs::path mark = to / kRestoringMark;
  ATELIER_CHECK(WriteFileDurably(mark, "a restore is under way, or was interrupted: remove this folder\n", 0600));
  Stage stage(progress, "copying files", SizeOfAll(manifest));
  for (const ManifestFile& file : manifest.files) {
    ATELIER_TRY(ManifestFile copied, CopyFile(from, to, file.path, stage));
    ATELIER_CHECK(Compare(file, copied));
  }
  Report report;
  {
    ATELIER_TRY(auto database, storage::Database::Open(to / kObjects, "objects"));
    storage::SqlObjectIndex index(*database);
    const BlobPaths source{from / kBlobs}, target{to / kBlobs};
    ATELIER_TRY(auto copied,
                CopyBlobs(index, source, target, {options.link, options.verify}, progress, "copying objects"));
    report.linked = copied.linked;
    ATELIER_TRY(report.damage, Named(index, manifest, copied.damaged));
  }
  ATELIER_CHECK(SyncTree(to));
  if (::unlink(mark.c_str()) != 0) return ErrnoError("remove " + mark.string(), errno);
  ATELIER_CHECK(SyncDirectory(to));
  report.manifest = std::move(manifest);
  return report;
}

}  // namespace

Result<Report> CheckBackup(const fs::path& from, int newest_format, const Progress& progress) {
  ATELIER_TRY(Manifest manifest, ReadManifest(from, newest_format));
  Stage stage(progress, "reading files", SizeOfAll(manifest));
  for (const ManifestFile& file : manifest.files) {
    ATELIER_TRY(ManifestFile read, DigestFile(from, file.path, stage));
    ATELIER_CHECK(Compare(file, read));
  }
  // Opening a database may change it: a copy is opened.
  TemporaryDirectory aside;
  Stage copying(progress, "reading the index", 0);
  ATELIER_TRY(auto copy, CopyFile(from, aside.path(), kObjects, copying));
  ATELIER_TRY(auto database, storage::Database::Open(aside.path() / kObjects, "objects"));
  storage::SqlObjectIndex index(*database);
  ATELIER_TRY(auto read, ReadBlobs(index, BlobPaths{from / kBlobs}, progress, "reading objects"));
  Report report;
  ATELIER_TRY(report.damage, Named(index, manifest, read.damaged));
  report.manifest = std::move(manifest);
  return report;
}

Result<Report> Restore(const fs::path& from, const fs::path& to, int newest_format, const Options& options,
                       const Progress& progress) {
  ATELIER_TRY(Manifest manifest, ReadManifest(from, newest_format));
  ATELIER_CHECK(TakeEmptyFolder(to));
  auto restored = RestoreInto(from, to, std::move(manifest), options, progress);
  if (restored) return restored;
  if (auto emptied = EmptyFolder(to); !emptied)
    return std::unexpected(std::move(restored).error().Within("and what was written could not be removed (" +
                                                              emptied.error().message + ")"));
  return restored;
}

}  // namespace atelier::backup
