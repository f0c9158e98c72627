"""What an operation asks of a plugin: all that is asked at one time crosses over as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import GraphQLError

from clientgraph.context import Context
from clientgraph.dispatch.caller import Call, Caller, PluginFailed
from clientgraph.dispatch.leases import Lease
from clientgraph.dispatch.threads import Outcome
from clientgraph.errors import PluginInactive, PluginUnavailable, Refusal
from clientgraph.lending import LentContext, lent

# Less than an operation has: the plugin is named, not the operation ended.
RESOLVE_SECONDS: Final = 8.0
# What a plugin's code may raise without having failed: what the service told it.
HONEST: Final = (Refusal, GraphQLError)


def caller_of(context: Context, owner: str) -> Caller:
    """Who calls a plugin."""
    return context.plugins.infos[owner].caller


def check_active(context: Context, owner: str) -> None:
    """Raises `PluginInactive` where a plugin takes no part in the workspace."""
    if not context.is_active(owner):
        raise PluginInactive(owner)


def together(context: Context, owner: str, *, is_async: bool) -> Together:
    """Where an operation asks a plugin's plain, or its async, resolvers."""
    key = owner, is_async
    found: Any = context.visits.get(key)
    if found is None:
        found = context.visits[key] = Together(context, owner)
    made: Together = found
    return made


@dataclass
class Together:
    """What an operation asks of one plugin, all that is asked at one time in one crossing."""

    context: Context
    owner: str
    _waiting: _Crossing | None = None
    _under_way: set[_Crossing] = field(default_factory=set)

    async def ask(self, hook: str, made: Callable[[LentContext], Call]) -> Any:
        """What the plugin answers; raises a `Refusal`."""
        caller = caller_of(self.context, self.owner)
        try:
            caller.check_asked((hook, self.context.organisation_id))
            if self._waiting is None:
                self._waiting = _Crossing(self.context, caller)
                # Behind those that are asked in this turn of the loop, as a DataLoader does it.
                asyncio.get_running_loop().call_soon(self._depart)
            found = await self._waiting.wait_for(made)
            return found.value()
        except PluginFailed as failed:
            raise PluginUnavailable(self.owner) from failed

    def _depart(self) -> None:
        crossing, self._waiting = self._waiting, None
        if crossing is not None:
            self._under_way.add(crossing)
            crossing.depart(self._under_way.discard)

    async def close(self) -> None:
        """End what is under way."""
        self._waiting = None
        for crossing in [*self._under_way]:
            await crossing.close()


class _Crossing:
    """Calls that are made together. Who waits for one may leave; the last one ends them all."""

    def __init__(self, context: Context, caller: Caller) -> None:
        self._context = context
        self._caller = caller
        self._made: list[Callable[[LentContext], Call]] = []
        self._ended: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None

    async def wait_for(self, made: Callable[[LentContext], Call]) -> Outcome:
        """How this call ends."""
        number = len(self._made)
        self._made.append(made)
        self._waiting += 1
        try:
            return (await asyncio.shield(self._ended))[number]
        except asyncio.CancelledError:
            self._waiting -= 1
            if not self._waiting:
                await self.close()
            raise

    def depart(self, over: Callable[[_Crossing], None]) -> None:
        """Make the calls, if anybody still waits for them."""
        if self._waiting:
            self._task = asyncio.create_task(self._calls())
        if self._task is None:
            over(self)
        else:
            self._task.add_done_callback(lambda _: over(self))

    async def close(self) -> None:
        """End them."""
        self._ended.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _calls(self) -> None:
        try:
            found = await self._made_apart()
        except Exception as error:  # noqa: BLE001 - told to those who wait
            found = [Outcome(error=error)] * len(self._made)
        if not self._ended.done():
            self._ended.set_result(found)

    async def _made_apart(self) -> list[Outcome]:
        lease = Lease()
        handed = lent(self._context, lease)
        try:
            return await self._caller.call_together(
                [made(handed) for made in self._made],
                seconds=RESOLVE_SECONDS,
                honest=HONEST,
                organisation_id=self._context.organisation_id,
            )
        finally:
            await lease.close()
            self._context.rolled_back |= handed.rolled_back
