-- Several tenants: roles, descriptions, and which domain is the first start's. `scope_id` is a project's or a domain's id.
ALTER TABLE domain ADD COLUMN home INTEGER NOT NULL DEFAULT 0;
UPDATE domain SET home = 1;
ALTER TABLE project ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE user ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE access_key ADD COLUMN description TEXT NOT NULL DEFAULT '';
CREATE INDEX access_key_project ON access_key(project_id);
CREATE TABLE role_assignment(
  user_id TEXT NOT NULL REFERENCES user(id),
  scope_id TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY(user_id, scope_id)
);
CREATE INDEX role_assignment_scope ON role_assignment(scope_id);
INSERT INTO role_assignment(user_id, scope_id, role) SELECT id, domain_id, 'admin' FROM user;
