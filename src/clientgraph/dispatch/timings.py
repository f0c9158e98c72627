"""How long what plugins are called for takes: for each workspace, and as figures for Prometheus."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Final
from uuid import UUID

from prometheus_client import Histogram

LAST: Final = 100
MOST_ROWS: Final = 2_000
"""Of hooks and workspaces: those that were not called for the longest are forgotten."""
_SECONDS: Final = Histogram(
    "clientgraph_plugin_call_seconds",
    "Time of calls of plugins by hook and outcome.",
    ["plugin", "hook", "outcome"],
)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What a plugin was called for in a workspace, and how that went.

    ``calls`` and ``failures`` since the service started; ``mean``, ``p95`` and ``longest`` are
    seconds of the last `LAST` calls.
    """

    hook: str
    calls: int
    failures: int
    mean: float
    p95: float
    longest: float


@dataclass
class _Row:
    calls: int = 0
    failures: int = 0
    last: deque[float] = field(default_factory=lambda: deque(maxlen=LAST))


class Timings:
    """Those of one plugin."""

    def __init__(self, plugin: str) -> None:
        self._plugin = plugin
        self._lock = Lock()
        self._rows: OrderedDict[tuple[str, UUID | None], _Row] = OrderedDict()

    def note(self, hook: str, organisation_id: UUID | None, seconds: float, *, good: bool) -> None:
        """A call is over."""
        _SECONDS.labels(self._plugin, hook, "ok" if good else "failed").observe(seconds)
        key = hook, organisation_id
        with self._lock:
            row = self._rows.setdefault(key, _Row())
            self._rows.move_to_end(key)
            row.calls += 1
            row.failures += not good
            row.last.append(seconds)
            if len(self._rows) > MOST_ROWS:
                self._rows.popitem(last=False)

    def of(self, organisation_id: UUID) -> list[Timing]:
        """What was called for a workspace, by hook."""
        with self._lock:
            found = [
                _timing(hook, row)
                for (hook, of), row in self._rows.items()
                if of == organisation_id
            ]
        return sorted(found, key=lambda each: each.hook)


def _timing(hook: str, row: _Row) -> Timing:
    ordered = sorted(row.last)
    return Timing(
        hook=hook,
        calls=row.calls,
        failures=row.failures,
        mean=sum(ordered) / len(ordered),
        p95=ordered[(len(ordered) * 95 - 1) // 100],
        longest=ordered[-1],
    )
