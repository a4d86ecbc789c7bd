"""tensorflow.examples.tutorials.mnist.input_data: the MNIST files as data sets that hand out batches.

Follows TensorFlow 1's module in what it returns and in which order; it never downloads.
"""

import collections
import gzip
import os
import struct
import zlib

import numpy
import tensorflow as tf
from tensorflow.python.framework import random_seed

__all__ = [
    "DataSet",
    "Datasets",
    "dense_to_one_hot",
    "extract_images",
    "extract_labels",
    "fake_data_sets",
    "load_mnist",
    "read_data_sets",
]

Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])

TRAIN_IMAGES = "train-images-idx3-ubyte.gz"
TRAIN_LABELS = "train-labels-idx1-ubyte.gz"
TEST_IMAGES = "t10k-images-idx3-ubyte.gz"
TEST_LABELS = "t10k-labels-idx1-ubyte.gz"
_FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

_IMAGES_MAGIC = 2051
_LABELS_MAGIC = 2049
_NAMES_SHOWN = 10


def read_data_sets(
    train_dir,
    fake_data=False,
    one_hot=False,
    dtype=tf.float32,
    reshape=True,
    validation_size=5000,
    seed=None,
    source_url=None,
):
    """Reads the four files of `train_dir`; the first `validation_size` training examples become the validation set.

    `source_url` is accepted for compatibility and not used.
    """
    if fake_data:
        return fake_data_sets(one_hot=one_hot, dtype=dtype, seed=seed)
    _require_files(train_dir)
    train_images = _read(train_dir, TRAIN_IMAGES, extract_images)
    train_labels = _read(train_dir, TRAIN_LABELS, extract_labels, one_hot=one_hot)
    test_images = _read(train_dir, TEST_IMAGES, extract_images)
    test_labels = _read(train_dir, TEST_LABELS, extract_labels, one_hot=one_hot)
    if not 0 <= validation_size <= len(train_images):
        raise ValueError(
            "Validation size should be between 0 and %d. Received: %s." % (len(train_images), validation_size)
        )
    options = dict(dtype=dtype, reshape=reshape, seed=seed)
    return Datasets(
        train=DataSet(train_images[validation_size:], train_labels[validation_size:], **options),
        validation=DataSet(train_images[:validation_size], train_labels[:validation_size], **options),
        test=DataSet(test_images, test_labels, **options),
    )


def load_mnist(train_dir="MNIST-data"):
    return read_data_sets(train_dir)


def fake_data_sets(one_hot=False, dtype=tf.float32, seed=None):
    return Datasets(*(DataSet([], [], fake_data=True, one_hot=one_hot, dtype=dtype, seed=seed) for _ in range(3)))


class DataSet(object):
    """Images and labels, handed out in batches; shuffled at the first batch and at the end of every epoch."""

    FAKE_EXAMPLES = 10000

    def __init__(self, images, labels, fake_data=False, one_hot=False, dtype=tf.float32, reshape=True, seed=None):
        graph_seed, op_seed = random_seed.get_seed(seed)
        numpy.random.seed(graph_seed if seed is None else op_seed)
        dtype = tf.as_dtype(dtype).base_dtype
        if dtype not in (tf.uint8, tf.float32):
            raise TypeError("Invalid image dtype %r, expected uint8 or float32" % dtype)
        self.one_hot = one_hot
        if fake_data:
            self._num_examples = self.FAKE_EXAMPLES
        else:
            images, labels = _check_shapes(images, labels, reshape)
            self._num_examples = images.shape[0]
            if dtype == tf.float32:
                images = numpy.multiply(images.astype(numpy.float32), 1.0 / 255.0)
        self._images = images
        self._labels = labels
        self._epochs_completed = 0
        self._index_in_epoch = 0

    images = property(lambda self: self._images)
    labels = property(lambda self: self._labels)
    num_examples = property(lambda self: self._num_examples)
    epochs_completed = property(lambda self: self._epochs_completed)

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """The next `batch_size` examples; what is left of an epoch is joined with the start of the next."""
        if fake_data:
            label = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784 for _ in range(batch_size)], [label for _ in range(batch_size)]
        start = self._index_in_epoch
        if start == 0 and self._epochs_completed == 0 and shuffle:
            self._shuffle()
        end = start + batch_size
        if end <= self._num_examples:
            self._index_in_epoch = end
            return self._images[start:end], self._labels[start:end]
        self._epochs_completed += 1
        left_images, left_labels = self._images[start:], self._labels[start:]
        if shuffle:
            self._shuffle()
        self._index_in_epoch = end - self._num_examples
        new_images, new_labels = self._images[: self._index_in_epoch], self._labels[: self._index_in_epoch]
        return numpy.concatenate((left_images, new_images)), numpy.concatenate((left_labels, new_labels))

    def _shuffle(self):
        order = numpy.arange(self._num_examples)
        numpy.random.shuffle(order)
        self._images = self._images[order]
        self._labels = self._labels[order]


def extract_images(f):
    """[count, rows, columns, 1] bytes from an open gzipped idx3 file."""
    with gzip.GzipFile(fileobj=f) as stream:
        magic, count, rows, columns = struct.unpack(">IIII", _read_exactly(stream, 16))
        if magic != _IMAGES_MAGIC:
            raise ValueError("Invalid magic number %d in MNIST image file: %s" % (magic, getattr(f, "name", "?")))
        pixels = numpy.frombuffer(_read_exactly(stream, count * rows * columns), dtype=numpy.uint8)
    return pixels.reshape(count, rows, columns, 1)


def extract_labels(f, one_hot=False, num_classes=10):
    """[count] bytes, or [count, num_classes] float64 with `one_hot`, from an open gzipped idx1 file."""
    with gzip.GzipFile(fileobj=f) as stream:
        magic, count = struct.unpack(">II", _read_exactly(stream, 8))
        if magic != _LABELS_MAGIC:
            raise ValueError("Invalid magic number %d in MNIST label file: %s" % (magic, getattr(f, "name", "?")))
        labels = numpy.frombuffer(_read_exactly(stream, count), dtype=numpy.uint8)
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense, num_classes):
    labels = numpy.zeros((labels_dense.shape[0], num_classes))
    labels[numpy.arange(labels_dense.shape[0]), labels_dense.ravel()] = 1
    return labels


def _check_shapes(images, labels, reshape):
    assert images.shape[0] == labels.shape[0], "images.shape: %s labels.shape: %s" % (images.shape, labels.shape)
    if reshape:
        assert images.shape[3] == 1, "images.shape: %s, expected one channel" % (images.shape,)
        images = images.reshape(images.shape[0], images.shape[1] * images.shape[2])
    return images, labels


def _read_exactly(stream, size):
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("the file ends early")
    return data


def _read(train_dir, name, extract, **options):
    path = os.path.join(train_dir, name)
    with open(path, "rb") as f:
        try:
            return extract(f, **options)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(
                "%s is not a whole gzip file of MNIST data (%s; %d bytes); upload it again"
                % (path, error, os.path.getsize(path))
            ) from error


def _require_files(train_dir):
    missing = [name for name in _FILES if not os.path.isfile(os.path.join(train_dir, name))]
    if not missing:
        return
    raise FileNotFoundError(
        "MNIST files missing from data_url %s: %s. %s Upload the four .gz files to the data path of the job."
        % (train_dir, ", ".join(missing), _describe_folder(train_dir))
    )


def _describe_folder(path):
    if not os.path.isdir(path):
        return "There is no such folder."
    found = sorted(os.listdir(path))
    if not found:
        return "The folder is empty."
    more = len(found) - _NAMES_SHOWN
    return "The folder holds: %s%s." % (", ".join(found[:_NAMES_SHOWN]), " and %d more" % more if more > 0 else "")
