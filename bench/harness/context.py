"""Where things are and how long to measure: one object handed to every benchmark."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field

from harness.process import Failed, run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BENCH = ROOT / "bench"
ENGINE = "TF-2.15.1-python3.11"


@dataclass
class Context:
    seconds: float  # of one measurement of a load
    rounds: int  # how often the servers take turns
    repeats: int  # of things that are timed one by one
    large: bool
    keys: int  # object_store_scale: of the largest bucket
    upload_mib: int  # object_store_crowd: of each of its uploads ...
    upload_seconds: float  # ... and how long each takes
    build: pathlib.Path = ROOT / "build" / "bench"
    temporary: pathlib.Path = field(init=False)
    built: set = field(default_factory=set)  # Go programs of this run

    def __post_init__(self):
        self.build.mkdir(parents=True, exist_ok=True)
        self.temporary = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=self.build))

    def clean_up(self):
        shutil.rmtree(self.temporary, ignore_errors=True)

    def folder(self, name):
        """An empty folder on the disk that is measured."""
        path = self.temporary / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    @property
    def bin(self):
        return pathlib.Path(os.environ.get("ATELIER_BIN_DIR", ROOT / "build" / "bin"))

    @property
    def atelier(self):
        return self.bin / "atelier"

    @property
    def engines(self):
        return pathlib.Path(os.environ.get("ATELIER_ENGINES_DIR", ROOT / "build" / "engine-home" / "engines"))

    @property
    def engine(self):
        return self.engines / ENGINE

    @property
    def engine_python(self):
        return self.engine / "venv" / "bin" / "python"

    @property
    def mnist(self):
        return pathlib.Path(os.environ.get("ATELIER_MNIST", ROOT / "build" / "mnist"))

    def tool(self, name):
        path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
        if path is None:
            raise Failed(f"'{name}' is not installed: ./dev setup installs it")
        return path

    def go_program(self, folder, name):
        """Builds a Go program of the benchmarks (standard library only), where its sources are newer."""
        target = self.build / name
        if name in self.built:
            return target
        run(self.tool("go"), "build", "-o", target, ".", cwd=folder, env={**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"})
        self.built.add(name)
        return target

    def peer_python(self):
        """The interpreter of build/bench-venv: the web stack of the peers over the serving engine's own packages."""
        lock = BENCH / "requirements.txt"
        venv = ROOT / "build" / "bench-venv"
        stamp = venv / "installed.txt"
        wanted = lock.read_text() + str(self.engine) + "\n"
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(venv, ignore_errors=True)
            run(self.engine_python, "-m", "venv", venv)
            run(venv / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "-r", lock)
            (site,) = venv.glob("lib/python3*/site-packages")
            (engine_site,) = (self.engine / "venv").glob("lib/python3*/site-packages")
            (site / "engine.pth").write_text(f"{engine_site}\n")
            stamp.write_text(wanted)
        return venv / "bin" / "python"

    def revision(self):
        git = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
        return git.stdout.strip() or "unknown"


def read_json(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None  # not written yet
