"""PyTorch models: the subclass loads its network into self.model."""

from __future__ import absolute_import

from model_service.model_service import SingleNodeService


class PTServingBaseService(SingleNodeService):
    """`model_path` is the model file. Needs whatever the subclass imports; nothing here imports torch."""

    def _inference(self, data):
        if self.model is None:
            raise RuntimeError("%s must set self.model in __init__, or define _inference" % type(self).__name__)
        return {name: self.model(value) for name, value in data.items()}
