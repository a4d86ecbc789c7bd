"""The load generator for S3 servers (object_store/load), built when it is first needed."""

import contextlib
import json
import os
import subprocess
from dataclasses import dataclass

from harness.context import BENCH
from harness.machine import cpu_seconds
from harness.process import Failed, run


@dataclass(frozen=True)
class Target:
    """A server of the S3 protocol: where it is, the generator's environment with its keys, the first of its processes."""

    url: str
    keys: dict
    pid: int


def environment(access_key, secret_key, region):
    return {**os.environ, "ACCESS_KEY": access_key, "SECRET_KEY": secret_key, "REGION": region}


def command(context, target, operation, *, bucket="bench", **options):
    """The generator's command line; options are its flags, True for one without a value."""
    program = context.go_program(BENCH / "object_store" / "load", "load")
    words = [program, "-endpoint", target.url, "-bucket", bucket, "-operation", operation]
    for name, value in options.items():
        words += [f"-{name}"] if value is True else [f"-{name}", value]
    return [str(word) for word in words]


def measure(context, target, operation, *, errors_count=False, **options):
    """{"operations", "errors", "rate", "p50", "p99" (ms), "megabytes" (MB/s), "together", "cpu" (the server's ms of processor time for
    each operation)}. Failed when any operation failed, unless errors are counted."""
    before = cpu_seconds(target.pid)
    result = json.loads(run(*command(context, target, operation, **options), env=target.keys))
    result["cpu"] = (cpu_seconds(target.pid) - before) * 1e3 / max(result.get("operations", 0), 1)
    if result["errors"] and not errors_count:
        raise Failed(f"{target.url}: {result['errors']} of {result['operations']} {operation} operations failed: {result.get('first_error')}")
    return result


class Attended:
    """A load that goes on beside something else."""

    def __init__(self, process, operation):
        self.process, self.operation = process, operation

    def wait_until_under_way(self):
        """Every connection has had an answer then."""
        if self.process.stdout.readline().strip() != "under way":
            raise Failed(f"the load of {self.operation} ended early: {self.process.stderr.read()[-3000:]}")

    def result(self):
        """When its seconds, from when it was under way, are over: what measure() gives, but for "cpu"; errors are counted."""
        output = self.process.stdout.read()
        if self.process.wait() != 0:
            raise Failed(f"the load of {self.operation} ended with {self.process.returncode}: {self.process.stderr.read()[-3000:]}")
        return json.loads(output)

    def end(self):
        """Begins nothing more; its result."""
        self.process.stdin.close()
        return self.result()


@contextlib.contextmanager
def attended(context, target, operation, **options):
    """A load that begins now, and goes on until end() is called or its `seconds` are over."""
    words = command(context, target, operation, attended=True, **options)
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=target.keys) as process:
        try:
            yield Attended(process, operation)
        finally:
            if process.poll() is None:
                process.kill()
