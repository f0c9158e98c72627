"""The whole content of a database as one hash, read past every wall."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from clientgraph.config import Settings
from clientgraph.storage.database import dialect_of, sqlite_path
from clientgraph.testing import ADMIN_URL

# Noted whenever a token is presented, whatever the request then does.
APART = {"last_used_at"}


async def superuser(settings: Settings) -> asyncpg.Connection:
    """A connection to the run's PostgreSQL database that no row-level security holds."""
    admin, database = urlsplit(ADMIN_URL), urlsplit(settings.database_url).path
    return await asyncpg.connect(admin._replace(path=database).geturl())


async def fingerprint(settings: Settings) -> str:
    """A hash over every row of every table, once all is written that goes on beside requests.

    Verifiers are asked whatever is due, and notices of invoices become events.
    """
    async with asyncio.timeout(30):
        while True:
            goes_on = await _is_something_due(settings)
            tables = await contents(settings)
            if not goes_on and not tables["invoicing_notice"]:
                break
            await asyncio.sleep(0.05)
    return hashlib.sha256(repr(sorted(tables.items())).encode()).hexdigest()


async def _is_something_due(settings: Settings) -> bool:
    """What was asked is not asked again for a week, see ``own_database``."""
    soon = datetime.now(UTC) + timedelta(days=1)
    counted = "SELECT count(*) FROM verification_due WHERE due_at <"
    if dialect_of(settings.database_url) == "sqlite":
        with closing(sqlite3.connect(sqlite_path(settings.database_url))) as connection:
            return bool(connection.execute(f"{counted} ?", [soon.isoformat(" ")]).fetchone()[0])
    connection = await superuser(settings)
    try:
        return bool(await connection.fetchval(f"{counted} $1", soon))
    finally:
        await connection.close()


async def contents(settings: Settings) -> Mapping[str, list[str]]:
    """Every table's rows at one moment, sorted, as text."""
    if dialect_of(settings.database_url) == "sqlite":
        with closing(sqlite3.connect(sqlite_path(settings.database_url))) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                " AND sql NOT LIKE 'CREATE VIRTUAL%'"
            )
            return {name: _sorted(connection.execute(_all(name))) for (name,) in tables.fetchall()}
    connection = await superuser(settings)
    try:
        found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname='public'")
        names = [row["tablename"] for row in found]
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {name: _sorted(await connection.fetch(_all(name))) for name in names}
    finally:
        await connection.close()


def _run(path: str, sql: str, values: tuple[Any, ...]) -> None:
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute(sql, values)
        connection.commit()


async def operator(settings: Settings, sql: str, *values: Any) -> None:
    """Run one statement as an operator does at the database's own prompt (``?`` for values)."""
    if dialect_of(settings.database_url) == "sqlite":
        # In a thread: the service may need the event loop to end a write of its own.
        await asyncio.to_thread(_run, sqlite_path(settings.database_url), sql, values)
        return
    parts = sql.split("?")
    numbered = "".join(f"{part}${n}" for n, part in enumerate(parts[:-1], 1)) + parts[-1]
    connection = await superuser(settings)
    try:
        await connection.execute(numbered, *values)
    finally:
        await connection.close()


def _all(table: str) -> str:
    return f'SELECT * FROM "{table}"'  # noqa: S608 - the name is from the catalogue


def _sorted(rows: Any) -> list[str]:
    return sorted(
        repr([(name, value) for name, value in dict(row).items() if name not in APART])
        for row in rows
    )
