-- Training jobs of API v2: a UUID beside the number, what v2 lets a version say, its restarts and history.
ALTER TABLE training_job ADD COLUMN uuid TEXT NOT NULL DEFAULT '';
UPDATE training_job SET uuid = lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
CREATE UNIQUE INDEX training_job_uuid ON training_job(uuid);
CREATE INDEX training_job_created ON training_job(project_id, created_at, id);
ALTER TABLE training_version ADD COLUMN container TEXT NOT NULL DEFAULT '';
ALTER TABLE training_version ADD COLUMN restarts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE training_version ADD COLUMN history TEXT NOT NULL DEFAULT '';
CREATE INDEX training_version_newest ON training_version(job_id, deleting, number, id, status);
