"""Writes one PNG of each digit from the MNIST test set: make_digits.py <folder with the .gz files> <target folder>.

The files are called 7-first.png and so on, so that the name tells what the image shows.
"""

import gzip
import os
import sys

import numpy as np
from PIL import Image


def read_idx(path, header):
    with gzip.open(path) as source:
        return np.frombuffer(source.read()[header:], dtype=np.uint8)


def main(data, target):
    images = read_idx(os.path.join(data, "t10k-images-idx3-ubyte.gz"), 16).reshape(-1, 28, 28)
    labels = read_idx(os.path.join(data, "t10k-labels-idx1-ubyte.gz"), 8)
    os.makedirs(target, exist_ok=True)
    for digit in range(10):
        first = int(np.flatnonzero(labels == digit)[0])
        Image.fromarray(images[first]).save(os.path.join(target, "{}-image{:04}.png".format(digit, first)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
