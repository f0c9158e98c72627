"""Subscriptions of plugins: each value is made in the plugin's loop."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from clientgraph.context import Context
from clientgraph.dispatch.caller import Check, PluginFailed
from clientgraph.dispatch.leases import Lease
from clientgraph.errors import PluginUnavailable
from clientgraph.resolving.visits import HONEST, caller_of

CLOSING_SECONDS: Final = 5.0
_END: Final = object()


class Stream:
    """What a plugin's subscription tells, each value made in the plugin's loop."""

    def __init__(
        self,
        context: Context,
        owner: str,
        hook: str,
        check: Check,
        lease: Lease,
        begin: Callable[[], Any],
    ) -> None:
        self._caller = caller_of(context, owner)
        self._organisation_id = context.organisation_id
        self._owner, self._hook, self._check = owner, hook, check
        self._lease = lease
        self._begin = begin
        self._values: Any = None
        self._turn = asyncio.Lock()

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> Any:
        """The next value, however long it takes to come; raises a `Refusal`."""
        try:
            found = await self._call(self._next, None)
        except PluginFailed as failed:
            raise PluginUnavailable(self._owner) from failed
        if found is _END:
            raise StopAsyncIteration
        return found

    async def aclose(self) -> None:
        """End it where it runs."""
        try:
            with suppress(PluginFailed, *HONEST):
                await self._call(self._stop, CLOSING_SECONDS)
        finally:
            await self._lease.close()

    async def _call(self, function: Callable[[], Awaitable[Any]], seconds: float | None) -> Any:
        return await self._caller.call(
            self._hook,
            function,
            seconds=seconds,
            honest=HONEST,
            organisation_id=self._organisation_id,
        )

    async def _next(self) -> Any:
        async with self._turn:
            if self._values is None:
                found = self._begin()
                self._values = aiter(await found if inspect.isawaitable(found) else found)
            try:
                return self._check(await anext(self._values))
            except StopAsyncIteration:
                return _END

    async def _stop(self) -> None:
        async with self._turn:
            if hasattr(self._values, "aclose"):
                await self._values.aclose()
