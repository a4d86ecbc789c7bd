-- Boards: visualization jobs.
CREATE TABLE board_sequence(
  value BIGINT NOT NULL
);
INSERT INTO board_sequence(value) VALUES(0);
CREATE TABLE board(
  id BIGINT PRIMARY KEY,
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  train_url TEXT NOT NULL,
  flavor TEXT NOT NULL,
  cores INTEGER NOT NULL,
  memory_bytes BIGINT NOT NULL,
  stop_after_hours INTEGER NOT NULL,
  status INTEGER NOT NULL,
  reason TEXT NOT NULL,
  ticket TEXT NOT NULL,
  launch INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  time_is_up INTEGER NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  deleting INTEGER NOT NULL
);
CREATE UNIQUE INDEX board_name ON board(project_id, name) WHERE deleting = 0;
