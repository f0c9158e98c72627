"""Workspaces that were there before managed lists have the shipped values like new ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.storage.test_schema import superuser
from tests.writes.whole_database import operator

from clientgraph.config import Settings
from clientgraph.storage.database import dialect_of, sqlite_path
from clientgraph.storage.ids import uuid7
from clientgraph.storage.migrations import CORE
from clientgraph.storage.migrator import migrate
from clientgraph.testing import Workspaces, fresh_database

pytestmark = pytest.mark.anyio

LISTS = ("category", "client_type", "contact_source", "civility")
COLUMNS = "key, name, sort_name, translations, position, version, archived_at"
BEFORE = next(n for n, step in enumerate(CORE) if step.name == "0002_lists")


@pytest.fixture
async def older(dialect: str, tmp_path: Path) -> AsyncIterator[Settings]:
    """A database as it was before managed lists."""
    async with fresh_database(dialect, tmp_path, migrated=False) as (owner_url, app_url):
        await migrate(owner_url, CORE[:BEFORE], app_url)
        yield Settings(database_url=app_url, migration_url=owner_url, secret_key="k" * 40)


async def shipped(settings: Settings, slug: str) -> dict[str, list[Any]]:
    """Each list of a workspace as the database has it."""
    return {
        table: [
            (*row[:3], json.loads(row[3]), *row[4:])
            for row in await _rows(
                settings,
                f"SELECT {COLUMNS} FROM {table} WHERE organisation_id ="  # noqa: S608
                f" (SELECT id FROM organisation WHERE slug = '{slug}') ORDER BY position",
            )
        ]
        for table in LISTS
    }


async def _rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    if dialect_of(settings.database_url) == "sqlite":
        with closing(sqlite3.connect(sqlite_path(settings.database_url))) as connection:
            return connection.execute(sql).fetchall()
    connection = await superuser(settings)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


@pytest.mark.parametrize("locale", ["de-AT", "en-GB", "fr-FR", "nl-BE", "ja-JP"])
async def test_a_workspace_from_before_has_what_a_new_one_has(
    older: Settings, workspaces: Workspaces, dialect: str, locale: str
) -> None:
    """Keys, names in the workspace's language, translations, order: all are the same."""
    new = await workspaces.make(locale=locale)
    now = datetime.now(UTC)
    row_id = uuid7()
    given = (str(row_id), now.isoformat()) if dialect == "sqlite" else (row_id, now)
    await operator(
        older,
        "INSERT INTO organisation (id, version, created_at, updated_at, slug, name, country,"
        " locale, currency, payment_days, payment_end_of_month, requirements, next_reference)"
        " VALUES (?, 1, ?, ?, 'old', 'Old', 'FR', ?, 'EUR', 30, false, 'lenient', 1)",
        *(given[0], given[1], given[1], locale),
    )
    await migrate(older.owner_url, CORE, older.database_url)
    found = await shipped(older, "old")
    assert found == await shipped(workspaces.settings, new.slug)
    assert [len(found[table]) for table in LISTS] == [0, 6, 7, 5]
