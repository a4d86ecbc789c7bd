#include "storage/health_record.h"

#include <soci/soci.h>

namespace atelier::storage {

using object_store::BlobId;
using object_store::KnownDamage;
using object_store::ScrubProgress;
using soci::into;
using soci::use;

namespace {

std::int64_t Signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::uint64_t Unsigned(std::int64_t value) { return static_cast<std::uint64_t>(value); }

std::int64_t MillisOf(const std::optional<TimePoint>& time) { return time ? ToUnixMillis(*time) : 0; }
std::optional<TimePoint> TimeOf(std::int64_t millis) {
  return millis == 0 ? std::nullopt : std::optional(FromUnixMillis(millis));
}

}  // namespace

Result<std::vector<KnownDamage>> SqlHealthRecord::Damage() {
  std::vector<KnownDamage> all;
  auto read = [&](soci::session& sql) -> Result<void> {
    std::int64_t id = 0, size = 0, crc = 0, found = 0;
    std::string reason;
    soci::statement select = (sql.prepare << "SELECT id, size, crc32c, reason, found_at FROM damaged_blob ORDER BY id",
                              into(id), into(size), into(crc), into(reason), into(found));
    select.execute();
    while (select.fetch())
      all.push_back(
          {{BlobId(Unsigned(id)), Unsigned(size), static_cast<std::uint32_t>(crc)}, reason, FromUnixMillis(found)});
    return {};
  };
  ATELIER_CHECK(database_.Read(read));
  return all;
}

Result<void> SqlHealthRecord::AddDamage(const KnownDamage& damage) {
  std::int64_t id = Signed(damage.blob.id.value()), size = Signed(damage.blob.size), crc = damage.blob.crc32c;
  std::int64_t found = ToUnixMillis(damage.found);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT OR REPLACE INTO damaged_blob(id, size, crc32c, reason, found_at) "
           "VALUES(:id, :size, :crc, :reason, :found)",
        use(id), use(size), use(crc), use(damage.reason), use(found);
    return {};
  });
}

Result<void> SqlHealthRecord::ForgetDamage(BlobId blob) {
  std::int64_t id = Signed(blob.value());
  return database_.Write([&](soci::session& sql) -> Result<void> {
    sql << "DELETE FROM damaged_blob WHERE id = :id", use(id);
    return {};
  });
}

Result<ScrubProgress> SqlHealthRecord::Scrub() {
  ScrubProgress progress;
  auto read = [&](soci::session& sql) -> Result<void> {
    std::int64_t position = 0, started = 0, blobs = 0, bytes = 0, ended = 0;
    soci::statement select = (sql.prepare << "SELECT position, started_at, blobs, bytes, last_ended_at FROM scrub",
                              into(position), into(started), into(blobs), into(bytes), into(ended));
    select.execute();
    while (select.fetch())
      progress = {BlobId(Unsigned(position)), TimeOf(started), Unsigned(blobs), Unsigned(bytes), TimeOf(ended)};
    return {};
  };
  ATELIER_CHECK(database_.Read(read));
  return progress;
}

Result<void> SqlHealthRecord::SaveScrub(const ScrubProgress& progress) {
  std::int64_t position = Signed(progress.position.value()), started = MillisOf(progress.started);
  std::int64_t blobs = Signed(progress.blobs), bytes = Signed(progress.bytes), ended = MillisOf(progress.last_ended);
  return database_.Write([&](soci::session& sql) -> Result<void> {
    sql << "INSERT OR REPLACE INTO scrub(id, position, started_at, blobs, bytes, last_ended_at) "
           "VALUES(1, :position, :started, :blobs, :bytes, :ended)",
        use(position), use(started), use(blobs), use(bytes), use(ended);
    return {};
  });
}

}  // namespace atelier::storage
