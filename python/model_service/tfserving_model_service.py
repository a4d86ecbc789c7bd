"""TensorFlow models: _inference runs the SavedModel."""

from __future__ import absolute_import

import numpy

from model_service import runner
from model_service.model_service import SingleNodeService


class ModelDefinition(object):
    """What TfServingBaseService says about its model: user code may set `model_signature` to choose a signature."""

    def __init__(self, model_name=None, model_signature=None):
        self.model_name = model_name
        self.model_signature = model_signature


class TfServingBaseService(SingleNodeService):
    """_preprocess returns {input name: array or nested list}; _postprocess gets {output name: nested lists}."""

    model = ModelDefinition()

    def __init__(self, model_name, model_path):
        super(TfServingBaseService, self).__init__(model_name, model_path)
        self.model = ModelDefinition(model_name)

    def _inference(self, data):
        try:
            arrays = {name: _as_array(value) for name, value in data.items()}
        except AttributeError:
            if hasattr(data, "items"):
                raise
            raise TypeError(
                "expected _preprocess to return a dict of {input name: array}, it returned %s" % type(data).__name__
            )
        return runner.run(getattr(self.model, "model_signature", None), arrays)

    def signature(self):
        return runner.describe()


def _as_array(value):
    array = numpy.asarray(value, order="C")
    kind = array.dtype.kind
    if kind in "biufc":
        return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    if kind in "USO":
        # Not from `array`: numpy's text types drop NUL bytes at the end.
        return _as_bytes_array(array if isinstance(value, numpy.ndarray) else numpy.array(value, dtype=object))
    raise TypeError("cannot give an array of type %s to the model" % array.dtype)


def _as_bytes_array(array):
    result = numpy.empty(array.shape, dtype=object)
    for index, value in numpy.ndenumerate(array):
        if isinstance(value, bytes):
            result[index] = value
        elif hasattr(value, "encode"):
            result[index] = value.encode("utf-8")
        else:
            raise TypeError(
                "expected numbers or text of one shape for the model's input, found %s" % type(value).__name__
            )
    return result
