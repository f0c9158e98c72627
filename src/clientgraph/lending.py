"""The context of an operation as resolvers of plugins get it, in their own threads and loops."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, fields, replace
from typing import Final, NoReturn

from clientgraph.context import Context
from clientgraph.contract.records import PluginContext, RecordChange
from clientgraph.dispatch.leases import Lease
from clientgraph.storage.crossing import crossed, told

# What each loop has for itself.
_APART: Final = frozenset({"_session", "_loaders", "_found", "visits"})


@dataclass(kw_only=True)
class LentContext(Context):
    """The same operation, in the same transaction, for another event loop, until the call is over.

    What is noted in it (changes, warnings) is noted in the operation. What is loaded in it is
    loaded in the loop that asks, so that loaders of plugins run there, too.
    """

    home: Context
    lease: Lease

    def for_plugin(self, name: str) -> PluginContext:
        """What a plugin is handed with a call for this operation."""
        found = self.home.for_plugin(name)
        honest = replace(found, select=told(found.select), execute=told(found.execute))
        lent: PluginContext = self.lease.lent(honest)
        return lent

    def subscribe(self) -> AsyncIterator[RecordChange]:
        """The changes that the caller may know of as they are committed, from now on."""
        return self.lease.iterated(self.home.subscribe)

    async def know_plugins(self) -> None:
        """Learn what the workspace says of plugins, where that is not known."""
        await self.lease.across(self.home.know_plugins)()

    def reading(self, *, once: bool = False) -> NoReturn:  # noqa: ARG002
        """Sessions are the service's to open."""
        raise _opens_nothing()

    def writing(self) -> NoReturn:
        """Sessions are the service's to open."""
        raise _opens_nothing()

    def committing(self) -> NoReturn:
        """Sessions are the service's to open."""
        raise _opens_nothing()


def lent(context: Context, lease: Lease) -> LentContext:
    """The context as a plugin's resolver gets it while the lease lasts."""
    shared = {
        item.name: getattr(context, item.name)
        for item in fields(Context)
        if item.name not in _APART
    }
    made = LentContext(**shared, home=context, lease=lease)
    if context.has_session:
        made.enter(crossed(context.session, lease.across))
    return made


def _opens_nothing() -> RuntimeError:
    return RuntimeError(
        "a plugin opens no session of its own: select and execute of its PluginContext do"
    )
