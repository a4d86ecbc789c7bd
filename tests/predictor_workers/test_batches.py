"""Requests that are sent before the earlier ones are answered: batches, recalls, and stops in between."""

import json
import os
import signal

import pytest

from predictor_workers.replica import Died, NOT_BEGUN, ONE_BY_ONE, BATCHES, replica


@pytest.mark.parametrize("model, manner", [("twice", BATCHES), ("two", BATCHES), ("halves", BATCHES), ("total", ONE_BY_ONE), ("centred", ONE_BY_ONE),
                                           ("text", ONE_BY_ONE), ("unranked", ONE_BY_ONE)])
def test_only_models_whose_rows_are_independent_are_batched(engine, small_models, tmp_path, model, manner):
    with replica(engine, small_models / model, tmp_path / "run") as running, running.connect() as worker:
        assert worker.manner == manner


def test_each_request_of_a_burst_gets_its_own_answer(engine, small_models, tmp_path):
    """Rows of several sizes, three forms of request, and requests at fault among them."""
    bodies, expected = [], []
    for i in range(150):
        kind = i % 5
        rows = [[i + r, -i] for r in range(1 + i % 3)]
        doubled = [[2.0 * value for value in row] for row in rows]
        if kind == 0:
            bodies.append({"x": rows})
            expected.append((200, {"y": doubled}))
        elif kind == 1:
            bodies.append({"instances": rows})
            expected.append((200, {"predictions": doubled}))
        elif kind == 2:
            bodies.append({"inputs": {"x": rows}})
            expected.append((200, {"outputs": doubled}))
        elif kind == 3:
            bodies.append({"x": [[1, 2, 3]]})
            expected.append((400, None))
        else:
            bodies.append({"x": [["a", i]]})
            expected.append((400, None))
    with replica(engine, small_models / "twice", tmp_path / "run") as running, running.connect() as worker:
        numbers = worker.send_all([json.dumps(body).encode() for body in bodies])
        for number, (status, answer) in zip(numbers, expected):
            reply = worker.receive(number)
            assert reply.status == status, reply.body
            if answer is not None:
                assert reply.json() == answer
            else:
                assert "error_msg" in reply.json()


# Answers when somebody has written to the gate that the request names.
GATED = '''
from model_service.tfserving_model_service import TfServingBaseService


class Gated(TfServingBaseService):
    def _preprocess(self, data):
        if data["gate"]:
            with open(data["gate"]) as gate:
                gate.read()
        return {"x": [[1.0, 2.0]]}
'''


@pytest.fixture
def gated(engine, model_with, tmp_path):
    """A worker, and a gate: open(gate, "w") returns when the worker stands before it."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    with replica(engine, model_with(GATED), tmp_path / "run") as running, running.connect() as worker:
        assert worker.manner == ONE_BY_ONE
        yield worker, gate


def request(gate=""):
    return json.dumps({"gate": str(gate)}).encode()


def test_a_recalled_request_is_not_begun(gated):
    """The one that runs is answered, the one behind it is given back, the next is answered again."""
    worker, gate = gated
    numbers = worker.send_all([request(gate), request(), request()], recall=[1])
    open(gate, "w").close()
    assert worker.receive(numbers[0]).status == 200
    assert worker.receive(numbers[1]).status == NOT_BEGUN
    assert worker.receive(numbers[2]).status == 200


def test_a_stop_answers_the_whole_burst(gated):
    worker, gate = gated
    numbers = worker.send_all([request(gate)] + [request()] * 20)
    with open(gate, "w"):
        os.kill(worker.pid, signal.SIGTERM)
    for number in numbers:
        assert worker.receive(number).status == 200
    with pytest.raises(Died):
        worker.receive(0)
