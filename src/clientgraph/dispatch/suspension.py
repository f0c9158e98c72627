"""Whether a plugin is asked: one that fails again and again is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

# What is called, and the workspace that it is called for, if any.
Key = tuple[str, UUID | None]

MOST_FAILURES: Final = 5
FIRST_PAUSE: Final = 10.0
LONGEST_PAUSE: Final = 600.0


@dataclass
class _Row:
    """Failures with no success between them."""

    failures: int = 0
    pause: float = 0.0
    until: float = 0.0


class Suspensions:
    """Which calls are not made for now, each kind of call by its own failures in a row.

    After `MOST_FAILURES` it is suspended, and after each failure that follows again, for twice as
    long, up to `LONGEST_PAUSE` seconds. A success ends it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rows: dict[Key, _Row] = {}

    def left(self, call: Key) -> float:
        """Seconds until this call is made again; 0 where it is made now."""
        row = self._rows.get(call)
        return max(0.0, row.until - self._clock()) if row else 0.0

    def under_way(self) -> list[Key]:
        """The calls that are not made now."""
        return [call for call in [*self._rows] if self.left(call)]

    def succeeded(self, call: Key) -> None:
        """The call was answered."""
        self._rows.pop(call, None)

    def failed(self, call: Key) -> None:
        """The call was not answered."""
        row = self._rows.setdefault(call, _Row())
        row.failures += 1
        # What was under way when the pause began does not make it longer.
        if row.failures >= MOST_FAILURES and not self.left(call):
            row.pause = min(row.pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)
            row.until = self._clock() + row.pause
