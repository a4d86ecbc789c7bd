-- Groups of users, who is in them, and the roles that they pass on. `scope_id` is a project's or a domain's id.
CREATE TABLE user_group(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  domain_id TEXT NOT NULL REFERENCES domain(id),
  description TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE(domain_id, name)
);
CREATE TABLE group_member(
  group_id TEXT NOT NULL REFERENCES user_group(id),
  user_id TEXT NOT NULL REFERENCES user(id),
  PRIMARY KEY(group_id, user_id)
);
CREATE INDEX group_member_user ON group_member(user_id);
CREATE TABLE group_role(
  group_id TEXT NOT NULL REFERENCES user_group(id),
  scope_id TEXT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY(group_id, scope_id)
);
CREATE INDEX group_role_scope ON group_role(scope_id);
