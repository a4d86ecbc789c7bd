"""openstacksdk with the plugin otcextensions, as a program uses it: one connection, one token."""

from platform_clients.base import Client, Driver
from platform_clients.openstack_cli import openstack_environment


class OpenStackSdk(Client):
    name = "openstacksdk"
    packages = ("openstacksdk", "otcextensions")
    how = "`openstack.connect()` with the variables of `openstack`, then `otcextensions.sdk.register_otc_extensions(connection)`"

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.driver = Driver("openstack_sdk.py", [], openstack_environment(server, folder))

    def close(self):
        self.driver.close()

    def ask(self, proxy, method, *positional, **named):
        return self.driver.ask(proxy=proxy, method=method, positional=positional, named=named)

    def identity(self, method, *positional, **named):
        return self.ask("identity", method, *positional, **named)

    def modelarts(self, method, *positional, **named):
        return self.ask("modelartsv1", method, *positional, **named)

    # Identity.
    def projects(self):
        return [project["name"] for project in self.identity("projects")]

    def domains(self):
        return [domain["name"] for domain in self.identity("domains")]

    def show_domain(self):
        return self.identity("get_domain", self.identity("domains")[0]["id"])["name"]

    def show_role(self, role):
        return self.identity("get_role", role)["name"]

    def roles(self):
        return [role["name"] for role in self.identity("roles")]

    def role_assignments(self):
        return [(found["user"]["id"], found["role"]["id"]) for found in self.identity("role_assignments")]

    def users(self):
        return [user["name"] for user in self.identity("users")]

    def make_user(self, name, password):
        return self.identity("create_user", name=name, password=password)["id"]

    def show_user(self, user):
        return self.identity("get_user", user)["name"]

    def describe_user(self, user, text):
        self.identity("update_user", user, description=text)

    def remove_user(self, user):
        self.identity("delete_user", user, ignore_missing=False)

    def give_role(self, user, role):
        assert self.ask(None, "grant_role", role, user=user, project=self.server.credentials["project_id"]) is True

    def take_role(self, user, role):
        assert self.ask(None, "revoke_role", role, user=user, project=self.server.credentials["project_id"]) is True

    def make_project(self, name):
        return self.identity("create_project", name=name)["id"]

    def show_project(self, project):
        return self.identity("get_project", project)["name"]

    def describe_project(self, project, text):
        self.identity("update_project", project, description=text)

    def remove_project(self, project):
        self.identity("delete_project", project, ignore_missing=False)

    def make_group(self, name):
        return self.identity("create_group", name=name)["id"]

    def groups(self):
        return [group["name"] for group in self.identity("groups")]

    def join_group(self, group, user):
        self.identity("add_user_to_group", user, group)

    def leave_group(self, group, user):
        self.identity("remove_user_from_group", user, group)

    def remove_group(self, group):
        self.identity("delete_group", group, ignore_missing=False)

    # Object store.
    def make_bucket(self, bucket):
        self.ask("obs", "create_container", name=bucket)

    def buckets(self):
        return [container["name"] for container in self.ask("obs", "containers")]

    def put_file(self, bucket, key, path):
        self.ask("obs", "create_object", container=bucket, name=key, filename=str(path))

    def keys(self, bucket):
        return [found["name"] for found in self.ask("obs", "objects", bucket)]

    def remove_objects(self, bucket, keys):
        for key in keys:
            self.ask("obs", "delete_object", key, container=bucket)

    def remove_bucket(self, bucket):
        self.ask("obs", "delete_container", bucket)

    # Training.
    def flavors(self):
        return {flavor["spec_code"]: flavor["spec_id"] for flavor in self.modelarts("job_flavors")}

    def engines(self):
        return {engine["engine_version"]: engine["engine_id"] for engine in self.modelarts("job_engines")}

    def built_in_algorithms(self):
        return self.modelarts("builtin_models")

    def create_job(self, name, config):
        return self.modelarts("create_training_job", job_name=name, config=config)["job_id"]

    def jobs(self):
        return {job["job_id"]: (job["job_name"], job["status"]) for job in self.modelarts("training_jobs")}

    def describe_job(self, job, text):
        self.modelarts("update_training_job", job, text)

    def versions(self, job):
        return [{key: found[key] for key in ("version_id", "version_name", "status")}
                for found in self.modelarts("training_job_versions", job)]

    def delete_job(self, job):
        self.modelarts("delete_training_job", job)

    # Parameter sets and boards.
    def make_parameter_set(self, name, config):
        self.modelarts("create_training_job_config", config_name=name, **config)

    def parameter_sets(self):
        return [found["config_name"] for found in self.modelarts("training_job_configs")]

    def show_parameter_set(self, name):
        return self.modelarts("get_training_job_config", name)

    def remove_parameter_set(self, name):
        self.modelarts("delete_training_job_config", name)

    def make_board(self, name, folder):
        return self.modelarts("create_visualization_job", job_name=name, train_url=folder)["job_id"]

    def boards(self):
        return [board["job_name"] for board in self.modelarts("visualization_jobs")]

    def show_board(self, board):
        return self.modelarts("get_visualization_job", board)

    def describe_board(self, board, text):
        self.modelarts("update_visualization_job", board, text)

    def stop_board(self, board):
        self.modelarts("stop_visualization_job", board)

    def remove_board(self, board):
        self.modelarts("delete_visualization_job", board)

    # Models.
    def import_model(self, name, version, folder):
        return self.modelarts("create_model", model_name=name, model_version=version, source_location=folder, model_type="TensorFlow")["model_id"]

    def models(self):
        return [model["name"] for model in self.modelarts("models")]

    def model(self, model):
        found = self.modelarts("get_model", model)
        return {"name": found["name"], "status": found["status"], "apis": found["apis"]}

    def delete_model(self, model):
        self.modelarts("delete_model", model)

    # Services.
    def deploy(self, name, model, specification):
        config = [{"model_id": model, "weight": 100, "specification": specification, "instance_count": 1}]
        service = self.modelarts("create_service", service_name=name, infer_type="real-time", config=config)["service_id"]
        assert self.modelarts("wait_for_service", service, wait=1) is True
        return service

    def services(self):
        return [service["name"] for service in self.modelarts("services")]

    def service(self, service):
        found = self.modelarts("get_service", service)
        return {"status": found["status"], "access_address": found["access_address"], "description": found["description"]}

    def specifications(self):
        return [flavor["specification"] for flavor in self.modelarts("service_flavors")]

    def clusters(self):
        return self.modelarts("service_clusters")

    def monitor(self, service):
        return self.modelarts("service_monitor", service)

    def events(self, service):
        return [event["event_info"] for event in self.modelarts("service_events", service)]

    def update_logs(self, service):
        return [log["result"] for log in self.modelarts("service_logs", service)]

    def describe_service(self, service, text):
        self.modelarts("update_service", service, description=text)

    def update_service(self, service, model, specification, environment):
        config = [{"model_id": model, "weight": 100, "specification": specification, "instance_count": 1, "envs": environment}]
        self.modelarts("update_service", service, config=config)

    def stop_service(self, service):
        self.modelarts("stop_service", service)

    def start_service(self, service):
        self.modelarts("start_service", service)

    def delete_service(self, service):
        self.modelarts("delete_service", service)
