"""What is in the database, all workspaces together, seen by its operator."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from clientgraph.config import Settings
from clientgraph.storage.database import dialect_of, sqlite_path
from clientgraph.testing import ADMIN_URL


async def everything(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table at one moment, sorted, past all walls."""
    if dialect_of(settings.database_url) == "sqlite":
        return _sqlite_rows(sqlite_path(settings.database_url))
    return await _postgres_rows(urlsplit(settings.database_url).path.lstrip("/"))


async def fingerprint(settings: Settings) -> dict[str, str]:
    """A hash of the rows of each table; when tokens were used is noted on the side, so left out.

    Taken once notices of invoices have become events, which is done beside the requests.
    """
    found = await everything(settings)
    async with asyncio.timeout(30):
        while found["invoicing_notice"]:
            await asyncio.sleep(0.05)
            found = await everything(settings)
    return {table: hashlib.sha256(repr(rows).encode()).hexdigest() for table, rows in found.items()}


def _kept(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The rows without the time of a token's last use, sorted."""
    kept = (tuple(row[name] for name in row.keys() if name != "last_used_at") for row in rows)  # noqa: SIM118
    return sorted(kept, key=repr)


def _sqlite_rows(path: str) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        # What an index of FTS5 holds is in tables of its own; it cannot be read itself.
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )
        return {
            name: _kept(connection.execute(f'SELECT * FROM "{name}"').fetchall())  # noqa: S608
            for (name,) in tables.fetchall()
        }


async def as_superuser(database: str) -> asyncpg.Connection:
    """A connection that no row-level security holds."""
    return await asyncpg.connect(urlsplit(ADMIN_URL)._replace(path=f"/{database}").geturl())


async def _postgres_rows(database: str) -> dict[str, list[tuple[Any, ...]]]:
    connection = await as_superuser(database)
    try:
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {
                name: _kept(await connection.fetch(f'SELECT * FROM "{name}"'))  # noqa: S608
                for (name,) in tables
            }
    finally:
        await connection.close()
