"""Brings a database to the current schema: one migration, one transaction, one record of it.

Concurrent runs wait for each other; a run that is cut leaves whole migrations behind or none.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import asyncpg

from clientgraph.storage.database import credentials, dialect_of, sqlite_path
from clientgraph.storage.ddl import typed
from clientgraph.storage.session import Dialect

_LOCK = 0x636C_6772_6170_6873  # "clgraphs": any constant that nothing else on the server uses
_HISTORY = """
    CREATE TABLE IF NOT EXISTS schema_migration (
        namespace TEXT NOT NULL,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        applied_at {time} NOT NULL,
        PRIMARY KEY (namespace, name)
    )"""
APPLIED = "SELECT namespace, name, checksum FROM schema_migration"


class MigrationError(Exception):
    """A history that does not fit the code; the message says what to do."""


# What applying a migration raises when it is the migration that is wrong.
FAILURES: Final = (MigrationError, sqlite3.Error, asyncpg.PostgresError)


@dataclass(frozen=True)
class Migration:
    """One step. ``namespace`` is core's or a plugin's name; ``statements`` by dialect."""

    namespace: str
    name: str
    statements: Callable[[Dialect], Sequence[str]]

    def checksum(self, dialect: Dialect) -> str:
        """A fingerprint of the statements, to notice a released migration that was edited."""
        text = "\0".join(self.statements(dialect))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def pending(
    migrations: Sequence[Migration], applied: Sequence[Sequence[Any]], dialect: Dialect
) -> list[Migration]:
    """What is still to be applied; raises `MigrationError` when the past was rewritten."""
    done = {(row[0], row[1]): row[2] for row in applied}
    left = []
    for migration in migrations:
        checksum = done.get((migration.namespace, migration.name))
        if checksum is None:
            left.append(migration)
        elif checksum != migration.checksum(dialect):
            raise MigrationError(
                f"migration {migration.namespace}/{migration.name} was applied with other "
                "statements than this release has. Restore the release that made this database, "
                "or a backup."
            )
    return left


async def migrate(url: str, migrations: Sequence[Migration], app_url: str = "") -> list[str]:
    """Apply what is missing; the names of what was applied.

    ``url`` connects as the owner of the tables. Where ``app_url`` names another role, that role
    is granted the use of the tables.
    """
    if dialect_of(url) == "sqlite":
        return await asyncio.to_thread(_migrate_sqlite, sqlite_path(url), migrations)
    return await _migrate_postgres(url, migrations, app_url or url)


async def missing(url: str, migrations: Sequence[Migration]) -> list[str]:
    """The names of migrations that a database still lacks; all of them where it is empty."""
    dialect = dialect_of(url)
    if dialect == "sqlite":
        rows = await asyncio.to_thread(_history_sqlite, sqlite_path(url))
    else:
        rows = await _history_postgres(url)
    return [f"{m.namespace}/{m.name}" for m in pending(migrations, rows, dialect)]


def _migrate_sqlite(path: str, migrations: Sequence[Migration]) -> list[str]:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    applied: list[str] = []
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        while True:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute(typed(_HISTORY, "sqlite"))
                rows = connection.execute(APPLIED).fetchall()
                left = pending(migrations, rows, "sqlite")
                if left:
                    for statement in left[0].statements("sqlite"):
                        connection.execute(statement)
                    connection.execute(
                        "INSERT INTO schema_migration VALUES (?, ?, ?, ?)",
                        (*_record(left[0], "sqlite"), datetime.now(UTC).isoformat()),
                    )
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            if not left:
                return applied
            applied.append(f"{left[0].namespace}/{left[0].name}")


async def _migrate_postgres(url: str, migrations: Sequence[Migration], app_url: str) -> list[str]:
    connection = await connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute(typed(_HISTORY, "postgres"))
        left = pending(migrations, await connection.fetch(APPLIED), "postgres")
        for migration in left:
            async with connection.transaction():
                for statement in migration.statements("postgres"):
                    await connection.execute(statement)
                await connection.execute(
                    "INSERT INTO schema_migration VALUES ($1, $2, $3, $4)",
                    *_record(migration, "postgres"),
                    datetime.now(UTC),
                )
        await _grant(connection, url, app_url)
    finally:
        await connection.close()
    return [f"{migration.namespace}/{migration.name}" for migration in left]


async def _grant(connection: asyncpg.Connection, url: str, app_url: str) -> None:
    role = unquote(urlsplit(app_url).username or "")
    if not role or role == unquote(urlsplit(url).username or ""):
        return
    quoted = await connection.fetchval("SELECT quote_ident($1)", role)
    await connection.execute(
        f"GRANT USAGE ON SCHEMA public TO {quoted};"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted};"
        f"REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM {quoted}"
    )


def _record(migration: Migration, dialect: Dialect) -> tuple[str, str, str]:
    return migration.namespace, migration.name, migration.checksum(dialect)


def _history_sqlite(path: str) -> list[Any]:
    if not Path(path).exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        known = "SELECT 1 FROM sqlite_master WHERE name = 'schema_migration'"
        return (
            connection.execute(APPLIED).fetchall() if connection.execute(known).fetchone() else []
        )


async def _history_postgres(url: str) -> list[Any]:
    connection = await connect(url)
    try:
        known = await connection.fetchval("SELECT to_regclass('schema_migration') IS NOT NULL")
        return list(await connection.fetch(APPLIED)) if known else []
    finally:
        await connection.close()


async def connect(url: str) -> asyncpg.Connection:
    """One connection of its own, outside any pool."""
    options = credentials(url, pool=1, wait=10.0)
    names = ("host", "port", "user", "password", "database")
    return await asyncpg.connect(**{name: options[name] for name in names})
