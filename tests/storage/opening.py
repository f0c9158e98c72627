"""Databases of a test's own, beside the one of the running application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.storage.database import Database


@asynccontextmanager
async def opened(settings: Settings, *, pool: int = 10, wait: float) -> AsyncIterator[Database]:
    """With so many connections, and so many seconds of patience; closed in the end."""
    database = Database(settings.database_url, MODELS, pool=pool, wait=wait)
    await database.open()
    yield database
    await database.close()
