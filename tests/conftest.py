"""A running server for the tests: started once per session, stopped with SIGTERM, which must end it with status 0."""

import json
import os
import pathlib
import signal
import subprocess
import threading
from dataclasses import dataclass

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 60


@dataclass
class Server:
    """Where a server listens and who may use it."""

    data_dir: pathlib.Path
    platform: str  # "127.0.0.1:port"
    object_store: str
    credentials: dict
    process: subprocess.Popen

    @property
    def s3_url(self):
        return f"http://{self.object_store}"

    @property
    def s3_port(self):
        return int(self.object_store.rsplit(":", 1)[1])

    @property
    def access_key(self):
        return self.credentials["access_key"]

    @property
    def secret_key(self):
        return self.credentials["secret_key"]

    @property
    def security_token(self):
        """Of a temporary access key; None for lasting ones."""
        return self.credentials.get("security_token")

    @property
    def region(self):
        return self.credentials["region"]


def server_binary():
    return pathlib.Path(os.environ.get("ATELIER_BIN", ROOT / "build" / "bin" / "atelier"))


def engines_arguments():
    """The engines that `./dev test` installed once, shared by all test servers."""
    folder = os.environ.get("ATELIER_ENGINES_DIR", ROOT / "build" / "engine-home" / "engines")
    return ["--engines-dir", str(folder)]


def _read_json(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None  # not written yet


def _wait_until_it_listens(process, data_dir, log_file, ended):
    """Both files are written whole; server.json names this process once its listeners are bound."""
    for _ in range(START_SECONDS * 20):
        addresses = _read_json(data_dir / "server.json")
        credentials = _read_json(data_dir / "credentials.json")
        if addresses and credentials and addresses.get("pid") == process.pid:
            return addresses, credentials
        if ended.wait(0.05):
            break
    log = log_file.read_text(errors="replace")
    raise RuntimeError(f"the server did not start (exit status {process.poll()}); its log:\n{log[-4000:]}")


def start_server(directory, *extra_arguments, listen="127.0.0.1:0", obs_listen="127.0.0.1:0", prefix=(), root="/", log_level="warning"):
    """Starts a server with its data below `directory`, on free ports unless told otherwise. `prefix`: a command that runs it
    where `directory` is another one; `root`: from where the test sees that one."""
    seen = pathlib.Path(root) / directory.relative_to("/")
    data_dir = seen / "data"
    data_dir.mkdir(parents=True, exist_ok=True)
    (data_dir / "server.json").unlink(missing_ok=True)
    command = [*prefix, str(server_binary()), "serve", "--data-dir", str(directory / "data"), "--listen", listen, "--obs-listen", obs_listen,
               "--log-level", log_level, *engines_arguments(), *extra_arguments]
    with open(directory / "server.log", "ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    ended = threading.Event()
    threading.Thread(target=lambda: (process.wait(), ended.set()), daemon=True).start()
    try:
        addresses, credentials = _wait_until_it_listens(process, data_dir, directory / "server.log", ended)
    except BaseException:
        process.kill()
        raise
    return Server(data_dir, addresses["platform"], addresses["object_store"], credentials, process)


def stop_server(server):
    server.process.send_signal(signal.SIGTERM)
    try:
        return server.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.process.kill()
        raise


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    if not server_binary().exists():
        pytest.fail(f"no server at {server_binary()}: build it first, or set ATELIER_BIN")
    running = start_server(tmp_path_factory.mktemp("server"))
    yield running
    assert stop_server(running) == 0, "the server must end with status 0 on SIGTERM"


@pytest.fixture
def own_server(tmp_path):
    """An empty server for one test."""
    running = start_server(tmp_path)
    yield running
    assert stop_server(running) == 0
