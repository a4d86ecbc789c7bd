"""PUT and GET at three sizes beside the limits of the machine and, with --peers, other stores; listing as a bucket grows."""

import contextlib

from harness import object_peers
from harness.floors import md5_rate, sync_rate
from harness.load import measure
from harness.machine import median
from harness.report import compare, limit
from harness.server import start_server

KIB, MIB = 1 << 10, 1 << 20
SMALL, MIDDLE, LARGE = 4 * KIB, MIB, 64 * MIB
# operation, connections, operations per second to reach
SMALL_LOADS = [("put", 1, 2000), ("put", 8, 4000), ("get", 1, None), ("get", 8, 8000)]
READ_KEYS = {SMALL: 500, MIDDLE: 64, LARGE: 2}


class Stores:
    """The server and its peers, measured in turns with the same load."""

    def __init__(self, context):
        self.context = context
        self.endpoints = {}  # name -> (URL, environment)

    def add(self, name, url, keys):
        self.endpoints[name] = (url, keys)
        for size, count in READ_KEYS.items():  # what the GETs read
            measure(self.context, url, keys, "put", size=size, connections=2, most=count, prefix=f"r{size}-")

    def take_turns(self, operation, size, connections, floor=None):
        """({name: medians}, median of floor()): each round measures every store, and the floor, once."""
        prefix = f"r{size}-" if operation == "get" else f"w{size}-{connections}-"
        options = {"size": size, "connections": connections, "prefix": prefix, "keys": READ_KEYS[size], "seconds": self.context.seconds}
        if operation == "put" and size == LARGE:
            options["most"] = 12  # bounds what is written
        rounds, floors = {name: [] for name in self.endpoints}, []
        for _ in range(self.context.rounds):
            if floor is not None:
                floors.append(floor())
            for name, (url, keys) in self.endpoints.items():
                rounds[name].append(measure(self.context, url, keys, operation, **options))
        seen = {name: {key: median([one[key] for one in many]) for key in ("rate", "p50", "p99", "megabytes")} for name, many in rounds.items()}
        return seen, median(floors) if floors else None


def ahead_of_peers(what, seen, key, unit):
    """A row against each other store, if any ran."""
    return [compare("object_store", what, seen["atelier"][key], unit, name, peer[key], at_least=1) for name, peer in seen.items() if name != "atelier"]


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
        rows += ahead_of_peers(what, seen, "rate", "/s")
    return rows


def middle_rows(stores):
    rows = []
    for operation, floor in (("put", md5_rate), ("get", None)):
        seen, md5 = stores.take_turns(operation, MIDDLE, 4, floor)
        what = f"{operation.upper()} 1 MiB, 4 conn"
        rows.append(limit("object_store", what, seen["atelier"]["megabytes"], "MB/s", peer="MD5 of one core" if md5 else "", peer_value=md5))
        rows += ahead_of_peers(what, seen, "megabytes", "MB/s")
    return rows


def large_rows(stores):
    rows = []
    seen, md5 = stores.take_turns("put", LARGE, 1, md5_rate)
    rows.append(compare("object_store", "PUT 64 MiB, 1 conn", seen["atelier"]["megabytes"], "MB/s", "MD5 of one core", md5, at_least=0.8))
    rows += ahead_of_peers("PUT 64 MiB, 1 conn", seen, "megabytes", "MB/s")
    with object_peers.nginx(stores.context, {f"r{LARGE}-{n:03}/{n:09}": LARGE for n in range(READ_KEYS[LARGE])}) as url:
        stores.endpoints["nginx sendfile"] = (url, stores.endpoints["atelier"][1])  # takes no notice of the signature
        seen, _ = stores.take_turns("get", LARGE, 2)
        del stores.endpoints["nginx sendfile"]
    nginx = seen.pop("nginx sendfile")["megabytes"]
    rows.append(compare("object_store", "GET 64 MiB, 2 conn", seen["atelier"]["megabytes"], "MB/s", "nginx sendfile", nginx, at_least=0.9))
    rows += ahead_of_peers("GET 64 MiB, 2 conn", seen, "megabytes", "MB/s")
    return rows


def object_store(context):
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(start_server(context, context.folder("data-store"), "store.log"))
        server.s3.create_bucket(Bucket="bench")
        stores = Stores(context)
        stores.add("atelier", f"http://{server.object_store}", server.load_environment())
        for name in object_peers.MODULES if context.peers else ():
            stores.add(name, *stack.enter_context(object_peers.store(context, name)))
        return small_rows(stores) + middle_rows(stores) + large_rows(stores)


def listing(context):
    """A page of 1000 keys at random places, in turns from buckets of growing size: as quick from the largest."""
    sizes = [2000, 100_000] + ([1_000_000] if context.large else [])
    with start_server(context, context.folder("data-list"), "list.log") as server:
        endpoint, keys_of = f"http://{server.object_store}", server.load_environment()
        for keys in sizes:
            server.s3.create_bucket(Bucket=f"list-{keys}")
            measure(context, endpoint, keys_of, "fill", bucket=f"list-{keys}", size=1, connections=32, prefix="k", most=keys)
        rounds = {keys: [] for keys in sizes}
        for _ in range(context.rounds + 1):  # the first one warms
            for keys in sizes:
                rounds[keys].append(measure(context, endpoint, keys_of, "list", bucket=f"list-{keys}", prefix="k", keys=keys, most=100)["p50"])
        pages = {keys: median(seen[1:]) for keys, seen in rounds.items()}
    return [compare("listing", f"page of 1000 among {keys} keys, p50", pages[keys], "ms", f"among {sizes[0]} keys", pages[sizes[0]], at_most=1.5)
            for keys in sizes]
