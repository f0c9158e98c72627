"""Answers that are given again from memory for a while."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from clientgraph.contract.outbound import HttpAnswer

MOST_BYTES: Final = 16_000_000
KEPT_STATUSES: Final = frozenset({200, 404, 410})


def cache_key(url: str, headers: Mapping[str, str]) -> bytes:
    """What tells requests apart. Keys in headers and URLs cannot be read from it."""
    parts = [url, *(f"{name.lower()}:{value}" for name, value in sorted(headers.items()))]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=32).digest()


class AnswerCache:
    """The last answers of one service, as many as fit into `MOST_BYTES`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._size = 0
        self._kept: OrderedDict[bytes, tuple[float, HttpAnswer]] = OrderedDict()

    def find(self, key: bytes, now: float) -> HttpAnswer | None:
        """The answer, unless it is too old."""
        until, answer = self._kept.get(key, (0.0, None))
        if answer is None or until <= now:
            return None
        self._kept.move_to_end(key)
        return answer

    def keep(self, key: bytes, answer: HttpAnswer, now: float) -> None:
        """Remember an answer, and forget those that were not asked for the longest.

        A page for people is what a proxy shows while the service is down: not kept.
        """
        if not self._seconds or answer.status not in KEPT_STATUSES or _is_page(answer):
            return
        self.forget(key)
        self._kept[key] = (now + self._seconds, answer)
        self._size += _size(answer)
        while self._size > MOST_BYTES:
            self.forget(next(iter(self._kept)))

    def forget(self, key: bytes) -> None:
        """Answer it no more."""
        _, gone = self._kept.pop(key, (0.0, None))
        self._size -= _size(gone) if gone else 0


def _is_page(answer: HttpAnswer) -> bool:
    return answer.headers.get("content-type", "").lower().startswith("text/html")


def _size(answer: HttpAnswer) -> int:
    return 1_000 + len(answer.content) + sum(len(k) + len(v) for k, v in answer.headers.items())
