"""What a plugin may use of the service's while one call lasts, from its own thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from clientgraph.contract.outbound import HttpAnswer, HttpClient
from clientgraph.contract.records import InstanceContext, PluginContext

Crossing = Callable[..., Coroutine[Any, Any, Any]]
Across = Callable[[Callable[..., Awaitable[Any]]], Crossing]


class Lease:
    """Contexts as plugins are handed them: their functions work in the service's own loop.

    After the call they raise `RuntimeError`: its session may be another's by then.
    """

    def __init__(self) -> None:
        self._home = asyncio.get_running_loop()
        self._open = True
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sources: list[Any] = []

    def lent(self, argument: Any) -> Any:
        """The argument as the plugin gets it."""
        if isinstance(argument, PluginContext):
            return replace(
                argument,
                select=self.across(argument.select),
                execute=self.across(argument.execute),
                graphql=self.across(argument.graphql),
                document=self.across(argument.document),
                http=self._clients(argument),
            )
        if isinstance(argument, InstanceContext):
            return replace(argument, http=self._clients(argument))
        return argument

    async def close(self) -> None:
        """End what is still under way for the plugin, and let it begin nothing more."""
        self._open = False
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for source in self._sources:
            await source.aclose()

    def _clients(self, context: InstanceContext) -> Callable[[str], HttpClient]:
        def client(key: str) -> HttpClient:
            found = context.http(key)
            return _Client(get=self.across(found.get), post=self.across(found.post))

        return client

    def across(self, function: Callable[..., Awaitable[Any]]) -> Crossing:
        """The function for other event loops: it is run in the service's own."""

        async def at_home(*arguments: Any, **named: Any) -> Any:
            self._check()
            task = asyncio.ensure_future(function(*arguments, **named))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return await task

        async def ask(*arguments: Any, **named: Any) -> Any:
            self._check()
            crossing = asyncio.run_coroutine_threadsafe(at_home(*arguments, **named), self._home)
            return await asyncio.wrap_future(crossing)

        return ask

    def iterated(self, begin: Callable[[], AsyncIterator[Any]]) -> AsyncIterator[Any]:
        """What an async generator of the service's tells; it is begun there, now."""

        async def at_home() -> AsyncIterator[Any]:
            self._check()
            source = begin()
            self._sources.append(source)
            return source

        self._check()
        return self._each(asyncio.run_coroutine_threadsafe(at_home(), self._home))

    async def _each(self, begun: Future[AsyncIterator[Any]]) -> AsyncIterator[Any]:
        following = self.across((await asyncio.wrap_future(begun)).__anext__)
        while True:
            try:
                found = await following()
            except StopAsyncIteration:
                return
            yield found

    def _check(self) -> None:
        if not self._open:
            raise RuntimeError("the call that this context was handed with is over")


@dataclass(frozen=True)
class _Client:
    """A client for HTTP whose functions cross over."""

    get: Callable[..., Coroutine[Any, Any, HttpAnswer]]
    post: Callable[..., Coroutine[Any, Any, HttpAnswer]]
