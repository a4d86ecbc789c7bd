"""How TfServingBaseService reaches its model: a function given by the host, else TensorFlow in this process."""

from __future__ import absolute_import

_run = None
_description = {}
_local = None  # the in-process model, loaded at first use
_model_path = None


def set_runner(run, description=None):
    """Installs the host's function (README.md), or with None returns to TensorFlow in this process."""
    global _run, _description
    _run = run
    _description = description or {}


def set_model_path(path):
    """The SavedModel of this process; told by host.load_service, since service objects may not know it."""
    global _model_path, _local
    _model_path = path
    _local = None


def run(signature_name, arrays):
    if _run is not None:
        return _run(signature_name, arrays)
    return _load_local().run(signature_name, arrays)


def describe():
    return _description if _run is not None else _load_local().describe()


def _load_local():
    global _local
    if _local is None:
        from model_service.saved_model import SavedModel

        if _model_path is None:
            raise RuntimeError("no model is loaded: services are created by model_service.host.load_service")
        _local = SavedModel(_model_path)
    return _local
