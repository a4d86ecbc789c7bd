"""What user code may do to a worker: it costs its own request, and the next one is answered."""

import json
import os
import signal
import threading

import pytest

from predictor_workers.replica import Died, Replica, replica, until

# Does as the request says.
OBEDIENT = '''
import ctypes
import os

import numpy as np
from model_service.tfserving_model_service import TfServingBaseService


class Obedient(TfServingBaseService):
    def _preprocess(self, data):
        do = data["do"]
        if do == "segfault":
            ctypes.string_at(0)
        if do == "exit":
            os._exit(3)
        if do == "leave":
            raise SystemExit(4)
        if do == "loop":
            while True:
                pass
        if do == "raise":
            raise RuntimeError("as I was told")
        if do == "allocate":
            return {"x": bytearray(3 << 30)}
        if do == "wait":
            with open(data["gate"]) as gate:
                gate.read()
        if do == "shape":
            return {"x": np.zeros((1, 3))}
        if do == "infinite":
            return {"x": [[1e300, 0]]}
        if do == "draw":
            return {"x": np.random.random((1, 2))}
        return {"x": [[1.0, 2.0]]}
'''
FINE = {"y": [[2.0, 4.0]]}


@pytest.fixture
def obedient(engine, model_with, tmp_path):
    with replica(engine, model_with(OBEDIENT), tmp_path / "run", "--memory-limit", str(2 << 30)) as running:
        yield running


def ends_like(running, words):
    """The next worker answers; returns its pid."""
    with running.connect() as worker:
        assert worker.ask({"do": "nothing"}).json() == FINE
        assert words in running.state()["workers"][0]["last_exit"], running.log()
        return worker.pid


@pytest.mark.parametrize(
    "do, words", [("segfault", "killed by signal 11 (Segmentation fault)"), ("exit", "exited with code 3")], ids=["segfault", "exit"]
)
def test_a_death_is_told_and_the_next_worker_answers(obedient, do, words):
    with obedient.connect() as worker:
        with pytest.raises(Died):
            worker.ask({"do": do})
        assert obedient.control("exit 0 %d" % worker.pid) == words
        assert ends_like(obedient, words) != worker.pid
    state = obedient.wait_for("ready")
    assert state["workers"][0]["restarts"] == 1


def test_a_killed_worker_is_replaced(obedient):
    with obedient.connect() as worker:
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(Died):
            worker.ask({"do": "nothing"})
    ends_like(obedient, "killed by signal 9")


def test_the_zygote_kills_the_worker_that_is_meant_only(obedient):
    with obedient.connect() as worker:
        number = worker.send(b'{"do": "loop"}')
        assert obedient.control("kill 0 1") == "gone"
        assert obedient.control("kill 7 %d" % worker.pid).startswith("expected")
        assert obedient.control("kill 0 %d" % worker.pid) == "ok"
        with pytest.raises(Died):
            worker.receive(number)
    ends_like(obedient, "killed by signal 9")


def test_a_hanging_worker_ends_itself_when_nobody_else_does(obedient):
    with obedient.connect() as worker:
        with pytest.raises(Died):
            worker.ask({"do": "loop"}, deadline_ms=100)
    ends_like(obedient, "ended itself: its request ran on after the deadline")


@pytest.mark.parametrize(
    "do, words",
    [
        ("raise", "RuntimeError: as I was told (customize_service.py:22 in _preprocess)"),
        ("leave", "SystemExit: 4"),
        ("allocate", "MemoryError"),
        ("shape", "the model takes float32 of shape [-1, 2], got shape [1, 3]"),
        ("infinite", "the model takes float32, which cannot hold element 0 of the array"),
    ],
    ids=["raise", "leave", "allocate", "shape", "infinite"],
)
def test_errors_of_user_code_are_answers(obedient, do, words):
    with obedient.connect() as worker:
        reply = worker.ask({"do": do})
        assert reply.status == 500
        body = reply.json()
        assert body["erno"] == "MR.0105" and body["words_result"] == {} and words in body["msg"], body
        assert worker.ask({"do": "nothing"}).json() == FINE
    assert obedient.state()["workers"][0]["restarts"] == 0


def test_workers_do_not_draw_the_same_numbers(engine, model_with, tmp_path):
    with replica(engine, model_with(OBEDIENT), tmp_path / "run", "--workers", "2") as running:
        drawn = []
        for index in range(2):
            with running.connect(index) as worker:
                drawn.append(worker.ask({"do": "draw"}).json())
        assert drawn[0] != drawn[1]


def test_a_stop_answers_what_has_arrived(engine, model_with, tmp_path):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    running = Replica(engine, model_with(OBEDIENT), tmp_path / "run", "--workers", "2")
    running.wait_for("ready")
    with running.connect() as worker:
        first = worker.send(json.dumps({"do": "wait", "gate": str(gate)}).encode())
        second = worker.send(b'{"do": "nothing"}')
        with open(gate, "w"):  # opens when the worker waits at it; the worker goes on when it closes
            running.process.send_signal(signal.SIGTERM)
            until(lambda: running.state()["workers"][1]["phase"] == "ended", "the idle worker leaves")
        assert worker.receive(first).json() == FINE
        assert worker.receive(second).json() == FINE
        with pytest.raises(Died):
            worker.ask({"do": "nothing"})
    assert running.stop() == 0


def test_a_stop_under_load_loses_no_request(engine, small_models, tmp_path):
    """Whoever could write a whole request gets its answer; the others are told at once that nobody reads."""
    running = Replica(engine, small_models / "twice", tmp_path / "run", "--workers", "2")
    running.wait_for("ready")
    lost, answered, warm = [], [0, 0], [threading.Event(), threading.Event()]

    def load(index):
        with running.connect(index) as worker:
            while True:
                try:
                    number = worker.send(b'{"x": [[1, 2]]}')
                except Died:
                    return
                try:
                    assert worker.receive(number).json() == FINE
                except Died:
                    lost.append(number)
                    return
                answered[index] += 1
                if answered[index] > 100:
                    warm[index].set()

    threads = [threading.Thread(target=load, args=(index,), daemon=True) for index in range(2)]
    for thread in threads:
        thread.start()
    assert all(event.wait(60) for event in warm)
    assert running.stop() == 0
    for thread in threads:
        thread.join(60)
    assert not lost


def test_workers_die_with_the_zygote(engine, small_models, tmp_path):
    running = Replica(engine, small_models / "twice", tmp_path / "run", "--workers", "2")
    workers = [worker["pid"] for worker in running.wait_for("ready")["workers"]]
    running.process.kill()
    running.process.wait()

    def gone(pid):
        try:
            with open("/proc/%d/stat" % pid) as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
        except FileNotFoundError:
            return True

    until(lambda: all(gone(pid) for pid in workers), "the workers die")


@pytest.mark.parametrize(
    "code, words",
    [
        ("import no_such_thing\n", "ModuleNotFoundError: No module named 'no_such_thing' (customize_service.py:1 in <module>)"),
        ("x = 1\n", "defines no service class"),
        ("import ctypes\nctypes.string_at(0)\n", "killed by signal 11"),
    ],
    ids=["import", "no class", "crash"],
)
def test_code_that_cannot_be_loaded_fails_the_replica(engine, model_with, tmp_path, code, words):
    running = Replica(engine, model_with(code), tmp_path / "run", "--backoff-max-ms", "50")
    try:
        assert words in running.wait_for("failed")["reason"]
        assert running.process.wait(60) == 1
    finally:
        running.stop()


def test_a_broken_model_fails_the_replica(engine, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "saved_model.pb").write_bytes(b"no protobuf")
    running = Replica(engine, tmp_path / "model", tmp_path / "run", "--backoff-max-ms", "50")
    try:
        assert "cannot open the SavedModel" in running.wait_for("failed")["reason"]
    finally:
        running.stop()
