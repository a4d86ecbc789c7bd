CREATE TABLE service (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  created BIGINT NOT NULL,
  transition BIGINT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (project_id, name)
);
CREATE INDEX service_by_created ON service (project_id, created);
CREATE TABLE service_model (
  service_id TEXT NOT NULL REFERENCES service (id) ON DELETE CASCADE,
  model_id TEXT NOT NULL,
  PRIMARY KEY (service_id, model_id)
);
CREATE INDEX service_model_by_model ON service_model (model_id);
