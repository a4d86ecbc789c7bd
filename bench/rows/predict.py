"""Predictions through the public endpoint against FastAPI with the same files, in turns."""

import contextlib
import json

from harness import digits, fastapi, wrk
from harness.context import read_json
from harness.machine import median
from harness.process import run, running, wait_until
from harness.report import compare, limit
from harness.server import start_server

CONNECTIONS = (1, 8, 64)
RATE_TARGETS = {1: 2.7, 8: 2.8, 64: 2.2}  # times the best peer
PEER_WORKERS = (1, 2)


@contextlib.contextmanager
def served(context, folder, name):
    """A running service of the package in `folder`: (server, URL, replica's run folder)."""
    data = context.folder(f"data-{name}")
    with start_server(context, data, f"{name}.log") as server:
        server.s3.create_bucket(Bucket="bench")
        server.upload(folder, "bench", f"{name}/")
        service, _ = server.deploy(name, server.import_model(name, f"/bench/{name}/"))
        try:
            (replica,) = (data / "replicas").iterdir()
            yield server, server.infer_url(service), replica
        finally:
            server.delete_service(service)


def against_fastapi(context, benchmark, package, write_body, rate_targets, p99_target):
    body = context.temporary / f"{benchmark}.body"
    content_type = write_body(context, body)
    rows = []
    with contextlib.ExitStack() as stack:
        server, url, _ = stack.enter_context(served(context, package, benchmark.replace("_", "-")))
        loads = {"atelier": wrk.Load(url, str(body), content_type, server.token)}
        for workers in PEER_WORKERS:
            peer = stack.enter_context(fastapi.serving(context, package / "model", workers))
            loads[f"FastAPI, {workers} worker{'s' if workers > 1 else ''}"] = wrk.Load(peer, str(body), content_type)
        for connections in CONNECTIONS:
            seen = wrk.take_turns(context, loads, connections)
            ours = seen.pop("atelier")
            best = max(seen, key=lambda name: seen[name]["rate"])
            quick = min(seen, key=lambda name: seen[name]["p99"])
            rows.append(compare(benchmark, f"{connections} connections, rate", ours["rate"], "/s", best, seen[best]["rate"],
                                at_least=rate_targets[connections]))
            rows.append(compare(benchmark, f"{connections} connections, p99", ours["p99"], "ms", quick, seen[quick]["p99"], at_most=p99_target))
    return rows


def user_code(context):
    files = digits.sources()
    rows = against_fastapi(context, "predict_user_code", digits.package(context), digits.write_form, RATE_TARGETS, 0.334)
    for row in rows:
        row.note = f"customize_service.py of the {files.kind}; wrk, server and workers share the cores"
    return rows


def saved_model(context):
    package = digits.plain_package(context, context.folder("plain"))
    return against_fastapi(context, "predict_saved_model", package, digits.write_json, dict.fromkeys(CONNECTIONS, 10.0), None)


@contextlib.contextmanager
def lone_worker(context, package):
    """A predictor with one worker that no server is connected to. Yields the worker's socket."""
    folder = context.folder("predictor")
    command = [context.bin / "atelier-predictor", "serve", "--model-dir", package / "model", "--run-dir", folder, "--engine-dir",
               context.engine / "venv", "--python-dir", digits.ROOT / "python", "--workers", 1]
    with running(command, context.temporary / "predictor.log") as process:
        wait_until(lambda: (read_json(folder / "state.json") or {}).get("phase") == "ready", "start of the predictor", process=process)
        yield folder / "worker-0.sock"


def loop(context, *arguments):
    """bench_predict_loop: {"rate", "p50_us", "p99_us"}."""
    return json.loads(run(context.bin / "bench_predict_loop", *arguments, context.seconds))


def added_cost(context):
    """What the platform adds, at p50 and one connection, to preprocessing, model and postprocessing in one process."""
    package = digits.package(context)
    body = context.temporary / "added.body"
    content_type = digits.write_form(context, body)
    public, socket, bare = [], [], []
    with served(context, package, "added-cost") as (server, url, _), lone_worker(context, package) as worker:
        load = wrk.Load(url, str(body), content_type, server.token)
        for _ in range(context.rounds):
            public.append(wrk.measure(context, load, 1, context.seconds)["p50"] * 1000)
            socket.append(loop(context, "socket", worker, body, content_type)["p50_us"])
            bare.append(loop(context, "bare", package / "model", context.engine / "venv", digits.ROOT / "python", body, content_type)["p50_us"])
    public, socket, bare = median(public), median(socket), median(bare)
    return [limit("predict_added_cost", "public endpoint, p50", public, "us", peer="bare loop in one process", peer_value=bare),
            limit("predict_added_cost", "worker's socket, p50", socket, "us", peer="bare loop in one process", peer_value=bare),
            limit("predict_added_cost", "added by the platform, p50", public - bare, "us", at_most=80),
            limit("predict_added_cost", "of it by the server, p50", public - socket, "us")]
