"""The load generator for S3 servers (object_store/load), built when it is first needed."""

import json
import os

from harness.context import BENCH
from harness.process import Failed, run


def program(context):
    return context.go_program(BENCH / "object_store" / "load", "load")


def environment(access_key, secret_key, region):
    return {**os.environ, "ACCESS_KEY": access_key, "SECRET_KEY": secret_key, "REGION": region}


def measure(context, endpoint, keys_of, operation, **options):
    """{"operations", "rate", "p50", "p99" (ms), "megabytes" (MB/s)}. Options are the generator's flags. Failed when any operation failed."""
    words = [word for name, value in options.items() for word in (f"-{name}", value)]
    result = json.loads(run(program(context), "-endpoint", endpoint, "-bucket", "bench", "-operation", operation, *words, env=keys_of))
    if result["errors"]:
        raise Failed(f"{endpoint}: {result['errors']} of {result['operations']} {operation} operations failed: {result.get('first_error')}")
    return result
