"""The databases: core's tables with the data, made once for a size and copied for each run."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from bench.cluster import Cluster
from bench.dataset import tables
from bench.places import BENCH, PRODUCT_PYTHON, VAR

RUN: Final = "bench_run"
SERVICE: Final = "bench_service"
OWNER: Final = "bench_owner"
_SLUG: Final = "bench"
_SECRET: Final = "kept by nobody: it guards nothing but invented data"  # noqa: S105
_AT_ONCE: Final = 10_000
# Filled by what keeps it in step with the documents.
_KEPT_BY_TRIGGERS: Final = ("client_search_gram", "contact_search_gram", "schema_migration")
_INDEXES_OF_GRAMS: Final = """SELECT indexname AS name, indexdef AS made_by FROM pg_indexes
    WHERE tablename LIKE '%_search_gram' AND indexdef LIKE '%USING gin%'"""


@dataclass(frozen=True)
class Databases:
    """What a run reads and writes: the service's settings, and where the others connect."""

    postgres: Mapping[str, str]
    sqlite: Mapping[str, str]
    url: str
    file: Path
    organisation: UUID
    token: str


def for_run(cluster: Cluster, clients: int) -> Databases:
    """Fresh copies of the databases of so many clients, which are made where there are none."""
    template, folder = f"bench_{clients}", VAR / str(clients)
    source = folder / "source.db"
    folder.mkdir(exist_ok=True)
    if not ((folder / "made").exists() and asyncio.run(_is_there(cluster, template))):
        print(f"Making the data of {clients:,} clients; this is done once.", flush=True)
        asyncio.run(_anew(cluster, template, None))
        source.unlink(missing_ok=True)
        asyncio.run(_fill(cluster, template, clients))
        asyncio.run(_copy_to_sqlite(cluster.url(template), source))
        (folder / "made").touch()
    asyncio.run(_anew(cluster, RUN, template))
    file = folder / "run.db"
    for left in folder.glob("run.db*"):
        left.unlink()
    shutil.copyfile(source, file)
    settings = _settings(cluster, RUN)
    on_sqlite = {**settings, **_on(file)}
    for each in (settings, on_sqlite):
        # The data may be older than the newest migration.
        _clientgraph(each, "migrate")
    token = _clientgraph(settings, "token", "create", "--organisation", _SLUG, "--name", "Bench",
                         "--role", "OWNER")  # fmt: skip
    asyncio.run(_share_token(cluster.url(RUN), file))
    organisation = asyncio.run(_organisation(cluster.url(RUN)))
    return Databases(settings, on_sqlite, cluster.url(RUN), file, organisation, token)


def _settings(cluster: Cluster, database: str) -> dict[str, str]:
    return {
        "CLIENTGRAPH_DATABASE_URL": cluster.url(database, SERVICE),
        "CLIENTGRAPH_MIGRATION_URL": cluster.url(database, OWNER),
        "CLIENTGRAPH_SECRET_KEY": _SECRET,
    }


def _on(file: Path) -> dict[str, str]:
    return {"CLIENTGRAPH_DATABASE_URL": f"sqlite:///{file}", "CLIENTGRAPH_MIGRATION_URL": ""}


def _clientgraph(settings: Mapping[str, str], *arguments: str) -> str:
    """Run a command of the service; what it printed."""
    done = subprocess.run(
        [PRODUCT_PYTHON / "clientgraph", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=VAR,
        env={**os.environ, **settings},
    )
    return done.stdout.strip()


async def _is_there(cluster: Cluster, database: str) -> bool:
    admin = await asyncpg.connect(cluster.url("postgres"))
    try:
        found = await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database)
    finally:
        await admin.close()
    return found is not None


async def _anew(cluster: Cluster, database: str, template: str | None) -> None:
    """Make a database, in place of the one so called, empty or as a copy."""
    admin = await asyncpg.connect(cluster.url("postgres"))
    try:
        for role in (OWNER, SERVICE):
            if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await admin.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS")
        await admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        source = f" TEMPLATE {template} STRATEGY file_copy" if template else ""
        await admin.execute(f"CREATE DATABASE {database} OWNER {OWNER}{source}")
    finally:
        await admin.close()


async def _fill(cluster: Cluster, database: str, clients: int) -> None:
    settings = _settings(cluster, database)
    _clientgraph(settings, "migrate")
    _clientgraph(settings, "organisation", "create", "--name", "Bench", "--slug", _SLUG,
                 "--country", "FR")  # fmt: skip
    url = cluster.url(database)
    organisation = await _organisation(url)
    admin = await asyncpg.connect(url, command_timeout=None)
    try:
        for table in tables(organisation, clients):
            await admin.copy_records_to_table(
                table.name, records=table.rows(), columns=table.columns
            )
        await admin.execute("ANALYZE")
        # Indexes of grams are made at once, rather than grown entry by entry.
        indexes = await admin.fetch(_INDEXES_OF_GRAMS)
        for index in indexes:
            await admin.execute(f"DROP INDEX {index['name']}")
        _clientgraph(settings, "search", "rebuild", _SLUG)
        for index in indexes:
            await admin.execute(index["made_by"])
        await admin.execute((BENCH / "contenders" / "peers.sql").read_text("utf-8"))
        await admin.execute("VACUUM ANALYZE")
    finally:
        await admin.close()


async def _organisation(url: str) -> UUID:
    admin = await asyncpg.connect(url)
    try:
        found: UUID = await admin.fetchval("SELECT id FROM organisation WHERE slug = $1", _SLUG)
    finally:
        await admin.close()
    return found


async def _copy_to_sqlite(url: str, file: Path) -> None:
    """The same rows in SQLite, in tables made by the same migrations."""
    _clientgraph({"CLIENTGRAPH_SECRET_KEY": _SECRET, **_on(file)}, "migrate")
    admin = await asyncpg.connect(url, command_timeout=None)
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as target:
            target.execute("PRAGMA foreign_keys=OFF")
            target.execute("BEGIN")
            for name in _tables_of(target):
                await _copy_table(admin, target, name)
            target.execute("COMMIT")
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await admin.close()


def _tables_of(target: sqlite3.Connection) -> list[str]:
    found = target.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    kept = [name for (name,) in found if not name.startswith(_KEPT_BY_TRIGGERS)]
    return sorted(kept)


async def _copy_table(source: asyncpg.Connection, target: sqlite3.Connection, name: str) -> None:
    columns = [row[1] for row in target.execute(f"PRAGMA table_info({name})")]
    listed = ", ".join(f'"{column}"' for column in columns)
    target.execute(f"DELETE FROM {name}")
    insert = f"INSERT INTO {name} ({listed}) VALUES ({', '.join('?' * len(columns))})"
    async with source.transaction():
        cursor = await source.cursor(f"SELECT {listed} FROM {name}")
        while rows := await cursor.fetch(_AT_ONCE):
            target.executemany(insert, _converted(rows))


def _converted(rows: list[Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [_for_sqlite(value) for value in row]


def _for_sqlite(value: Any) -> Any:
    """A value as the service stores it in SQLite."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return value


async def _share_token(url: str, file: Path) -> None:
    """Let the token of the run open the copy in SQLite, too."""
    admin = await asyncpg.connect(url)
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as target:
            await _copy_table(admin, target, "api_token")
    finally:
        await admin.close()
