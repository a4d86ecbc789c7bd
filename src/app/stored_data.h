// What lies in the data directory, opened: the same for a server and for commands that work without one.
#pragma once

#include <memory>
#include <optional>

#include "app/data_directory.h"
#include "backup/backup.h"
#include "base/clock.h"
#include "object_store/blob_health.h"
#include "object_store/blob_store.h"
#include "storage/database.h"
#include "storage/health_record.h"
#include "storage/object_index.h"

namespace atelier::app {

// In the order of construction; destroyed in the reverse.
struct StoredData {
  std::optional<DataDirectory> directory;
  std::unique_ptr<storage::Database> control, objects_database;
  std::unique_ptr<storage::SqlObjectIndex> index;
  std::unique_ptr<object_store::BlobStore> blobs;
  std::unique_ptr<storage::SqlHealthRecord> health_record;
  std::unique_ptr<object_store::BlobHealth> health;

  // Takes the lock, brings older data up to this program's format, repairs what a crash left. `cleaning`: dead blobs
  // are removed in the background.
  static Result<std::unique_ptr<StoredData>> Open(const std::filesystem::path& data_dir, const Clock& clock,
                                                  bool cleaning);

  backup::Source BackupSource(const Clock& clock) const {
    return {directory->path(), kDataFormat, kProgramVersion, *control, *objects_database, *blobs, clock};
  }
};

}  // namespace atelier::app
