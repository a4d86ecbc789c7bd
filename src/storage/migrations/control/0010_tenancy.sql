-- Algorithms; what projects are kept in order with: quotas, workspaces, tags.
CREATE TABLE algorithm (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  workspace_id TEXT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (project_id, name)
);
CREATE INDEX algorithm_by_created ON algorithm (project_id, created, id);
CREATE INDEX algorithm_by_updated ON algorithm (project_id, updated, id);
CREATE TABLE project_quota (
  project_id TEXT NOT NULL,
  resource TEXT NOT NULL,
  most BIGINT NOT NULL,
  PRIMARY KEY (project_id, resource)
);
CREATE TABLE workspace (
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  enterprise_project_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  UNIQUE (project_id, name)
);
CREATE TABLE resource_tag (
  project_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (project_id, kind, resource_id, key)
);
CREATE INDEX resource_tag_by_resource ON resource_tag (kind, resource_id);
-- Tags go with what they hang on. A training job's are kept under its number.
CREATE TRIGGER service_tags AFTER DELETE ON service BEGIN DELETE FROM resource_tag WHERE kind = 'service' AND resource_id = OLD.id; END;
CREATE TRIGGER training_job_tags AFTER DELETE ON training_job BEGIN DELETE FROM resource_tag WHERE kind = 'training-job' AND resource_id = CAST(OLD.id AS TEXT); END;
-- What a project is limited in goes with it.
CREATE TRIGGER project_tenancy AFTER DELETE ON project BEGIN DELETE FROM project_quota WHERE project_id = OLD.id; DELETE FROM workspace WHERE project_id = OLD.id; END;
CREATE INDEX training_version_status ON training_version (status);
ALTER TABLE training_job ADD COLUMN workspace_id TEXT NOT NULL DEFAULT '0';
