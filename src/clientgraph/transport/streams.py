"""Living with long streams: who holds one, how it ends, and that its source is closed."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from clientgraph.operations.request import Answer, Service

if TYPE_CHECKING:
    from clientgraph.context import Actor


logger = logging.getLogger(__name__)


class Gone(Exception):
    """The client has left, or takes nothing any more."""


class TooMany(Exception):
    """This token already holds as many live connections as it may."""


class Places:
    """How many live connections (WebSockets and event streams) each token holds."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: Counter[UUID | None] = Counter()

    @contextmanager
    def hold(self, actor: Actor | None) -> Iterator[None]:
        """Count one connection of the actor's token for as long as the block lasts.

        Those without a token share one count.

        :raises TooMany: where there is no place left.
        """
        key = actor.token_id if actor else None
        if self._held[key] >= self._limit:
            raise TooMany
        self._held[key] += 1
        try:
            yield
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]


async def first_done(*work: Coroutine[Any, Any, None]) -> int:
    """Run all until one ends, cancel and await the others; the index of the one that ended.

    :raises Exception: what that one raised.
    """
    tasks = [asyncio.ensure_future(piece) for piece in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancel_all(tasks)
    # Where several end at once, the order given decides.
    first = next(task for task in tasks if task in done)
    first.result()
    return tasks.index(first)


async def cancel_all(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel these tasks and wait until they have cleaned up."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until_invalid(service: Service, actor: Actor | None, every: float) -> None:
    """Return once the actor's token is no longer good; asked every so many seconds."""
    while True:
        await asyncio.sleep(every)
        if actor is not None and not await service.still_valid(actor):
            return


async def close_source(source: AsyncIterator[Answer]) -> None:
    """Tell a source of events that nobody listens any more, and wait for it to end."""
    aclose = getattr(source, "aclose", None)
    if aclose is None:
        return
    try:
        await aclose()
    except Exception:
        logger.exception("A source of events failed while it was being closed.")
