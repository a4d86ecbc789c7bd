"""MNIST images for predictions, and the seed's files."""

import gzip
import io
import os
import pathlib

import numpy
import pytest
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
MNIST_FILES = [
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
]


def mnist_folder():
    folder = pathlib.Path(os.environ.get("ATELIER_MNIST", ROOT / "build" / "mnist"))
    if not (folder / MNIST_FILES[0]).exists():
        pytest.fail(f"no MNIST files in {folder}: run './dev test', which fetches them")
    return folder


def seed_folder():
    """The page's own three files, which are no part of the project."""
    folder = pathlib.Path(os.environ.get("ATELIER_SEED", ROOT.parent / "shared" / "seed"))
    if not (folder / "train_mnist_tf.py").exists():
        pytest.skip(f"the page's files are not in {folder}")
    return folder


def _read(name, header):
    with gzip.open(mnist_folder() / name) as source:
        return numpy.frombuffer(source.read()[header:], dtype=numpy.uint8)


def test_images():
    return _read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28), _read("t10k-labels-idx1-ubyte.gz", 8)


test_images.__test__ = False


def png(image):
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()
