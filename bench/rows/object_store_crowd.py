"""Many at once: a thousand connections, 256 large uploads, small requests beside large ones."""

import contextlib
import shutil

from harness.load import attended, measure
from harness.machine import median, resident_mib, sockets
from harness.process import Failed
from harness.report import compare, limit
from harness.server import start_server
from harness.stores import LARGE, READ_KEYS, SMALL

NAME = "object_store_crowd"
CONNECTIONS = 1000  # half of them GET, half PUT
UPLOADS = 256
MEMORY_MIB = 256  # the bound, in MiB
NEIGHBOURS = 8  # connections with large transfers
SMALL_CONNECTIONS = 4
READ = {"prefix": "r-", "keys": READ_KEYS[SMALL]}


@contextlib.contextmanager
def store(context, name):
    """A server of its own, since the most memory that it ever had is asked for; its data go with it."""
    data = context.folder(f"data-{name}")
    with start_server(context, data, f"{name}.log") as server:
        server.s3.create_bucket(Bucket="bench")
        yield server
    shutil.rmtree(data)


def failed_row(what, result):
    """Requests that got another answer than theirs, or none."""
    return limit(NAME, what, result["errors"], "failed", at_most=0, beside={"of": result["operations"]}, note=result.get("first_error", ""))


def crowd(context):
    """Small GETs and PUTs on a thousand connections that are all open at once."""
    options = {"connections": CONNECTIONS // 2, "size": SMALL}
    with store(context, "crowd") as server:
        measure(context, server.target, "put", size=SMALL, connections=2, most=READ["keys"], prefix=READ["prefix"])
        others = sockets(server.pid)
        with (attended(context, server.target, "get", **READ, **options) as gets,
              attended(context, server.target, "put", prefix="w-", seconds=context.seconds, **options) as puts):
            gets.wait_until_under_way()
            puts.wait_until_under_way()
            together = sockets(server.pid) - others
            seen = {"PUT": puts.result(), "GET": gets.end()}
        resident = resident_mib(server.pid, "VmHWM")
    rows = [limit(NAME, "connections open at once", together, "conn", at_least=CONNECTIONS, note="client and server share the cores")]
    for operation, result in seen.items():
        what = f"{operation} 4 KiB, one of {CONNECTIONS} conn"
        rows.append(limit(NAME, what, result["rate"], "/s"))
        rows.append(limit(NAME, f"{what}, p50", result["p50"], "ms", beside={"p99": result["p99"]}))
        rows.append(failed_row(what, result))
    return rows + [limit(NAME, f"resident at most, {CONNECTIONS} conn", resident, "MiB", at_most=MEMORY_MIB)]


def uploads(context):
    """Large uploads that come slowly and so overlap, all ended and kept."""
    size = context.upload_mib << 20
    with store(context, "uploads") as server:
        idle = resident_mib(server.pid)
        result = measure(context, server.target, "trickle", errors_count=True, size=size, connections=UPLOADS, seconds=context.upload_seconds)
        resident = resident_mib(server.pid, "VmHWM")
    what = f"{UPLOADS} uploads of {context.upload_mib} MiB at once"
    return [limit(NAME, f"{what}, under way together", result["together"], "uploads", at_least=UPLOADS),
            failed_row(what, result),
            limit(NAME, f"{what}, received", result["megabytes"], "MB/s"),
            limit(NAME, f"{what}, resident at most", resident, "MiB", at_most=MEMORY_MIB, beside={"idle": idle})]


def endless(context, target, operation):
    """Large transfers that go on beside what is measured, a few objects written again and again."""
    return attended(context, target, operation, size=LARGE, connections=NEIGHBOURS, prefix="large-", reuse=NEIGHBOURS, keys=NEIGHBOURS)


def small_p99(context, target):
    """{operation: p99} of small requests now."""
    options = {"size": SMALL, "connections": SMALL_CONNECTIONS, "seconds": context.seconds}
    return {"GET": measure(context, target, "get", **READ, **options)["p99"], "PUT": measure(context, target, "put", prefix="w-", **options)["p99"]}


def fairness(context):
    """Small requests alone, beside large uploads and beside large downloads, in turns."""
    neighbours = {"put": "uploads", "get": "downloads"}
    alone, beside, moved = [], {operation: [] for operation in neighbours}, {operation: [] for operation in neighbours}
    with store(context, "fairness") as server:
        measure(context, server.target, "put", size=SMALL, connections=2, most=READ["keys"], prefix=READ["prefix"])
        measure(context, server.target, "put", size=LARGE, connections=2, most=NEIGHBOURS, prefix="large-")
        for _ in range(context.rounds):
            alone.append(small_p99(context, server.target))
            for operation in neighbours:
                with endless(context, server.target, operation) as large:
                    large.wait_until_under_way()
                    beside[operation].append(small_p99(context, server.target))
                    result = large.end()
                if result["errors"]:
                    raise Failed(f"{result['errors']} of the large transfers failed: {result['first_error']}")
                moved[operation].append(result["megabytes"])
    rows = []
    for small in ("GET", "PUT"):
        quiet = median([one[small] for one in alone])
        for operation, name in neighbours.items():
            what = f"{small} 4 KiB, {SMALL_CONNECTIONS} conn, p99 beside {NEIGHBOURS} {name} of 64 MiB"
            rows.append(compare(NAME, what, median([one[small] for one in beside[operation]]), "ms", "alone", quiet))
    return rows + [limit(NAME, f"{NEIGHBOURS} {name} of 64 MiB meanwhile", median(moved[operation]), "MB/s")
                   for operation, name in neighbours.items()]


def object_store_crowd(context):
    return crowd(context) + uploads(context) + fairness(context)
