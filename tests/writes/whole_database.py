"""The whole content of a database as one hash, read past every wall."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
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
SQLITE_COLUMNS = """
    SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.sql NOT LIKE 'CREATE VIRTUAL%'
"""
POSTGRES_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
    ORDER BY table_name, ordinal_position
"""


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
            if not await _is_something_due(settings):
                tables = await contents(settings)
                if not tables["invoicing_notice"]:
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
            connection.execute("BEGIN")
            tables = _tables(connection.execute(SQLITE_COLUMNS))
            return {
                name: sorted(map(repr, connection.execute(f'SELECT {columns} FROM "{name}"')))  # noqa: S608 - names of the catalogue
                for name, columns in tables.items()
            }
    connection = await superuser(settings)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            tables = _tables(await connection.fetch(POSTGRES_COLUMNS))
            return {
                name: sorted(row for (row,) in await connection.fetch(_as_text(name, columns)))
                for name, columns in tables.items()
            }
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


def _tables(columns: Iterable[Sequence[str]]) -> dict[str, str]:
    """The columns of each table, by pairs of both."""
    found: dict[str, list[str]] = {}
    for table, column in columns:
        if column not in APART:
            found.setdefault(table, []).append(f'"{column}"')
    return {table: ", ".join(names) for table, names in found.items()}


def _as_text(table: str, columns: str) -> str:
    return f'SELECT ROW({columns})::text FROM "{table}"'  # noqa: S608 - names of the catalogue
