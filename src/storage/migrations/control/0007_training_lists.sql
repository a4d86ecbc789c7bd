-- Lists of jobs and versions whose pages cost the same however many there are; evaluation metrics; parameter sets.

ALTER TABLE training_version ADD COLUMN metrics TEXT NOT NULL DEFAULT '';
CREATE INDEX training_version_listed ON training_version(job_id, deleting, number);

-- What a list of jobs filters and sorts by, kept by the triggers below so that every order has an index. `status` and
-- `started_at` are those of the newest version that is not being deleted, 0 without one. `duration` is 0 before the
-- start, and 0 while `running` is 1: then it grows with the clock.
ALTER TABLE training_job ADD COLUMN newest_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE training_job ADD COLUMN version_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE training_job ADD COLUMN status INTEGER NOT NULL DEFAULT 0;
ALTER TABLE training_job ADD COLUMN started_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE training_job ADD COLUMN running INTEGER NOT NULL DEFAULT 0;
ALTER TABLE training_job ADD COLUMN duration BIGINT NOT NULL DEFAULT 0;

-- The one place that says how those follow from the versions.
CREATE VIEW training_listing AS
  SELECT j.id AS job_id, coalesce(v.id, 0) AS newest_version, coalesce(v.status, 0) AS status,
    (SELECT count(*) FROM training_version c WHERE c.job_id = j.id AND c.deleting = 0) AS version_count,
    coalesce(v.started_at, 0) AS started_at,
    coalesce(v.started_at <> 0 AND v.ended_at = 0, 0) AS running,
    CASE WHEN v.started_at <> 0 AND v.ended_at > v.started_at THEN v.ended_at - v.started_at ELSE 0 END AS duration
  FROM training_job j LEFT JOIN training_version v ON v.id =
    (SELECT n.id FROM training_version n WHERE n.job_id = j.id AND n.deleting = 0 ORDER BY n.number DESC LIMIT 1);

CREATE TRIGGER training_version_added AFTER INSERT ON training_version BEGIN
  UPDATE training_job SET (newest_version, version_count, status, started_at, running, duration) =
    (SELECT newest_version, version_count, status, started_at, running, duration FROM training_listing
     WHERE job_id = NEW.job_id) WHERE id = NEW.job_id; END;
CREATE TRIGGER training_version_moved AFTER UPDATE OF status, started_at, ended_at, deleting ON training_version
  WHEN OLD.status <> NEW.status OR OLD.started_at <> NEW.started_at OR OLD.ended_at <> NEW.ended_at
    OR OLD.deleting <> NEW.deleting BEGIN
  UPDATE training_job SET (newest_version, version_count, status, started_at, running, duration) =
    (SELECT newest_version, version_count, status, started_at, running, duration FROM training_listing
     WHERE job_id = NEW.job_id) WHERE id = NEW.job_id; END;
CREATE TRIGGER training_version_removed AFTER DELETE ON training_version BEGIN
  UPDATE training_job SET (newest_version, version_count, status, started_at, running, duration) =
    (SELECT newest_version, version_count, status, started_at, running, duration FROM training_listing
     WHERE job_id = OLD.job_id) WHERE id = OLD.job_id; END;

UPDATE training_job SET (newest_version, version_count, status, started_at, running, duration) =
  (SELECT newest_version, version_count, status, started_at, running, duration FROM training_listing
   WHERE job_id = training_job.id);

-- How many jobs of a project have each status, so that a page knows its total without counting.
CREATE TABLE training_job_count(
  project_id TEXT NOT NULL,
  status INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  PRIMARY KEY(project_id, status)
);
INSERT INTO training_job_count(project_id, status, jobs)
  SELECT project_id, status, count(*) FROM training_job WHERE deleting = 0 GROUP BY project_id, status;
CREATE TRIGGER training_job_added AFTER INSERT ON training_job WHEN NEW.deleting = 0 BEGIN
  INSERT INTO training_job_count(project_id, status, jobs) VALUES(NEW.project_id, NEW.status, 1)
    ON CONFLICT(project_id, status) DO UPDATE SET jobs = jobs + 1; END;
CREATE TRIGGER training_job_left AFTER UPDATE OF status, deleting ON training_job
  WHEN OLD.deleting = 0 AND (NEW.deleting <> 0 OR OLD.status <> NEW.status) BEGIN
  UPDATE training_job_count SET jobs = jobs - 1 WHERE project_id = OLD.project_id AND status = OLD.status; END;
CREATE TRIGGER training_job_came AFTER UPDATE OF status, deleting ON training_job
  WHEN NEW.deleting = 0 AND (OLD.deleting <> 0 OR OLD.status <> NEW.status) BEGIN
  INSERT INTO training_job_count(project_id, status, jobs) VALUES(NEW.project_id, NEW.status, 1)
    ON CONFLICT(project_id, status) DO UPDATE SET jobs = jobs + 1; END;
CREATE TRIGGER training_job_removed AFTER DELETE ON training_job WHEN OLD.deleting = 0 BEGIN
  UPDATE training_job_count SET jobs = jobs - 1 WHERE project_id = OLD.project_id AND status = OLD.status; END;

-- One for each order of the list. All end with the id, so that pages do not overlap.
CREATE INDEX training_job_by_name ON training_job(project_id, deleting, name, id);
CREATE INDEX training_job_by_description ON training_job(project_id, deleting, description, id);
CREATE INDEX training_job_by_status ON training_job(project_id, deleting, status, id);
CREATE INDEX training_job_by_duration ON training_job(project_id, deleting, running, duration, id);
CREATE INDEX training_job_by_versions ON training_job(project_id, deleting, version_count, id);
CREATE INDEX training_job_by_creation ON training_job(project_id, deleting, created_at, id);

-- The configuration as JSON; what lists sort by beside it.
CREATE TABLE training_parameter_set(
  project_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY(project_id, name)
);
CREATE INDEX training_parameter_set_by_description ON training_parameter_set(project_id, description, name);
CREATE INDEX training_parameter_set_by_creation ON training_parameter_set(project_id, created_at, name);
