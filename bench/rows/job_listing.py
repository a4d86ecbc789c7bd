"""A page of the job list of a project with few jobs and of one with many, in turns: as quick from the larger one."""

import statistics
import time

from harness.machine import median
from harness.report import compare
from harness.server import start_server

FEW, MANY = 100, 10_000
CALLS = 20  # of one measurement
SEARCH = "search"  # looks at every name; the others walk an index
QUERIES = {
    **{f"by {order}": f"sortBy={order}&page=3&per_page=10" for order in ("job_name", "create_time", "duration", "status")},
    "with a status": "status=0&per_page=10",
    SEARCH: "search_content=job-0000&per_page=10",
}


def job_listing(context):
    with start_server(context, context.folder("data-few-jobs"), "few-jobs.log") as few, \
            start_server(context, context.folder("data-many-jobs"), "many-jobs.log") as many:
        fill(few, FEW)
        fill(many, MANY)
        return [row(context, few, many, what, query) for what, query in QUERIES.items()]


def fill(server, jobs):
    """Jobs without a version are rows like any other, and need no run."""
    for number in range(jobs):
        server.call("POST", "/training-jobs", {"job_name": f"job-{number * 7919 % MANY:05}", "config": {"create_version": False}})


def row(context, few, many, what, query):
    seen = {FEW: [], MANY: []}
    for _ in range(context.rounds + 1):  # the first one warms
        seen[FEW].append(page_time(few, query))
        seen[MANY].append(page_time(many, query))
    small, large = median(seen[FEW][1:]), median(seen[MANY][1:])
    return compare("job_listing", f"page of 10 among {MANY} jobs, {what}, p50", large, "ms", f"among {FEW} jobs", small,
                   at_most=3 if what == SEARCH else 1.5)


def page_time(server, query):
    times = []
    for _ in range(CALLS):
        before = time.monotonic()
        server.call("GET", f"/training-jobs?{query}")
        times.append((time.monotonic() - before) * 1000)
    return statistics.median(times)
