-- Who did what: changes of the platform listener, and requests that were refused or failed (`failed` = 1), oldest first.
CREATE TABLE audit_entry(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time BIGINT NOT NULL,
  project_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  user_name TEXT NOT NULL,
  signed_in_by INTEGER NOT NULL,
  access_key TEXT NOT NULL,
  action TEXT NOT NULL,
  method TEXT NOT NULL,
  resource TEXT NOT NULL,
  status INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  remote_address TEXT NOT NULL,
  request_id TEXT NOT NULL
);
CREATE INDEX audit_entry_project ON audit_entry(project_id, id);
CREATE INDEX audit_entry_failed ON audit_entry(failed, id);
