"""Tells plugins what was committed, beside the requests: none of them waits or fails for it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from clientgraph.contract.records import RecordChange
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.errors import Refusal
from clientgraph.plugins import Implementation, Plugins
from clientgraph.runtime import Runtime
from clientgraph.storage.scope import Scope

log = logging.getLogger(__name__)

WAITING: Final = 10_000
TELL_SECONDS: Final = 30.0
CLOSING_SECONDS: Final = 5.0
# Seconds before each further attempt.
PAUSES: Final = (1.0, 5.0, 25.0)


@dataclass(frozen=True)
class _News:
    """What one transaction committed, and the language of whoever did it."""

    changes: tuple[RecordChange, ...]
    language: str

    @property
    def organisation_id(self) -> UUID:
        """The workspace that it happened in."""
        return self.changes[0].organisation_id


class Observers:
    """A queue for each plugin: it hears of transactions in order, and waits for no other plugin."""

    def __init__(self, plugins: Plugins, runtime: Runtime) -> None:
        self._queues = [
            _Queue(each, plugins, runtime) for each in plugins.implementations("after_commit")
        ]

    async def open(self) -> None:
        """Begin to tell."""
        for queue in self._queues:
            queue.open()

    async def close(self) -> None:
        """Tell what is left, for a few seconds at most."""
        await asyncio.gather(*(queue.close() for queue in self._queues))

    def tell(self, changes: Sequence[RecordChange], language: str) -> None:
        """Note what a transaction committed."""
        if changes:
            for queue in self._queues:
                queue.put(_News(tuple(changes), language))


class _Queue:
    """What one plugin is still to be told, by workspace.

    It hears of one thing at a time; a workspace whose news wait for another attempt, or for the
    end of a suspension, holds up no other.
    """

    def __init__(self, observer: Implementation, plugins: Plugins, runtime: Runtime) -> None:
        self._observer = observer
        self._plugins = plugins
        self._runtime = runtime
        self._waiting: dict[UUID, deque[_News]] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._closing = asyncio.Event()
        self._is_open = False

    def open(self) -> None:
        self._closing.clear()
        self._is_open = True
        for organisation_id in self._waiting:
            self._begin(organisation_id)

    async def close(self) -> None:
        if not self._is_open:
            return
        self._closing.set()
        tasks = [*self._tasks.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=CLOSING_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._is_open = False
        for news in self._waiting.values():
            for each in news:
                self._lost(each, "the service ends")
        self._tasks.clear()
        self._waiting.clear()

    def put(self, news: _News) -> None:
        """One more; the oldest of who is furthest behind is lost when there are too many."""
        if sum(map(len, self._waiting.values())) >= WAITING:
            furthest = max(self._waiting.values(), key=len)
            self._lost(furthest.popleft(), "the plugin is too far behind")
        self._waiting.setdefault(news.organisation_id, deque()).append(news)
        if self._is_open and news.organisation_id not in self._tasks:
            self._begin(news.organisation_id)

    def _begin(self, organisation_id: UUID) -> None:
        self._tasks[organisation_id] = asyncio.create_task(self._tell_all(organisation_id))

    async def _tell_all(self, organisation_id: UUID) -> None:
        waiting = self._waiting[organisation_id]
        try:
            while waiting:
                await self._tell_until_heard(waiting.popleft())
        finally:
            del self._tasks[organisation_id]
        del self._waiting[organisation_id]

    async def _tell_until_heard(self, news: _News) -> None:
        failed = ""
        try:
            for pause in (0.0, *PAUSES):
                await self._rest(pause)
                await self._wait_out_suspension(news.organisation_id)
                try:
                    async with self._turn:
                        await self._tell(news)
                except (PluginFailed, Refusal) as error:
                    failed = str(error)
                except Exception as error:
                    failed = f"{type(error).__name__}: {error}"
                    log.exception("news could not be told", extra={"plugin": self._observer.plugin})
                else:
                    return
        except asyncio.CancelledError:
            self._lost(news, "the service ends")
            raise
        self._lost(news, failed)

    async def _wait_out_suspension(self, organisation_id: UUID) -> None:
        """Wait until the plugin is asked again, which is no failure of its; or the service ends."""
        suspensions = self._plugins.infos[self._observer.plugin].caller.suspensions
        call = self._observer.hook, organisation_id
        while (left := suspensions.left(call)) and not self._closing.is_set():
            await self._rest(left)

    async def _rest(self, seconds: float) -> None:
        """The service that ends waits for no pause."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)

    async def _tell(self, news: _News) -> None:
        scope = Scope(organisation=news.organisation_id)
        name = self._observer.plugin
        await self._runtime.know(news.organisation_id)
        if not self._runtime.is_active(name, news.organisation_id):
            return
        context = self._runtime.workspace(name, scope, news.language, None)
        arguments = {"context": context, "changes": news.changes}
        await self._plugins.ask(self._observer, arguments, seconds=TELL_SECONDS)

    def _lost(self, news: _News, reason: str) -> None:
        log.error(
            "a plugin was not told of changes",
            extra={
                "plugin": self._observer.plugin,
                "organisation": str(news.organisation_id),
                "changes": [f"{each.action} {each.type} {each.id}" for each in news.changes],
                "reason": reason,
            },
        )
