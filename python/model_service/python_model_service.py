"""XGBoost and scikit-learn models."""

from __future__ import absolute_import

import json
from collections import OrderedDict

from model_service.model_service import SingleNodeService


class XgSklServingBaseService(SingleNodeService):
    """`data` is the text of a request {"meta": {"uuid": ...}, "data": {"req_data": [{...}, ...]}}.

    A list that comes out of _postprocess is answered as {"meta": {"uuid": ...}, "data": {"resp_data": [...]}}.
    """

    def __init__(self, model_path):
        super(XgSklServingBaseService, self).__init__(None, model_path)

    def inference(self, data):
        result = super(XgSklServingBaseService, self).inference(data)
        if not isinstance(result, list):
            return result
        answer = OrderedDict()
        uuid = _request_uuid(data)
        if uuid is not None:
            answer["meta"] = {"uuid": uuid}
        answer["data"] = {"resp_data": result}
        return answer

    def _preprocess(self, data):
        request = json.loads(data, object_pairs_hook=OrderedDict)
        try:
            rows = request["data"]["req_data"]
            return [list(row.values()) for row in rows]
        except (KeyError, TypeError, AttributeError):
            raise ValueError('expected {"data": {"req_data": [{"column": value, ...}, ...]}}')

    def _inference(self, data):
        if self.model is None:
            self.model = _load_model(self.model_path)
        return self.model(data)

    def _postprocess(self, data):
        return [{"predictresult": value} for value in data]


def _request_uuid(text):
    try:
        return json.loads(text)["meta"]["uuid"]
    except (ValueError, KeyError, TypeError):
        return None


def _load_model(path):
    """A function from rows to predictions: a joblib file of scikit-learn, else a model file of XGBoost."""
    import numpy

    try:
        import joblib

        estimator = joblib.load(path)
        return lambda rows: numpy.asarray(estimator.predict(numpy.asarray(rows))).tolist()
    except Exception as joblib_error:  # joblib raises whatever unpickling raises
        try:
            import xgboost
        except ImportError:
            raise RuntimeError("cannot load %s with joblib (%s), and xgboost is not installed" % (path, joblib_error))
        booster = xgboost.Booster(model_file=path)
        return lambda rows: booster.predict(xgboost.DMatrix(numpy.asarray(rows))).tolist()
