"""How much one caller may ask for in a stretch of time: a bucket that fills up again."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from clientgraph.errors import RateLimited

KEPT: Final = 10_000


class Buckets:
    """One bucket a caller: ``size`` points, ``per_second`` of them back each second."""

    def __init__(
        self, size: float, per_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = size
        self._per_second = per_second
        self._clock = clock
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, caller: object, points: float) -> float:
        """Take points; what is left. Raises `RateLimited` and takes none when there are too few."""
        wait = self.wait(caller, points)
        if wait > 0:
            seconds = math.ceil(wait)
            raise RateLimited(
                f"Too much in a short time: this costs {points:g} points and "
                f"{self._level(caller):g} are left. Try again in {seconds} s.",
                seconds,
            )
        return self.spend(caller, points)

    def wait(self, caller: object, points: float) -> float:
        """Seconds until so many points are there; 0 when they are."""
        lacking = min(points, self._size) - self._level(caller)
        return max(lacking / self._per_second, 0)

    def spend(self, caller: object, points: float) -> float:
        """Take points whether or not they are there; what is left, at least 0."""
        level = max(self._level(caller) - points, 0)
        self._buckets[caller] = (level, self._clock())
        self._buckets.move_to_end(caller)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        return level

    def _level(self, caller: object) -> float:
        now = self._clock()
        level, then = self._buckets.get(caller, (self._size, now))
        return min(self._size, level + (now - then) * self._per_second)
