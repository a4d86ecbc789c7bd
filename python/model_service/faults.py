"""Errors of user code, told with the line of the user's file they come from."""

from __future__ import absolute_import

import os
import sys
import traceback

_STEPS = ("_preprocess", "_inference", "_postprocess")
_user_folder = None


class UserCodeError(Exception):
    """A fault of the model's own code. All attributes are text; see README.md."""

    def __init__(self, message, where="", kind="", stage="", trace=""):
        super(UserCodeError, self).__init__(message)
        self.message = message
        self.where = where
        self.kind = kind
        self.stage = stage
        self.trace = trace

    def __str__(self):
        return "%s (%s)" % (self.message, self.where) if self.where else self.message


class BadRequest(Exception):
    """The request cannot be given to user code at all."""

    def __init__(self, message):
        super(BadRequest, self).__init__(message)
        self.message = message


def set_user_folder(folder):
    """Frames of files below this folder count as the user's."""
    global _user_folder
    _user_folder = os.path.join(os.path.realpath(folder), "")


def from_current(stage):
    """The exception being handled as a UserCodeError. `stage` is used when no step of the service is on the stack."""
    kind, error, trace = sys.exc_info()
    if isinstance(error, UserCodeError):
        return error
    frames = traceback.extract_tb(trace)
    message = "%s: %s" % (kind.__name__, _text(error)) if _text(error) else kind.__name__
    return UserCodeError(
        message,
        _where(error, frames),
        kind.__name__,
        _stage(frames, stage),
        "".join(traceback.format_exception(kind, error, trace)),
    )


def _text(error):
    if isinstance(error, SyntaxError):
        return error.msg
    try:
        return str(error)
    except Exception:  # an exception class of the user's may fail even here
        return ""


def _is_users(path):
    return _user_folder is not None and os.path.realpath(path).startswith(_user_folder)


def _where(error, frames):
    if isinstance(error, SyntaxError) and error.filename and _is_users(error.filename):
        return "%s:%s" % (_relative(error.filename), error.lineno)
    for path, line, function, _ in reversed(frames):
        if _is_users(path):
            return "%s:%d in %s" % (_relative(path), line, function)
    return ""


def _relative(path):
    return os.path.relpath(os.path.realpath(path), _user_folder)


def _stage(frames, stage):
    if stage != "load":
        for _, _, function, _ in frames:
            if function in _STEPS:
                return function
    return stage
