"""The whole content of a database as one hash, read past every wall."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from tests.database import ADMIN_URL

from clientgraph.config import Settings
from clientgraph.storage.database import dialect_of, sqlite_path

# Noted whenever a token is presented, whatever the request then does.
APART = {"last_used_at"}


async def superuser(settings: Settings) -> asyncpg.Connection:
    """A connection to the run's PostgreSQL database that no row-level security holds."""
    admin, database = urlsplit(ADMIN_URL), urlsplit(settings.database_url).path
    return await asyncpg.connect(admin._replace(path=database).geturl())


async def fingerprint(settings: Settings) -> str:
    """A hash over every row of every table."""
    tables = await contents(settings)
    return hashlib.sha256(repr(sorted(tables.items())).encode()).hexdigest()


async def contents(settings: Settings) -> Mapping[str, list[str]]:
    """Every table's rows, sorted, as text."""
    if dialect_of(settings.database_url) == "sqlite":
        with closing(sqlite3.connect(sqlite_path(settings.database_url))) as connection:
            connection.row_factory = sqlite3.Row
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            return {name: _sorted(connection.execute(_all(name))) for (name,) in tables.fetchall()}
    connection = await superuser(settings)
    try:
        found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname='public'")
        names = [row["tablename"] for row in found]
        return {name: _sorted(await connection.fetch(_all(name))) for name in names}
    finally:
        await connection.close()


async def operator(settings: Settings, sql: str, *values: Any) -> None:
    """Run one statement as an operator does at the database's own prompt (``?`` for values)."""
    if dialect_of(settings.database_url) == "sqlite":
        with closing(sqlite3.connect(sqlite_path(settings.database_url))) as connection:
            connection.execute(sql, values)
            connection.commit()
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
