// Making, checking and restoring backups of a data directory. docs/formats/backup.md,
// docs/adr/0008-backup-and-scrubbing.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "backup/progress.h"
#include "object_store/blob_store.h"
#include "object_store/verification.h"
#include "storage/database.h"

namespace atelier::backup {

// A data directory in use. Everything must outlive the backup.
struct Source {
  std::filesystem::path data_dir;
  int format = 0;
  std::string program;
  storage::Database& control;
  storage::Database& objects;
  object_store::BlobStore& blobs;
  const Clock& clock;
};

struct Options {
  bool link = true;    // blob files as hard links where the folders are on one file system
  bool verify = true;  // read what was written, and linked files, once more
};

struct Report {
  Manifest manifest;
  std::uint64_t linked = 0;
  std::vector<object_store::DamageReport> damage;  // bytes that were damaged already, by their users
};

// Into a folder that is absent or empty (FailedPrecondition) and not within the data directory. The server may go on
// meanwhile: the backup holds one state of each database, and every byte that it names. What fails or is stopped leaves
// an empty folder.
Result<Report> MakeBackup(const Source& source, const std::filesystem::path& to, const Options& options,
                          const Progress& progress);

// Reads a whole backup and compares it with its checksums: FailedPrecondition naming the first file that differs;
// damaged blobs are reported. Writes nothing into the backup.
Result<Report> CheckBackup(const std::filesystem::path& from, int newest_format, const Progress& progress);

// Makes a data directory out of a backup, in a folder that is absent or empty. Until all of it is there, the folder has
// a file `restoring`, with which no server starts. FailedPrecondition when the backup is of a format beyond
// `newest_format`.
Result<Report> Restore(const std::filesystem::path& from, const std::filesystem::path& to, int newest_format,
                       const Options& options, const Progress& progress);
inline constexpr const char* kRestoringMark = "restoring";

}  // namespace atelier::backup
