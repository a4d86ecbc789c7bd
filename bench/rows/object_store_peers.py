"""The same load on this server, MinIO and versitygw, in turns: throughput, latency and processor time for each request."""

import contextlib
from dataclasses import dataclass

from harness import object_peers
from harness.floors import md5_rate, sync_rate
from harness.report import compare, limit
from harness.server import start_server
from harness.stores import LARGE, MIDDLE, READ_KEYS, SIZE_NAMES, SMALL, Stores

NAME = "object_store_peers"
OURS = "atelier: every byte, name and row is synced before its 200"
REWRITTEN = {SMALL: 0, MIDDLE: 256, LARGE: 32}  # keys that PUTs write again and again, which bounds the disk; 0: a new one each time


@dataclass(frozen=True)
class Load:
    operation: str
    size: int
    connections: int

    @property
    def what(self):
        return f"{self.operation.upper()} {SIZE_NAMES[self.size]}, {self.connections} conn"

    def throughput(self, summary):
        """(value, unit)"""
        return (summary["rate"], "/s") if self.size == SMALL else (summary["megabytes"], "MB/s")


LOADS = [Load(operation, size, connections) for size in SIZE_NAMES for connections in (1, 32) for operation in ("put", "get")]


def measure_put(stores, load):
    """(summaries, rows against the machine's limit)"""
    if load.size == SMALL:
        name, floor = "append + fdatasync, 1 thread", lambda: sync_rate(stores.context.temporary)
    else:
        name, floor = "MD5 of one core", md5_rate
    seen, reached = stores.take_turns("put", load.size, load.connections, floor, errors_count=True, reuse=REWRITTEN[load.size])
    return seen, [compare(NAME, load.what, *load.throughput(seen["atelier"]), name, reached, note=OURS)]


def measure_get(stores, load, nginx):
    """The same; nginx is the limit."""
    seen, _ = stores.take_turns("get", load.size, load.connections, errors_count=True, beside={"nginx": nginx})
    ours, limits = seen["atelier"], seen.pop("nginx")
    return seen, [compare(NAME, load.what, *load.throughput(ours), "nginx sendfile", load.throughput(limits)[0], note=OURS),
                  compare(NAME, f"{load.what}, processor time", ours["cpu"], "ms", "nginx sendfile", limits["cpu"])]


def peer_rows(load, seen, notes):
    """Ahead of each other store, or not, in three ways."""
    ours, rows = seen["atelier"], []
    for name, note in notes.items():
        peer = seen[name]
        rows.append(compare(NAME, load.what, *load.throughput(ours), name, load.throughput(peer)[0], at_least=1, note=note))
        rows.append(compare(NAME, f"{load.what}, p99", ours["p99"], "ms", name, peer["p99"], at_most=1, beside={"p50": ours["p50"]},
                            peer_beside={"p50": peer["p50"]}))
        rows.append(compare(NAME, f"{load.what}, processor time", ours["cpu"], "ms", name, peer["cpu"], at_most=1))
    return rows


def error_rows(everything):
    """Failed requests of each store in the whole run, from the summaries of all loads."""
    rows = []
    for name in everything[0]:
        errors, operations = (sum(seen[name][key] for seen in everything) for key in ("errors", "operations"))
        rows.append(limit(NAME, f"all loads, {name}", errors, "failed", at_most=0 if name == "atelier" else None, beside={"of": operations}))
    return rows


def object_store_peers(context):
    rows, everything, notes = [], [], {}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(start_server(context, context.folder("data-store"), "store.log"))
        server.s3.create_bucket(Bucket="bench")
        stores = Stores(context)
        stores.add("atelier", server.target)
        for peer in object_peers.PEERS:
            stores.add(peer.name, stack.enter_context(object_peers.store(context, peer)))
            notes[peer.name] = object_peers.settings(context, peer)
        nginx = stack.enter_context(object_peers.nginx(context, READ_KEYS))
        for load in LOADS:
            seen, limits = measure_put(stores, load) if load.operation == "put" else measure_get(stores, load, nginx)
            rows += limits + peer_rows(load, seen, notes)
            everything.append(seen)
    return rows + error_rows(everything)
