"""Removes what belongs to nothing: old files, halves of uploads, what killed processes left."""

from __future__ import annotations

import asyncio
import logging
from typing import Final
from uuid import UUID

from clientgraph.files import service
from clientgraph.files.storing import Storage
from clientgraph.scratch import remove_abandoned
from clientgraph.storage.database import Database

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 900.0
# An upload may be under way for as long, before it has a row.
UNTOUCHED_SECONDS: Final = 3600.0


class Sweeping:
    """A round now and then, in every process: what one has removed is not there for another."""

    def __init__(self, storage: Storage, database: Database) -> None:
        self._storage = storage
        self._database = database
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin with a round."""
        self._task = asyncio.create_task(self._again_and_again())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _again_and_again(self) -> None:
        while True:
            try:
                await asyncio.to_thread(remove_abandoned)
                await self.sweep()
            except Exception:
                # The database or the storage is away: the next round does what this one left.
                log.exception("old files were not removed")
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> None:
        """One round through all workspaces that have something in the storage."""
        async for workspace, names in self._storage.lying(UNTOUCHED_SECONDS):
            ids = {name: _id(name) for name in names}
            kept = await service.forget_old(self._database, workspace, [*ids.values()])
            for name, file_id in ids.items():
                if file_id not in kept:
                    await self._storage.discard(workspace, name)


def _id(name: str) -> UUID:
    """The id that a name stands for; one that nothing has for any other name."""
    try:
        return UUID(hex=name)
    except ValueError:
        return UUID(int=0)
