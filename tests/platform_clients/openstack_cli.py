"""python-openstackclient with the plugin otcextensions: `openstack ma ...` and `openstack obs ...`, one process a command."""

import json

from platform_clients.base import ENVIRONMENT, Client, Refused, client_environment, run

OBS_DOMAIN = "obs.eu-de.localhost"  # the plugin takes a region out of a name of this form, and puts the bucket before it


def openstack_environment(server, folder):
    credentials, port = server.credentials, server.s3_port
    return client_environment(
        HOME=str(folder), OS_AUTH_URL=f"http://{server.platform}/v3", OS_IDENTITY_API_VERSION="3",
        OS_USERNAME=credentials["user_name"], OS_PASSWORD=credentials["password"], OS_USER_DOMAIN_NAME=credentials["domain_name"],
        OS_PROJECT_NAME=credentials["project_name"], OS_PROJECT_DOMAIN_NAME=credentials["domain_name"],
        OS_REGION_NAME=credentials["region"],
        OS_OBJECT_ENDPOINT_OVERRIDE=f"http://{OBS_DOMAIN}:{port}",
        S3_ACCESS_KEY_ID=credentials["access_key"], S3_SECRET_ACCESS_KEY=credentials["secret_key"],
        # Stands for a name server: every name of a bucket leads to the object store.
        http_proxy=f"http://127.0.0.1:{port}", no_proxy="127.0.0.1")


class OpenStackCli(Client):
    name = "openstack"
    packages = ("python-openstackclient", "otcextensions", "openstacksdk")
    how = ("`OS_AUTH_URL=http://HOST:8080/v3`, `OS_USERNAME`, `OS_PASSWORD`, `OS_USER_DOMAIN_NAME`, `OS_PROJECT_NAME`, "
           "`OS_PROJECT_DOMAIN_NAME`, `OS_REGION_NAME`; for `openstack obs` a server with `--obs-domains obs.eu-de.NAME`, "
           "`OS_OBJECT_ENDPOINT_OVERRIDE=http://obs.eu-de.NAME:9000` and the keys in `S3_ACCESS_KEY_ID`, `S3_SECRET_ACCESS_KEY`: "
           "the plugin puts the bucket before the host, so names below it must resolve (or `http_proxy` leads there)")

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.environment = openstack_environment(server, folder)

    def openstack(self, *words):
        return run([str(ENVIRONMENT / "bin" / "openstack"), *(str(word) for word in words)], self.environment)

    def rows(self, *words):
        """What a list or show command tells: columns by name in lower case with underscores."""
        def named(row):
            return {name.lower().replace(" ", "_"): value for name, value in row.items()}

        answer = json.loads(self.openstack(*words, "-f", "json"))
        return [named(row) for row in answer] if isinstance(answer, list) else named(answer)

    # Identity.
    def projects(self):
        return [row["name"] for row in self.rows("project", "list")]

    def domains(self):
        return [row["name"] for row in self.rows("domain", "list")]

    def catalog(self):
        return {row["type"] for row in self.rows("catalog", "list")}

    def roles(self):
        return [row["name"] for row in self.rows("role", "list")]

    def role_assignments(self):
        return [(row["user"], row["role"]) for row in self.rows("role", "assignment", "list")]

    def users(self):
        return [row["name"] for row in self.rows("user", "list")]

    def make_user(self, name, password):
        return self.rows("user", "create", name, "--password", password)["id"]

    def show_user(self, user):
        return self.rows("user", "show", user)["name"]

    def describe_user(self, user, text):
        self.openstack("user", "set", user, "--description", text)

    def remove_user(self, user):
        self.openstack("user", "delete", user)

    def give_role(self, user, role):
        self.openstack("role", "add", "--user", user, "--project", self.server.credentials["project_id"], role)

    def take_role(self, user, role):
        self.openstack("role", "remove", "--user", user, "--project", self.server.credentials["project_id"], role)

    def make_group(self, name):
        return self.rows("group", "create", name)["id"]

    def groups(self):
        return [row["name"] for row in self.rows("group", "list")]

    def join_group(self, group, user):
        self.openstack("group", "add", "user", group, user)

    def leave_group(self, group, user):
        self.openstack("group", "remove", "user", group, user)

    def remove_group(self, group):
        self.openstack("group", "delete", group)

    # Object store.
    def make_bucket(self, bucket):
        self.openstack("obs", "container", "create", bucket)

    def buckets(self):
        return [row["name"] for row in self.rows("obs", "container", "list")]

    def put_file(self, bucket, key, path):
        self.openstack("obs", "object", "create", bucket, path, "--name", key)

    def get_file(self, bucket, key, path):
        self.openstack("obs", "object", "save", bucket, key, "--file", path)

    def keys(self, bucket):
        return [row["name"] for row in self.rows("obs", "object", "list", bucket)]

    def remove_objects(self, bucket, keys):
        self.openstack("obs", "object", "delete", bucket, *keys)

    def remove_bucket(self, bucket):
        self.openstack("obs", "container", "delete", bucket)

    # Training.
    def flavors(self):
        return {row["spec_code"]: row["spec_id"] for row in self.rows("ma", "job", "flavor", "list")}

    def engines(self):
        return {row["engine_version"]: row["engine_id"] for row in self.rows("ma", "job", "engine", "list")}

    def built_in_algorithms(self):
        return self.rows("ma", "builtin", "model", "list")

    @staticmethod
    def run_words(config):
        words = ["--worker-server-num", config["worker_server_num"], "--app-url", config["app_url"], "--boot-file-url",
                 config["boot_file_url"], "--spec-id", config["spec_id"], "--engine-id", config["engine_id"], "--model-id", 1,
                 "--data-url", config["data_url"], "--train-url", config["train_url"]]
        return words + [word for item in config["parameter"] for word in ("--parameter", f"label={item['label']},value={item['value']}")]

    def create_job(self, name, config):
        return int(self.rows("ma", "training", "job", "create", name, *self.run_words(config))["id"])

    def jobs(self):
        return {row["job_id"]: (row["job_name"], row["status"]) for row in self.rows("ma", "training", "job", "list")}

    def describe_job(self, job, text):
        assert self.rows("ma", "training", "job", "update", job, "--description", text)["job_description"] == text

    def versions(self, job):
        found = self.rows("ma", "training", "job", "version", "list", job)
        return [{"version_id": row["version_id"], "version_name": row["version_name"], "status": row["status"]} for row in found]

    def delete_job(self, job):
        self.openstack("ma", "training", "job", "delete", job)

    # Parameter sets and boards.
    def make_parameter_set(self, name, config):
        self.openstack("ma", "training", "job", "config", "create", name, *self.run_words(config))

    def parameter_sets(self):
        return [row["config_name"] for row in self.rows("ma", "training", "job", "config", "list")]

    def show_parameter_set(self, name):
        return self.rows("ma", "training", "job", "config", "show", name)

    def remove_parameter_set(self, name):
        self.openstack("ma", "training", "job", "config", "delete", name)

    def make_board(self, name, folder):
        return int(self.rows("ma", "visualization", "job", "create", name, "--train-url", folder)["id"])

    def boards(self):
        return [row["job_name"] for row in self.rows("ma", "visualization", "job", "list")]

    def show_board(self, board):
        return self.rows("ma", "visualization", "job", "show", board)

    def stop_board(self, board):
        try:
            self.openstack("ma", "visualization", "job", "stop", board)
        except Refused as told:  # the plugin asks for the stop, and then cannot show what its own call does not return
            if "'NoneType' object has no attribute 'keys'" not in str(told):
                raise

    def remove_board(self, board):
        self.openstack("ma", "visualization", "job", "delete", board)

    # Models.
    def import_model(self, name, version, folder):
        return self.rows("ma", "model", "create", name, "--model-version", version, "--source-location", folder, "--model-type", "TensorFlow")["id"]

    def models(self):
        return [row["name"] for row in self.rows("ma", "model", "list")]

    def model(self, model):
        found = self.rows("ma", "model", "show", model)
        return {"name": found["name"], "status": found["status"], "apis": found["apis"]}

    def delete_model(self, model):
        self.openstack("ma", "model", "delete", model)

    # Services.
    def deploy(self, name, model, specification):
        return self.rows("ma", "service", "create", name, "--infer-type", "real-time", "--model-id", model, "--weight", 100,
                         "--specification", specification, "--instance-count", 1, "--wait")["id"]

    def services(self):
        return [row["service_name"] for row in self.rows("ma", "service", "list")]

    def service(self, service):
        found = self.rows("ma", "service", "show", service)
        return {"status": found["status"], "access_address": found["access_address"], "description": found["description"]}

    def specifications(self):
        return [row["specification"] for row in self.rows("ma", "service", "flavor", "list")]

    def clusters(self):
        return self.rows("ma", "service", "cluster", "list")

    def monitor(self, service):
        return self.rows("ma", "service", "monitor", service)

    def events(self, service):
        return [row["event_info"] for row in self.rows("ma", "service", "events", service)]

    def update_logs(self, service):
        return [row["result"] for row in self.rows("ma", "service", "logs", service)]

    def describe_service(self, service, text):
        self.openstack("ma", "service", "update", service, "--description", text)

    def update_service(self, service, model, specification, environment):
        words = [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
        self.openstack("ma", "service", "update", service, "--model-id", model, "--weight", 100, "--specification", specification,
                       "--instance-count", 1, *words)

    def stop_service(self, service):
        self.openstack("ma", "service", "stop", service)

    def start_service(self, service):
        self.openstack("ma", "service", "start", service)

    def delete_service(self, service):
        self.openstack("ma", "service", "delete", service)
