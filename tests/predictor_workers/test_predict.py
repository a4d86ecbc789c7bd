"""Predictions of a predictor without a server, and what `check` says of a package."""

import base64
import json
import pathlib
import shutil
import subprocess

import pytest

import digits
from predictor_workers.replica import Replica, binary, common_arguments, environment, replica


def right_answers(worker, count):
    images, labels = digits.test_images()
    right = 0
    for i in range(count):
        reply = worker.ask_form([("images", "a.png", digits.png(images[i]))])
        assert reply.status == 200 and reply.warning == "", (reply.body, reply.warning)
        right += reply.json()["predicted_label"] == str(labels[i])
    return right


def test_digits_with_the_example(engine, digits_model, tmp_path):
    with replica(engine, digits_model, tmp_path / "run", "--workers", "2") as running:
        for index in range(2):
            with running.connect(index) as worker:
                assert right_answers(worker, 40) >= 32
                refused = worker.ask_form([("pictures", "a.png", b"x")])
                assert refused.status == 500 and "got the fields: pictures" in refused.json()["msg"]


def test_digits_with_the_code_of_the_page(engine, digits_model, tmp_path):
    """That code resizes silently: an image of the wrong size is answered with a warning."""
    model = tmp_path / "model"
    shutil.copytree(digits_model, model)
    shutil.copy(digits.seed_folder() / "customize_service.py", model)
    images, _ = digits.test_images()
    with replica(engine, model, tmp_path / "run") as running, running.connect() as worker:
        assert right_answers(worker, 40) >= 32
        small = worker.ask_form([("images", "a.png", digits.png(images[0][:20, :20].copy()))])
        assert small.status == 200 and "20x20" in small.warning


def test_python_is_not_started_without_user_code(engine, small_models, digits_model, tmp_path):
    def maps(running):
        pid = running.state()["workers"][0]["pid"]
        return pathlib.Path("/proc/%d/maps" % pid).read_text()

    with replica(engine, small_models / "twice", tmp_path / "plain") as running:
        assert "numpy" not in maps(running)
    with replica(engine, digits_model, tmp_path / "coded") as running:
        assert "numpy" in maps(running)
        assert len(list(pathlib.Path("/proc/%d/task" % running.process.pid).iterdir())) == 1, "threads do not survive a fork"


def test_a_worker_greets_one_caller_after_the_other(engine, small_models, tmp_path):
    deep = tmp_path / ("a" * 100) / ("b" * 100)  # longer than a socket's address
    with replica(engine, small_models / "twice", deep) as running:
        pids = set()
        for _ in range(3):
            with running.connect() as worker:
                pids.add(worker.pid)
                assert worker.ask({"x": [[1, 2]]}).status == 200
        assert len(pids) == 1


CASES = [
    ("twice", {"x": [[1, 2.5]]}, {"y": [[2.0, 5.0]]}),
    ("twice", {"x": []}, "expected float32 of shape [-1, 2], got shape [0]"),
    ("twice", {"inputs": [[1, 2]]}, {"outputs": [[2.0, 4.0]]}),
    ("twice", {"inputs": {"x": [[1, 2]]}}, {"outputs": [[2.0, 4.0]]}),
    ("twice", {"instances": [[1, 2], [3, 4]]}, {"predictions": [[2.0, 4.0], [6.0, 8.0]]}),
    ("twice", {"instances": [{"x": [1, 2]}], "signature_name": "serving_default"}, {"predictions": [[2.0, 4.0]]}),
    ("twice", {"instances": []}, "'instances' is empty"),
    ("twice", {"instances": [[1, 2]], "signature_name": "other"}, "no signature 'other'; the model has serving_default"),
    ("twice", {"z": 1}, "the model has no input 'z'; its inputs are x"),
    ("twice", {}, "the input 'x' is missing; the model's inputs are x"),
    ("twice", {"x": [[1, 2, 3]]}, "expected float32 of shape [-1, 2], got shape [1, 3]"),
    ("twice", {"x": [[1, 2], [3]]}, "the lists at depth 1 are not all of the length 2"),
    ("twice", {"x": [[1, "2"]]}, 'element 1 is no float32: "2"'),
    ("two", {"a": [0.5], "b": [2]}, {"b": [2], "sum": [2.5]}),
    ("two", {"instances": [{"a": 0.5, "b": 2}, {"a": 1, "b": 3}]}, {"predictions": [{"b": 2, "sum": 2.5}, {"b": 3, "sum": 4.0}]}),
    ("two", {"inputs": {"a": [1], "b": [1]}}, {"outputs": {"b": [1], "sum": [2.0]}}),
    ("two", {"instances": [{"a": 3}, {"a": 5, "b": 9}]}, "instance 0 has no value for the input 'b'"),
    ("two", {"instances": [1]}, "each instance must be an object"),
    ("two", {"a": [1.0]}, "the input 'b' is missing; the model's inputs are a, b"),
    ("two", {"a": [1], "b": [1.5]}, "element 0 is no int64: 1.5"),
    ("two", {"a": [1, 2], "b": [1, 2, 3]}, "the model refused the input"),
    ("text", {"x": ["é", {"b64": base64.b64encode(b"\xff").decode()}]}, {"y": ["é", {"b64": "/w=="}]}),
    ("text", {"x": [1]}, "element 0 is no string: 1"),
    ("halves", {"x": [1, 3]}, {"y": [0.5, 1.5]}),
    ("halves", {"x": [70000]}, "element 0 is no float16: 70000"),
    ("brain", {"x": [1, 2.5]}, {"y": [2.0, 3.5]}),
    ("total", {"x": [1, 2]}, {"y": 3.0}),
    ("total", {"instances": [1, 2]}, "the output 'y' has the shape [], not one row for each of the 2 instances"),
    ("unranked", {"x": [[[1]]]}, {"y": [[[2.0]]]}),
    ("unranked", {"x": 1}, {"y": 2.0}),
]


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES}))
def test_json_without_user_code(engine, small_models, tmp_path, name):
    with replica(engine, small_models / name, tmp_path / "run") as running, running.connect() as worker:
        for _, request, expected in [case for case in CASES if case[0] == name]:
            reply = worker.ask(request)
            if isinstance(expected, str):
                assert reply.status == 400 and expected in reply.json()["error_msg"], (request, reply.body)
            else:
                assert (reply.status, reply.json()) == (200, expected), request


def test_requests_that_are_no_tensors(engine, small_models, tmp_path):
    with replica(engine, small_models / "twice", tmp_path / "run") as running, running.connect() as worker:
        for body in [b"", b"[1]", b"{", b'{"x": [[1, 2]]} more', b"\xff"]:
            assert worker.receive(worker.send(body)).status == 400, body
        form = worker.ask_form([("x", "a.png", b"1")])
        assert form.status == 400 and "takes JSON" in form.json()["error_msg"]
        assert worker.ask({"x": [[1, 2]]}).status == 200


def test_answers_that_json_cannot_carry_are_refused(engine, small_models, tmp_path):
    with replica(engine, small_models / "complex", tmp_path / "run") as running, running.connect() as worker:
        reply = worker.ask({"x": [1]})
        assert reply.status == 500 and "which is not served" in reply.json()["error_msg"]


def test_strings_are_freed(engine, small_models, tmp_path):
    def resident(pid):
        return int(pathlib.Path("/proc/%d/statm" % pid).read_text().split()[1]) * 4096

    body = json.dumps({"x": ["a" * 1_000_000]}).encode()
    with replica(engine, small_models / "text", tmp_path / "run") as running, running.connect() as worker:
        for _ in range(20):
            assert worker.receive(worker.send(body)).status == 200
        before = resident(worker.pid)
        for _ in range(200):
            worker.receive(worker.send(body))
        assert resident(worker.pid) - before < 50_000_000


def check(engine, model, *arguments):
    command = [str(binary()), "check", *common_arguments(engine, model), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=120)


def test_check_describes_a_package(engine, digits_model, small_models, model_with):
    done = check(engine, digits_model)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    (signature,) = report["signatures"]
    assert report["ok"] and report["service_class"] == "DigitService" and report["warnings"] == []
    assert signature["inputs"] == [{"name": "images", "tensor": "images:0", "dtype": "float32", "shape": [-1, 784]}]
    assert [output["name"] for output in signature["outputs"]] == ["scores"]

    chatty = "from model_service.tfserving_model_service import TfServingBaseService\nprint('hello')\nclass A(TfServingBaseService): pass\n"
    done = check(engine, model_with(chatty, "unranked"))
    report = json.loads(done.stdout)
    assert report["ok"] and "has no declared shape" in report["warnings"][0] and "hello" in done.stderr

    report = json.loads(check(engine, small_models / "complex").stdout)
    assert report["service_class"] is None and any("not served" in warning for warning in report["warnings"])


def test_check_says_what_is_wrong(engine, model_with, small_models, tmp_path):
    done = check(engine, model_with("import ctypes\nctypes.string_at(0)\n"))
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"ok": False, "error": "opening the model crashed: killed by signal 11 (Segmentation fault)"}

    report = tmp_path / "report.json"
    report.write_text('{"ok": true}')  # of an earlier check
    done = check(engine, tmp_path / "nothing", "--report", str(report))
    assert done.returncode == 1 and done.stdout == "" and "cannot open the SavedModel" in json.loads(report.read_text())["error"]

    done = check(tmp_path, small_models / "twice")
    assert done.returncode == 1 and "is the engine installed" in json.loads(done.stdout)["error"]

    assert check(engine, small_models / "twice", "--colour", "red").returncode == 2


def test_an_engine_that_is_missing_is_named(tmp_path, small_models):
    running = Replica(tmp_path, small_models / "twice", tmp_path / "run")
    assert running.process.wait(60) == 1
    state = running.state()
    assert state["phase"] == "failed" and "libtensorflow_cc.so.2" in state["reason"]
