"""curl with a token, as the vendor's tutorials write their steps; it says everything that the interface has."""

import json
import re

from clients.referees.curl import Curl as ObjectStoreCurl
from platform_clients.base import FLAVOR, Client, Refused, client_environment, run
from platform_clients.curl_generation2 import Generation2


class Curl(Generation2, Client):
    name = "curl"
    packages = ("curl",)
    how = ("`curl -i -H Content-Type:application/json -d '{\"auth\":...}' http://HOST:8080/v3/auth/tokens` answers with the token in "
           "`X-Subject-Token`; then `curl -H \"X-Auth-Token: $TOKEN\" http://HOST:8080/v1/PROJECT_ID/...`")

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.store = ObjectStoreCurl(server, folder)
        self.project = server.credentials["project_id"]
        self.token = None

    # One request. The answer's status and head stand before its body in what curl prints with -i.
    def curl(self, method, path, body=None, headers=()):
        words = ["curl", "-sS", "-i", "-X", method, f"http://{self.server.platform}{path}"]
        if self.token:
            words += ["-H", f"X-Auth-Token: {self.token}"]
        if body is not None:
            words += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
        for header in headers:
            words += ["-H", header]
        if method == "HEAD":
            words[words.index("-X"):words.index("-X") + 2] = ["-I"]
        head, _, text = run(words, client_environment()).partition("\n\n")
        status = int(head.split(" ", 2)[1])
        found = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head.split("\n")[1:])}
        answer = json.loads(text) if text and found.get("content-type", "").startswith("application/json") else text
        if status >= 400:
            raise Refused(f"{method} {path}: {status} {text}", status, answer.get("error_code") if isinstance(answer, dict) else None)
        return answer, found

    def ask(self, method, path, body=None):
        return self.curl(method, path, body)[0]

    def v1(self, method, path, body=None):
        return self.ask(method, f"/v1/{self.project}{path}", body)

    # Identity.
    def sign_in(self):
        c = self.server.credentials
        user = {"name": c["user_name"], "password": c["password"], "domain": {"name": c["domain_name"]}}
        auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": {"name": c["project_name"]}}}
        answer, head = self.curl("POST", "/v3/auth/tokens", {"auth": auth})
        self.token = head["x-subject-token"]
        return answer["token"]["project"]["id"]

    def discover(self):
        self.ask("GET", "/")
        self.ask("GET", "/v3")
        return self.ask("GET", "/v3/")["version"]["id"]

    def check_token(self):
        answer, _ = self.curl("GET", "/v3/auth/tokens", headers=[f"X-Subject-Token: {self.token}"])
        return answer["token"]["user"]

    def catalog(self):
        return {entry["type"] for entry in self.ask("GET", "/v3/auth/catalog")["catalog"]}

    def projects(self):
        return [project["name"] for project in self.ask("GET", "/v3/projects")["projects"]]

    def show_project(self, project):
        return self.ask("GET", f"/v3/projects/{project}")["project"]["name"]

    def make_project(self, name):
        return self.ask("POST", "/v3/projects", {"project": {"name": name}})["project"]["id"]

    def describe_project(self, project, text):
        self.ask("PATCH", f"/v3/projects/{project}", {"project": {"description": text}})

    def remove_project(self, project):
        self.ask("DELETE", f"/v3/projects/{project}")

    def domains(self):
        return [domain["name"] for domain in self.ask("GET", "/v3/auth/domains")["domains"]]

    def show_domain(self):
        return self.ask("GET", f"/v3/domains/{self.ask('GET', '/v3/domains')['domains'][0]['id']}")["domain"]["name"]

    def show_role(self, role):
        return self.ask("GET", f"/v3/roles/{role}")["role"]["name"]

    def make_domain(self, name):
        return self.ask("POST", "/v3/domains", {"domain": {"name": name}})["credentials"]["domain_name"]

    def roles(self):
        return [role["name"] for role in self.ask("GET", "/v3/roles")["roles"]]

    def role_assignments(self):
        return [(found["user"]["id"], found["role"]["id"]) for found in self.ask("GET", "/v3/role_assignments")["role_assignments"]]

    def role_path(self, scope, user, role):
        place = f"/v3/projects/{self.project}" if scope == "project" else f"/v3/domains/{self.domain_id()}"
        role_id = {found["name"]: found["id"] for found in self.ask("GET", "/v3/roles")["roles"]}[role]
        return f"{place}/users/{user}/roles/{role_id}"

    def domain_id(self):
        return self.ask("GET", "/v3/auth/domains")["domains"][0]["id"]

    def give_role(self, user, role, scope="project"):
        self.ask("PUT", self.role_path(scope, user, role))

    def check_role(self, user, role, scope="project"):
        self.ask("HEAD", self.role_path(scope, user, role))

    def take_role(self, user, role, scope="project"):
        self.ask("DELETE", self.role_path(scope, user, role))

    def users(self):
        return [user["name"] for user in self.ask("GET", "/v3/users")["users"]]

    def make_user(self, name, password):
        return self.ask("POST", "/v3/users", {"user": {"name": name, "password": password}})["user"]["id"]

    def show_user(self, user):
        return self.ask("GET", f"/v3/users/{user}")["user"]["name"]

    def describe_user(self, user, text):
        self.ask("PATCH", f"/v3/users/{user}", {"user": {"description": text}})

    def change_own_password(self, old, new):
        user = self.check_token()["id"]
        self.ask("POST", f"/v3/users/{user}/password", {"user": {"original_password": old, "password": new}})

    def remove_user(self, user):
        self.ask("DELETE", f"/v3/users/{user}")

    def make_key(self, user):
        made = self.ask("POST", "/v3.0/OS-CREDENTIAL/credentials", {"credential": {"user_id": user}})["credential"]
        return made["access"], made["secret"]

    def access_keys(self, user):
        return [key["access"] for key in self.ask("GET", f"/v3.0/OS-CREDENTIAL/credentials?user_id={user}")["credentials"]]

    def show_key(self, key):
        return self.ask("GET", f"/v3.0/OS-CREDENTIAL/credentials/{key}")["credential"]["status"]

    def disable_key(self, key):
        self.ask("PUT", f"/v3.0/OS-CREDENTIAL/credentials/{key}", {"credential": {"status": "inactive"}})

    def remove_key(self, key):
        self.ask("DELETE", f"/v3.0/OS-CREDENTIAL/credentials/{key}")

    def make_group(self, name):
        return self.ask("POST", "/v3/groups", {"group": {"name": name}})["group"]["id"]

    def groups(self):
        return [group["name"] for group in self.ask("GET", "/v3/groups")["groups"]]

    def join_group(self, group, user):
        self.ask("PUT", f"/v3/groups/{group}/users/{user}")

    def leave_group(self, group, user):
        self.ask("DELETE", f"/v3/groups/{group}/users/{user}")

    def remove_group(self, group):
        self.ask("DELETE", f"/v3/groups/{group}")

    def make_temporary_key(self):
        auth = {"identity": {"methods": ["token"], "token": {"id": self.token, "duration_seconds": 900}}}
        return self.ask("POST", "/v3.0/OS-CREDENTIAL/securitytokens", {"auth": auth})["credential"]

    # Object store.
    def make_bucket(self, bucket):
        self.store.make_bucket(bucket)

    def put_file(self, bucket, key, path):
        self.store.put_file(bucket, key, path)

    def get_file(self, bucket, key, path):
        self.store.get_file(bucket, key, path)

    def keys(self, bucket):
        return re.findall("<Key>([^<]*)</Key>", self.store.curl(f"{self.server.s3_url}/{bucket}").decode())

    def remove_objects(self, bucket, keys):
        for key in keys:
            self.store.delete(bucket, key)

    def remove_bucket(self, bucket):
        self.store.remove_bucket(bucket)

    # Training.
    def flavors(self):
        return {flavor["spec_code"]: flavor["spec_id"] for flavor in self.v1("GET", "/job/resource-specs?job_type=train")["specs"]}

    def engines(self):
        return {engine["engine_version"]: engine["engine_id"] for engine in self.v1("GET", "/job/ai-engines?job_type=train")["engines"]}

    def built_in_algorithms(self):
        return self.v1("GET", "/built-in-algorithms")["models"]

    def create_job(self, name, config):
        body = {key: value for key, value in config.items() if key != "spec_id"} | {"flavor": {"code": FLAVOR}}
        return self.v1("POST", "/training-jobs", {"job_name": name, "job_desc": "", "workspace_id": "0", "config": body,
                                                  "notification": {"topic_urn": "", "events": []}})["job_id"]

    def jobs(self):
        found = self.v1("GET", "/training-jobs?per_page=10&page=1&sortBy=create_time&order=desc&search_content=line")
        return {job["job_id"]: (job["job_name"], job["status"]) for job in found["jobs"]}

    def describe_job(self, job, text):
        self.v1("PUT", f"/training-jobs/{job}", {"job_desc": text})

    def versions(self, job):
        return self.v1("GET", f"/training-jobs/{job}/versions?per_page=10&page=1")["versions"]

    def version(self, job, version):
        return self.v1("GET", f"/training-jobs/{job}/versions/{version}")

    def create_version(self, job, before, config):
        return self.v1("POST", f"/training-jobs/{job}/versions", {"job_desc": "", "config": {**config, "pre_version_id": before}})["version_id"]

    def log(self, job, version):
        file = self.v1("GET", f"/training-jobs/{job}/versions/{version}/log/file-names")["log_file_list"][0]
        return self.v1("GET", f"/training-jobs/{job}/versions/{version}/aom-log?log_file={file}&lines=500&order=desc")["content"]

    def stop_version(self, job, version):
        self.v1("POST", f"/training-jobs/{job}/versions/{version}/stop")

    def delete_version(self, job, version):
        self.v1("DELETE", f"/training-jobs/{job}/versions/{version}")

    def delete_job(self, job):
        self.v1("DELETE", f"/training-jobs/{job}")

    # Parameter sets and boards.
    def make_parameter_set(self, name, config):
        self.v1("POST", "/training-job-configs", {"config_name": name, **config})

    def parameter_sets(self):
        return [found["config_name"] for found in self.v1("GET", "/training-job-configs")["configs"]]

    def show_parameter_set(self, name):
        return self.v1("GET", f"/training-job-configs/{name}")

    def change_parameter_set(self, name, config):
        self.v1("PUT", f"/training-job-configs/{name}", config)

    def remove_parameter_set(self, name):
        self.v1("DELETE", f"/training-job-configs/{name}")

    def make_board(self, name, folder):
        return self.v1("POST", "/visualization-jobs", {"job_name": name, "train_url": folder})["job_id"]

    def boards(self):
        return [board["job_name"] for board in self.v1("GET", "/visualization-jobs")["jobs"]]

    def show_board(self, board):
        return self.v1("GET", f"/visualization-jobs/{board}")

    def describe_board(self, board, text):
        self.v1("PUT", f"/visualization-jobs/{board}", {"job_desc": text})

    def stop_board(self, board):
        self.v1("POST", f"/visualization-jobs/{board}/stop")

    def restart_board(self, board):
        self.v1("POST", f"/visualization-jobs/{board}/restart")

    def remove_board(self, board):
        self.v1("DELETE", f"/visualization-jobs/{board}")

    # Models.
    def import_model(self, name, version, folder):
        return self.v1("POST", "/models", {"model_name": name, "model_version": version, "source_location": folder,
                                           "model_type": "TensorFlow"})["model_id"]

    def models(self):
        return [model["model_name"] for model in self.v1("GET", "/models?limit=10&offset=0&sort_by=create_at&order=desc")["models"]]

    def model(self, model):
        found = self.v1("GET", f"/models/{model}")
        return {"name": found["model_name"], "status": found["model_status"], "apis": json.loads(found["apis"])}

    def runtimes(self):
        return [found["ai_engine"] for found in self.v1("GET", "/models/ai-engine-runtimes")["engine_runtimes"]]

    def delete_model(self, model):
        self.v1("DELETE", f"/models/{model}?cascade=false")

    # Services.
    def deploy(self, name, model, specification):
        config = [{"model_id": model, "weight": "100", "specification": specification, "instance_count": 1}]
        return self.v1("POST", "/services", {"service_name": name, "infer_type": "real-time", "config": config})["service_id"]

    def services(self):
        return [service["service_name"] for service in self.v1("GET", "/services?limit=10&offset=0")["services"]]

    def service(self, service):
        return self.v1("GET", f"/services/{service}")

    def specifications(self):
        return [found["specification"] for found in self.v1("GET", "/services/specifications?infer_type=real-time")["specifications"]]

    def clusters(self):
        return self.v1("GET", "/clusters")["clusters"]

    def monitor(self, service):
        return self.v1("GET", f"/services/{service}/monitor")["monitors"]

    def events(self, service):
        return [event["event_info"] for event in self.v1("GET", f"/services/{service}/events")["events"]]

    def update_logs(self, service):
        return [log["result"] for log in self.v1("GET", f"/services/{service}/logs")["logs"]]

    def describe_service(self, service, text):
        self.v1("PUT", f"/services/{service}", {"description": text})

    def stop_service(self, service):
        self.v1("PUT", f"/services/{service}", {"status": "stopped"})

    def start_service(self, service):
        self.v1("PUT", f"/services/{service}", {"status": "running"})

    def update_service(self, service, model, specification, environment):
        config = [{"model_id": model, "weight": 100, "specification": specification, "instance_count": 1, "envs": environment}]
        self.v1("PUT", f"/services/{service}", {"config": config})

    def predict(self, address, body):
        return self.ask("POST", self.path_of(address), body)

    def path_of(self, address):
        base = f"http://{self.server.platform}"
        assert address.startswith(base + "/"), address
        return address.removeprefix(base)

    # Keys of applications, for predictions only.
    def make_app(self, name):
        app = self.v1("POST", "/app-auth/apps", {"app_name": name})["app"]
        return app["app_id"], app["app_codes"][0]

    def apps(self):
        return [app["app_name"] for app in self.v1("GET", "/app-auth/apps")["apps"]]

    def let_app_predict(self, app, service):
        answer = self.v1("POST", f"/services/{service}/app-auth-api", {"apps": [{"app_id": app}]})
        assert [found["success"] for found in answer["auth_result"]] == [True], answer
        return answer["api"]["api_id"]

    def forbid_app(self, app, service, api):
        self.v1("DELETE", f"/services/{service}/app-auth-apis/{api}/app-auth-api", {"apps": [{"app_id": app}]})

    def predict_by_code(self, address, body, code):
        token, self.token = self.token, None
        try:
            return self.curl("POST", self.path_of(address), body, [f"X-Apig-AppCode: {code}"])[0]
        finally:
            self.token = token

    def remove_app(self, app):
        self.v1("DELETE", f"/app-auth/apps/{app}")

    def delete_service(self, service):
        self.v1("DELETE", f"/services/{service}")

    # What an operator does.
    def health(self):
        return [self.ask("GET", path) for path in ("/healthz", "/readyz", "/metrics")]

    def verification(self):
        path = "/v1/atelier/object-store/verification"
        self.ask("POST", path, {})
        return self.ask("GET", path), self.ask("DELETE", path)

    def backup(self, folder):
        self.ask("POST", "/v1/atelier/backup", {"to": str(folder)})
        return self.ask("GET", "/v1/atelier/backup"), self.ask("DELETE", "/v1/atelier/backup")
