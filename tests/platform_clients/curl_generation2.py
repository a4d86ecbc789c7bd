"""curl's words for training jobs, algorithms and workspaces of generation 2; the methods are those of the vendor's SDK (huawei.py)."""

from platform_clients.base import FLAVOR


class Generation2:
    """For a class that has `ask(method, path, body)` and `project`."""

    def v2(self, method, path, body=None):
        return self.ask(method, f"/v2/{self.project}{path}", body)

    # Training.
    def flavors_v2(self):
        return [flavor["flavor_id"] for flavor in self.v2("GET", "/training-job-flavors?flavor_type=CPU")["flavors"]]

    def engines_v2(self):
        return [engine["engine_version"] for engine in self.v2("GET", "/training-job-engines")["items"]]

    def name_is_taken(self, name):
        return self.v2("GET", f"/training-job-names?job_name={name}&workspace_id=0")["is_duplicate"]

    def create_job_v2(self, name, code, boot_file, engine, inputs, outputs):
        places = {"inputs": inputs, "outputs": outputs}
        remote = {kind: [{"name": key, "remote": {"obs": {"obs_url": url}}} for key, url in found.items()] for kind, found in places.items()}
        algorithm = {"code_dir": code, "boot_file": boot_file, **remote, "engine": {"engine_name": "TensorFlow", "engine_version": engine}}
        body = {"kind": "job", "metadata": {"name": name, "workspace_id": "0", "description": "straight"}, "algorithm": algorithm,
                "spec": {"resource": {"flavor_id": FLAVOR, "node_count": 1}}}
        return self.v2("POST", "/training-jobs", body)["metadata"]["id"]

    def job_v2(self, job):
        return self.v2("GET", f"/training-jobs/{job}")["status"]["phase"]

    def jobs_v2(self):
        search = {"offset": 0, "limit": 10, "sort_by": "create_time", "order": "desc",
                  "filters": [{"key": "name", "operator": "like", "value": ["v2"]}]}
        return [item["metadata"]["name"] for item in self.v2("POST", "/training-job-searches", search)["items"]]

    def describe_job_v2(self, job, text):
        self.v2("PUT", f"/training-jobs/{job}", {"description": text})

    def log_v2(self, job):
        return self.v2("GET", f"/training-jobs/{job}/tasks/worker-0/logs/preview")["content"]

    def log_link_v2(self, job):
        """A link that needs no token, as the tutorial opens it in a browser; the log itself."""
        link = self.v2("GET", f"/training-jobs/{job}/tasks/worker-0/logs/url?Content-Type=text/plain")["obs_url"]
        base = f"http://{self.server.platform}"
        assert link.startswith(base + "/"), link
        return self.ask("GET", link.removeprefix(base))

    def log_lines_v2(self, job):
        return self.v2("GET", f"/training-jobs/{job}/logs/worker-0?lines=500&order=desc")["content"]

    def metrics_v2(self, job):
        return [found["metric"] for found in self.v2("GET", f"/training-jobs/{job}/metrics/worker-0")["metrics"]]

    def events_v2(self, job):
        return [event["message"] for event in self.v2("GET", f"/training-jobs/{job}/events?limit=50")["events"]]

    def tasks_v2(self, job):
        return self.v2("GET", f"/training-jobs/{job}/tasks")

    def stages_v2(self, job):
        return self.v2("GET", f"/training-jobs/{job}/stages")

    def stop_job_v2(self, job):
        self.v2("POST", f"/training-jobs/{job}/actions", {"action_type": "terminate"})

    def delete_job_v2(self, job):
        self.v2("DELETE", f"/training-jobs/{job}")

    # Algorithms, workspaces, quotas.
    def make_algorithm(self, name, code, boot_file, engine):
        config = {"code_dir": code, "boot_file": boot_file, "engine": {"engine_name": "TensorFlow", "engine_version": engine}}
        return self.v2("POST", "/algorithms", {"metadata": {"name": name}, "job_config": config})["metadata"]["id"]

    def algorithms(self):
        return [item["metadata"]["name"] for item in self.v2("GET", "/algorithms")["items"]]

    def algorithm(self, algorithm):
        return self.v2("GET", f"/algorithms/{algorithm}")["metadata"]["name"]

    def remove_algorithm(self, algorithm):
        self.v2("DELETE", f"/algorithms/{algorithm}")

    def make_workspace(self, name):
        return self.v1("POST", "/workspaces", {"name": name})["id"]

    def workspaces(self):
        return [workspace["name"] for workspace in self.v1("GET", "/workspaces")["workspaces"]]

    def workspace(self, workspace):
        return self.v1("GET", f"/workspaces/{workspace}")["name"]

    def describe_workspace(self, workspace, text):
        self.v1("PUT", f"/workspaces/{workspace}", {"description": text})

    def remove_workspace(self, workspace):
        self.v1("DELETE", f"/workspaces/{workspace}")

    def quotas(self):
        return self.v1("GET", "/quotas")["quotas"]
