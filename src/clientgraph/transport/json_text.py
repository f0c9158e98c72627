"""JSON in and out, with a depth guard in front of the decoder."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any

import orjson

# A string, closed or running to the end of the text. It always consumes what it began, so that a
# text full of unclosed quotes is still scanned only once.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?', re.DOTALL)
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_NOT_BRACKETS = bytes(set(range(256)) - set(_STEPS))


class Malformed(ValueError):
    """The request is not a well-formed GraphQL request; the text says which part and why."""


def encode(value: Any) -> bytes:
    """UTF-8 JSON of plain data.

    :raises TypeError: for a value that JSON cannot hold.
    """
    return orjson.dumps(value)


def decode(text: bytes, *, depth: int, name: str) -> Any:
    """The value of a JSON text nested at most ``depth`` levels; ``name`` is for the message.

    :raises Malformed: for anything else, invalid UTF-8 and ``NaN`` included.
    """
    if deeper_than(depth, text):
        raise Malformed(f"{name} is nested deeper than {depth} levels.")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"{name} is not valid JSON: {error}.") from error


def deeper_than(limit: int, text: bytes) -> bool:
    """Whether arrays and objects nest beyond ``limit``: one pass, without recursion."""
    if text.count(b"[") + text.count(b"{") <= limit:
        return False
    brackets = _STRING.sub(b"", text).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > limit
