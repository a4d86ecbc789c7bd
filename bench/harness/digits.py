"""The digit model that is served: trained once and kept in build/bench, with one image as a form and as JSON."""

import gzip
import io
import json
import os
import pathlib
import shutil
from dataclasses import dataclass

import numpy
import PIL.Image

from harness.context import ROOT
from harness.process import Failed, run

STEPS = 300
BOUNDARY = "----atelier-benchmark"


@dataclass
class Sources:
    """The files of the handwritten-digit page where they are at hand, else the example's."""

    kind: str
    script: pathlib.Path
    service: pathlib.Path
    config: pathlib.Path


def sources():
    seed = pathlib.Path(os.environ.get("ATELIER_SEED", ROOT.parent / "shared" / "seed"))
    if (seed / "train_mnist_tf.py").exists():
        return Sources("page", seed / "train_mnist_tf.py", seed / "customize_service.py", seed / "config.json")
    example = ROOT / "examples" / "handwritten-digits"
    return Sources("example", example / "train.py", example / "customize_service.py", example / "config.json")


def train_command(context, script, output, steps=None):
    """The bare command that a training job runs in its sandbox, and its environment."""
    command = [context.engine_python, "-u", script, f"--data_url={context.mnist}", f"--train_url={output}"]
    if steps is not None:
        command.append(f"--max_steps={steps}")
    return command, {**os.environ, "PYTHONPATH": str(ROOT / "python" / "tf1_compat")}


def package(context):
    """A folder that holds model/: SavedModel, config.json, customize_service.py."""
    files = sources()
    folder = context.build / f"package-{files.kind}"
    if not (folder / "model" / "config.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        command, environment = train_command(context, files.script, folder, STEPS)
        run(*command, env=environment)
        if not (folder / "model" / "saved_model.pb").exists():
            raise Failed(f"{files.script} wrote no model to {folder}")
        shutil.copy(files.service, folder / "model")
        shutil.copy(files.config, folder / "model")
    return folder


def plain_package(context, folder):
    """The same SavedModel without inference code."""
    shutil.copytree(package(context) / "model", folder / "model")
    (folder / "model" / "customize_service.py").unlink()
    return folder


def pixels(context):
    with gzip.open(context.mnist / "t10k-images-idx3-ubyte.gz") as source:
        return numpy.frombuffer(source.read(16 + 784)[16:], dtype=numpy.uint8).reshape(28, 28)


def write_form(context, path):
    """One 28x28 PNG in the field `images`. Returns the content type."""
    image = io.BytesIO()
    PIL.Image.fromarray(pixels(context)).save(image, "PNG")
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="images"; filename="digit.png"\r\nContent-Type: image/png\r\n\r\n'
    path.write_bytes(head.encode() + image.getvalue() + f"\r\n--{BOUNDARY}--\r\n".encode())
    return f"multipart/form-data; boundary={BOUNDARY}"


def write_json(context, path):
    """The same image as {"images": [[784 numbers]]}. Returns the content type."""
    values = (pixels(context).reshape(1, -1).astype(numpy.float64) / 255).round(4)
    path.write_text(json.dumps({"images": values.tolist()}))
    return "application/json"
