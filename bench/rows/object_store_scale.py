"""One bucket of 10^3, 10^4, ... keys: what each operation, a start and a key cost, against the smallest."""

from dataclasses import dataclass, field

from harness.floors import sync_rate
from harness.load import measure
from harness.machine import median, resident_mib
from harness.process import Failed, run
from harness.report import compare, limit
from harness.server import start_server

NAME = "object_store_scale"
SMALLEST = 1000
FLAT = 1.5  # as a ratio: what a busy machine does to two measurements of the same
REQUESTS, WARMING = 500, 20  # of each operation in each round, one by one
# What the generator does: what it is. Each delete removes what the put of its round has put, so a bucket keeps its size.
OPERATIONS = {
    "filled-page": "page of 500 from a random key",
    "filled-prefix": "prefix with 10 keys",
    "filled-delimiter": "delimiter over 100 prefixes",
    "filled-versions": "page of 500 versions from a random key",
    "filled-get": "GET 64 B",
    "filled-put": "PUT 64 B, new key anywhere",
    "filled-delete": "DELETE of it",
}
NOTE = ("filled without HTTP: each key put through the store's core by one of 256 threads, bytes and rows durable; read from warm memory of the "
        "system; one connection; a data directory for each size, started anew for every round, in turns")


@dataclass
class Bucket:
    """A data directory of its own whose bucket has so many keys, and what was seen of it, a value for each round."""

    keys: int
    data: object
    fill_seconds: float = 0
    starts: list = field(default_factory=list)
    resident: list = field(default_factory=list)
    syncs: list = field(default_factory=list)  # ms, of the disk itself: PUT and DELETE wait for it
    p50: dict = field(default_factory=lambda: {operation: [] for operation in OPERATIONS})
    p99: dict = field(default_factory=lambda: {operation: [] for operation in OPERATIONS})

    @property
    def name(self):
        return f"10^{len(str(self.keys)) - 1} keys"


def sizes(most):
    if most < SMALLEST or str(most).strip("0") != "1":
        raise Failed(f"--keys {most}: a power of ten from {SMALLEST} on was expected")
    return [10**power for power in range(len(str(SMALLEST)) - 1, len(str(most)))]


def make(context, keys):
    bucket = Bucket(keys, context.folder(f"data-scale-{keys}"))
    with start_server(context, bucket.data, "scale.log") as server:
        server.s3.create_bucket(Bucket="bench")
    bucket.fill_seconds = float(run(context.bin / "bench_object_store_fill", bucket.data, "bench", keys, timeout=4 * 3600))
    return bucket


def measure_round(context, bucket, seed):
    with start_server(context, bucket.data, "scale.log") as server:
        bucket.starts.append(server.start_seconds * 1e3)
        for operation in OPERATIONS:
            options = {"keys": bucket.keys, "size": 64}
            measure(context, server.target, operation, seed=seed + 1000, prefix="warm", most=WARMING, **options)
            seen = measure(context, server.target, operation, seed=seed, prefix="new", most=REQUESTS, **options)
            bucket.p50[operation].append(seen["p50"])
            bucket.p99[operation].append(seen["p99"])
        bucket.syncs.append(1e3 / sync_rate(context.temporary))
        bucket.resident.append(resident_mib(server.pid, "VmHWM"))


def against_smallest(buckets, what, unit, value_of, beside_of=lambda bucket: {}, at_most=None):
    """A row for each bucket. value_of(bucket), and beside_of(bucket): what stands beside it."""
    first, rest = buckets[0], buckets[1:]
    return [limit(NAME, f"{what}, {first.name}", value_of(first), unit, note=NOTE, beside=beside_of(first))] + [
        compare(NAME, f"{what}, {bucket.name}", value_of(bucket), unit, first.name, value_of(first), at_most=at_most, note=NOTE,
                beside=beside_of(bucket), peer_beside=beside_of(first)) for bucket in rest]


def index_bytes(bucket):
    """Of objects.db, once the server is stopped, for each key."""
    return sum(path.stat().st_size for path in bucket.data.glob("objects.db*")) / bucket.keys


def object_store_scale(context):
    buckets = [make(context, keys) for keys in sizes(context.keys)]
    for number in range(context.rounds):
        for bucket in buckets:
            measure_round(context, bucket, number)
    rows = []
    for operation, what in OPERATIONS.items():
        rows += against_smallest(buckets, what, "ms", lambda bucket: median(bucket.p50[operation]),
                                 lambda bucket: {"p99": median(bucket.p99[operation])}, at_most=FLAT)
    rows += against_smallest(buckets, "start until it listens", "ms", lambda bucket: median(bucket.starts), at_most=FLAT)
    rows += against_smallest(buckets, "append + fdatasync of the disk meanwhile", "ms", lambda bucket: median(bucket.syncs))
    rows += against_smallest(buckets, "resident at most", "MiB", lambda bucket: median(bucket.resident))
    rows += against_smallest(buckets, "objects.db for each key", "bytes", index_bytes)
    rows += [limit(NAME, f"filling, {bucket.name}", bucket.keys / bucket.fill_seconds, "/s") for bucket in buckets]
    return rows
