"""Makes the health checks of plugins beside all requests, each in its own time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from clientgraph.contract.operation import HealthCheck, HealthReport, HealthStatus
from clientgraph.contract.records import InstanceContext
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.plugins import Looked, Plugins

log = logging.getLogger(__name__)

CHECK_SECONDS: Final = 10.0
LONGEST_MESSAGE: Final = 500


class Checkups:
    """One task for each check. What they said last is in the `PluginInfo` of their plugin."""

    def __init__(self, plugins: Plugins, context: Callable[[str], InstanceContext]) -> None:
        self._plugins = plugins
        self._context = context
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Begin to look: at everything now, then at each thing in its turn."""
        self._tasks = [
            asyncio.create_task(self._look_again_and_again(name, check))
            for name, check in self._checks()
        ]

    async def close(self) -> None:
        """Look no more."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def look_at_all(self) -> None:
        """Make every check once, now."""
        await asyncio.gather(*(self._look(name, check) for name, check in self._checks()))

    def _checks(self) -> Iterator[tuple[str, HealthCheck]]:
        for name, declared in self._plugins.declared.items():
            for check in declared.checks:
                yield name, check

    async def _look_again_and_again(self, name: str, check: HealthCheck) -> None:
        while name in self._plugins.declared:
            await self._look(name, check)
            await asyncio.sleep(check.every)

    async def _look(self, name: str, check: HealthCheck) -> None:
        try:
            report: HealthReport = await self._plugins.call(
                name,
                check.check,
                self._context(name),
                hook=f"health_checks {check.key}",
                seconds=CHECK_SECONDS,
                check=_report,
            )
        except PluginFailed as failed:
            if failed.__cause__ is None:
                return  # It has a pause; what was said last stands.
            report = HealthReport(status=HealthStatus.DOWN, message=_told(failed.__cause__))
        self._plugins.infos[name].health[check.key] = Looked(
            status=report.status, message=report.message, checked_at=datetime.now(UTC)
        )


def _report(answer: Any) -> HealthReport:
    """What a check answered, cut to a sentence; raises where it is not what it promises."""
    if not isinstance(answer, HealthReport):
        raise TypeError(f"{type(answer).__name__} is not a HealthReport")
    if not isinstance(answer.status, HealthStatus) or not isinstance(answer.message, str):
        raise TypeError("HealthReport needs a HealthStatus and a text")
    return HealthReport(status=answer.status, message=answer.message[:LONGEST_MESSAGE])


def _told(error: BaseException) -> str:
    """A failed check in a sentence; the log has what was raised."""
    return f"The check failed: {type(error).__name__}."
