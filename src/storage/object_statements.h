// The prepared statements of objects.db, one set per connection. Private to the object index.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <string>

namespace atelier::storage {

// Variables are bound when the statement is prepared: set the inputs, run, read the outputs. Neither copied nor moved.
struct ObjectStatements {
  explicit ObjectStatements(soci::session& sql);
  ObjectStatements(const ObjectStatements&) = delete;
  ObjectStatements& operator=(const ObjectStatements&) = delete;

  // Runs a statement that gives at most one row, to its end; true when there was one.
  static bool One(soci::statement& statement);

  // Shared inputs and outputs.
  std::int64_t bucket_id = 0, number = 0, limit = 0, inclusive = 0;
  std::int64_t size = 0, time = 0, bytes = 0, objects = 0;
  std::int64_t versioning = 0, sequence = 0, rank = 0, marker = 0, latest = 0;
  std::int64_t blob_id = 0, end_id = 0, crc32c = 0, references = 0;
  std::string name, project_id, region, storage_class;
  std::string key, begin, end, tail, upload_id, version_id, etag, attributes, layout;

  // "content" is size, etag, time, attributes, layout.
  soci::statement
      find_bucket;            // name -> bucket_id, project_id, region, storage_class, time, bytes, objects, versioning
  soci::statement add_usage;  // bucket_id, bytes, objects
  soci::statement find_object;    // bucket_id, key -> content, version_id, sequence
  soci::statement put_object;     // bucket_id, key, content, version_id, sequence
  soci::statement delete_object;  // bucket_id, key
  soci::statement scan_from;      // bucket_id, begin <= key < end, limit -> key, content without layout, version_id
  soci::statement scan_beyond;    // bucket_id, begin < key < end, limit -> the same

  soci::statement find_noncurrent;  // bucket_id, key, first rank beyond `rank` -> rank, version_id, marker, content
  soci::statement find_null_noncurrent;  // bucket_id, key -> the same
  soci::statement put_noncurrent;        // bucket_id, key, rank, version_id, marker, content
  soci::statement delete_noncurrent;     // bucket_id, key, rank
  // bucket_id, (begin, rank) < (key, rank), key < end, limit -> key, rank, version_id, marker, size, etag, time,
  // attributes, latest
  soci::statement scan_versions;

  soci::statement insert_blob;     // blob_id, size, crc32c, references
  soci::statement add_reference;   // blob_id, references; alive ones only
  soci::statement find_blob;       // blob_id -> size, crc32c, references
  soci::statement drop_reference;  // blob_id
  soci::statement scan_blobs;      // blob_id < id < end_id, limit -> number (the id), size, crc32c
  soci::statement scan_dead;       // blob_id < id, limit -> number (the id), size, crc32c
  soci::statement forget_blob;     // blob_id; dead ones only

  soci::statement find_upload;   // upload_id -> bucket_id, key, time, attributes
  soci::statement scan_parts;    // upload_id, number < part, limit -> references (the number), size, etag, time, layout
  soci::statement put_part;      // upload_id, number, size, etag, time, layout
  soci::statement delete_parts;  // upload_id
  soci::statement delete_upload;  // upload_id
  soci::statement
      scan_uploads;  // bucket_id, (begin, tail) .. end, limit, inclusive -> key, upload_id, time, attributes
};

}  // namespace atelier::storage
