"""Work that is done to its end, whoever leaves meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Self


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Await this however often the caller is cancelled; a cancellation is raised afterwards."""
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    failure = None if task.cancelled() else task.exception()
    if cancelled is not None:
        raise cancelled
    if failure is not None:
        raise failure


class Ahead:
    """Work that goes on while the next is got ready: one after the other, all done at the end."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    async def begin(self, work: Callable[..., Coroutine[Any, Any, None]], *of: Any) -> None:
        """Begin this once what was begun before is done."""
        await self._done()
        self._task = asyncio.create_task(work(*of))

    async def _done(self) -> None:
        if (task := self._task) is not None:
            await task
            self._task = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self._done()
        elif self._task is not None:
            # What is under way on a connection ends before somebody else uses it.
            await to_its_end(_settled(self._task))


async def _settled(task: asyncio.Task[None]) -> None:
    await asyncio.wait({task})
    heeded(task)


def heeded(future: asyncio.Future[Any]) -> None:
    """Take note of how this ended: who waited for it may have been given up before."""
    if not future.cancelled():
        future.exception()
