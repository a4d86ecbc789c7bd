#include "app/stored_data.h"

#include "backup/contents.h"
#include "base/log.h"

namespace atelier::app {
namespace {

constexpr std::size_t kObjectReaders = 8;
// Some thousand deletions, until the database's log is begun anew.
constexpr std::uint64_t kDiskReserve = 8ULL << 20;

void LogRecovery(const object_store::BlobStore::Recovery& recovery) {
  if (recovery.volumes > 0)
    LogInfo("object store recovered", {{"volumes", recovery.volumes},
                                       {"removed_files", recovery.removed_files},
                                       {"missing", recovery.missing.size()}});
  for (const auto& blob : recovery.missing)
    LogError("object store: bytes that a row refers to are gone; the object cannot be read whole",
             {{"blob", blob.id.value()}, {"size", blob.size}});
}

}  // namespace

Result<std::unique_ptr<StoredData>> StoredData::Open(const fs::path& data_dir, const Clock& clock, bool cleaning) {
  auto data = std::make_unique<StoredData>();
  ATELIER_TRY(data->directory, DataDirectory::Open(data_dir));
  const DataDirectory& directory = *data->directory;
  // Schema changes are applied here; formats 1 and 2 differ in nothing else.
  ATELIER_TRY(data->control, storage::Database::Open(directory / backup::kControl, "control"));
  ATELIER_TRY(data->objects_database, storage::Database::Open(directory / backup::kObjects, "objects", kObjectReaders));
  std::error_code error;
  if (directory.found_format() != kDataFormat || !fs::exists(directory / "format.json", error))
    ATELIER_CHECK(directory.WriteFormat());
  if (directory.found_format() != kDataFormat)
    LogInfo("the data was brought up to date", {{"from", directory.found_format()}, {"to", kDataFormat}});

  data->index = std::make_unique<storage::SqlObjectIndex>(*data->objects_database, kDiskReserve);
  object_store::BlobStoreOptions options;
  options.background_cleaning = cleaning;
  ATELIER_TRY(data->blobs, object_store::BlobStore::Open(directory / backup::kBlobs, *data->index, options));
  LogRecovery(data->blobs->recovery());
  data->health_record = std::make_unique<storage::SqlHealthRecord>(*data->objects_database);
  data->health = std::make_unique<object_store::BlobHealth>(*data->index, *data->blobs, *data->health_record, clock);
  ATELIER_CHECK(data->health->Start());
  return data;
}

}  // namespace atelier::app
