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
        now = self._clock()
        level, then = self._buckets.pop(caller, (self._size, now))
        level = min(self._size, level + (now - then) * self._per_second)
        enough = points <= level
        self._buckets[caller] = (level - points if enough else level, now)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        if not enough:
            wait = math.ceil((min(points, self._size) - level) / self._per_second)
            raise RateLimited(
                f"Too much in a short time: this costs {points:g} points and {level:g} are left. "
                f"Try again in {max(wait, 1)} s.",
                max(wait, 1),
            )
        return level - points
