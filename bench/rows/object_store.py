"""PUT and GET at three sizes beside the limits of the machine, and listing as a bucket grows."""

import contextlib
import hashlib
import json
import os
import time

from harness import digits
from harness.machine import median
from harness.process import Failed, accepts, free_port, run, running, wait_until
from harness.report import compare, limit
from harness.server import start_server

KIB, MIB = 1 << 10, 1 << 20
# operation, size, connections, target in operations per second
SMALL = [("put", 4 * KIB, 1, 2000), ("put", 4 * KIB, 8, 4000), ("get", 4 * KIB, 8, 8000)]
LARGE = 64 * MIB


def load(context, endpoint, environment, operation, size, connections, seconds, **more):
    program = context.go_program(digits.ROOT / "bench" / "object_store" / "load", "load")
    options = {"endpoint": endpoint, "bucket": "bench", "operation": operation, "size": size, "connections": connections, "seconds": seconds,
               "prefix": f"o{size}", **more}
    seen = json.loads(run(program, *[word for name, value in options.items() for word in (f"-{name}", value)], env=environment))
    if seen["errors"]:
        raise Failed(f"{operation} of {size} bytes: {seen['errors']} operations failed; the first: {seen.get('first_error')}")
    return seen


def md5_rate():
    """MB/s of one core: what bounds a single PUT with an MD5 ETag."""
    block = os.urandom(MIB)
    digest, end, count = hashlib.md5(), time.monotonic() + 1, 0
    while time.monotonic() < end:
        digest.update(block)
        count += 1
    return count * MIB / 1e6


NGINX = """
daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; tcp_nopush on; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t; server {{ listen 127.0.0.1:{port}; root {folder}/root; }} }}
"""


@contextlib.contextmanager
def nginx(context, files):
    folder, port = context.folder("nginx"), free_port()
    (folder / "root" / "bench").mkdir(parents=True)
    for name, size in files.items():
        path = folder / "root" / "bench" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(size))
    os.chmod(folder, 0o755)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    command = [context.tool("nginx"), "-c", folder / "nginx.conf", "-g", f"user {os.environ.get('USER', 'root')};" if os.getuid() == 0 else "worker_priority 0;"]
    with running(command, context.temporary / "nginx.log") as process:
        wait_until(lambda: accepts(port), "start of nginx", process=process)
        yield f"http://127.0.0.1:{port}"


def object_store(context):
    rows = []
    with start_server(context, context.folder("data-store"), "store.log") as server:
        server.s3.create_bucket(Bucket="bench")
        endpoint, environment = f"http://{server.object_store}", server.load_environment()
        for operation, size, connections, target in SMALL:
            keys = {"keys": 1000} if operation == "get" else {}
            seen = load(context, endpoint, environment, operation, size, connections, context.seconds, **keys)
            rows.append(limit("object_store", f"{operation.upper()} {size // KIB} KiB, {connections} connection(s), p99 {seen['p99']:.2f} ms",
                              seen["rate"], "/s", at_least=target))
        for connections in (1, 4):
            seen = load(context, endpoint, environment, "put", MIB, connections, context.seconds)
            rows.append(limit("object_store", f"PUT 1 MiB, {connections} connection(s)", seen["megabytes"], "MB/s"))
            seen = load(context, endpoint, environment, "get", MIB, connections, context.seconds, keys=50)
            rows.append(limit("object_store", f"GET 1 MiB, {connections} connection(s)", seen["megabytes"], "MB/s"))
        md5 = median([md5_rate() for _ in range(3)])
        seen = load(context, endpoint, environment, "put", LARGE, 1, context.seconds, most=6)
        rows.append(compare("object_store", "PUT 64 MiB, 1 connection", seen["megabytes"], "MB/s", "MD5 of one core", md5, at_least=0.8))
        ours, peers = [], []
        with nginx(context, {f"o{LARGE}{n:03}/{n:09}": LARGE for n in range(2)}) as peer:
            for _ in range(context.rounds):
                ours.append(load(context, endpoint, environment, "get", LARGE, 2, context.seconds, keys=2)["megabytes"])
                peers.append(load(context, peer, environment, "get", LARGE, 2, context.seconds, keys=2)["megabytes"])
        rows.append(compare("object_store", "GET 64 MiB, 2 connections", median(ours), "MB/s", "nginx sendfile", median(peers), at_least=0.9))
    return rows


def listing(context):
    """A page of 1000 keys at random places: flat as the bucket grows."""
    rows, base = [], None
    with start_server(context, context.folder("data-list"), "list.log") as server:
        server.s3.create_bucket(Bucket="bench")
        endpoint, environment = f"http://{server.object_store}", server.load_environment()
        for keys in [1000, 10_000, 100_000] + ([1_000_000] if context.large else []):
            load(context, endpoint, environment, "fill", 1, 16, 0, prefix="k", keys=keys, most=keys)
            seen = load(context, endpoint, environment, "list", 1, 1, 0, prefix="k", keys=keys, most=50)
            base = base or seen["p50"]
            rows.append(compare("listing", f"page of 1000 among {keys} keys, p50", seen["p50"], "ms", "among 1000 keys", base, at_most=1.5))
    return rows
