import gzip
import json
import os
import pathlib
import struct
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PYTHON_DIR = ROOT / "python"
HOOK_DIR = PYTHON_DIR / "tf1_compat"

sys.path.insert(0, str(PYTHON_DIR))


def pytest_report_header():
    return "engine: %s" % os.environ.get(
        "ATELIER_ENGINE_PYTHON", "none (set ATELIER_ENGINE_PYTHON to test with TensorFlow)"
    )


# Runs in an engine's Python: loads TensorFlow once, then runs each snippet (a JSON line) in a fork of its own.
FORK_SERVER = """
import json, os, sys, tempfile, traceback
import tensorflow

def run(code, out, err):
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    status = 0
    try:
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)

for line in iter(sys.stdin.readline, ""):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            run(json.loads(line), out, err)
        status = os.waitpid(child, 0)[1]
        out.seek(0)
        err.seek(0)
        print(json.dumps([status, out.read().decode(), err.read().decode()]), flush=True)
"""


class Engine:
    """Runs snippets in an engine's Python with the hook on PYTHONPATH."""

    def __init__(self, python):
        self.python = python
        self._server = None

    def _environment(self, path=(HOOK_DIR,), **more):
        return {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            **more,
        }

    def run(self, code, **options):
        """In a process of its own, from a cold start."""
        return subprocess.run(
            [self.python, "-c", code], capture_output=True, text=True, timeout=180, env=self._environment(**options)
        )

    def fork(self, code):
        """In a process where TensorFlow is loaded already."""
        if self._server is None:
            self._server = subprocess.Popen(
                [self.python, "-c", FORK_SERVER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=self._environment(path=(HOOK_DIR, PYTHON_DIR)),
            )
        self._server.stdin.write(json.dumps(code) + "\n")
        self._server.stdin.flush()
        return subprocess.CompletedProcess([], *json.loads(self._server.stdout.readline()))

    def close(self):
        if self._server is not None:
            self._server.stdin.close()
            self._server.wait(timeout=30)

    def check(self, code, **options):
        return self._succeeded(self.run(code, **options))

    def check_warm(self, code):
        return self._succeeded(self.fork(code))

    def error_of(self, code, **options):
        return self._failed(self.run(code, **options))

    def error_of_warm(self, code):
        return self._failed(self.fork(code))

    @staticmethod
    def _succeeded(process):
        assert process.returncode == 0, process.stderr
        return process.stdout

    @staticmethod
    def _failed(process):
        assert process.returncode != 0, process.stdout
        return process.stderr.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def engine():
    python = os.environ.get("ATELIER_ENGINE_PYTHON")
    if not python:
        pytest.skip("ATELIER_ENGINE_PYTHON is not set: the TensorFlow parts are NOT tested")
    engine = Engine(python)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def plain_python():
    """A Python without TensorFlow, for what must not depend on it."""
    return Engine(sys.executable)


def write_mnist(folder, train=20, test=10):
    """Four files in MNIST's format. Image i is filled with the byte i (modulo 256); its label is i % 10."""
    folder.mkdir(parents=True, exist_ok=True)
    for prefix, count in (("train", train), ("t10k", test)):
        with gzip.open(folder / (prefix + "-images-idx3-ubyte.gz"), "wb") as f:
            f.write(struct.pack(">IIII", 2051, count, 28, 28) + b"".join(bytes([i % 256]) * 784 for i in range(count)))
        with gzip.open(folder / (prefix + "-labels-idx1-ubyte.gz"), "wb") as f:
            f.write(struct.pack(">II", 2049, count) + bytes(i % 10 for i in range(count)))
    return folder


@pytest.fixture(scope="session")
def mnist(tmp_path_factory):
    return write_mnist(tmp_path_factory.mktemp("mnist"))
