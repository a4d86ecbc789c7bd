-- What verifications found damaged, and where the scrubber is (one row). Times are milliseconds; 0: none.
CREATE TABLE damaged_blob(
  id INTEGER PRIMARY KEY,
  size BIGINT NOT NULL,
  crc32c BIGINT NOT NULL,
  reason TEXT NOT NULL,
  found_at BIGINT NOT NULL
);
CREATE TABLE scrub(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  position BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  blobs BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  last_ended_at BIGINT NOT NULL
);
