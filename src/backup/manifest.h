// manifest.json of a backup (docs/formats/backup.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

namespace atelier::backup {

struct ManifestFile {
  std::string path;  // below the backup, with '/'
  std::uint64_t size = 0;
  unsigned mode = 0644;
  std::string sha256;  // hex
  bool operator==(const ManifestFile&) const = default;
};

struct Manifest {
  static constexpr int kVersion = 1;  // of the backup's own layout

  int format = 0;                   // of the data directory that it holds
  std::string program;              // that made it
  TimePoint made;                   // objects as they were then
  std::vector<ManifestFile> files;  // everything outside blobs/, in the order of the paths
  std::uint64_t blobs = 0, blob_bytes = 0;
  std::vector<std::string> damaged;  // ids of blobs that were damaged when they were copied

  json::object ToJson() const;
  // FailedPrecondition when it is none, or one of a newer version.
  static Result<Manifest> Parse(std::string_view text);
  // FailedPrecondition when the folder has none: it is no backup, or one that was not finished.
  static Result<Manifest> Read(const std::filesystem::path& folder);
  Result<void> Write(const std::filesystem::path& folder) const;  // durably
};

}  // namespace atelier::backup
