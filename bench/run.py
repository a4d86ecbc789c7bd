"""./dev bench [names]: measures, compares with peers in the same run, prints a table and writes build/bench/results.json."""

import argparse
import sys

from harness.context import ROOT, Context
from harness.machine import describe, load_average
from harness.process import Failed
from harness.report import print_table, write_json, write_markdown
from rows import (build, control_plane, job_listing, object_store, object_store_crowd, object_store_peers, object_store_scale, platform,
                  predict)

BENCHMARKS = {
    "predict_user_code": predict.user_code,
    "predict_added_cost": predict.added_cost,
    "predict_saved_model": predict.saved_model,
    "deploy": platform.deploy,
    "job_overhead": platform.job_overhead,
    "job_listing": job_listing.job_listing,
    "memory": platform.memory,
    "control_plane": control_plane.control_plane,
    "object_store": object_store.object_store,
    "listing": object_store.listing,
    "object_store_peers": object_store_peers.object_store_peers,
    "object_store_scale": object_store_scale.object_store_scale,
    "object_store_crowd": object_store_crowd.object_store_crowd,
    "build": build.build,
}
BY_NAME_ONLY = {"build", "job_listing", "object_store_peers", "object_store_scale", "object_store_crowd"}
FULL_KEYS = 10_000_000


def make_parser():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(BENCHMARKS)}; all but {', '.join(BY_NAME_ONLY)} when none is named")
    parser.add_argument("--seconds", type=float, default=5, help="of one measurement of a load")
    parser.add_argument("--rounds", type=int, default=3, help="how often the servers take turns")
    parser.add_argument("--repeats", type=int, default=5, help="of what is timed one by one")
    parser.add_argument("--large", action="store_true", help="more keys, larger uploads")
    parser.add_argument("--keys", type=int, default=1_000_000, help="object_store_scale: of the largest bucket, a power of ten from 1000 on")
    parser.add_argument("--full", action="store_true", help=f"object_store_scale: --keys {FULL_KEYS}")
    parser.add_argument("--upload-mib", type=int, default=64, help="object_store_crowd: the size of each of the large uploads at once")
    parser.add_argument("--upload-seconds", type=float, default=120, help="object_store_crowd: how long each of them takes at least")
    return parser


def given(parser, options):
    """The options that are not their defaults, as words."""
    words = []
    for name, value in vars(options).items():
        if name == "names" or value == parser.get_default(name):
            continue
        words += [f"--{name.replace('_', '-')}"] + ([] if value is True else [str(value)])
    return words


def main():
    parser = make_parser()
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    context = Context(options.seconds, options.rounds, options.repeats, options.large, FULL_KEYS if options.full else options.keys,
                      options.upload_mib, options.upload_seconds)
    rows, failed = [], False
    machine = f"{describe()}; load average before {load_average()}; revision {context.revision()}"
    print(machine, flush=True)
    try:
        for name in options.names or [name for name in BENCHMARKS if name not in BY_NAME_ONLY]:
            print(f"    {name} ...", file=sys.stderr, flush=True)
            try:
                measured = BENCHMARKS[name](context)
            except Failed as problem:
                print(f"{name} could not be measured: {problem}", file=sys.stderr)
                failed = True
                continue
            for row in measured:
                row.command = " ".join(["./dev bench", name, *given(parser, options)])
            rows += measured
    finally:
        context.clean_up()
    machine += f", after {load_average()}"
    print_table(rows)
    write_json(ROOT / "build" / "bench" / "results.json", rows, machine, vars(options))
    write_markdown(ROOT / "build" / "bench" / "results.md", rows, machine)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
