-- Who exists: domains, their projects and users, the users' access keys, and the secrets that outlive restarts.
CREATE TABLE domain(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE project(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  domain_id TEXT NOT NULL REFERENCES domain(id),
  enabled INTEGER NOT NULL,
  UNIQUE(domain_id, name)
);
CREATE TABLE user(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  domain_id TEXT NOT NULL REFERENCES domain(id),
  password_salt TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  UNIQUE(domain_id, name)
);
CREATE TABLE access_key(
  access_key TEXT PRIMARY KEY,
  secret_key TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES user(id),
  project_id TEXT NOT NULL REFERENCES project(id),
  enabled INTEGER NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX access_key_user ON access_key(user_id);
CREATE TABLE server_secret(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
