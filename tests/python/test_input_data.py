"""tensorflow.examples.tutorials.mnist.input_data against what TensorFlow 1's module did."""

import gzip

import pytest

from python.conftest import write_mnist

PRELUDE = """
import numpy as np, tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
def values(images): return [int(round(v * 255)) for v in images[:, 0]]
def read(**options): return input_data.read_data_sets(%r, **options)
"""


def check(engine, mnist, code):
    return engine.check_warm(PRELUDE % str(mnist) + code)


def test_splits_types_and_shapes(engine, mnist):
    check(
        engine,
        mnist,
        """
d = read(validation_size=5)
assert (d.train.num_examples, d.validation.num_examples, d.test.num_examples) == (15, 5, 10)
assert values(d.validation.images) == [0, 1, 2, 3, 4] and values(d.train.images) == list(range(5, 20))
assert d.train.images.dtype == np.float32 and d.train.images.shape == (15, 784)
assert d.test.images[9, 0] == np.float32(9) * np.float32(1 / 255)
assert d.train.labels.dtype == np.uint8 and list(d.test.labels) == list(range(10))

d = read(validation_size=0, dtype=tf.uint8, reshape=False, one_hot=True)
assert d.train.images.dtype == np.uint8 and d.train.images.shape == (20, 28, 28, 1)
assert d.train.labels.dtype == np.float64 and d.train.labels.shape == (20, 10)
assert (np.argmax(d.train.labels, 1) == np.arange(20) % 10).all() and (d.train.labels.sum(1) == 1).all()
""",
    )


def test_batches_join_epochs(engine, mnist):
    check(
        engine,
        mnist,
        """
t = read(validation_size=0).train
images, labels = t.next_batch(8, shuffle=False)
assert values(images) == list(range(8)) and t.epochs_completed == 0
assert values(t.next_batch(8, shuffle=False)[0]) == list(range(8, 16))
images, labels = t.next_batch(8, shuffle=False)
assert values(images) == [16, 17, 18, 19, 0, 1, 2, 3] and list(labels) == [6, 7, 8, 9, 0, 1, 2, 3]
assert t.epochs_completed == 1
assert values(t.next_batch(2, shuffle=False)[0]) == [4, 5]

t = read(validation_size=0).train
t.next_batch(20, shuffle=False)
assert t.epochs_completed == 0
assert values(t.next_batch(3, shuffle=False)[0]) == [0, 1, 2] and t.epochs_completed == 1
""",
    )


def test_shuffling_covers_every_epoch(engine, mnist):
    check(
        engine,
        mnist,
        """
t = read(validation_size=0).train
seen = []
for _ in range(10):
    images, labels = t.next_batch(6)
    assert [v % 10 for v in values(images)] == list(labels)
    seen += values(images)
epochs = [seen[i:i + 20] for i in (0, 20, 40)]
assert all(sorted(e) == list(range(20)) for e in epochs)
assert epochs[0] != epochs[1] and epochs[0] != sorted(epochs[0])
""",
    )


def test_seeds(engine, mnist):
    check(
        engine,
        mnist,
        """
def order(): return values(read(validation_size=0, seed=7).train.next_batch(20)[0])
assert order() == order()
tf.set_random_seed(3)
def graph_order(): return values(read(validation_size=0).train.next_batch(20)[0])
assert graph_order() == graph_order()
# What the original does: numpy's global generator is seeded with the graph's seed, then permutes.
np.random.seed(3); expected = np.arange(20); np.random.shuffle(expected)
assert graph_order() == list(expected)
""",
    )


def test_fake_data(engine, mnist):
    check(
        engine,
        mnist,
        """
d = input_data.read_data_sets('/nowhere', fake_data=True, one_hot=True)
assert d.train.num_examples == 10000
images, labels = d.train.next_batch(2, fake_data=True)
assert images == [[1] * 784] * 2 and labels == [[1] + [0] * 9] * 2
assert read(validation_size=0).train.next_batch(1, True)[1] == [0]
""",
    )


@pytest.mark.parametrize(
    "call, error",
    [
        ("read(validation_size=21)", "ValueError: Validation size should be between 0 and 20. Received: 21."),
        ("read(dtype=tf.int32)", "TypeError: Invalid image dtype tf.int32, expected uint8 or float32"),
    ],
)
def test_refuses_bad_options(engine, mnist, call, error):
    if "int32" in call:
        call = call.replace("read(", "read(validation_size=0, ")
        assert engine.error_of_warm(PRELUDE % str(mnist) + call) == error
    else:
        assert engine.error_of_warm(PRELUDE % str(mnist) + call) == error


def test_missing_files_are_named(engine, tmp_path):
    folder = write_mnist(tmp_path / "data")
    (folder / "t10k-labels-idx1-ubyte.gz").rename(folder / "t10k-labels.idx1-ubyte.gz")
    error = engine.error_of_warm(PRELUDE % str(folder) + "read()")
    assert error == (
        "FileNotFoundError: MNIST files missing from data_url %s: t10k-labels-idx1-ubyte.gz. The folder holds: "
        "t10k-images-idx3-ubyte.gz, t10k-labels.idx1-ubyte.gz, train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz. "
        "Upload the four .gz files to the data path of the job." % folder
    )
    assert "There is no such folder." in engine.error_of_warm(PRELUDE % "/no/such" + "read()")
    (tmp_path / "empty").mkdir()
    assert "The folder is empty." in engine.error_of_warm(PRELUDE % str(tmp_path / "empty") + "read()")


def test_damaged_files_are_named(engine, tmp_path):
    folder = write_mnist(tmp_path / "data")
    images = folder / "train-images-idx3-ubyte.gz"
    whole = images.read_bytes()
    images.write_bytes(whole[: len(whole) // 2])
    error = engine.error_of_warm(PRELUDE % str(folder) + "read()")
    assert error.startswith("ValueError: %s is not a whole gzip file of MNIST data" % images)
    images.write_bytes(b"<html>")
    assert "not a whole gzip file" in engine.error_of_warm(PRELUDE % str(folder) + "read()")
    with gzip.open(images, "wb") as f:
        f.write(b"\0\0\0\7" + b"\0" * 12)
    assert "Invalid magic number 7" in engine.error_of_warm(PRELUDE % str(folder) + "read()")
