-- Lists of models and services by every order they are asked for in, flat for 10,000 rows; workspaces as a filter. Apps:
-- who may call a service without an account. `api` is a service that apps may be given; a grant gives it to one.
ALTER TABLE model ADD COLUMN workspace_id TEXT NOT NULL DEFAULT '0';
UPDATE model SET workspace_id = json_extract(document, '$.workspace_id') WHERE json_extract(document, '$.workspace_id') IS NOT NULL;
ALTER TABLE service ADD COLUMN workspace_id TEXT NOT NULL DEFAULT '0';
UPDATE service SET workspace_id = json_extract(document, '$.workspace_id') WHERE json_extract(document, '$.workspace_id') IS NOT NULL;
DROP INDEX model_by_created;
CREATE INDEX model_by_created ON model(project_id, created, id);
CREATE INDEX model_by_version ON model(project_id, version, created, id);
CREATE INDEX model_by_size ON model(project_id, size_bytes, created, id);
DROP INDEX service_by_created;
CREATE INDEX service_by_created ON service(project_id, created, id);
CREATE INDEX service_by_transition ON service(project_id, transition, created, id);
CREATE TABLE app(
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  remark TEXT NOT NULL,
  user_id TEXT NOT NULL,
  app_key TEXT NOT NULL UNIQUE,
  app_secret TEXT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  UNIQUE(project_id, name)
);
CREATE TABLE app_code(
  digest TEXT PRIMARY KEY,
  app_id TEXT NOT NULL REFERENCES app(id) ON DELETE CASCADE,
  hint TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX app_code_app ON app_code(app_id);
CREATE TABLE app_api(
  id TEXT PRIMARY KEY,
  project_id TEXT NOT NULL,
  service_id TEXT NOT NULL UNIQUE,
  created BIGINT NOT NULL
);
CREATE TABLE app_grant(
  api_id TEXT NOT NULL REFERENCES app_api(id) ON DELETE CASCADE,
  app_id TEXT NOT NULL REFERENCES app(id),
  id TEXT NOT NULL UNIQUE,
  created BIGINT NOT NULL,
  PRIMARY KEY(api_id, app_id)
);
CREATE INDEX app_grant_app ON app_grant(app_id);
CREATE TRIGGER service_removed AFTER DELETE ON service BEGIN DELETE FROM app_api WHERE service_id = OLD.id; END;
