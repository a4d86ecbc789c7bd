"""Processes that a benchmark starts and ends: only its own, each waited for by a condition."""

import contextlib
import os
import signal
import socket
import subprocess
import time

STOP_SECONDS = 60


class Failed(RuntimeError):
    """A benchmark cannot go on; the message says why."""


def run(*command, cwd=None, env=None, timeout=1800):
    """Runs to the end; its standard output. Failed with the end of both streams when it does not succeed."""
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=env, timeout=timeout, capture_output=True, text=True)
    if done.returncode != 0:
        tail = (done.stdout + done.stderr)[-3000:]
        raise Failed(f"{' '.join(str(word) for word in command)}\nended with {done.returncode}:\n{tail}")
    return done.stdout


def wait_until(condition, what, seconds=60.0, every=0.005, process=None):
    """The first true value of `condition`. The pause bounds what the asking costs; it decides nothing."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if process is not None and process.poll() is not None:
            raise Failed(f"{what}: the process ended with {process.returncode}")
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {seconds:g} s")
        time.sleep(every)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(process):
    """SIGTERM, then SIGKILL to the process group that `running` made."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def running(command, log, env=None, cwd=None):
    """A process in a group of its own while the block runs; `log` gets what it prints."""
    with open(log, "ab") as output:
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   env=env, cwd=cwd, start_new_session=True)
    try:
        yield process
    except Failed as problem:
        raise Failed(f"{problem}\n{log}:\n{log.read_text(errors='replace')[-3000:]}") from problem
    finally:
        stop(process)
