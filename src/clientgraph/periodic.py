"""Does the periodic tasks of plugins: beside all requests, one workspace after the other."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Final
from uuid import UUID

from clientgraph.contract.operation import PeriodicTask
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.hookspecs import LANGUAGES
from clientgraph.plugins import Plugins
from clientgraph.runtime import Runtime
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope

log = logging.getLogger(__name__)

RUN_SECONDS: Final = 30.0
_WORKSPACES: Final = "SELECT id, locale FROM organisation ORDER BY id"


class PeriodicTasks:
    """A round for each task now and then; the next begins some time after the last has ended."""

    def __init__(self, plugins: Plugins, runtime: Runtime, database: Database) -> None:
        self._plugins = plugins
        self._runtime = runtime
        self._database = database
        self._rounds: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Begin to wait for the first rounds."""
        self._rounds = [
            asyncio.create_task(self._again_and_again(name, task))
            for name, declared in self._plugins.declared.items()
            for task in declared.tasks
        ]

    async def close(self) -> None:
        """Begin nothing more, and end what is under way."""
        for each in self._rounds:
            each.cancel()
        for each in self._rounds:
            with suppress(asyncio.CancelledError):
                await each

    async def _again_and_again(self, name: str, task: PeriodicTask) -> None:
        while True:
            await asyncio.sleep(task.every)
            if name not in self._plugins.declared:
                return
            try:
                await self._round(name, task)
            except Exception:
                # The database is away or busy: the next round does what this one left.
                log.exception("a periodic task waits", extra={"plugin": name, "task": task.key})

    async def _round(self, name: str, task: PeriodicTask) -> None:
        async with self._database.read(Scope(operator=True)) as session:
            found = await session.select(_WORKSPACES)
        for row in found:
            language = str(row["locale"]).partition("-")[0]
            await self._run(name, task, UUID(str(row["id"])), language)

    async def _run(
        self, name: str, task: PeriodicTask, organisation_id: UUID, language: str
    ) -> None:
        await self._runtime.know(organisation_id)
        if not self._runtime.is_active(name, organisation_id):
            return
        spoken = language if language in LANGUAGES else LANGUAGES[0]
        scope = Scope(organisation=organisation_id)
        context = self._runtime.workspace(name, scope, spoken, None)
        # What failed is noted by now, and done again in the next round.
        with suppress(PluginFailed):
            await self._plugins.call(
                name, task.run, context, hook=f"periodic_tasks {task.key}", seconds=RUN_SECONDS
            )
