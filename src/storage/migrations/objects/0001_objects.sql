-- Buckets, objects, multipart uploads, and the blobs that hold their bytes. Keys, attributes and layouts are byte strings in TEXT
-- columns: SQLite compares TEXT with memcmp. `attributes` and `layout` are encoded as src/storage/object_codec.h says.
CREATE TABLE bucket(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL,
  region TEXT NOT NULL,
  storage_class TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  bytes BIGINT NOT NULL DEFAULT 0,
  objects BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX bucket_project ON bucket(project_id, name);
-- In the order of the keys: a listing is a range scan.
CREATE TABLE object(
  bucket_id INTEGER NOT NULL REFERENCES bucket(id),
  key TEXT NOT NULL,
  size BIGINT NOT NULL,
  etag TEXT NOT NULL,
  modified_at BIGINT NOT NULL,
  attributes TEXT NOT NULL,
  layout TEXT NOT NULL,
  PRIMARY KEY(bucket_id, key)
) WITHOUT ROWID;
CREATE TABLE upload(
  bucket_id INTEGER NOT NULL REFERENCES bucket(id),
  key TEXT NOT NULL,
  upload_id TEXT NOT NULL UNIQUE,
  initiated_at BIGINT NOT NULL,
  attributes TEXT NOT NULL,
  PRIMARY KEY(bucket_id, key, upload_id)
) WITHOUT ROWID;
CREATE TABLE part(
  upload_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  size BIGINT NOT NULL,
  etag TEXT NOT NULL,
  modified_at BIGINT NOT NULL,
  layout TEXT NOT NULL,
  PRIMARY KEY(upload_id, number)
) WITHOUT ROWID;
-- AUTOINCREMENT: a number is never given twice, even when its volume is gone.
CREATE TABLE volume(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  sealed INTEGER NOT NULL
);
CREATE INDEX volume_unsealed ON volume(number) WHERE sealed = 0;
-- refs = 0: dead, its bytes are still to be removed.
CREATE TABLE blob(
  id INTEGER PRIMARY KEY,
  size BIGINT NOT NULL,
  crc32c BIGINT NOT NULL,
  refs BIGINT NOT NULL
);
CREATE INDEX blob_dead ON blob(id) WHERE refs = 0;
