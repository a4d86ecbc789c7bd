"""What user code returned, as JSON: lenient about numpy, strict about the JSON that clients get."""

from __future__ import absolute_import

import json

try:
    _TEXT = (unicode, str)  # noqa: F821 (Python 2)
    _INTEGERS = (int, long)  # noqa: F821
except NameError:
    _TEXT = (str,)
    _INTEGERS = (int,)

_INFINITY = float("inf")


def _convert(value):
    """For what the encoder does not know."""
    if hasattr(value, "tolist"):  # numpy arrays and scalars, and what behaves like them (torch)
        return value.tolist()
    if hasattr(value, "numpy"):  # eager tensors
        return value.numpy().tolist()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, (set, frozenset)):
        return list(value)
    if hasattr(value, "items"):
        return dict(value.items())
    if hasattr(value, "__iter__"):
        return list(value)
    raise TypeError(
        "cannot answer with a value of the type %s: expected dict, list, text, numbers or numpy arrays"
        % type(value).__name__
    )


_strict = json.JSONEncoder(default=_convert, allow_nan=False)


def encode(value):
    """UTF-8 JSON. The common case is one pass of the C encoder; NaN and keys that are no text take a second one."""
    try:
        return _strict.encode(value).encode("ascii")
    except (ValueError, TypeError, UnicodeDecodeError):
        return _strict.encode(_clean(value, 0)).encode("ascii")


def _clean(value, depth):
    if depth > 100:
        raise ValueError("the answer is nested too deeply, or contains itself")
    if value is None or isinstance(value, (bool,) + _INTEGERS) or isinstance(value, _TEXT):
        return value if not (isinstance(value, bytes)) else value.decode("utf-8", "replace")
    if isinstance(value, float):
        return value if value == value and value not in (_INFINITY, -_INFINITY) else None
    if isinstance(value, dict):
        return {_key(key): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item, depth + 1) for item in value]
    return _clean(_convert(value), depth + 1)


def _key(key):
    if isinstance(key, _TEXT):
        return key if not isinstance(key, bytes) else key.decode("utf-8", "replace")
    plain = _clean(key, 0)
    return plain if isinstance(plain, _TEXT) else json.dumps(plain)
