"""The root of all service classes."""

from __future__ import absolute_import


class SingleNodeService(object):
    """A model served by one process: user code overrides _preprocess, _inference and _postprocess as it needs.

    Everything is also a class attribute, because subclasses may leave out super().__init__.
    """

    model_name = None
    model_path = None
    model = None

    def __init__(self, model_name, model_path):
        self.model_name = model_name
        self.model_path = model_path

    def inference(self, data):
        """One request: what the three steps make of `data`."""
        return self._postprocess(self._inference(self._preprocess(data)))

    def ping(self):
        """True while the service can answer."""
        return True

    def signature(self):
        """A description of inputs and outputs; subclasses that know one override this."""
        return {}

    def _preprocess(self, data):
        return data

    def _inference(self, data):
        raise NotImplementedError("%s must define _inference(self, data)" % type(self).__name__)

    def _postprocess(self, data):
        return data
