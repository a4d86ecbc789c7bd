"""Points on the learned line: {"x": [0, 1]} gives {"y": [-1.0, 2.0]}."""

import numpy as np
from model_service.tfserving_model_service import TfServingBaseService


class LineService(TfServingBaseService):
    def _preprocess(self, data):
        return {"x": np.array(data["x"], dtype=np.float32)}

    def _postprocess(self, data):
        return {"y": [round(value, 2) for value in data["line"]]}
