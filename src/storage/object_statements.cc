#include "storage/object_statements.h"

namespace atelier::storage {

using soci::into;
using soci::use;

ObjectStatements::ObjectStatements(soci::session& sql)
    : find_bucket((sql.prepare << "SELECT id, project_id, region, storage_class, created_at, bytes, objects "
                                  "FROM bucket WHERE name = :name",
                   use(name), into(bucket_id), into(project_id), into(region), into(storage_class), into(time),
                   into(bytes), into(objects))),
      add_usage(
          (sql.prepare << "UPDATE bucket SET bytes = bytes + :bytes, objects = objects + :objects WHERE id = :bucket",
           use(bytes), use(objects), use(bucket_id))),
      find_object((sql.prepare << "SELECT size, etag, modified_at, attributes, layout FROM object "
                                  "WHERE bucket_id = :bucket AND key = :key",
                   use(bucket_id), use(key), into(size), into(etag), into(time), into(attributes), into(layout))),
      put_object(
          (sql.prepare << "INSERT INTO object(bucket_id, key, size, etag, modified_at, attributes, layout) "
                          "VALUES(:bucket, :key, :size, :etag, :time, :attributes, :layout) "
                          "ON CONFLICT(bucket_id, key) DO UPDATE SET size = excluded.size, etag = excluded.etag, "
                          "modified_at = excluded.modified_at, attributes = excluded.attributes, "
                          "layout = excluded.layout",
           use(bucket_id), use(key), use(size), use(etag), use(time), use(attributes), use(layout))),
      delete_object(
          (sql.prepare << "DELETE FROM object WHERE bucket_id = :bucket AND key = :key", use(bucket_id), use(key))),
      scan_from((sql.prepare << "SELECT key, size, etag, modified_at, attributes FROM object "
                                "WHERE bucket_id = :bucket AND key >= :begin AND key < :end ORDER BY key LIMIT :limit",
                 use(bucket_id), use(begin), use(end), use(limit), into(key), into(size), into(etag), into(time),
                 into(attributes))),
      scan_beyond((sql.prepare << "SELECT key, size, etag, modified_at, attributes FROM object "
                                  "WHERE bucket_id = :bucket AND key > :begin AND key < :end ORDER BY key LIMIT :limit",
                   use(bucket_id), use(begin), use(end), use(limit), into(key), into(size), into(etag), into(time),
                   into(attributes))),
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
