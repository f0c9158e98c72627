"""What PostgreSQL knows of tables that grow fast."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.nomenclature.models import Category
from clientgraph.storage.database import Database
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.storage.statistics import refresh_statistics
from clientgraph.testing import Workspace

pytestmark = pytest.mark.anyio

MANY = 3000


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database of the test."""
    opened = Database(settings.database_url, MODELS)
    await opened.open()
    yield opened
    await opened.close()


async def test_a_table_that_has_grown_is_looked_at(
    database: Database, workspace: Workspace
) -> None:
    """By a role that may not do so itself; what was seen is known from then on."""
    if database.dialect == "sqlite":
        pytest.skip("SQLite plans without")
    scope = Scope(organisation=workspace.id)
    made = [
        {
            "key": f"C{n}",
            "name": f"C {n}",
            "sort_name": f"c {n}",
            "translations": "{}",
            "position": n,
        }
        for n in range(MANY)
    ]
    async with database.write(scope) as session:
        await insert_many(session, Category, made)
    await refresh_statistics(database)
    async with database.read(scope) as session:
        sql = "EXPLAIN SELECT 1 FROM category WHERE organisation_id = ?"
        found = await session.select(sql, [workspace.id])
    told = " ".join(str(each["QUERY PLAN"]) for each in found)
    assert max(int(each) for each in re.findall(r"rows=(\d+)", told)) > MANY / 2
