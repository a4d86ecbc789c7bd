"""A running predictor and connections to its workers, for the tests."""

import contextlib
import itertools
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = struct.Struct("<4sBxHHHIIxxxxQ")
MAGIC = b"ATP1"
HELLO, PREDICT, REPLY, RECALL = 1, 2, 3, 4
ONE_BY_ONE, BATCHES = 0, 1  # status of a hello
NOT_BEGUN = 0  # status of a reply to a request that was recalled
PATIENCE = 60


def binary():
    server = pathlib.Path(os.environ.get("ATELIER_BIN", ROOT / "build" / "bin" / "atelier"))
    return server.with_name("atelier-predictor")


def environment():
    return dict(os.environ, TF_CPP_MIN_LOG_LEVEL="2", TF_ENABLE_ONEDNN_OPTS="0", PYTHONDONTWRITEBYTECODE="1")


def common_arguments(engine, model):
    return ["--model-dir", str(model), "--engine-dir", str(engine), "--python-dir", str(ROOT / "python")]


def until(condition, what, patience=PATIENCE):
    """The first true value of `condition`, looked at again and again."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.005)  # between two looks
    raise AssertionError("not within %d s: %s" % (patience, what))


@contextlib.contextmanager
def unix_socket(folder, name):
    """Named through the folder's descriptor, whatever the length of its path."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(PATIENCE)
    try:
        connection.connect("/proc/self/fd/%d/%s" % (descriptor, name))
        yield connection
    finally:
        connection.close()
        os.close(descriptor)


class Died(Exception):
    """The worker closed the connection."""


class Reply:
    def __init__(self, number, status, content_type, warning, body):
        self.number, self.status, self.content_type, self.warning, self.body = number, status, content_type, warning, body

    def json(self):
        return json.loads(self.body)


class Connection:
    """Greeted by one worker."""

    def __init__(self, connection):
        self._socket = connection
        self._numbers = itertools.count(1)
        kind, hello = self._read()
        assert kind == HELLO
        self.manner = hello.status
        self.pid = int(hello.body)

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            try:
                piece = self._socket.recv(size - len(data))
            except ConnectionError as error:
                raise Died() from error
            if not piece:
                raise Died()
            data += piece
        return data

    def _read(self):
        magic, kind, status, *lengths, _, number = HEADER.unpack(self._exactly(HEADER.size))
        assert magic == MAGIC
        content_type, warning, body = (self._exactly(length) for length in lengths)
        return kind, Reply(number, status, content_type.decode(), warning.decode(), body)

    def _write(self, data):
        try:
            self._socket.sendall(data)
        except ConnectionError as error:
            raise Died() from error

    def _frame(self, body, content_type, deadline_ms):
        number = next(self._numbers)
        kind = content_type.encode()
        return number, HEADER.pack(MAGIC, PREDICT, 0, len(kind), 0, len(body), deadline_ms, number) + kind + body

    def send(self, body, content_type="application/json", deadline_ms=0):
        number, frame = self._frame(body, content_type, deadline_ms)
        self._write(frame)
        return number

    def send_all(self, bodies, recall=()):
        """In one write, with recalls of those at the places `recall` behind them. Returns their numbers."""
        numbers, frames = zip(*(self._frame(body, "application/json", 0) for body in bodies))
        recalls = [HEADER.pack(MAGIC, RECALL, 0, 0, 0, 0, 0, numbers[place]) for place in recall]
        self._write(b"".join([*frames, *recalls]))
        return numbers

    def receive(self, number):
        kind, reply = self._read()
        assert (kind, reply.number) == (REPLY, number)
        return reply

    def ask(self, value, **options):
        return self.receive(self.send(json.dumps(value).encode(), **options))

    def ask_form(self, fields):
        """`fields`: (field, file name, bytes)."""
        parts = b"".join(
            b'--edge\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n' % (field.encode(), name.encode(), content)
            for field, name, content in fields
        )
        return self.receive(self.send(parts + b"--edge--\r\n", content_type="multipart/form-data; boundary=edge"))


class Replica:
    def __init__(self, engine, model, folder, *arguments):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "log"
        command = [str(binary()), "serve", "--run-dir", str(folder), *common_arguments(engine, model), *arguments]
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment())

    def log(self):
        return self._log.read_text(errors="replace")

    def state(self):
        try:
            return json.loads((self.folder / "state.json").read_text())
        except FileNotFoundError:
            return {"phase": None, "workers": []}

    def wait_for(self, *phases):
        def reached():
            ended = self.process.poll() is not None  # before the look: what it wrote last is seen
            state = self.state()
            if state["phase"] not in phases and ended:
                raise AssertionError("ended in the phase %s:\n%s" % (state["phase"], self.log()))
            return state if state["phase"] in phases else None

        return until(reached, "/".join(phases))

    @contextlib.contextmanager
    def connect(self, index=0):
        """To the worker as soon as it listens."""
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.ExitStack() as stack:
                try:
                    connection = Connection(stack.enter_context(unix_socket(self.folder, "worker-%d.sock" % index)))
                except (OSError, Died):
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.005)  # between two tries
                    continue
                yield connection
                return

    def control(self, line):
        with unix_socket(self.folder, "control.sock") as connection:
            connection.sendall(line.encode() + b"\n")
            return connection.makefile().readline().strip()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its workers die with it
            self.process.wait()
            raise AssertionError("did not stop:\n" + self.log()) from None


@contextlib.contextmanager
def replica(engine, model, folder, *arguments):
    running = Replica(engine, model, folder, *arguments)
    try:
        running.wait_for("ready")
        yield running
    finally:
        code = running.stop()
    assert code == 0, running.log()
