"""Run by Python at start when this directory is on PYTHONPATH: installs the TensorFlow 1 import hook.

ATELIER_TF1_COMPAT=0 leaves the hook out. Nothing is imported here but the hook itself; TensorFlow is loaded when the
user's script imports it. A sitecustomize module that this one hides is run afterwards. Valid, and without effect, on
Python 2.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def _install_hook():
    if sys.version_info < (3, 7) or os.environ.get("ATELIER_TF1_COMPAT", "1") == "0":
        return
    from atelier_tf1 import hook

    hook.install()


def _other_directories():
    here = os.path.realpath(_HERE)
    return [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != here]


def _run_hidden_sitecustomize():
    if sys.version_info < (3,):
        import imp

        try:
            found = imp.find_module("sitecustomize", _other_directories())
        except ImportError:
            return
        imp.load_module("_hidden_sitecustomize", *found)
        return
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("sitecustomize", _other_directories())
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


_install_hook()
_run_hidden_sitecustomize()
