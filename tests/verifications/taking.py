"""A process that takes what is due and never gets to ask: ``python taking.py DATABASE_URL``."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from clientgraph.app import MODELS
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.verifications import queue

HELD = timedelta(seconds=3)


async def main(url: str) -> None:
    """Take everything for a few seconds, say so, and hang."""
    database = Database(url, MODELS, pool=1)
    await database.open()
    now = datetime.now(UTC)
    async with database.write(Scope()) as session:
        later = now + timedelta(days=1)
        claim = await queue.take(session, "ORACLE", 1000, now=later, until=now + HELD)
    sys.stdout.write(f"{sum(map(len, claim.taken.values()))}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
