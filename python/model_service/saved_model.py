"""A SavedModel run by TensorFlow (1.8 or later) in this process, for hosts that bring no runner of their own."""

from __future__ import absolute_import

import numpy
import tensorflow as tf

_v1 = getattr(getattr(tf, "compat", None), "v1", tf)


class SavedModel(object):
    """The `serve` graph of a SavedModel in a session of its own."""

    def __init__(self, path):
        self._session = _v1.Session(graph=_v1.Graph())
        with self._session.graph.as_default():
            meta_graph = _v1.saved_model.loader.load(self._session, ["serve"], path)
        self._signatures = {
            name: signature for name, signature in meta_graph.signature_def.items() if not name.startswith("__")
        }

    def run(self, signature_name, arrays):
        signature = self._choose(signature_name)
        unknown = sorted(set(arrays) - set(signature.inputs))
        missing = sorted(set(signature.inputs) - set(arrays))
        if unknown or missing:
            raise ValueError(
                "the model's inputs are %s; _preprocess returned %s"
                % (", ".join(sorted(signature.inputs)), ", ".join(sorted(arrays)) or "nothing")
            )
        feed = {
            signature.inputs[name].name: self._cast(value, signature.inputs[name]) for name, value in arrays.items()
        }
        outputs = self._session.run({name: info.name for name, info in signature.outputs.items()}, feed)
        return {name: numpy.asarray(value).tolist() for name, value in outputs.items()}

    def describe(self):
        return {
            name: {"inputs": _describe(signature.inputs), "outputs": _describe(signature.outputs)}
            for name, signature in self._signatures.items()
        }

    def _choose(self, name):
        if name is None:
            name = next(iter(self._signatures)) if len(self._signatures) == 1 else "serving_default"
        if name not in self._signatures:
            raise ValueError(
                "the model has no signature %r; it has %s" % (name, ", ".join(sorted(self._signatures)) or "none")
            )
        return self._signatures[name]

    @staticmethod
    def _cast(value, info):
        wanted = tf.as_dtype(info.dtype).as_numpy_dtype
        if value.dtype == wanted or value.dtype.kind == "O":
            return value
        if not numpy.can_cast(value.dtype, wanted, "same_kind") and not (
            value.dtype.kind in "iu" and numpy.dtype(wanted).kind in "iuf"
        ):
            raise ValueError("input %s is %s; _preprocess returned %s" % (info.name, numpy.dtype(wanted), value.dtype))
        return value.astype(wanted)


def _describe(tensors):
    return {
        name: {
            "dtype": tf.as_dtype(info.dtype).name,
            "shape": None if info.tensor_shape.unknown_rank else [d.size for d in info.tensor_shape.dim],
        }
        for name, info in tensors.items()
    }
