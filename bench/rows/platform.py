"""Deploying, job overhead, memory."""

import subprocess
import time

from harness import digits, load
from harness.machine import median, resident_mib
from harness.process import Failed, run, wait_until
from harness.report import compare, limit
from harness.server import start_server

HELLO = "print('hello', flush=True)\n"
HELD_UPLOADS = 256


def deploy(context):
    package, data = digits.package(context), context.folder("data-deploy")
    first, later = [], []
    with start_server(context, data, "deploy.log") as server:
        server.s3.create_bucket(Bucket="bench")
        server.upload(package, "bench", "digits/")
        model = server.import_model("digits", "/bench/digits/")
    for start in range(context.repeats):
        with start_server(context, data, "deploy.log") as server:
            for number in range(2):
                service, seconds = server.deploy(f"digits-{start}-{number}", model)
                (later if number else first).append(seconds)
                server.delete_service(service)
    return [limit("deploy", "create -> Running, first after a start", median(first), "s", at_most=5),
            limit("deploy", "create -> Running, second", median(later), "s", at_most=1)]


def job_overhead(context):
    files = digits.sources()
    with start_server(context, context.folder("data-jobs"), "jobs.log") as server:
        server.s3.create_bucket(Bucket="bench")
        server.s3.put_object(Bucket="bench", Key="hello/main.py", Body=HELLO)
        server.s3.put_object(Bucket="bench", Key="train/main.py", Body=files.script.read_bytes())
        for path in context.mnist.glob("*.gz"):
            server.s3.put_object(Bucket="bench", Key=f"mnist/{path.name}", Body=path.read_bytes())
        engine = server.engine_id()
        first_lines, bare_lines, jobs, bare_jobs = [], [], [], []
        for number in range(context.repeats):
            config = {"app_url": "/bench/hello/", "boot_file_url": "/bench/hello/main.py", "engine_id": engine, "train_url": f"/bench/out-{number}/"}
            path, before = server.create_job(f"hello-{number}", config)
            wait_until(lambda: has_line(server, path, f"hello-{number}"), "the first line")
            first_lines.append(time.monotonic() - before)
            server.wait_for_job(path)
            before = time.monotonic()
            run(context.engine_python, "-u", "-c", HELLO)
            bare_lines.append(time.monotonic() - before)
            config = {"app_url": "/bench/train/", "boot_file_url": "/bench/train/main.py", "engine_id": engine, "data_url": "/bench/mnist/",
                      "train_url": f"/bench/model-{number}/"}
            path, before = server.create_job(f"train-{number}", config)
            server.wait_for_job(path)
            jobs.append(time.monotonic() - before)
            output = context.folder(f"bare-{number}")
            command, environment = digits.train_command(context, files.script, output)
            before = time.monotonic()
            run(*command, env=environment)
            bare_jobs.append(time.monotonic() - before)
    return [limit("job_overhead", "create -> first line, over bare python", median(first_lines) - median(bare_lines), "s", at_most=0.3,
                  peer="bare python", peer_value=median(bare_lines)),
            compare("job_overhead", f"whole job ({files.kind}'s script)", median(jobs), "s", "bare command", median(bare_jobs), at_most=1.05)]


def has_line(server, path, name):
    page = server.call("GET", f"{path}/aom-log?log_file=job-{name}.0&base_line={'0' * 19}&lines=500&order=desc")
    return "\nhello" in page["content"]


def memory(context):
    data = context.folder("data-memory")
    size = (1 << 30) if context.large else (64 << 20)
    with start_server(context, data, "memory.log") as server:
        server.s3.create_bucket(Bucket="bench")
        idle = resident_mib(server.pid)
        command = load.command(context, server.target, "hold", connections=HELD_UPLOADS, size=8 << 20, declared=size)
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=server.target.keys) as process:
            # The generator ends the uploads when its input is closed, or ends by itself with the reason.
            if process.stdout.readline().strip() != "held":
                raise Failed(f"the uploads could not be held open: {process.stderr.read()}")
            busy = resident_mib(server.pid, "VmHWM")
            process.communicate()
    return [limit("memory", "resident, idle", idle, "MiB", at_most=64),
            limit("memory", f"resident at most, {HELD_UPLOADS} uploads of {size >> 20} MiB under way", busy, "MiB", at_most=256)]
