#include "storage/object_statements.h"

namespace atelier::storage {

using soci::into;
using soci::use;

ObjectStatements::ObjectStatements(soci::session& sql)
    : find_bucket((sql.prepare << "SELECT id, project_id, region, storage_class, created_at, bytes, objects, "
                                  "versioning FROM bucket WHERE name = :name",
                   use(name), into(bucket_id), into(project_id), into(region), into(storage_class), into(time),
                   into(bytes), into(objects), into(versioning))),
      add_usage(
          (sql.prepare << "UPDATE bucket SET bytes = bytes + :bytes, objects = objects + :objects WHERE id = :bucket",
           use(bytes), use(objects), use(bucket_id))),
      find_object((sql.prepare << "SELECT size, etag, modified_at, attributes, layout, version_id, sequence "
                                  "FROM object WHERE bucket_id = :bucket AND key = :key",
                   use(bucket_id), use(key), into(size), into(etag), into(time), into(attributes), into(layout),
                   into(version_id), into(sequence))),
      put_object(
          (sql.prepare << "INSERT INTO object(bucket_id, key, size, etag, modified_at, attributes, layout, version_id, "
                          "sequence) "
                          "VALUES(:bucket, :key, :size, :etag, :time, :attributes, :layout, :version, :sequence) "
                          "ON CONFLICT(bucket_id, key) DO UPDATE SET size = excluded.size, etag = excluded.etag, "
                          "modified_at = excluded.modified_at, attributes = excluded.attributes, "
                          "layout = excluded.layout, version_id = excluded.version_id, sequence = excluded.sequence",
           use(bucket_id), use(key), use(size), use(etag), use(time), use(attributes), use(layout), use(version_id),
           use(sequence))),
      delete_object(
          (sql.prepare << "DELETE FROM object WHERE bucket_id = :bucket AND key = :key", use(bucket_id), use(key))),
      scan_from((sql.prepare << "SELECT key, size, etag, modified_at, attributes, version_id FROM object "
                                "WHERE bucket_id = :bucket AND key >= :begin AND key < :end ORDER BY key LIMIT :limit",
                 use(bucket_id), use(begin), use(end), use(limit), into(key), into(size), into(etag), into(time),
                 into(attributes), into(version_id))),
      scan_beyond((sql.prepare << "SELECT key, size, etag, modified_at, attributes, version_id FROM object "
                                  "WHERE bucket_id = :bucket AND key > :begin AND key < :end ORDER BY key LIMIT :limit",
                   use(bucket_id), use(begin), use(end), use(limit), into(key), into(size), into(etag), into(time),
                   into(attributes), into(version_id))),
      find_noncurrent((sql.prepare << "SELECT rank, version_id, marker, size, etag, modified_at, attributes, layout "
                                      "FROM noncurrent WHERE bucket_id = :bucket AND key = :key AND rank > :rank "
                                      "ORDER BY rank LIMIT 1",
                       use(bucket_id), use(key), use(rank), into(rank), into(version_id), into(marker), into(size),
                       into(etag), into(time), into(attributes), into(layout))),
      find_null_noncurrent(
          (sql.prepare << "SELECT rank, version_id, marker, size, etag, modified_at, attributes, layout "
                          "FROM noncurrent WHERE bucket_id = :bucket AND key = :key AND version_id = ''",
           use(bucket_id), use(key), into(rank), into(version_id), into(marker), into(size), into(etag), into(time),
           into(attributes), into(layout))),
      put_noncurrent(
          (sql.prepare << "INSERT INTO noncurrent(bucket_id, key, rank, version_id, marker, size, etag, modified_at, "
                          "attributes, layout) VALUES(:bucket, :key, :rank, :version, :marker, :size, :etag, :time, "
                          ":attributes, :layout) ON CONFLICT(bucket_id, key, rank) DO UPDATE SET "
                          "attributes = excluded.attributes",
           use(bucket_id), use(key), use(rank), use(version_id), use(marker), use(size), use(etag), use(time),
           use(attributes), use(layout))),
      delete_noncurrent((sql.prepare << "DELETE FROM noncurrent WHERE bucket_id = :bucket AND key = :key AND rank = "
                                        ":rank",
                         use(bucket_id), use(key), use(rank))),
      // Both halves are ordered by their keys, so that SQLite merges them and reads no more than it gives.
      scan_versions((
          sql.prepare << "SELECT key, -sequence AS rank, version_id, 0 AS marker, size, etag, modified_at, attributes, "
                         "1 AS latest FROM object "
                         "WHERE bucket_id = :bucket AND key >= :begin AND key < :end "
                         "AND (key > :begin2 OR -sequence > :rank) "
                         "UNION ALL "
                         "SELECT key, rank, version_id, marker, size, etag, modified_at, attributes, 0 "
                         "FROM noncurrent WHERE bucket_id = :bucket2 AND (key, rank) > (:begin3, :rank2) "
                         "AND key < :end2 ORDER BY 1, 2 LIMIT :limit",
          use(bucket_id), use(begin), use(end), use(begin), use(rank), use(bucket_id), use(begin), use(rank), use(end),
          use(limit), into(key), into(rank), into(version_id), into(marker), into(size), into(etag), into(time),
          into(attributes), into(latest))),
      insert_blob((sql.prepare << "INSERT INTO blob(id, size, crc32c, refs) VALUES(:id, :size, :crc, :refs)",
                   use(blob_id), use(size), use(crc32c), use(references))),
      add_reference((sql.prepare << "UPDATE blob SET refs = refs + :refs WHERE id = :id AND refs > 0", use(references),
                     use(blob_id))),
      find_blob((sql.prepare << "SELECT size, crc32c, refs FROM blob WHERE id = :id", use(blob_id), into(size),
                 into(crc32c), into(references))),
      drop_reference((sql.prepare << "UPDATE blob SET refs = refs - 1 WHERE id = :id", use(blob_id))),
      scan_blobs(
          (sql.prepare << "SELECT id, size, crc32c FROM blob WHERE id > :after AND id < :end ORDER BY id LIMIT :limit",
           use(blob_id), use(end_id), use(limit), into(number), into(size), into(crc32c))),
      scan_dead(
          (sql.prepare << "SELECT id, size, crc32c FROM blob WHERE refs = 0 AND id > :after ORDER BY id LIMIT :limit",
           use(blob_id), use(limit), into(number), into(size), into(crc32c))),
      forget_blob((sql.prepare << "DELETE FROM blob WHERE id = :id AND refs = 0", use(blob_id))),
      find_upload(
          (sql.prepare << "SELECT bucket_id, key, initiated_at, attributes FROM upload WHERE upload_id = :upload",
           use(upload_id), into(bucket_id), into(key), into(time), into(attributes))),
      scan_parts((sql.prepare << "SELECT number, size, etag, modified_at, layout FROM part "
                                 "WHERE upload_id = :upload AND number > :after ORDER BY number LIMIT :limit",
                  use(upload_id), use(number), use(limit), into(references), into(size), into(etag), into(time),
                  into(layout))),
      put_part(
          (sql.prepare << "INSERT INTO part(upload_id, number, size, etag, modified_at, layout) "
                          "VALUES(:upload, :number, :size, :etag, :time, :layout) "
                          "ON CONFLICT(upload_id, number) DO UPDATE SET size = excluded.size, etag = excluded.etag, "
                          "modified_at = excluded.modified_at, layout = excluded.layout",
           use(upload_id), use(number), use(size), use(etag), use(time), use(layout))),
      delete_parts((sql.prepare << "DELETE FROM part WHERE upload_id = :upload", use(upload_id))),
      delete_upload((sql.prepare << "DELETE FROM upload WHERE upload_id = :upload", use(upload_id))),
      scan_uploads(
          (sql.prepare << "SELECT key, upload_id, initiated_at, attributes FROM upload "
                          "WHERE bucket_id = :bucket AND key >= :begin AND key < :end "
                          "AND (key > :begin2 OR upload_id > :tail OR (:inclusive = 1 AND upload_id = :tail2)) "
                          "ORDER BY key, upload_id LIMIT :limit",
           use(bucket_id), use(begin), use(end), use(begin), use(tail), use(inclusive), use(tail), use(limit),
           into(key), into(upload_id), into(time), into(attributes))) {}

bool ObjectStatements::One(soci::statement& statement) {
  bool found = statement.execute(true);
  // An unfinished SELECT would keep its read lock.
  while (found && statement.fetch()) {
  }
  return found;
}

}  // namespace atelier::storage
