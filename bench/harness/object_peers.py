"""The object stores to compare with: nginx (files by sendfile), and with --peers MinIO and versitygw, built by `go install`."""

import contextlib
import os

import boto3
import botocore.config
import botocore.exceptions

from harness.load import environment
from harness.process import accepts, free_port, run, running, wait_until

ACCESS_KEY, SECRET_KEY, REGION = "benchmark", "benchmark-secret", "us-east-1"
MODULES = {"versitygw": "github.com/versity/versitygw/cmd/versitygw@latest", "minio": "github.com/minio/minio@latest"}

NGINX = """
daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t; server {{ listen 127.0.0.1:{port}; root {folder}/root; }} }}
"""


@contextlib.contextmanager
def nginx(context, files):
    """Serves {name below /bench: size} from the disk that is measured. Yields its URL."""
    folder, port = context.folder("nginx"), free_port()
    for name, size in files.items():
        path = folder / "root" / "bench" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    command = [context.tool("nginx"), "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    if os.getuid() == 0:
        command += ["-g", "user root;"]  # else its workers could not read the folder
    with running(command, context.temporary / "nginx.log") as process:
        wait_until(lambda: accepts(port), "start of nginx", process=process)
        yield f"http://127.0.0.1:{port}"


def _build(context, name):
    """Minutes, once; kept in build/bench/peers."""
    folder = context.build / "peers"
    if not (folder / name).exists():
        print(f"    building {name} ({MODULES[name]}), some minutes ...", flush=True)
        settings = {"GOBIN": str(folder), "CGO_ENABLED": "0", "GOFLAGS": "-p=1 -buildvcs=false"}
        run(context.tool("go"), "install", "-ldflags=-s -w", MODULES[name], env={**os.environ, **settings}, timeout=3600)
    return folder / name


def _command(context, name, data, port):
    program = _build(context, name)
    if name == "minio":
        secrets = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY, "MINIO_BROWSER": "off", "MINIO_UPDATE": "off"}
        return [program, "server", "--quiet", "--address", f"127.0.0.1:{port}", data], secrets
    for part in ("objects", "users"):
        (data / part).mkdir()
    return [program, "--port", f"127.0.0.1:{port}", "--access", ACCESS_KEY, "--secret", SECRET_KEY, "--region", REGION, "--iam-dir", data / "users",
            "--iam-cache-disable", "--keep-alive", "--quiet", "posix", data / "objects"], {}


@contextlib.contextmanager
def store(context, name):
    """A running peer with the bucket `bench`: (URL, environment for the load generator)."""
    data, port = context.folder(f"data-{name}"), free_port()
    command, secrets = _command(context, name, data, port)
    url = f"http://127.0.0.1:{port}"
    with running(command, context.temporary / f"{name}.log", env={**os.environ, **secrets}) as process:
        client = boto3.client("s3", endpoint_url=url, aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, region_name=REGION,
                              config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={}))

        def has_bucket():
            try:
                client.create_bucket(Bucket="bench")
            except (botocore.exceptions.ConnectionError, botocore.exceptions.ClientError):
                return False  # it listens before it is initialised
            return True

        wait_until(has_bucket, f"start of {name}", every=0.1, process=process)
        yield url, environment(ACCESS_KEY, SECRET_KEY, REGION)
