"""The TensorFlow 1 import hook: what imports give, what stays out, what is refused."""

import pytest

from python.conftest import HOOK_DIR, PYTHON_DIR


def test_loads_nothing_by_itself(plain_python):
    plain_python.check(
        "import sys; assert 'atelier_tf1.hook' in sys.modules; "
        "assert not {'tensorflow', 'numpy', 'keras'} & set(sys.modules)"
    )


def test_switch_leaves_it_out(plain_python):
    plain_python.check("import sys; assert 'atelier_tf1' not in sys.modules", ATELIER_TF1_COMPAT="0")


def test_absent_tensorflow_fails_as_usual(plain_python):
    assert plain_python.error_of("import tensorflow") == "ModuleNotFoundError: No module named 'tensorflow'"


def test_runs_a_hidden_sitecustomize(plain_python, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('the other one', __file__)")
    output = plain_python.check("", path=(HOOK_DIR, HOOK_DIR, tmp_path))
    assert output == "the other one %s\n" % (tmp_path / "sitecustomize.py")


def test_switch_keeps_tensorflow_2(engine):
    engine.check(
        "import tensorflow as tf; assert tf.executing_eagerly(); assert not hasattr(tf, 'placeholder')",
        ATELIER_TF1_COMPAT="0",
    )


def test_tensorflow_becomes_tensorflow_1(engine):
    process = engine.run("""
import tensorflow as tf
assert not tf.executing_eagerly()
x = tf.placeholder(tf.float32, [None, 2])
with tf.Session() as session:
    print(session.run(tf.reduce_sum(x * 2), {x: [[1, 2], [3, 4]]}))
from tensorflow.python.framework import ops
assert tf.python.framework.ops is ops
""")
    assert process.returncode == 0, process.stderr
    assert process.stdout == "20.0\n"
    assert process.stderr == ""


@pytest.mark.parametrize(
    "code",
    [
        "import tensorflow.nn as nn; import tensorflow as tf; assert nn is tf.nn; nn.rnn_cell",
        "import tensorflow.nn.rnn_cell as cell; import tensorflow as tf; assert cell is tf.nn.rnn_cell",
        "import tensorflow.train, tensorflow.gfile, tensorflow as tf; assert tensorflow.gfile is tf.gfile",
        "from tensorflow.keras.layers import Dense; import tensorflow as tf; assert Dense is tf.keras.layers.Dense",
        "import tensorflow.keras.backend as K; import tensorflow as tf; assert K is tf.keras.backend",
        "import tensorflow.compat.v1 as v1, tensorflow as tf; assert v1.placeholder is tf.placeholder",
        "import tensorflow.compat.v2 as v2; v2.function",
    ],
)
def test_submodules(engine, code):
    engine.check_warm(code)


@pytest.mark.parametrize(
    "code",
    [
        "import tensorflow.contrib.slim as s; import tf_slim; assert s is tf_slim and s.__spec__.name == 'tf_slim'",
        "from tensorflow.contrib import slim; slim.conv2d",
        "from tensorflow.contrib.slim.nets import resnet_v1; assert resnet_v1.__name__ == 'tf_slim.nets.resnet_v1'",
        "import tensorflow as tf; tf.contrib.layers.xavier_initializer; tf.contrib.slim.arg_scope",
        "import tensorflow as tf; f = tf.contrib.framework; f.get_variables; f.arg_scope; f.nest",
        "from tensorflow.contrib.learn.python.learn.datasets import mnist; mnist.read_data_sets",
        "import tensorflow as tf; tf.contrib.learn.datasets.mnist.read_data_sets",
    ],
)
def test_contrib(engine, code):
    engine.check_warm(code)


@pytest.mark.parametrize(
    "code, name",
    [
        ("import tensorflow as tf; tf.contrib.rnn", "AttributeError: tf.contrib.rnn"),
        ("from tensorflow.contrib import rnn", "ImportError: tf.contrib.rnn"),
        ("import tensorflow.contrib.seq2seq", "ImportError: tf.contrib.seq2seq"),
        ("import tensorflow as tf; tf.contrib.framework.nothing", "AttributeError: tf.contrib.framework.nothing"),
        ("from tensorflow.examples.tutorials.mnist import mnist", "ImportError: tf.examples.tutorials.mnist.mnist"),
    ],
)
def test_refusals_name_the_engine_to_use(engine, code, name):
    error = engine.error_of_warm(code)
    assert error.startswith(name + " does not exist in TensorFlow 2")
    assert "TF-1.15.5-python3.7 or TF-1.8.0-python2.7" in error


def test_hasattr_and_try_import_work(engine):
    engine.check_warm("""
import tensorflow as tf
assert not hasattr(tf.contrib, "rnn")
try:
    from tensorflow.contrib import rnn
except ImportError:
    print("as expected")
""")


def test_a_submodule_may_come_first(engine):
    engine.check("from tensorflow.examples.tutorials.mnist import input_data; import tensorflow as tf; tf.placeholder")


def test_does_not_disturb_other_imports(engine):
    engine.check(
        "import json, model_service.log, importlib.resources as r; import tensorflow; r.files('tensorflow')",
        path=(HOOK_DIR, PYTHON_DIR),
    )
