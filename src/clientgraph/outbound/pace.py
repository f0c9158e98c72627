"""How fast a service is asked, and when it is left alone. Times are those of `time.monotonic`."""

from __future__ import annotations

from collections import deque
from typing import Final

# Requests that left in time can arrive closer together: a little more time is left for each.
_SLACK: Final = 1.05
_FAILURES: Final = 5
_SHORTEST_REST: Final = 5.0
_LONGEST_REST: Final = 120.0


class Pace:
    """No more than so many requests in any span of so many seconds."""

    def __init__(self, requests: int | None, per_seconds: float) -> None:
        self._span = per_seconds * _SLACK
        self._sent: deque[float] | None = deque(maxlen=requests) if requests else None

    def slot(self, now: float, latest: float) -> float:
        """When the next request may leave, which is then taken unless it is after ``latest``."""
        if self._sent is None:
            return now
        full = len(self._sent) == self._sent.maxlen
        when = max(now, self._sent[0] + self._span) if full else now
        if when <= latest:
            self._sent.append(when)
        return when


class Rest:
    """When a service is left alone: as it asked for it, or since it keeps failing.

    After five failures in a row it is asked by one request at a time, with growing pauses, until
    one succeeds.
    """

    def __init__(self) -> None:
        self._until = 0.0
        self._failures = 0

    def wait(self, now: float) -> float:
        """Seconds until it may be asked; 0 lets this request through."""
        if self._until > now:
            return self._until - now
        if self._failures >= _FAILURES:
            self._until = now + self._pause()
        return 0.0

    def succeeded(self) -> None:
        """It answered."""
        if self._failures >= _FAILURES:
            self._until = 0.0
        self._failures = 0

    def failed(self, now: float) -> None:
        """It did not."""
        self._failures += 1
        if self._failures >= _FAILURES:
            self._until = max(self._until, now + self._pause())

    def wanted(self, now: float, seconds: float) -> None:
        """It asked to be left alone."""
        self._until = max(self._until, now + seconds)

    def _pause(self) -> float:
        return min(_LONGEST_REST, _SHORTEST_REST * 2.0 ** min(self._failures - _FAILURES, 10))
