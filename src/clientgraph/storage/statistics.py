"""What the planner of the database knows of the tables."""

from __future__ import annotations

from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope


async def refresh_statistics(database: Database) -> None:
    """Have PostgreSQL look again at tables that have grown to twice the size it knows of.

    To be called now and then while many records are written. SQLite plans without.
    """
    if database.dialect == "postgres":
        async with database.write(Scope()) as session:
            await session.select("SELECT refresh_statistics()")
