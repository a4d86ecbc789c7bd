-- A page of a workspace's jobs costs what lies in the workspace, not what lies in the project.
CREATE INDEX training_job_by_workspace ON training_job(project_id, deleting, workspace_id, status, id);
