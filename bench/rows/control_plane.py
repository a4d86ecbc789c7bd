"""Requests of the control plane at a fixed rate, beside a running job."""

import json
import os

from harness.context import BENCH
from harness.machine import cpu_seconds, median
from harness.process import Failed, run, wait_until
from harness.report import limit
from harness.server import start_server

RATE = 500
JOBS = 30
BUSY = "import time\nprint('busy', flush=True)\nwhile True:\n    sum(range(100000))\n"
QUICK = "print('hello', flush=True)\n"
RUNNING = 8


def control_plane(context):
    """Lists of jobs, models and services, and one version, in turn; sign-in is not among them."""
    with start_server(context, context.folder("data-control"), "control.log") as server:
        server.s3.create_bucket(Bucket="bench")
        server.s3.put_object(Bucket="bench", Key="busy/main.py", Body=BUSY)
        server.s3.put_object(Bucket="bench", Key="quick/main.py", Body=QUICK)
        engine = server.engine_id()
        for number in range(JOBS):
            path, _ = server.create_job(f"quick-{number}", config_of("quick", engine))
            server.wait_for_job(path)
        busy, _ = server.create_job("busy", config_of("busy", engine))
        wait_until(lambda: server.call("GET", busy)["status"] == RUNNING, "the job beside which is measured")
        project = f"http://{server.platform}/v1/{server.credentials['project_id']}"
        urls = [f"{project}/training-jobs?per_page=10&page=1", f"{project}{busy}", f"{project}/models?limit=10", f"{project}/services?limit=10"]
        rounds = [measure(context, server, urls) for _ in range(context.rounds)]
        server.call("POST", f"{busy}/stop")
    p99 = median([one["p99"] for one in rounds])
    beside = {"p50": median([one["p50"] for one in rounds]), "most": max(one["most"] for one in rounds), "cpu": median([one["cpu"] for one in rounds])}
    return [limit("control_plane", f"p99 at {RATE} requests/s, {JOBS} jobs, beside a running one", p99, "ms", at_most=5, beside=beside)]


def config_of(folder, engine):
    return {"app_url": f"/bench/{folder}/", "boot_file_url": f"/bench/{folder}/main.py", "engine_id": engine}


def measure(context, server, urls):
    program = context.go_program(BENCH / "control_plane", "control")
    words = [program, "-rate", str(RATE), "-seconds", str(context.seconds), *urls]
    before = cpu_seconds(server.pid)  # the generator's first half second is in it
    result = json.loads(run(*words, env={**os.environ, "TOKEN": server.token}))
    if result["errors"]:
        raise Failed(f"{result['errors']} of {result['operations']} requests failed: {result['first_error']}")
    result["cpu"] = (cpu_seconds(server.pid) - before) * 1000 / result["operations"]
    return result
