"""A page of the job list as a project's jobs become many: as quick from the largest."""

import statistics
import time

from harness.machine import median
from harness.report import compare
from harness.server import start_server

FEW, MANY = 100, 10_000
PAGES_EACH = 20
ORDERS = ("job_name", "create_time", "duration", "status")


def job_listing(context):
    """Jobs without a version are rows like any other, and need no run."""
    with start_server(context, context.folder("data-job-list"), "job-list.log") as server:
        fill(server, 0, FEW)
        few = measure(context, server)
        fill(server, FEW, MANY)
        many = measure(context, server)
    return [compare("job_listing", f"page of 10 among {MANY} jobs, {what}, p50", many[what], "ms", f"among {FEW} jobs", few[what], at_most=1.5)
            for what in few]


def fill(server, first, end):
    for number in range(first, end):
        server.call("POST", "/training-jobs", {"job_name": f"job-{number * 7919 % MANY:05}", "config": {"create_version": False}})


def measure(context, server):
    """Milliseconds of a page in the middle, by order, and of one that a search leaves."""
    queries = {f"by {order}": f"sortBy={order}&page=3&per_page=10" for order in ORDERS}
    queries["first page of a status"] = "status=0&per_page=10"
    queries["search"] = "search_content=job-0000&per_page=10"
    return {what: median([page_time(server, query) for _ in range(context.rounds + 1)][1:]) for what, query in queries.items()}


def page_time(server, query):
    times = []
    for _ in range(PAGES_EACH):
        before = time.monotonic()
        server.call("GET", f"/training-jobs?{query}")
        times.append((time.monotonic() - before) * 1000)
    return statistics.median(times)
