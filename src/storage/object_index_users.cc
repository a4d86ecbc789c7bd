// Who refers to blobs: what verification and backups ask.
#include <limits>

#include "storage/object_codec.h"
#include "storage/object_index.h"
#include "storage/object_transaction.h"

namespace atelier::storage {

using object_store::BlobUser;

namespace {

// Objects of a bucket beyond `after`, as users.
Result<void> AddObjects(soci::session& sql, std::int64_t bucket, const std::string& after, std::size_t limit,
                        std::vector<BlobUser>& users) {
  auto count = static_cast<std::int64_t>(limit);
  std::string key, version_id, layout;
  soci::statement select =
      (sql.prepare << "SELECT key, version_id, layout FROM object WHERE bucket_id = :bucket AND key > :after "
                      "ORDER BY key LIMIT :limit",
       soci::use(bucket), soci::use(after), soci::use(count), soci::into(key), soci::into(version_id),
       soci::into(layout));
  Result<void> decoded;
  select.execute();
  while (select.fetch()) {
    object_store::StoredObject object;
    if (decoded) decoded = DecodeObjectLayout(layout, object);
    users.push_back({.key = key, .pieces = std::move(object.pieces), .version_id = version_id});
  }
  return decoded;
}

// Noncurrent versions beyond `after`; delete markers have no bytes.
Result<void> AddVersions(soci::session& sql, std::int64_t bucket, const BlobUser& after, std::size_t limit,
                         std::vector<BlobUser>& users) {
  auto count = static_cast<std::int64_t>(limit);
  std::int64_t beyond = after.sequence ? -*after.sequence : std::numeric_limits<std::int64_t>::min();
  std::int64_t rank = 0;
  std::string key, version_id, layout;
  soci::statement select =
      (sql.prepare << "SELECT key, rank, version_id, layout FROM noncurrent WHERE bucket_id = :bucket "
                      "AND (key, rank) > (:key, :rank) AND marker = 0 ORDER BY key, rank LIMIT :limit",
       soci::use(bucket), soci::use(after.key), soci::use(beyond), soci::use(count), soci::into(key), soci::into(rank),
       soci::into(version_id), soci::into(layout));
  Result<void> decoded;
  select.execute();
  while (select.fetch()) {
    object_store::StoredObject object;
    if (decoded) decoded = DecodeObjectLayout(layout, object);
    users.push_back(
        {.key = key, .pieces = std::move(object.pieces), .sequence = -rank, .version_id = version_id});
  }
  return decoded;
}

Result<void> AddParts(soci::session& sql, std::int64_t bucket, const BlobUser& after, std::size_t limit,
                      std::vector<BlobUser>& users) {
  auto count = static_cast<std::int64_t>(limit);
  std::string key, upload_id, layout;
  int number = 0;
  soci::statement select =
      (sql.prepare << "SELECT upload.key, upload.upload_id, part.number, part.layout "
                      "FROM upload JOIN part ON part.upload_id = upload.upload_id WHERE upload.bucket_id = :bucket "
                      "AND (upload.key, upload.upload_id, part.number) > (:key, :upload, :number) "
                      "ORDER BY upload.key, upload.upload_id, part.number LIMIT :limit",
       soci::use(bucket), soci::use(after.key), soci::use(after.upload_id), soci::use(after.part_number),
       soci::use(count), soci::into(key), soci::into(upload_id), soci::into(number), soci::into(layout));
  Result<void> decoded;
  select.execute();
  while (select.fetch()) {
    object_store::StoredPart part;
    if (decoded) decoded = DecodePartLayout(layout, part);
    users.push_back({.key = key, .upload_id = upload_id, .part_number = number, .pieces = std::move(part.pieces)});
  }
  return decoded;
}

}  // namespace

Result<object_store::BlobTotals> SqlObjectIndex::SumBlobs() {
  std::int64_t blobs = 0, bytes = 0;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    transaction.sql() << "SELECT count(*), coalesce(sum(size), 0) FROM blob", soci::into(blobs), soci::into(bytes);
    return {};
  };
  ATELIER_CHECK(Read(read));
  return object_store::BlobTotals{static_cast<std::uint64_t>(blobs), static_cast<std::uint64_t>(bytes)};
}

Result<std::vector<std::string>> SqlObjectIndex::BucketNames() {
  std::vector<std::string> names;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    std::string name;
    soci::statement select = (transaction.sql().prepare << "SELECT name FROM bucket ORDER BY name", soci::into(name));
    select.execute();
    while (select.fetch()) names.push_back(name);
    return {};
  };
  ATELIER_CHECK(Read(read));
  return names;
}

Result<std::vector<BlobUser>> SqlObjectIndex::BlobUsers(const std::string& bucket_name,
                                                        const std::optional<BlobUser>& after, std::size_t limit) {
  std::vector<BlobUser> users;
  auto read = [&](ObjectTransaction& transaction) -> Result<void> {
    ATELIER_TRY(auto bucket, transaction.NeedBucket(bucket_name));
    const bool among_parts = after && !after->upload_id.empty();
    const bool among_versions = after && after->sequence;
    soci::session& sql = transaction.sql();
    if (!among_parts && !among_versions)
      ATELIER_CHECK(AddObjects(sql, bucket.id, after ? after->key : "", limit, users));
    if (users.size() == limit) return {};
    if (!among_parts) {
      const BlobUser from = among_versions ? *after : BlobUser{.key = ""};
      ATELIER_CHECK(AddVersions(sql, bucket.id, from, limit - users.size(), users));
    }
    if (users.size() == limit) return {};
    const BlobUser from = among_parts ? *after : BlobUser{.key = ""};
    return AddParts(sql, bucket.id, from, limit - users.size(), users);
  };
  ATELIER_CHECK(Read(read));
  return users;
}

}  // namespace atelier::storage
