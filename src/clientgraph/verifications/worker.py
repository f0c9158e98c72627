"""Asks verifiers beside the requests, for all workspaces: one task for each of them.

A verifier that takes its time holds no other. Several processes share the work by the queue.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from clientgraph.context import Actor, Context
from clientgraph.contract.records import RecordChange
from clientgraph.contract.verifications import Verifier
from clientgraph.permissions import Role
from clientgraph.plugins import Plugins
from clientgraph.storage.cleanup import to_its_end
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.verifications import queue, service
from clientgraph.verifications.asking import ASK_SECONDS, ask

log = logging.getLogger(__name__)

# Longer than any call, and the statements around it.
LEASE: Final = timedelta(seconds=ASK_SECONDS + 15)
# What was missed on the bus is found so.
LONGEST_SLEEP: Final = 300.0
AFTER_FAILURE: Final = 5.0
_NOBODY: Final = UUID(int=0)


class VerificationWorker:
    """Takes what is due, asks, and writes down the answers."""

    def __init__(
        self,
        plugins: Plugins,
        database: Database,
        new_context: Callable[[Actor, str], Context],
    ) -> None:
        self._plugins = plugins
        self._database = database
        self._new_context = new_context
        self._wake: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Begin."""
        for verifier in self._plugins.verifiers:
            self._wake[verifier.key] = asyncio.Event()
            self._tasks.append(asyncio.create_task(self._keep_asking(verifier)))

    async def close(self) -> None:
        """End; what was under way is given back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def told(self, change: RecordChange) -> None:
        """A change was committed, here or in another process: there may be work."""
        if change.type == "Verification":
            for event in self._wake.values():
                event.set()

    async def _keep_asking(self, verifier: Verifier) -> None:
        wake = self._wake[verifier.key]
        while True:
            wake.clear()
            try:
                pause = await self._turn(verifier)
            except Exception:
                # The database is away or busy: what is due stays so.
                log.exception("verifications wait", extra={"verifier": verifier.key})
                pause = AFTER_FAILURE
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await wake.wait()

    async def _turn(self, verifier: Verifier) -> float:
        """Ask once about what is due; the seconds until there is something to do again."""
        now = datetime.now(UTC)
        async with self._database.read(Scope()) as session:
            due = await queue.next_due(session, verifier.key)
        if due is None or due > now:
            wait = LONGEST_SLEEP if due is None else (due - now).total_seconds()
            return min(wait, LONGEST_SLEEP)
        async with self._database.write(Scope()) as session:
            claim = await queue.take(
                session, verifier.key, verifier.at_most, now=now, until=now + LEASE
            )
        try:
            async with asyncio.TaskGroup() as group:
                for workspace, ids in claim.taken.items():
                    group.create_task(self._attempt(verifier, claim.id, workspace, ids))
        except asyncio.CancelledError:
            await to_its_end(self._give_back(verifier, claim.id))
            raise
        return 0.0

    async def _attempt(
        self, verifier: Verifier, claim: UUID, workspace: UUID, ids: Sequence[UUID]
    ) -> None:
        try:
            await self._settle(verifier, claim, workspace, ids)
        except Exception:
            # The claim ends by itself: these are taken again then, the others are not held up.
            log.exception("verifications were not written", extra={"verifier": verifier.key})

    async def _settle(
        self, verifier: Verifier, claim: UUID, workspace: UUID, ids: Sequence[UUID]
    ) -> None:
        actor = Actor(
            organisation_id=workspace, token_id=_NOBODY, name="verifications", role=Role.MEMBER
        )
        context = self._new_context(actor, "en")
        await context.know_plugins()
        async with context.reading():
            subjects = await service.subjects(context, ids)
        asked = context.for_active(verifier.source)
        results = await ask(self._plugins, verifier, asked, subjects) if asked else {}
        async with context.committing():
            await service.settle(context, verifier, claim, ids, results)

    async def _give_back(self, verifier: Verifier, claim: UUID) -> None:
        async with self._database.write(Scope()) as session:
            await queue.release(session, verifier.key, claim, datetime.now(UTC))
