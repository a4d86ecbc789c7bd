-- Versions, and the documents that buckets carry. An object's current version stays in `object`, so that listings of current objects cost
-- the same with any number of versions. version_id '' is the null version; `sequence` orders the versions of a key.
ALTER TABLE bucket ADD COLUMN versioning INTEGER NOT NULL DEFAULT 0;
ALTER TABLE object ADD COLUMN version_id TEXT NOT NULL DEFAULT '';
ALTER TABLE object ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;
-- All versions but the current ones, delete markers among them. rank = -sequence: the newest of a key comes first.
CREATE TABLE noncurrent(
  bucket_id INTEGER NOT NULL REFERENCES bucket(id),
  key TEXT NOT NULL,
  rank BIGINT NOT NULL,
  version_id TEXT NOT NULL,
  marker INTEGER NOT NULL,
  size BIGINT NOT NULL,
  etag TEXT NOT NULL,
  modified_at BIGINT NOT NULL,
  attributes TEXT NOT NULL,
  layout TEXT NOT NULL,
  PRIMARY KEY(bucket_id, key, rank)
) WITHOUT ROWID;
CREATE UNIQUE INDEX noncurrent_null ON noncurrent(bucket_id, key) WHERE version_id = '';
CREATE TABLE bucket_setting(
  bucket_id INTEGER NOT NULL REFERENCES bucket(id),
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY(bucket_id, name)
) WITHOUT ROWID;
CREATE INDEX bucket_setting_name ON bucket_setting(name);
