// Copies the blobs that an index names from one blobs/ folder to another.
#pragma once

#include <cstdint>
#include <vector>

#include "backup/progress.h"
#include "object_store/metadata_index.h"
#include "object_store/volume.h"

namespace atelier::backup {

struct BlobCopyOptions {
  bool link = true;        // blob files become hard links where both folders are on one file system
  bool read_links = true;  // linked files are read as well, to compare their CRC32C
};

struct BlobCopyReport {
  std::uint64_t blobs = 0, bytes = 0;
  std::uint64_t linked = 0;
  std::vector<object_store::BlobRef> damaged;  // copied as they are, or not there
};

// Everything that the index names (dead blobs: see ForgetDead), durably. A damaged record is left out (its place is a
// hole), a damaged file is copied as it is; both are reported, and no error.
Result<BlobCopyReport> CopyBlobs(object_store::MetadataIndex& index, const object_store::BlobPaths& from,
                                 const object_store::BlobPaths& to, const BlobCopyOptions& options,
                                 const Progress& progress, const std::string& stage_name);

// For an index of which nobody else knows: the dead blobs whose bytes it does not have.
Result<void> ForgetDead(object_store::MetadataIndex& index);

// Reads every blob that the index names, where it lies, and compares.
Result<BlobCopyReport> ReadBlobs(object_store::MetadataIndex& index, const object_store::BlobPaths& in,
                                 const Progress& progress, const std::string& stage_name);

}  // namespace atelier::backup
