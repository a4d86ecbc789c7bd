"""The import hook: a finder, first on sys.meta_path, that turns the installed TensorFlow 2 into TensorFlow 1's API.

The real package is patched rather than replaced, so that `from tensorflow.python... import` keeps working.
"""

import importlib
import importlib.machinery
import importlib.util
import os
import sys
import types

from atelier_tf1 import names

_KEPT = frozenset(("python", "core", "compat", "contrib"))  # of the real package; everything else public becomes v1's


def install():
    """Installs the finder, once."""
    if not any(isinstance(finder, Tf1Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Tf1Finder())


class Tf1Finder(object):
    """Answers for `tensorflow` itself and for the names below it that TensorFlow 2 moved or lost."""

    def __init__(self):
        self._active = False  # set once a TensorFlow 2 has been patched
        self._v1_modules = {}  # "nn" -> name of the module that holds compat.v1.nn

    def find_spec(self, fullname, path=None, target=None):
        if fullname == "tensorflow":
            return self._wrap(self._ask_others(fullname, path, target))
        if not self._active or not fullname.startswith("tensorflow."):
            return None
        module = self._v1_target(fullname)
        if module is None:
            module = names.target_of(fullname)
        if module is not None:
            return _spec(fullname, AliasLoader(module))
        if fullname in names.PACKAGES:
            return _spec(fullname, LostPackageLoader(), is_package=True)
        if fullname.startswith(("tensorflow.contrib.", "tensorflow.examples.")):
            # Not ModuleNotFoundError: `from tensorflow.contrib import x` would swallow it and tell less.
            raise ImportError(names.refusal(fullname), name=fullname)
        return None

    def _ask_others(self, fullname, path, target):
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(fullname, path, target)
                if spec is not None:
                    return spec
        return None

    def _wrap(self, spec):
        if spec is not None and hasattr(spec.loader, "exec_module"):
            _prefer_keras_2()
            spec.loader = PatchingLoader(spec.loader, self)
        return spec

    def _v1_target(self, fullname):
        _, first, rest = (fullname + ".").split(".", 2)
        base = self._v1_modules.get(first)
        return base + "." + rest[:-1] if base and rest else base

    def patch(self, tensorflow):
        """Makes TensorFlow 2's module look like TensorFlow 1's. A genuine TensorFlow 1 is left alone."""
        if not getattr(tensorflow, "__version__", "1").startswith("2."):
            return
        v1 = tensorflow.compat.v1
        _disable_v2_behavior(v1)
        for name in dir(v1):
            if name.startswith("_") or name in _KEPT:
                continue
            value = getattr(v1, name)
            setattr(tensorflow, name, value)
            if isinstance(value, types.ModuleType):
                self._adopt(name, value)
        for name in ("python", "core"):  # TensorFlow 2 takes these two attributes away
            setattr(tensorflow, name, importlib.import_module("tensorflow." + name))
        self._active = True
        tensorflow.contrib = importlib.import_module("tensorflow.contrib")

    def _adopt(self, name, module):
        """Lets `import tensorflow.<name>` give v1's module."""
        lazy_package = _lazy_package(name)
        if lazy_package:
            self._v1_modules[name] = lazy_package
            return
        # Some of v1's modules answer AttributeError to everything under Keras 3, even to __name__.
        real_name = getattr(module, "__name__", None)
        if real_name in sys.modules:
            self._v1_modules[name] = real_name
            sys.modules["tensorflow." + name] = module


class PatchingLoader(object):
    """Runs the real loader of `tensorflow`, then patches the module."""

    def __init__(self, real, finder):
        self._real = real
        self._finder = finder

    def create_module(self, spec):
        return self._real.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self._real
        self._real.exec_module(module)
        self._finder.patch(module)

    def __getattr__(self, name):
        return getattr(self._real, name)


class AliasLoader(object):
    """Gives an existing module for another name and leaves its own identity untouched."""

    def __init__(self, target):
        self._target = target
        self._identity = None

    def create_module(self, spec):
        try:
            module = importlib.import_module(self._target)
        except ImportError as error:
            missing = getattr(error, "name", None)
            if missing == "tf_slim":
                raise ImportError(
                    "%s needs the package tf-slim, which this environment does not have; the engine %s has it"
                    % (spec.name, names.SLIM_ENGINE),
                    name=spec.name,
                ) from error
            if missing == self._target:
                raise ImportError(
                    "No module named %r (looked for as %r)" % (spec.name, missing), name=spec.name
                ) from error
            raise
        self._identity = (module.__spec__, getattr(module, "__loader__", None), getattr(module, "__package__", None))
        return module

    def exec_module(self, module):
        # The import system has just written the alias's spec over the module's own.
        module.__spec__, module.__loader__, module.__package__ = self._identity


class LostPackageLoader(object):
    """Makes a package of TensorFlow 1 that holds nothing but the children listed in names.PACKAGES."""

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        package = module.__name__

        def attribute(name):
            if name.startswith("__"):
                raise AttributeError("module %r has no attribute %r" % (package, name))
            if name not in names.PACKAGES[package]:
                raise AttributeError(names.refusal(package + "." + name))
            return importlib.import_module(package + "." + name)

        module.__getattr__ = attribute
        module.__all__ = list(names.PACKAGES[package])


def _spec(fullname, loader, is_package=False):
    return importlib.machinery.ModuleSpec(fullname, loader, origin="atelier_tf1", is_package=is_package)


def _prefer_keras_2():
    """Where Keras 2 is installed under its own name, TensorFlow uses it instead of Keras 3, which has no v1 API."""
    if importlib.util.find_spec("tf_keras") is not None:
        os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")


def _lazy_package(name):
    """The package behind v1's lazily loaded modules; looking at those modules themselves would load them."""
    if name == "estimator":
        return "tensorflow_estimator.python.estimator.api._v1.estimator"
    if name != "keras":
        return None
    if os.environ.get("TF_USE_LEGACY_KERAS", "") in ("1", "true", "True"):
        return "tf_keras.api._v1.keras"
    keras = importlib.util.find_spec("keras")
    if keras is None or not keras.submodule_search_locations:
        return None
    keras_2 = os.path.join(list(keras.submodule_search_locations)[0], "api", "_v1")
    return "keras.api._v1.keras" if os.path.isdir(keras_2) else "keras._tf_keras.keras"


def _disable_v2_behavior(v1):
    """Our own call to a deprecated function is no news for the user; the user's own calls still warn."""
    from tensorflow.python.util import deprecation

    with deprecation.silence():
        v1.disable_v2_behavior()
