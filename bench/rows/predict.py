"""Predictions through the public endpoint against FastAPI with the same files, in turns."""

import contextlib
import json

from harness import digits, fastapi, wrk
from harness.process import run
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


def added_cost(context):
    """What the platform adds, at p50 and one connection, to preprocessing, model and postprocessing in one process."""
    package = digits.package(context)
    body = context.temporary / "added.body"
    content_type = digits.write_form(context, body)
    rows = []
    with served(context, package, "added-cost") as (server, url, _):
        public = wrk.measure(context, wrk.Load(url, str(body), content_type, server.token), 1, context.seconds)
        bare = json.loads(run(context.bin / "bench_predict_loop", "bare", package / "model", context.engine / "venv", digits.ROOT / "python", body,
                              content_type, context.seconds))
        rows.append(limit("predict_added_cost", "p50 over the bare loop, 1 connection", public["p50"] * 1000 - bare["p50_us"], "us", at_most=80,
                          peer="bare loop", peer_value=bare["p50_us"]))
    return rows
