"""What the hook serves: which module stands behind each name that TensorFlow 2 has lost."""

GENUINE_ENGINES = "TF-1.15.5-python3.7 or TF-1.8.0-python2.7"
SLIM_ENGINE = "TF-2.15.1-python3.11"

_INPUT_DATA = "atelier_tf1.input_data"
_FRAMEWORK = "atelier_tf1.contrib_framework"

# Lost name -> module. Names below one of these are looked up below its module: contrib.slim.nets is tf_slim.nets.
ALIASES = {
    "tensorflow.examples.tutorials.mnist.input_data": _INPUT_DATA,
    "tensorflow.contrib.learn.python.learn.datasets.mnist": _INPUT_DATA,
    "tensorflow.contrib.learn.datasets.mnist": _INPUT_DATA,
    "tensorflow.contrib.slim": "tf_slim",
    "tensorflow.contrib.slim.python.slim": "tf_slim",
    "tensorflow.contrib.layers": "tf_slim.layers",
    "tensorflow.contrib.layers.python.layers": "tf_slim.layers",
    "tensorflow.contrib.framework": _FRAMEWORK,
    "tensorflow.contrib.framework.python.ops": "tf_slim.ops",
}

# Packages that exist only to hold the names above; {package: the children it may hand out as attributes}.
PACKAGES = {
    "tensorflow.examples": ("tutorials",),
    "tensorflow.examples.tutorials": ("mnist",),
    "tensorflow.examples.tutorials.mnist": ("input_data",),
    "tensorflow.contrib": ("slim", "layers", "framework", "learn"),
    "tensorflow.contrib.slim.python": ("slim",),
    "tensorflow.contrib.layers.python": ("layers",),
    "tensorflow.contrib.framework.python": ("ops",),
    "tensorflow.contrib.learn": ("datasets", "python"),
    "tensorflow.contrib.learn.datasets": ("mnist",),
    "tensorflow.contrib.learn.python": ("learn",),
    "tensorflow.contrib.learn.python.learn": ("datasets",),
    "tensorflow.contrib.learn.python.learn.datasets": ("mnist",),
}


def target_of(name):
    """The module behind `name`, or None."""
    head, tail = name, ""
    while head:
        if head in ALIASES:
            return ALIASES[head] + tail
        if head in PACKAGES:
            return None
        head, _, last = head.rpartition(".")
        tail = "." + last + tail
    return None


def refusal(name):
    """The message for a name of TensorFlow 1 that cannot be served."""
    short = "tf" + name[len("tensorflow") :]
    return (
        "%s does not exist in TensorFlow 2, and the TensorFlow 1 layer of this engine does not provide it (it has "
        "tf.contrib.slim, layers, framework and learn.datasets.mnist, and examples.tutorials.mnist.input_data). "
        "Run this script on the engine %s." % (short, GENUINE_ENGINES)
    )
