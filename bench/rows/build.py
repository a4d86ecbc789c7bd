"""How long the programs take to build: from nothing, and after a change of one source file. Without ccache."""

import os
import time

from harness.context import ROOT
from harness.machine import cores
from harness.process import run
from harness.report import limit

PROGRAMS = ("atelier", "atelier-predictor", "atelier-launcher", "atelier-init")
CHANGED = "src/object_store/object_service.cc"


def build(context):
    folder, environment = context.folder("build"), {**os.environ, "CCACHE_DISABLE": "1"}

    def timed(*command):
        before = time.monotonic()
        run(*command, cwd=ROOT, env=environment, timeout=3600)
        return time.monotonic() - before

    configure = timed("cmake", "--preset", "release", "-B", folder)
    programs = timed("ninja", "-C", folder, *PROGRAMS)
    times = os.stat(ROOT / CHANGED)  # put back at the end, so that other build folders notice nothing
    os.utime(ROOT / CHANGED)
    try:
        incremental = timed("ninja", "-C", folder, *PROGRAMS)
    finally:
        os.utime(ROOT / CHANGED, ns=(times.st_atime_ns, times.st_mtime_ns))
    note = f"{cores()} cores, without ccache; the programs, not the tests"
    return [limit("build", "clean, configured and linked", configure + programs, "s", at_most=360, note=note),
            limit("build", f"after a change of {CHANGED}", incremental, "s", at_most=15, note=note)]
