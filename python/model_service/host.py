"""Loads a customize_service.py and runs requests through it: the hot path of a worker. README.md is the contract."""

from __future__ import absolute_import

import io
import json
import os
import sys
import types
from collections import OrderedDict

from model_service import faults
from model_service.answers import encode
from model_service.faults import BadRequest, UserCodeError
from model_service.model_service import SingleNodeService
from model_service.python_model_service import XgSklServingBaseService
from model_service.pytorch_model_service import PTServingBaseService
from model_service.runner import set_model_path, set_runner
from model_service.tfserving_model_service import TfServingBaseService

__all__ = ["BadRequest", "UserCodeError", "handle_form", "handle_json", "load_service", "set_runner"]

_BASES = (TfServingBaseService, PTServingBaseService, XgSklServingBaseService, SingleNodeService)
_MODULE_NAME = "customize_service"
_MODEL_FILE_SUFFIXES = {
    PTServingBaseService: (".pth", ".pt"),
    XgSklServingBaseService: (".m", ".pkl", ".joblib", ".model", ".json", ".ubj"),
}
_NOT_MODELS = ("config.json",)

_BytesIO = io.BytesIO
_loads = json.loads


def load_service(file, model_name, model_path):
    """The one service class of `file`, built. See README.md."""
    file = os.path.abspath(file)
    model_path = os.path.abspath(model_path)
    faults.set_user_folder(os.path.dirname(file))
    module = _import_file(file)
    service_class = _find_class(module, os.path.basename(file))
    base = next(base for base in _BASES if issubclass(service_class, base))
    set_model_path(model_path)
    path = _model_file(base, model_path)
    arguments = (path,) if base is XgSklServingBaseService else (model_name, path)
    try:
        service = service_class(*arguments)
    except (Exception, SystemExit):
        raise faults.from_current("load")
    for name, value in (("model_name", model_name), ("model_path", path)):
        if getattr(service, name, None) is None:
            setattr(service, name, value)
    info = {
        "class": service_class.__name__,
        "base": base.__name__,
        "file": file,
        "raw_json": base is XgSklServingBaseService,
    }
    return service, info


def handle_form(service, fields):
    """A multipart request: `fields` is a list of (field, filename or None, content type, bytes)."""
    data = OrderedDict()
    for field, filename, _, content in fields:
        if filename is None:
            data[field] = _as_text(content)
            continue
        files = data.get(field)
        if type(files) is not OrderedDict:
            files = data[field] = OrderedDict()
        files[_free_name(files, filename) if filename in files else filename] = _BytesIO(content)
    return _answer(service, data)


def handle_json(service, body):
    """A JSON request."""
    try:
        data = body.decode("utf-8")
        parsed = _loads(data)
    except ValueError as error:
        raise BadRequest("expected a JSON body: %s" % error)
    return _answer(service, data if isinstance(service, XgSklServingBaseService) else parsed)


def _answer(service, data):
    try:
        return encode(service.inference(data))
    except (Exception, SystemExit):
        raise faults.from_current("inference")


def _as_text(content):
    text = content.decode("utf-8", "replace")
    return text if isinstance(text, str) else content  # Python 2's str is bytes


def _free_name(files, name):
    """Several files of one field may share a name; none of them is lost."""
    number = 2
    while "%s (%d)" % (name, number) in files:
        number += 1
    return "%s (%d)" % (name, number)


def _import_file(file):
    folder = os.path.dirname(file)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    module = types.ModuleType(_MODULE_NAME)
    module.__file__ = file
    sys.modules[_MODULE_NAME] = module
    try:
        with io.open(file, "rb") as source:
            code = compile(source.read(), file, "exec", dont_inherit=True)
        exec(code, module.__dict__)
    except (Exception, SystemExit):
        raise faults.from_current("load")
    return module


def _find_class(module, file_name):
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == _MODULE_NAME and issubclass(value, SingleNodeService)
    ]
    classes = sorted(
        {value for value in found if not any(other is not value and issubclass(other, value) for other in found)},
        key=lambda value: value.__name__,
    )
    if len(classes) == 1:
        return classes[0]
    if not classes:
        raise UserCodeError(
            "%s defines no service class: expected one subclass of %s"
            % (file_name, ", ".join(base.__name__ for base in _BASES)),
            stage="load",
        )
    raise UserCodeError(
        "%s defines %d service classes (%s): expected one"
        % (file_name, len(classes), ", ".join(value.__name__ for value in classes)),
        stage="load",
    )


def _model_file(base, model_path):
    """Classes that want a file get the only one of its kind in the folder, else the folder itself."""
    suffixes = _MODEL_FILE_SUFFIXES.get(base)
    if suffixes is None or not os.path.isdir(model_path):
        return model_path
    files = [name for name in os.listdir(model_path) if name.endswith(suffixes) and name not in _NOT_MODELS]
    return os.path.join(model_path, files[0]) if len(files) == 1 else model_path
