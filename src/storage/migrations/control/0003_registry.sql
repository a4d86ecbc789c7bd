CREATE TABLE model (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  status TEXT NOT NULL,
  model_type TEXT NOT NULL,
  description TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (project_id, name, version)
);
CREATE INDEX model_by_status ON model (status);
CREATE INDEX model_by_created ON model (project_id, created);
