"""What a plugin left in a database: what there is, and how it goes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing

from clientgraph.storage.database import dialect_of, sqlite_path
from clientgraph.storage.migrator import connect
from clientgraph.storage.rows import organisation_of
from clientgraph.storage.session import Session

_USED = {
    "identifiers": "SELECT kind AS what, count(*) AS n FROM identifier GROUP BY kind",
    "integrations": "SELECT integration AS what, count(*) AS n FROM client_integration"
    " GROUP BY integration",
    "events": "SELECT kind AS what, count(*) AS n FROM event GROUP BY kind",
    "custom fields": "SELECT type AS what, count(*) AS n FROM custom_field_definition"
    " GROUP BY type",
    "values of custom fields": "SELECT type AS what, count(*) AS n FROM ("
    "SELECT type FROM client_custom_value UNION ALL SELECT type FROM contact_custom_value"
    " UNION ALL SELECT type FROM address_custom_value UNION ALL SELECT type FROM"
    " event_custom_value) AS v GROUP BY type",
}


async def tables_of(session: Session, plugin: str) -> list[str]:
    """The tables that migrations of a plugin made."""
    known = "SELECT name FROM plugin_table WHERE plugin = ? ORDER BY name"
    return [str(row["name"]) for row in await session.select(known, [plugin])]


async def keepers(session: Session, plugins: Collection[str]) -> list[str]:
    """Those of the plugins that keep rows in the workspace, and were not told to give them up."""
    marks = ", ".join("?" for _ in plugins)
    tables = await session.select(
        f"SELECT name, plugin FROM plugin_table t WHERE plugin IN ({marks}) AND NOT EXISTS"
        " (SELECT 1 FROM plugin_state s WHERE s.organisation_id = ? AND s.plugin = t.plugin"
        " AND s.is_given_up) ORDER BY plugin",
        [*plugins, organisation_of(session)],
    )
    found: dict[str, None] = {}
    for row in tables:
        any_row = f'SELECT 1 FROM "{row["name"]}" WHERE organisation_id = ? LIMIT 1'
        if row["plugin"] not in found and await session.select(any_row, [organisation_of(session)]):
            found[str(row["plugin"])] = None
    return list(found)


async def rows_of(session: Session, table: str) -> int:
    """How many rows of a plugin's table the workspace has; the name is one of `tables_of`."""
    found = await session.select(f'SELECT count(*) AS n FROM "{table}"')
    return int(found[0]["n"])


async def used(session: Session) -> dict[str, dict[str, int]]:
    """What there is in the workspace, by the keys that plugins declare, but for private events."""
    return {
        what: {str(row["what"]): int(row["n"]) for row in await session.select(sql)}
        for what, sql in _USED.items()
    }


async def forget(url: str, plugin: str, tables: Sequence[str]) -> None:
    """Drop a plugin's tables and the history of its migrations, in one transaction.

    ``url`` connects as the owner of the tables.
    """
    if dialect_of(url) == "sqlite":
        await asyncio.to_thread(_forget_sqlite, sqlite_path(url), plugin, tables)
        return
    connection = await connect(url)
    try:
        async with connection.transaction():
            for table in tables:
                await connection.execute(f'DROP TABLE "{table}"')
            await connection.execute("DELETE FROM plugin_table WHERE plugin = $1", plugin)
            await connection.execute("DELETE FROM schema_migration WHERE namespace = $1", plugin)
    finally:
        await connection.close()


def _forget_sqlite(path: str, plugin: str, tables: Sequence[str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for table in tables:
                connection.execute(f'DROP TABLE "{table}"')
            connection.execute("DELETE FROM plugin_table WHERE plugin = ?", [plugin])
            connection.execute("DELETE FROM schema_migration WHERE namespace = ?", [plugin])
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
