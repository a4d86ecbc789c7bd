"""The object stores to compare with: nginx (files by sendfile), and MinIO and versitygw, built by `go install`."""

import contextlib
import fcntl
import os
import struct
from dataclasses import dataclass

import boto3
import botocore.config
import botocore.exceptions

from harness.load import Target, environment
from harness.process import Failed, accepts, free_port, run, running, wait_until

ACCESS_KEY, SECRET_KEY, REGION = "benchmark", "benchmark-secret", "us-east-1"
MODULES = {"versitygw": "github.com/versity/versitygw/cmd/versitygw@latest", "minio": "github.com/minio/minio@latest"}

NGINX = """
daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t; server {{ listen 127.0.0.1:{port}; root {folder}/root; keepalive_requests 1000000; }} }}
"""

# <linux/fs.h>: flags of a folder that the files made in it take over, on ext4.
GET_FLAGS, SET_FLAGS = 0x80086601, 0x40086602
SYNCHRONOUS_FILES, SYNCHRONOUS_NAMES = 0x8, 0x10000


@dataclass(frozen=True)
class Peer:
    """A program, and whether its data folder is a synchronous one: each write and each name is on disk before the call returns. For programs
    that cannot be asked to do so themselves it is the way to the durability of the store they are compared with."""

    program: str
    synchronous: bool = False

    @property
    def name(self):
        return self.program + (", synchronous folder" if self.synchronous else "")


PEERS = [Peer(program, synchronous) for synchronous in (False, True) for program in ("versitygw", "minio")]
DURABILITY = {
    "versitygw": "posix backend: syncs nothing before its 200, and has no option for it",
    "minio": "one drive: fdatasync of the data, no sync of folders (its only option, MINIO_FS_OSYNC, syncs the whole machine at each rename; off)",
}


@contextlib.contextmanager
def nginx(context, files):
    """Serves {size: count} objects under the names of the stores' own, from the disk that is measured. Takes no notice of signatures."""
    folder, port = context.folder("nginx"), free_port()
    for size, count in files.items():
        for number in range(count):
            path = folder / "root" / "bench" / f"r{size}-{number % 64:03}" / f"{number:09}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.urandom(size))
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    command = [context.tool("nginx"), "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    if os.getuid() == 0:
        command += ["-g", "user root;"]  # else its workers could not read the folder
    with running(command, context.temporary / "nginx.log") as process:
        wait_until(lambda: accepts(port), "start of nginx", process=process)
        yield Target(f"http://127.0.0.1:{port}", environment(ACCESS_KEY, SECRET_KEY, REGION), process.pid)


def _build(context, program):
    """Minutes, once; kept in build/bench/peers."""
    folder = context.build / "peers"
    if not (folder / program).exists():
        print(f"    building {program} ({MODULES[program]}), some minutes ...", flush=True)
        settings = {"GOBIN": str(folder), "CGO_ENABLED": "0", "GOFLAGS": "-p=1 -buildvcs=false"}
        run(context.tool("go"), "install", "-ldflags=-s -w", MODULES[program], env={**os.environ, **settings}, timeout=3600)
    return folder / program


def settings(context, peer):
    """One line for the report: which version, how it keeps what it was given."""
    lines = run(context.tool("go"), "version", "-m", _build(context, peer.program)).splitlines()
    version = next(line.split()[2] for line in lines if line.split()[:1] == ["mod"])
    folder = "; here its folder's flags (chattr +S +D) have every write and name synced" if peer.synchronous else ""
    return f"{peer.name}: {version}, {DURABILITY[peer.program]}{folder}"


def _make_synchronous(folder):
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        flags = struct.unpack("l", fcntl.ioctl(descriptor, GET_FLAGS, struct.pack("l", 0)))[0]
        fcntl.ioctl(descriptor, SET_FLAGS, struct.pack("l", flags | SYNCHRONOUS_FILES | SYNCHRONOUS_NAMES))
    except OSError as problem:
        raise Failed(f"{folder} cannot be made synchronous (chattr +S +D): {problem}; put the build folder on ext4") from problem
    finally:
        os.close(descriptor)


def _command(context, peer, data, port):
    program = _build(context, peer.program)
    if peer.program == "minio":
        secrets = {"MINIO_ROOT_USER": ACCESS_KEY, "MINIO_ROOT_PASSWORD": SECRET_KEY, "MINIO_BROWSER": "off", "MINIO_UPDATE": "off"}
        return [program, "server", "--quiet", "--address", f"127.0.0.1:{port}", data], secrets
    for part in ("objects", "users"):
        (data / part).mkdir()
    return [program, "--port", f"127.0.0.1:{port}", "--access", ACCESS_KEY, "--secret", SECRET_KEY, "--region", REGION, "--iam-dir", data / "users",
            "--iam-cache-disable", "--keep-alive", "--quiet", "posix", data / "objects"], {}


@contextlib.contextmanager
def store(context, peer):
    """A running peer with the bucket `bench`, as a target of loads."""
    data, port = context.folder(f"data-{peer.program}" + ("-synchronous" if peer.synchronous else "")), free_port()
    if peer.synchronous:
        _make_synchronous(data)
    command, secrets = _command(context, peer, data, port)
    url = f"http://127.0.0.1:{port}"
    with running(command, context.temporary / f"{data.name}.log", env={**os.environ, **secrets}) as process:
        client = boto3.client("s3", endpoint_url=url, aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, region_name=REGION,
                              config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={}))

        def has_bucket():
            try:
                client.create_bucket(Bucket="bench")
            except (botocore.exceptions.ConnectionError, botocore.exceptions.ClientError):
                return False  # it listens before it is initialised
            return True

        wait_until(has_bucket, f"start of {peer.name}", every=0.1, process=process)
        yield Target(url, environment(ACCESS_KEY, SECRET_KEY, REGION), process.pid)
