"""A database of its own for a test run, made and removed again."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import migrate

ADMIN_URL = os.environ.get("CLIENTGRAPH_TEST_POSTGRES", "postgresql://127.0.0.1:5432/postgres")
OWNER, APP = "clientgraph_test_owner", "clientgraph_test_app"


@asynccontextmanager
async def fresh_database(
    dialect: str, folder: Path, *, migrated: bool = True
) -> AsyncIterator[tuple[str, str]]:
    """The URLs of a new database: as its owner, and as the service uses it."""
    if dialect == "sqlite":
        url = f"sqlite:///{folder / 'test.db'}"
        if migrated:
            await migrate(url, CORE)
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
                await migrate(owner_url, CORE, app_url)
            yield owner_url, app_url
        finally:
            await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await admin.close()


async def _ensure_role(admin: asyncpg.Connection, role: str) -> None:
    try:
        await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'test' NOSUPERUSER NOBYPASSRLS")
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
        return


def _url(role: str, database: str) -> str:
    parts = urlsplit(ADMIN_URL)
    return f"postgresql://{role}:test@{parts.hostname}:{parts.port or 5432}/{database}"
