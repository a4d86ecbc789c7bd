import os
import pathlib
import shutil
import subprocess

import pytest

import digits

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "handwritten-digits"
ENGINE = "TF-2.15.1-python3.11"

# Small models, each a folder of its own: what a test needs of signatures and element types.
SMALL_MODELS = """
import sys
import tensorflow as tf
tf1 = tf.compat.v1
tf1.disable_v2_behavior()

def save(name, build):
    with tf1.Graph().as_default(), tf1.Session() as session:
        inputs, outputs = build()
        signature = tf1.saved_model.predict_signature_def(inputs, outputs)
        builder = tf1.saved_model.Builder(sys.argv[1] + "/" + name)
        builder.add_meta_graph_and_variables(session, ["serve"], {"serving_default": signature})
        builder.save()

def unary(dtype, shape, function):
    def build():
        x = tf1.placeholder(dtype, shape)
        return {"x": x}, {"y": function(x)}
    return build

def two():
    a, b = tf1.placeholder(tf.float32, [None]), tf1.placeholder(tf.int64, [None])
    return {"a": a, "b": b}, {"sum": a + tf.cast(b, tf.float32), "b": tf.identity(b)}

save("twice", unary(tf.float32, [None, 2], lambda x: x * 2.0))
save("text", unary(tf.string, [None], tf.identity))
save("halves", unary(tf.float16, [None], lambda x: x * tf.constant(0.5, tf.float16)))
save("brain", unary(tf.bfloat16, [None], lambda x: x + tf.constant(1, tf.bfloat16)))
save("complex", unary(tf.float32, [None], lambda x: tf.complex(x, x)))
save("total", unary(tf.float32, [None], tf.reduce_sum))
save("unranked", unary(tf.float32, None, lambda x: x + 1.0))
save("centred", unary(tf.float32, [None, 2], lambda x: x - tf.reduce_mean(x, axis=0)))
save("two", two)
"""


@pytest.fixture(scope="session")
def engine():
    """The environment of the engine that serves."""
    given = os.environ.get("ATELIER_ENGINE_DIR")
    engines = pathlib.Path(os.environ.get("ATELIER_ENGINES_DIR", ROOT / "build" / "engine-home" / "engines"))
    folder = pathlib.Path(given) if given else engines / ENGINE / "venv"
    if not (folder / "bin" / "python").exists():
        if given:
            pytest.fail("ATELIER_ENGINE_DIR is %s, which has no bin/python" % given)
        pytest.skip("no engine with TensorFlow: set ATELIER_ENGINE_DIR or run './dev test', which installs one")
    return folder


@pytest.fixture(scope="session")
def small_models(engine, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    done = subprocess.run([engine / "bin" / "python", "-c", SMALL_MODELS, folder], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def digits_model(engine, tmp_path_factory):
    """The example's model, trained for a moment."""
    folder = tmp_path_factory.mktemp("digits")
    command = [engine / "bin" / "python", EXAMPLE / "train.py", "--data_url", digits.mnist_folder(), "--train_url", folder, "--max_steps", "300"]
    path = str(ROOT / "python" / "tf1_compat")
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=dict(os.environ, PYTHONPATH=path))
    assert done.returncode == 0, done.stderr
    shutil.copy(EXAMPLE / "customize_service.py", folder / "model")
    return folder / "model"


@pytest.fixture
def model_with(small_models, tmp_path):
    """A model folder with inference code: model_with(code, name="twice")."""

    def make(code, name="twice"):
        folder = tmp_path / ("model-" + name)
        shutil.copytree(small_models / name, folder)
        (folder / "customize_service.py").write_text(code)
        return folder

    return make
