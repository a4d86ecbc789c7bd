"""model_service.log: loggers for user code. Lines go to standard error, which the worker's log keeps."""

from __future__ import absolute_import

import logging
import sys


def getLogger(name=None):  # noqa: N802 (the name that user code imports)
    logger = logging.getLogger(name)
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
        root.setLevel(logging.INFO)
    return logger
