"""Reading what a service answered, no more of it than was agreed."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpcore2

from clientgraph.contract.outbound import HttpAnswer, Unavailable

LONGEST_REST: Final = 86_400
_ZIPPED: Final = frozenset({"gzip", "x-gzip", "deflate"})


class Unusable(Unavailable):
    """What asking again would not change."""


async def read(response: httpcore2.Response, largest: int) -> HttpAnswer:
    """The whole answer; raises `Unavailable` for half of one, `Unusable` for one that is longer
    than ``largest`` bytes or cannot be unpacked.
    """
    headers = _headers(response.headers)
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in _ZIPPED and encoding != "identity":
        raise Unusable("the answer is encoded in a way that was not asked for")
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in _ZIPPED else None
    content = bytearray()
    arrived = False
    async for part in response.aiter_stream():
        arrived = True
        room = largest + 1 - len(content)
        try:
            content += unzip.decompress(part, room) if unzip else part
        except zlib.error as error:
            raise Unusable("the answer cannot be unpacked") from error
        if len(content) > largest:
            raise Unusable("the answer is too long")
    if unzip and arrived and not unzip.eof:
        raise Unavailable("the answer ends before its end")
    return HttpAnswer(status=response.status, content=bytes(content), headers=headers)


def retry_after(headers: Mapping[str, str]) -> int | None:
    """The seconds for which a service wants to be left alone: given as such or as a date."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_REST)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return min(max(0, math.ceil((date - datetime.now(UTC)).total_seconds())), LONGEST_REST)


def _headers(given: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """By name in lower case; what is given several times is joined by commas (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for name, value in given:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
