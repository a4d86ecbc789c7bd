"""model_service: finding the service class, what user code gets, what clients get back, how faults are told."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from python.conftest import HOOK_DIR, PYTHON_DIR, ROOT, write_mnist
from model_service import host

TF = "from model_service.tfserving_model_service import TfServingBaseService\n"
ECHO = TF + "class Echo(TfServingBaseService):\n    def _inference(self, data):\n        return data\n"


@pytest.fixture
def load(tmp_path):
    def load(text, name="digits", **files):
        (tmp_path / "customize_service.py").write_text(text)
        for file, content in files.items():
            (tmp_path / file.replace("__", ".")).write_text(content)
        return host.load_service(str(tmp_path / "customize_service.py"), name, str(tmp_path))

    host.set_runner(None)
    before = list(sys.path)
    yield load
    host.set_runner(None)
    sys.path[:] = before
    sys.modules.pop("helper", None)


def form(service, *fields):
    return json.loads(host.handle_form(service, list(fields)))


def test_finds_the_one_class(load, tmp_path):
    service, info = load(ECHO + "class _Helper(object): pass\n")
    assert info == {
        "class": "Echo",
        "base": "TfServingBaseService",
        "file": str(tmp_path / "customize_service.py"),
        "raw_json": False,
    }
    assert (service.model_name, service.model_path) == ("digits", str(tmp_path))


def test_takes_the_most_derived_class(load):
    _, info = load(ECHO + "class Final(Echo):\n    pass\n")
    assert info["class"] == "Final"


def test_init_without_super(load):
    service, _ = load(ECHO + "    def __init__(self, model_name, model_path):\n        self.ready = True\n")
    assert service.ready and service.model_name == "digits"
    assert host.handle_json(service, b'{"a": 1}') == b'{"a": 1}'
    assert service.ping() is True


def test_helpers_beside_the_file_are_found(load):
    service, _ = load(
        "import helper\n" + ECHO + "    def _postprocess(self, data):\n        return helper.ANSWER\n",
        helper__py="ANSWER = 42\n",
    )
    assert host.handle_json(service, b"{}") == b"42"


@pytest.mark.parametrize(
    "text, message, where",
    [
        (
            "import os\n",
            "customize_service.py defines no service class: expected one subclass of TfServingBaseService",
            "",
        ),
        (TF, "customize_service.py defines no service class", ""),
        (
            ECHO + "class Other(TfServingBaseService): pass\n",
            "defines 2 service classes (Echo, Other): expected one",
            "",
        ),
        (
            "import os\nimport nonsense_module\n",
            "ModuleNotFoundError: No module named 'nonsense_module'",
            "customize_service.py:2 in <module>",
        ),
        ("def broken(:\n", "SyntaxError: ", "customize_service.py:1"),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3", "customize_service.py:2 in <module>"),
        (
            ECHO + "    def __init__(self, a, b):\n        raise IOError('no labels')\n",
            "OSError: no labels",
            "customize_service.py:6 in __init__",
        ),
    ],
)
def test_load_faults(load, text, message, where):
    with pytest.raises(host.UserCodeError) as caught:
        load(text)
    assert message in caught.value.message
    assert caught.value.where == where
    assert caught.value.stage == "load"


def test_form_data_has_the_documented_shape(load):
    service, _ = load(
        TF
        + """
class Shape(TfServingBaseService):
    def _preprocess(self, data):
        assert list(data) == ["images", "note", "more"]
        for name, content in data["more"].items():
            assert content.read() == b"x"
        return data
    def _inference(self, data):
        return {k: v if isinstance(v, str) else {n: f.read().decode() if n != "c" else 0 for n, f in v.items()}
                for k, v in data.items()}
"""
    )
    answer = form(
        service,
        ("images", "b.png", "image/png", b"2"),
        ("note", None, None, "gr\u00fc\u00df".encode()),
        ("images", "a.png", "image/png", b"1"),
        ("images", "a.png", "image/png", b"3"),
        ("more", "c", None, b"x"),
    )
    assert answer == {
        "images": {"b.png": "2", "a.png": "1", "a.png (2)": "3"},
        "note": "gr\u00fc\u00df",
        "more": {"c": 0},
    }


def test_files_are_what_pillow_wants(load):
    service, _ = load(
        ECHO
        + """
    def _preprocess(self, data):
        from PIL import Image
        return [Image.open(f).size for v in data.values() for f in v.values()]
"""
    )
    buffer = io.BytesIO()
    Image.new("L", (28, 14)).save(buffer, "PNG")
    assert form(service, ("images", "a.png", "image/png", buffer.getvalue())) == [[28, 14]]


def test_bad_json(load):
    service, _ = load(ECHO)
    for body in (b"{", b"", b"\xff"):
        with pytest.raises(host.BadRequest) as caught:
            host.handle_json(service, body)
        assert caught.value.message.startswith("expected a JSON body: ")


@pytest.mark.parametrize(
    "expression, answer",
    [
        ("np.float32(0.5)", "0.5"),
        ("{'label': np.argmax(np.array([1, 9, 2]))}", '{"label": 1}'),
        ("[np.int64(3), np.bool_(True), np.array([[1.5, 2]])]", "[3, true, [[1.5, 2.0]]]"),
        ("{'a': b'text', 'b': {1}}", '{"a": "text", "b": [1]}'),
        ("[float('nan'), np.float32('inf'), np.array([float('nan')])]", "[null, null, [null]]"),
        (
            "{np.int64(7): 'seven', (1, 2): 'pair', 5: 'five', None: 'none'}",
            '{"7": "seven", "[1, 2]": "pair", "5": "five", "null": "none"}',
        ),
        ("None", "null"),
        ("u'gr\\u00fcn'", '"gr\\u00fcn"'),
        ("(i for i in range(3))", "[0, 1, 2]"),
    ],
)
def test_answers_are_json(load, expression, answer):
    service, _ = load(
        "import numpy as np\n" + ECHO + "    def _postprocess(self, data):\n        return %s\n" % expression
    )
    assert host.handle_json(service, b"{}").decode() == answer


@pytest.mark.parametrize(
    "body, message",
    [
        ("object()", "TypeError: cannot answer with a value of the type object"),
        ("recursive()", "ValueError: the answer is nested too deeply, or contains itself"),
    ],
)
def test_answers_that_are_no_json(load, body, message):
    service, _ = load(
        "def recursive():\n    a = []\n    a.append(a)\n    return a\n"
        + ECHO
        + "    def _postprocess(self, data):\n        return %s\n" % body
    )
    with pytest.raises(host.UserCodeError) as caught:
        host.handle_json(service, b"{}")
    assert message in caught.value.message


@pytest.mark.parametrize("step", ["_preprocess", "_inference", "_postprocess"])
def test_faults_name_step_and_line(load, step):
    service, _ = load(
        "import json\nimport helper\n" + TF + "class S(TfServingBaseService):\n"
        "    def _inference(self, data):\n        return data\n"
        "    def %s(self, data):\n        return helper.pick(data)\n" % step,
        helper__py="def pick(data):\n    return data['images']\n",
    )
    with pytest.raises(host.UserCodeError) as caught:
        host.handle_json(service, b"{}")
    fault = caught.value
    assert (fault.message, fault.kind, fault.stage) == ("KeyError: 'images'", "KeyError", step)
    assert fault.where == "helper.py:2 in pick"
    assert "customize_service.py" in fault.trace


def test_the_runner_gets_arrays(load):
    service, _ = load(
        "import numpy as np\n"
        + TF
        + """
class S(TfServingBaseService):
    def _preprocess(self, data):
        return {"f": np.arange(6, dtype=np.float32).reshape(2, 3).T, "l": [[1, 2]], "s": [u"\\u00e9", b"x\\0"],
                "big": np.array([1], dtype=">i4"), "n": 3}
"""
    )
    seen = {}

    def run(signature, arrays):
        seen.update(arrays, signature=signature)
        return {"scores": [[0.5]]}

    host.set_runner(run)
    assert host.handle_json(service, b"{}") == b'{"scores": [[0.5]]}'
    assert seen.pop("signature") is None
    assert all(
        type(value) is np.ndarray and value.flags.c_contiguous and value.dtype.isnative for value in seen.values()
    )
    assert seen["f"].dtype == np.float32 and seen["f"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert seen["n"].shape == ()
    assert seen["s"].dtype == object and seen["s"].tolist() == ["\u00e9".encode(), b"x\0"]
    assert memoryview(seen["f"]).format == "f"


def test_user_code_chooses_a_signature(load):
    service, _ = load(
        TF + "class S(TfServingBaseService):\n    def __init__(self, n, p):\n"
        "        super(S, self).__init__(n, p)\n        self.model.model_signature = 'second'\n"
    )
    host.set_runner(lambda signature, arrays: {"signature": signature})
    assert host.handle_json(service, b"{}") == b'{"signature": "second"}'


@pytest.mark.parametrize(
    "returned, message",
    [
        ("[1]", "TypeError: expected _preprocess to return a dict of {input name: array}, it returned list"),
        ("{'x': {}}", "TypeError: expected numbers or text of one shape"),
    ],
)
def test_what_preprocess_may_return(load, returned, message):
    service, _ = load(
        TF + "class S(TfServingBaseService):\n    def _preprocess(self, data):\n        return %s\n" % returned
    )
    host.set_runner(lambda signature, arrays: {})
    with pytest.raises(host.UserCodeError) as caught:
        host.handle_json(service, b"{}")
    assert message in caught.value.message
    assert caught.value.stage == "_inference"


def test_scikit_learn_style(load, tmp_path):
    (tmp_path / "only.pkl").write_bytes(b"")
    service, info = load("""
from model_service.python_model_service import XgSklServingBaseService
class S(XgSklServingBaseService):
    def _inference(self, rows):
        return [sum(row) for row in rows]
""")
    assert info["raw_json"] and service.model_path == str(tmp_path / "only.pkl")
    body = b'{"meta": {"uuid": "u1"}, "data": {"req_data": [{"a": 1, "b": 2}, {"a": 3, "b": 4}]}}'
    assert json.loads(host.handle_json(service, body)) == {
        "meta": {"uuid": "u1"},
        "data": {"resp_data": [{"predictresult": 3}, {"predictresult": 7}]},
    }
    with pytest.raises(host.UserCodeError) as caught:
        host.handle_json(service, b"{}")
    assert 'expected {"data": {"req_data"' in caught.value.message


def test_pytorch_style(load, tmp_path):
    (tmp_path / "net.pth").write_bytes(b"")
    service, _ = load("""
from model_service.pytorch_model_service import PTServingBaseService
class S(PTServingBaseService):
    def __init__(self, model_name, model_path):
        self.model = lambda value: value * 2
""")
    assert service.model_path == str(tmp_path / "net.pth")
    assert host.handle_json(service, b'{"x": 4}') == b'{"x": 8}'


def test_loggers_write_to_standard_error():
    process = subprocess.run(
        [sys.executable, "-c", "from model_service.log import getLogger; getLogger('me').info('hello')"],
        env={"PYTHONPATH": str(PYTHON_DIR)},
        capture_output=True,
        text=True,
    )
    assert process.stdout == "" and "INFO me: hello" in process.stderr


EXAMPLE = ROOT / "examples" / "handwritten-digits"


def test_the_example_checks_its_image(load):
    service, _ = load((EXAMPLE / "customize_service.py").read_text())
    host.set_runner(lambda signature, arrays: {"scores": [[float(v == arrays["images"].max() * 9) for v in range(10)]]})
    buffer = io.BytesIO()
    Image.new("L", (28, 28), 255).save(buffer, "PNG")
    answer = form(service, ("images", "nine.png", "image/png", buffer.getvalue()))
    assert answer["predicted_label"] == "9" and answer["scores"][0] == ["9", "1.000"] and len(answer["scores"]) == 5
    buffer = io.BytesIO()
    Image.new("L", (10, 20)).save(buffer, "PNG")
    with pytest.raises(host.UserCodeError) as caught:
        form(service, ("images", "small.png", "image/png", buffer.getvalue()))
    assert "expected an image of 28 x 28 pixels, small.png has 10 x 20" in caught.value.message


def test_the_example_trains_and_answers(engine, tmp_path):
    """Enough made-up data for a validation set, a few steps, then the service over the exported model."""
    data, out = write_mnist(tmp_path / "data", train=5200), tmp_path / "out"
    script = "import runpy, sys; sys.argv = %r; runpy.run_path(sys.argv[0], run_name='__main__')"
    arguments = [
        str(EXAMPLE / "train.py"),
        "--data_url=%s" % data,
        "--train_url=%s" % out,
        "--max_steps=3",
        "--num_gpus=0",
    ]
    output = engine.check(script % arguments)
    assert "not used: --num_gpus=0" in output and "step 3: accuracy" in output
    assert any(file.name.startswith("events.out") for file in out.iterdir())
    answer = engine.check(
        """
import io
from model_service import host
from PIL import Image
service, info = host.load_service(%r, "digits", %r)
image = io.BytesIO()
Image.new("L", (28, 28)).save(image, "PNG")
print(host.handle_form(service, [("images", "a.png", "image/png", image.getvalue())]).decode())
print(sorted(service.signature()))
"""
        % (str(EXAMPLE / "customize_service.py"), str(out / "model")),
        path=(HOOK_DIR, PYTHON_DIR),
    ).splitlines()
    assert set(json.loads(answer[0])) == {"predicted_label", "scores"}
    assert answer[1] == "['predict_digit']"
