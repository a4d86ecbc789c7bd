import gzip
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
    return "engine: %s" % os.environ.get("ATELIER_ENGINE_PYTHON", "none (set ATELIER_ENGINE_PYTHON to test with TensorFlow)")


class Engine:
    """Runs snippets in an engine's Python with the hook on PYTHONPATH."""

    def __init__(self, python):
        self.python = python

    def run(self, code, path=(HOOK_DIR,), **environment):
        process = subprocess.run(
            [self.python, "-c", code], capture_output=True, text=True, timeout=180,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(map(str, path)), "TF_CPP_MIN_LOG_LEVEL": "3",
                 "TF_ENABLE_ONEDNN_OPTS": "0", "PYTHONDONTWRITEBYTECODE": "1", **environment})
        return process

    def check(self, code, **options):
        process = self.run(code, **options)
        assert process.returncode == 0, process.stderr
        return process.stdout

    def error_of(self, code, **options):
        process = self.run(code, **options)
        assert process.returncode != 0, process.stdout
        return process.stderr.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def engine():
    python = os.environ.get("ATELIER_ENGINE_PYTHON")
    if not python:
        pytest.skip("ATELIER_ENGINE_PYTHON is not set: the TensorFlow parts are NOT tested")
    return Engine(python)


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
