"""PUT and GET at three sizes beside the limits of the machine; listing as a bucket grows."""

from harness import object_peers
from harness.floors import md5_rate, sync_rate
from harness.load import measure
from harness.machine import median
from harness.report import compare, limit
from harness.server import start_server
from harness.stores import LARGE, MIDDLE, READ_KEYS, SMALL, Stores

# operation, connections, operations per second to reach
SMALL_LOADS = [("put", 1, 2000), ("put", 8, 4000), ("get", 1, None), ("get", 8, 8000)]


def small_rows(stores):
    rows = []
    for operation, connections, target in SMALL_LOADS:
        floor = (lambda: sync_rate(stores.context.temporary)) if operation == "put" else None
        seen, syncs = stores.take_turns(operation, SMALL, connections, floor)
        ours = seen["atelier"]
        what = f"{operation.upper()} 4 KiB, {connections} conn"
        rows.append(limit("object_store", what, ours["rate"], "/s", at_least=target, peer="append + fdatasync, 1 thread" if syncs else "",
                          peer_value=syncs, note="each PUT is on disk before its 200; the disk's own speed stands beside it"))
        rows.append(limit("object_store", f"{what}, p50", ours["p50"], "ms"))
        rows.append(limit("object_store", f"{what}, p99", ours["p99"], "ms"))
    return rows


def middle_rows(stores):
    rows = []
    for operation, floor in (("put", md5_rate), ("get", None)):
        seen, md5 = stores.take_turns(operation, MIDDLE, 4, floor)
        what = f"{operation.upper()} 1 MiB, 4 conn"
        rows.append(limit("object_store", what, seen["atelier"]["megabytes"], "MB/s", peer="MD5 of one core" if md5 else "", peer_value=md5))
    return rows


def large_rows(stores):
    seen, md5 = stores.take_turns("put", LARGE, 1, md5_rate, most=12)  # bounds what is written
    rows = [compare("object_store", "PUT 64 MiB, 1 conn", seen["atelier"]["megabytes"], "MB/s", "MD5 of one core", md5, at_least=0.8)]
    with object_peers.nginx(stores.context, {LARGE: READ_KEYS[LARGE]}) as nginx:
        seen, _ = stores.take_turns("get", LARGE, 2, beside={"nginx": nginx})
    rows.append(compare("object_store", "GET 64 MiB, 2 conn", seen["atelier"]["megabytes"], "MB/s", "nginx sendfile", seen["nginx"]["megabytes"],
                        at_least=0.9))
    return rows


def object_store(context):
    with start_server(context, context.folder("data-store"), "store.log") as server:
        server.s3.create_bucket(Bucket="bench")
        stores = Stores(context)
        stores.add("atelier", server.target)
        return small_rows(stores) + middle_rows(stores) + large_rows(stores)


def listing(context):
    """A page of 1000 keys at random places, in turns from buckets of growing size: as quick from the largest."""
    sizes = [2000, 100_000] + ([1_000_000] if context.large else [])
    with start_server(context, context.folder("data-list"), "list.log") as server:
        for keys in sizes:
            server.s3.create_bucket(Bucket=f"list-{keys}")
            measure(context, server.target, "fill", bucket=f"list-{keys}", size=1, connections=32, prefix="k", most=keys)
        rounds = {keys: [] for keys in sizes}
        for _ in range(context.rounds + 1):  # the first one warms
            for keys in sizes:
                rounds[keys].append(measure(context, server.target, "list", bucket=f"list-{keys}", prefix="k", keys=keys, most=100)["p50"])
        pages = {keys: median(seen[1:]) for keys, seen in rounds.items()}
    return [compare("listing", f"page of 1000 among {keys} keys, p50", pages[keys], "ms", f"among {sizes[0]} keys", pages[sizes[0]], at_most=1.5)
            for keys in sizes]
