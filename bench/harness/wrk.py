"""Closed-loop load on one URL with wrk."""

import json
from dataclasses import dataclass

from harness.context import BENCH
from harness.machine import median
from harness.process import Failed, run


@dataclass
class Load:
    """One request, sent again and again."""

    url: str
    body: str  # file
    content_type: str
    token: str = ""


def measure(context, load, connections, seconds):
    """{"rate": requests per second, "p50", "p99": milliseconds}. Failed when any answer was not 200."""
    output = run(context.tool("wrk"), "-t", 1, "-c", connections, "-d", f"{max(1, round(seconds))}s", "--timeout", "30s", "-s", BENCH / "wrk" / "post.lua",
                 load.url, "--", load.body, load.content_type, load.token)
    result = json.loads(output.strip().splitlines()[-1])
    if result["errors"]:
        raise Failed(f"{load.url}: {result['errors']} of {result['requests']} requests failed")
    return {"rate": result["requests"] / result["seconds"], "p50": result["p50_us"] / 1000, "p99": result["p99_us"] / 1000}


def take_turns(context, loads, connections):
    """Medians by server: each round measures every server once, so that what disturbs the machine disturbs all."""
    for load in loads.values():
        measure(context, load, connections, 1)
    rounds = {name: [] for name in loads}
    for _ in range(context.rounds):
        for name, load in loads.items():
            rounds[name].append(measure(context, load, connections, context.seconds))
    return {name: {key: median([one[key] for one in seen]) for key in ("rate", "p50", "p99")} for name, seen in rounds.items()}
