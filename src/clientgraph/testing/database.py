"""A database of its own for a test run, made and removed again."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from clientgraph.loading import installed
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import Migration, migrate

ADMIN_URL = os.environ.get("CLIENTGRAPH_TEST_POSTGRES", "postgresql://127.0.0.1:5432/postgres")
OWNER, APP = "clientgraph_test_owner", "clientgraph_test_app"


def dialect_of_tests() -> str:
    """The database that ``CLIENTGRAPH_TEST_DATABASE`` asks for: sqlite (the usual) or postgres."""
    return os.environ.get("CLIENTGRAPH_TEST_DATABASE", "sqlite")


@asynccontextmanager
async def fresh_database(
    dialect: str, folder: Path, *, migrated: bool = True
) -> AsyncIterator[tuple[str, str]]:
    """The URLs of a new database: as its owner, and as the service uses it."""
    if dialect == "sqlite":
        url = f"sqlite:///{folder / 'test.db'}"
        if migrated:
            await migrate(url, _all())
        yield url, url
        return
    name = f"clientgraph_test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(ADMIN_URL)
    try:
        for role in (OWNER, APP):
            await _ensure_role(admin, role)
        await admin.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        owner_url, app_url = (_url(role, name) for role in (OWNER, APP))
        try:
            if migrated:
                await migrate(owner_url, _all(), app_url)
            yield owner_url, app_url
        finally:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


def _all() -> list[Migration]:
    """The service's migrations, and those of all installed plugins."""
    return [*CORE, *chain.from_iterable(installed().migrations.values())]


async def _ensure_role(admin: asyncpg.Connection, role: str) -> None:
    try:
        await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'test' NOSUPERUSER NOBYPASSRLS")
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        return


def _url(role: str, database: str) -> str:
    parts = urlsplit(ADMIN_URL)
    return f"postgresql://{role}:test@{parts.hostname}:{parts.port or 5432}/{database}"
