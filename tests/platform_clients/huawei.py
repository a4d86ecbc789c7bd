"""huaweicloudsdkmodelarts and huaweicloudsdkiam, signed with an access key, with a project id and without."""

from clients.referees.esdk import EsdkIpV2
from platform_clients.base import FLAVOR, Client, Driver, client_environment


class HuaweiSdk(Client):
    name = "Huawei SDK"
    packages = ("huaweicloudsdkmodelarts", "huaweicloudsdkiam", "huaweicloudsdkcore")
    how = ('`ModelArtsClient.new_builder().with_credentials(BasicCredentials(AK, SK, PROJECT_ID)).with_region(Region(REGION, '
           '"http://HOST:8080")).build()`, `IamClient` likewise with `GlobalCredentials(AK, SK)`; '
           '`credentials.with_iam_endpoint("http://HOST:8080")`')
    says_project = True

    def __init__(self, server, folder):
        super().__init__(server, folder)
        keys = {"ACCESS_KEY": server.access_key, "SECRET_KEY": server.secret_key}
        if self.says_project:
            keys["PROJECT_ID"] = server.credentials["project_id"]
        environment = client_environment(HOME=str(folder), **keys)
        self.store = EsdkIpV2(server, folder)
        self.driver = Driver("huawei_sdk.py", [server.platform, server.region], environment)

    def close(self):
        self.store.close()
        self.driver.close()

    def iam(self, method, **fields):
        return self.driver.ask(service="iam", method=method, fields=fields)

    def modelarts(self, method, **fields):
        return self.driver.ask(service="modelarts", method=method, fields=fields)

    # Identity.
    def sign_in(self):
        c = self.server.credentials
        user = {"name": c["user_name"], "password": c["password"], "domain": {"name": c["domain_name"]}}
        auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": {"name": c["project_name"]}}}
        answer = self.iam("keystone_create_user_token_by_password", body={"auth": auth})
        self.token = answer["x_subject_token"]
        return answer["token"]["project"]["id"]

    def discover(self):
        self.iam("keystone_list_versions")
        return self.iam("keystone_show_version")["version"]["id"]

    def check_token(self):
        return self.iam("keystone_validate_token", **{"X-Subject-Token": self.token})["token"]["user"]

    def catalog(self):
        return {entry["type"] for entry in self.iam("keystone_show_catalog")["catalog"]}

    def projects(self):
        mine = [project["name"] for project in self.iam("keystone_list_auth_projects")["projects"]]
        assert mine == [project["name"] for project in self.iam("keystone_list_projects")["projects"]]
        return mine

    def show_project(self, project):
        return self.iam("keystone_show_project", project_id=project)["project"]["name"]

    def make_project(self, name):
        domain = self.iam("keystone_list_auth_domains")["domains"][0]["id"]
        return self.iam("keystone_create_project", body={"project": {"name": name, "parent_id": domain, "domain_id": domain}})["project"]["id"]

    def describe_project(self, project, text):
        self.iam("keystone_update_project", project_id=project, body={"project": {"description": text}})

    def domains(self):
        return [domain["name"] for domain in self.iam("keystone_list_auth_domains")["domains"]]

    def roles(self):
        return [role["name"] for role in self.iam("keystone_list_permissions")["roles"]]

    def users(self):
        return [user["name"] for user in self.iam("keystone_list_users")["users"]]

    def make_user(self, name, password):
        return self.iam("keystone_create_user", body={"user": {"name": name, "password": password}})["user"]["id"]

    def show_user(self, user):
        return self.iam("keystone_show_user", user_id=user)["user"]["name"]

    def describe_user(self, user, text):
        self.iam("keystone_update_user_by_admin", user_id=user, body={"user": {"description": text}})

    def change_own_password(self, old, new):
        self.iam("keystone_update_user_password", user_id=self.check_token()["id"], body={"user": {"original_password": old, "password": new}})

    def remove_user(self, user):
        self.iam("keystone_delete_user", user_id=user)

    def make_key(self, user):
        made = self.iam("create_permanent_access_key", body={"credential": {"user_id": user}})["credential"]
        return made["access"], made["secret"]

    def access_keys(self, user):
        return [key["access"] for key in self.iam("list_permanent_access_keys", user_id=user)["credentials"]]

    def show_key(self, key):
        return self.iam("show_permanent_access_key", access_key=key)["credential"]["status"]

    def disable_key(self, key):
        self.iam("update_permanent_access_key", access_key=key, body={"credential": {"status": "inactive"}})

    def remove_key(self, key):
        self.iam("delete_permanent_access_key", access_key=key)

    def make_group(self, name):
        return self.iam("keystone_create_group", body={"group": {"name": name}})["group"]["id"]

    def groups(self):
        return [group["name"] for group in self.iam("keystone_list_groups")["groups"]]

    def join_group(self, group, user):
        self.iam("keystone_add_user_to_group", group_id=group, user_id=user)

    def leave_group(self, group, user):
        self.iam("keystone_remove_user_from_group", group_id=group, user_id=user)

    def remove_group(self, group):
        self.iam("keystone_delete_group", group_id=group)

    def make_temporary_key(self):
        identity = {"methods": ["token"], "token": {"id": self.token, "duration_seconds": 900}}
        return self.iam("create_temporary_access_key_by_token", body={"auth": {"identity": identity}})["credential"]

    # Object store: the vendor's SDK for it.
    def make_bucket(self, bucket):
        self.store.make_bucket(bucket)

    def buckets(self):
        return self.store.buckets()

    def put_file(self, bucket, key, path):
        self.store.put_file(bucket, key, path)

    def get_file(self, bucket, key, path):
        self.store.get_file(bucket, key, path)

    def keys(self, bucket):
        return self.store.keys(bucket)

    def remove_objects(self, bucket, keys):
        for key in keys:
            self.store.delete(bucket, key)

    def remove_bucket(self, bucket):
        self.store.remove_bucket(bucket)

    # Training, generation 2.
    def flavors_v2(self):
        return [flavor["flavor_id"] for flavor in self.modelarts("show_training_job_flavors")["flavors"]]

    def engines_v2(self):
        return [engine["engine_version"] for engine in self.modelarts("show_training_job_engines")["items"]]

    def name_is_taken(self, name):
        return self.modelarts("validate_training_job_name", job_name=name)["is_duplicate"]

    def create_job_v2(self, name, code, boot_file, engine, inputs, outputs):
        places = {"inputs": inputs, "outputs": outputs}
        remote = {kind: [{"name": key, "remote": {"obs": {"obs_url": url}}} for key, url in found.items()] for kind, found in places.items()}
        body = {"kind": "job", "metadata": {"name": name, "description": "straight"},
                "algorithm": {"code_dir": code, "boot_file": boot_file, **remote,
                              "engine": {"engine_name": "TensorFlow", "engine_version": engine}},
                "spec": {"resource": {"flavor_id": FLAVOR, "node_count": 1}}}
        return self.modelarts("create_training_job", body=body)["metadata"]["id"]

    def job_v2(self, job):
        return self.modelarts("show_training_job_details", training_job_id=job)["status"]["phase"]

    def jobs_v2(self):
        return [item["metadata"]["name"] for item in self.modelarts("list_training_jobs")["items"]]

    def describe_job_v2(self, job, text):
        self.modelarts("change_training_job_description", training_job_id=job, body={"description": text})

    def log_v2(self, job):
        return self.modelarts("show_training_job_logs_preview", training_job_id=job, task_id="worker-0")["content"]

    def log_lines_v2(self, job):
        return self.modelarts("show_training_job_logs_from_aom", training_job_id=job, task_id="worker-0")["content"]

    def metrics_v2(self, job):
        return [found["metric"] for found in self.modelarts("show_training_job_metrics", training_job_id=job, task_id="worker-0")["metrics"]]

    def events_v2(self, job):
        return [event["message"] for event in self.modelarts("list_training_job_events", training_job_id=job)["events"]]

    def tasks_v2(self, job):
        return self.modelarts("list_training_job_tasks", training_job_id=job)

    def stop_job_v2(self, job):
        self.modelarts("stop_training_job", training_job_id=job, body={"action_type": "terminate"})

    def delete_job_v2(self, job):
        self.modelarts("delete_training_job", training_job_id=job)

    # Algorithms, workspaces, quotas.
    def make_algorithm(self, name, code, boot_file, engine):
        body = {"metadata": {"name": name}, "job_config": {"code_dir": code, "boot_file": boot_file, "engine": {
            "engine_name": "TensorFlow", "engine_version": engine}}}
        return self.modelarts("create_algorithm", body=body)["metadata"]["id"]

    def algorithms(self):
        return [item["metadata"]["name"] for item in self.modelarts("list_algorithms")["items"]]

    def algorithm(self, algorithm):
        return self.modelarts("show_algorithm_by_uuid", algorithm_id=algorithm)["metadata"]["name"]

    def remove_algorithm(self, algorithm):
        self.modelarts("delete_algorithm", algorithm_id=algorithm)

    def make_workspace(self, name):
        return self.modelarts("create_workspace", body={"name": name})["id"]

    def workspaces(self):
        return [workspace["name"] for workspace in self.modelarts("list_workspace")["workspaces"]]

    def workspace(self, workspace):
        return self.modelarts("show_workspace", workspace_id=workspace)["name"]

    def describe_workspace(self, workspace, text):
        self.modelarts("update_workspace", workspace_id=workspace, body={"description": text})

    def remove_workspace(self, workspace):
        self.modelarts("delete_workspace", workspace_id=workspace)

    def notebooks(self):
        return self.modelarts("list_notebooks")["data"]

    # Services, generation 2.
    def service_flavors_v2(self):
        return [flavor["id"] for flavor in self.modelarts("list_infer_cluster_flavors", limit=500)["data"]]

    @staticmethod
    def _group(address, flavor, count):
        model = {"source": "OBS", "address": address, "mount_path": "/home/model"}
        return {"name": "all", "unit_configs": [{"name": "line", "models": [model], "flavor": flavor, "count": count}]}

    def deploy_v2(self, name, address, flavor):
        body = {"name": name, "type": "REAL_TIME", "deploy_type": "SINGLE", "group_configs": [self._group(address, flavor, 1)]}
        return self.modelarts("create_infer_service", body=body)["id"]

    def service_v2(self, service):
        return self.modelarts("show_infer_service", service_id=service)

    def services_v2(self):
        return [found["name"] for found in self.modelarts("list_infer_services", limit=500)["data"]]

    def service_events_v2(self, service):
        return [event["event_info"] for event in self.modelarts("list_infer_service_events", service_id=service, limit=500)["data"]]

    def deployments_v2(self, service):
        found = [one["id"] for one in self.modelarts("list_infer_deployments", service_id=service)["data"]]
        return [self.modelarts("show_infer_deployment", service_id=service, deployment_id=one)["name"] for one in found]

    def update_service_v2(self, service, address, flavor, count):
        self.modelarts("update_infer_service", service_id=service, body={"group_configs": [self._group(address, flavor, count)]})

    def stop_service_v2(self, service):
        self.modelarts("stop_infer_service", service_id=service)

    def start_service_v2(self, service):
        self.modelarts("start_infer_service", service_id=service)

    def delete_service_v2(self, service):
        self.modelarts("batch_delete_infer_services", body={"service_ids": [service]})

    def api_keys_v2(self, service):
        return [key["name"] for key in self.modelarts("list_infer_api_keys", service_id=service)["data"]]

    def bind_key_v2(self, service, key):
        self.modelarts("bind_infer_api_key", service_id=service, key_id=key)

    def unbind_key_v2(self, service, key):
        self.modelarts("unbind_infer_api_key", service_id=service, key_id=key)

    def remove_key_v2(self, key):
        self.modelarts("delete_infer_api_key", key_id=key)

    def quotas(self):
        return self.modelarts("show_os_quota")["quotas"]


class HuaweiSdkWithoutProject(HuaweiSdk):
    name = "Huawei SDK, no project id"
    how = "the same with `BasicCredentials(AK, SK)`: it asks `GET /v3/projects?name=REGION`, signed, for the project"
    says_project = False
