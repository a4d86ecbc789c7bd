-- Training jobs, their versions, and what each version has stored under its output path.
CREATE TABLE training_sequence(
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO training_sequence(name, value) VALUES('job', 0), ('version', 0);
CREATE TABLE training_job(
  id BIGINT PRIMARY KEY,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_number INTEGER NOT NULL,
  deleting INTEGER NOT NULL
);
CREATE UNIQUE INDEX training_job_name ON training_job(project_id, name) WHERE deleting = 0;
CREATE TABLE training_version(
  id BIGINT PRIMARY KEY,
  job_id BIGINT NOT NULL REFERENCES training_job(id),
  number INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  engine_id INTEGER NOT NULL,
  engine_type INTEGER NOT NULL,
  engine_type_name TEXT NOT NULL,
  engine_name TEXT NOT NULL,
  app_url TEXT NOT NULL,
  boot_file_url TEXT NOT NULL,
  data_url TEXT NOT NULL,
  train_url TEXT NOT NULL,
  log_url TEXT NOT NULL,
  parameters TEXT NOT NULL,
  spec_id INTEGER NOT NULL,
  flavor TEXT NOT NULL,
  cores INTEGER NOT NULL,
  memory_bytes BIGINT NOT NULL,
  worker_count INTEGER NOT NULL,
  pre_version_id BIGINT NOT NULL,
  model_id BIGINT NOT NULL,
  status INTEGER NOT NULL,
  reason TEXT NOT NULL,
  fault TEXT NOT NULL,
  running_engine TEXT NOT NULL,
  sandbox_level TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  usage_interval INTEGER NOT NULL,
  usage_cpu TEXT NOT NULL,
  usage_memory TEXT NOT NULL,
  mirror INTEGER NOT NULL,
  cleaned INTEGER NOT NULL,
  deleting INTEGER NOT NULL,
  UNIQUE(job_id, number)
);
CREATE INDEX training_version_pending ON training_version(cleaned, deleting, mirror);
CREATE TABLE training_output(
  version_id BIGINT NOT NULL REFERENCES training_version(id),
  path TEXT NOT NULL,
  size BIGINT NOT NULL,
  modified_ns BIGINT NOT NULL,
  etag TEXT NOT NULL,
  PRIMARY KEY(version_id, path)
);
