"""Object stores that are measured in turns with the same load."""

import os

from harness.load import measure
from harness.machine import median

KIB, MIB = 1 << 10, 1 << 20
SMALL, MIDDLE, LARGE = 4 * KIB, MIB, 64 * MIB
SIZE_NAMES = {SMALL: "4 KiB", MIDDLE: "1 MiB", LARGE: "64 MiB"}
READ_KEYS = {SMALL: 500, MIDDLE: 64, LARGE: 4}
MEASURED = ("rate", "p50", "p99", "megabytes", "cpu")


def read_prefix(size):
    return f"r{size}-"


class Stores:
    """Targets by name. What GETs read is put when a target is added."""

    def __init__(self, context):
        self.context = context
        self.targets = {}

    def add(self, name, target):
        self.targets[name] = target
        for size, count in READ_KEYS.items():
            measure(self.context, target, "put", size=size, connections=2, most=count, prefix=read_prefix(size))

    def take_turns(self, operation, size, connections, floor=None, *, beside=None, **options):
        """({name: medians, and the sum of "operations" and "errors"}, median of floor()): each round measures the floor and every store
        once, and another store first. `beside`: further targets of these turns."""
        targets = {**self.targets, **(beside or {})}
        prefix = read_prefix(size) if operation == "get" else f"w{size}-{connections}-"
        options = {"size": size, "connections": connections, "prefix": prefix, "keys": READ_KEYS[size], "seconds": self.context.seconds, **options}
        rounds, floors = {name: [] for name in targets}, []
        for number in range(self.context.rounds):
            if floor is not None:
                os.sync()
                floors.append(floor())
            first = number % len(targets)
            for name in [*targets][first:] + [*targets][:first]:
                if operation == "put":
                    os.sync()  # what another store left unwritten is not this one's to wait for
                rounds[name].append(measure(self.context, targets[name], operation, **options))
        return {name: _summary(many) for name, many in rounds.items()}, median(floors) if floors else None


def _summary(rounds):
    summary = {key: median([one[key] for one in rounds]) for key in MEASURED}
    return {**summary, **{key: sum(one[key] for one in rounds) for key in ("operations", "errors")}}
