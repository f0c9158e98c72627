"""Tells plugins what was committed, beside the requests: none of them waits or fails for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from clientgraph.hookspecs import RecordChange
from clientgraph.plugins import Plugins

log = logging.getLogger(__name__)

WAITING: Final = 10_000
CLOSING_SECONDS: Final = 5.0


class Observers:
    """One queue and one task: plugins hear of transactions in the order of their commits."""

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._queue: asyncio.Queue[Sequence[RecordChange]] = asyncio.Queue(WAITING)
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to tell."""
        self._task = asyncio.create_task(self._tell_all())

    async def close(self) -> None:
        """Tell what is left, for a few seconds at most."""
        if self._task is None:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), CLOSING_SECONDS)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    def tell(self, changes: Sequence[RecordChange]) -> None:
        """Note what a transaction committed. When plugins are far behind, the oldest is lost."""
        if not changes:
            return
        if self._queue.full():
            self._queue.get_nowait()
            self._queue.task_done()
            log.warning("plugins are behind: a change was not told to them")
        self._queue.put_nowait(changes)

    async def _tell_all(self) -> None:
        while True:
            changes = await self._queue.get()
            try:
                await self._plugins.after_commit(changes)
            finally:
                self._queue.task_done()
